"""The files that pages show pictures by: one for each shape, width and format."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from communities.models import Community
from curation.models.image import FeaturedImage
from curation.models.item import CuratedItem


class Rendition(models.Model):
    """A picture in one shape, width and format: of the library, drawn for an item that shows none, or a community's.

    Its file has a name of its own for ever; what is made anew gets another one.
    """

    image = models.ForeignKey(
        FeaturedImage, on_delete=models.CASCADE, null=True, related_name="renditions", db_index=False
    )
    item = models.ForeignKey(CuratedItem, on_delete=models.CASCADE, null=True, related_name="drawn", db_index=False)
    community = models.ForeignKey(
        Community, on_delete=models.CASCADE, null=True, related_name="renditions", db_index=False
    )
    recipe = models.CharField(max_length=64)
    """What it was made by, see `curation.renditions`."""
    shape = models.CharField(max_length=10)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField("bytes")
    file = models.FileField(max_length=100, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["shape", "format", "width"]
        # Without the rows that have none: where most have none, SQLite would rather go through all renditions than look
        # for those of one owner.
        indexes = [
            models.Index(fields=[owner], name=f"rendition_of_{owner}", condition=Q(**{f"{owner}__isnull": False}))
            for owner in ("image", "item", "community")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(image__isnull=False, item__isnull=True, community__isnull=True)
                | Q(image__isnull=True, item__isnull=False, community__isnull=True)
                | Q(image__isnull=True, item__isnull=True, community__isnull=False),
                name="a_rendition_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shape}, {self.width} × {self.height}, {self.format}"
