"""The pictures that go with items."""

from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q

from curation.raster import likeness

ENOUGH_WIDTH = 600
"""Pixels below which a picture looks blurred on the page of an item."""


def originals():
    """The storage of what was uploaded, to the byte. It has no public address."""
    return storages["originals"]


class FeaturedImageQuerySet(models.QuerySet):
    def published(self) -> "FeaturedImageQuerySet":
        """The pictures that readers may see: those of published items."""
        from curation.models.item import CuratedItem

        shown = CuratedItem.objects.published().showing_their_picture()
        return self.filter(Exists(shown.filter(featured_image=OuterRef("pk"))))

    def unused(self) -> "FeaturedImageQuerySet":
        """Those that no item shows, and no revision of one ever said."""
        from curation.models.item import CuratedItem
        from curation.models.revision import Revision

        said = (rows.objects.filter(featured_image=OuterRef("pk")) for rows in (CuratedItem, Revision))
        return self.filter(*(~Exists(rows) for rows in said))

    def used(self) -> "FeaturedImageQuerySet":
        """Those that an item shows."""
        from curation.models.item import CuratedItem

        return self.filter(Exists(CuratedItem.objects.filter(featured_image=OuterRef("pk"))))

    def without_alt(self) -> "FeaturedImageQuerySet":
        """Those without words, except where each item that shows one has its own, or shows it as decoration."""
        from curation.models.item import CuratedItem

        items = CuratedItem.objects.filter(featured_image=OuterRef("pk"))
        wanting = Exists(items.filter(image_alt="", image_decorative=False))
        return self.filter(wanting | ~Exists(items), alt="")

    def decorative(self) -> "FeaturedImageQuerySet":
        """Those that an item shows as decoration."""
        from curation.models.item import CuratedItem

        shown = CuratedItem.objects.filter(image_decorative=True, featured_image__isnull=False)
        return self.filter(pk__in=shown.order_by().values("featured_image"))

    def small(self) -> "FeaturedImageQuerySet":
        """Those that look blurred on the page of an item."""
        return self.filter(width__lt=ENOUGH_WIDTH)

    def with_likenesses(self) -> "FeaturedImageQuerySet":
        """Those that look like another one; `curation.library.alike` tells which."""
        pairs = self.model._default_manager.order_by().filter(looks_like__isnull=False)
        return self.filter(Q(pk__in=pairs.values("pk")) | Q(pk__in=pairs.values("looks_like")))


class FeaturedImage(models.Model):
    """A picture: its bytes, what it shows, where the eye should rest, whom to credit, where it came from."""

    original = models.FileField(storage=originals, max_length=200, editable=False)
    file = models.FileField(max_length=200, editable=False, db_index=True)
    small = models.FileField(max_length=200, editable=False)
    """For the newsroom's lists. It has no public address."""
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    format = models.CharField(max_length=10, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    file_width = models.PositiveIntegerField(editable=False)
    file_height = models.PositiveIntegerField(editable=False)
    size = models.PositiveIntegerField("bytes", editable=False)
    # What it looks like, see `curation.raster.likeness`: the bits, and their parts, by which others are found.
    likeness = models.CharField(max_length=16, blank=True, editable=False)
    band_1 = models.IntegerField(null=True, editable=False, db_index=True)
    band_2 = models.IntegerField(null=True, editable=False, db_index=True)
    band_3 = models.IntegerField(null=True, editable=False, db_index=True)
    band_4 = models.IntegerField(null=True, editable=False, db_index=True)
    looks_like = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+", editable=False)

    alt = models.CharField(
        "alt text",
        max_length=500,
        blank=True,
        help_text="What the picture shows, for people who do not see it. An item can say it in its own words.",
    )
    credit = models.CharField(max_length=300, blank=True, help_text="Who made it, and under which licence.")
    focal_x = models.FloatField(
        "focus, from the left", default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="0 is the left edge, 1 the right one.",
    )  # fmt: skip
    focal_y = models.FloatField(
        "focus, from the top", default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="0 is the top edge, 1 the bottom one.",
    )  # fmt: skip
    file_name = models.CharField("name it came with", max_length=255, blank=True)
    source = models.CharField("where it came from", max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    """Grows with each change of what is said of it, so that nobody overwrites what they have not seen."""

    objects = FeaturedImageQuerySet.as_manager()

    class Meta:
        verbose_name = "picture"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
                name="focus_lies_within_the_picture",
                violation_error_message="The focus lies outside the picture. Use numbers from 0 to 1.",
            )
        ]
        indexes = [
            # What the library is asked for and few pictures are: each list is as long as its index.
            models.Index(fields=["id"], condition=Q(alt=""), name="picture_without_words"),
            models.Index(fields=["id"], condition=Q(width__lt=ENOUGH_WIDTH), name="picture_too_small"),
            models.Index(fields=["looks_like", "id"], condition=Q(looks_like__isnull=False), name="picture_alike"),
        ]

    def __str__(self) -> str:
        return self.alt or self.file_name or f"Picture {self.pk}"

    def look(self, bits: int | None) -> None:
        """Notes what the picture looks like: 64 bits, or None for one without features."""
        self.likeness = "" if bits is None else f"{bits:016x}"
        self.band_1, self.band_2, self.band_3, self.band_4 = (None,) * 4 if bits is None else likeness.bands(bits)
