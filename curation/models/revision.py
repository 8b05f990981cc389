"""The documents that an item has been, one after the other."""

from django.conf import settings
from django.db import models

from curation.frontmatter import Document
from curation.models.append_only import AppendOnly


class Revision(AppendOnly):
    """An immutable document of one item. History, comparison, restore, import and export share this one format."""

    item = models.ForeignKey("curation.CuratedItem", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # The document names its picture by a path, which may come to mean other bytes; this is the one that was meant.
    featured_image = models.ForeignKey(
        "curation.FeaturedImage", on_delete=models.PROTECT, null=True, blank=True, related_name="revisions"
    )
    # What the document names, so that an import can see that a picture is still the same without reading the document.
    picture_path = models.CharField(max_length=1000, blank=True)
    from_file = models.BooleanField(default=False, help_text="Whether these are the bytes of a file that was imported.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)
    # The number of the revision that this one says again, where nothing but the name of a term is another one.
    restates = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["item", "-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="revision_number_once_per_item")]

    def __str__(self) -> str:
        return f"Revision {self.number}"

    @property
    def document(self) -> Document:
        return Document.parse(bytes(self.content))
