"""Who wrote the articles that are curated."""

from django.db import models
from django.db.models.functions import Lower

from communities.addresses import address
from curation.models.likeness import LikenessField, of_person


class Author(models.Model):
    """The writer of an article on somebody else's site; not a user of this one."""

    name = models.CharField(max_length=200)
    slug = models.SlugField("address", max_length=220, unique=True, allow_unicode=True)
    bio = models.TextField("about", blank=True, help_text="A sentence or two for readers.")
    website = models.URLField(max_length=500, blank=True)
    alike = LikenessField("name", of_person)

    class Meta:
        ordering = [Lower("name")]
        indexes = [models.Index(fields=["alike"], name="author_alike")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="author_name_once",
                violation_error_message="There is an author of this name already. Use that one, or tell the two apart.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("author", self.slug)


class ItemAuthor(models.Model):
    """An author's place in the byline of an item."""

    item = models.ForeignKey("curation.CuratedItem", on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="bylines")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "author"],
                name="author_once_per_item",
                violation_error_message="This author is listed already.",
            )
        ]

    def __str__(self) -> str:
        return str(self.author)
