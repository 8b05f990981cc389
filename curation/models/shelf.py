"""What is kept ready for readers, so that a page is a look-up: where items stand, and their cards.

All of it follows from items and is made anew by `curation.shelves`; nothing here is anybody's only copy.
"""

import hashlib
from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Shelf(models.IntegerChoices):
    """A kind of list that readers find items in; which one of its kind is said by `Placement.owner`."""

    SITE = 0
    COMMUNITY = 1
    TOPIC = 2
    AUTHOR = 3
    PUBLISHER = 4
    TAG = 5
    KIND = 6
    YEAR = 7
    MONTH = 8


WHOLE_SITE = 0
"""The owner of the one shelf that holds everything."""


def kind_number(kind: str) -> int:
    """The owner of the shelf of a kind, such as “News”, which has no row of its own: 56 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(kind.encode()).digest()[:7])


def month_number(year: int, month: int) -> int:
    """The owner of the shelf of a month; those of neighbouring months are neighbours."""
    return year * 12 + month - 1


class Period(NamedTuple):
    """When items came before readers: from the moment `since` on, and ahead of the moment `ahead_of`."""

    since: datetime | None = None
    ahead_of: datetime | None = None


ALWAYS = Period()


class PlacementQuerySet(models.QuerySet):
    def on(self, shelf: int, owner: int) -> "PlacementQuerySet":
        return self.filter(shelf=shelf, owner=owner)

    def shown(self, now: datetime | None = None) -> "PlacementQuerySet":
        """Those within their dates, by their own copy of the dates: for counts, which need no item for it."""
        now = now or timezone.now()
        return self.filter(Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=now), publish_at__lte=now)

    def hidden(self, now: datetime) -> "PlacementQuerySet":
        """All others."""
        return self.filter(Q(unpublish_at__lte=now) | Q(publish_at__gt=now))

    def within(self, period: Period) -> "PlacementQuerySet":
        """Those that came before readers in `period`, which lie side by side in the order of their shelf."""
        bounds = {"publish_at__gte": period.since, "publish_at__lt": period.ahead_of}
        return self.filter(**{name: moment for name, moment in bounds.items() if moment is not None})

    def newest_first(self) -> "PlacementQuerySet":
        return self.order_by("-publish_at", "-item_id")


class Placement(models.Model):
    """A live item's place on one shelf, with the dates that it is ordered and shown by.

    `owner` is the primary key of the community, topic, author, publisher or tag; see `kind_number`, `month_number` and
    `WHOLE_SITE` for the others. Years and months are those of the date that readers see, in UTC.
    """

    shelf = models.PositiveSmallIntegerField(choices=Shelf)
    owner = models.BigIntegerField()
    item = models.ForeignKey(
        "curation.CuratedItem", on_delete=models.CASCADE, related_name="placements", db_index=False
    )
    publish_at = models.DateTimeField()
    unpublish_at = models.DateTimeField(null=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "shelf", "owner"], name="item_once_per_shelf")]
        indexes = [
            # Holds all that counts and order need, so that they never touch the rows.
            models.Index(fields=["shelf", "owner", "publish_at", "item", "unpublish_at"], name="shelf_in_order"),
        ]

    def __str__(self) -> str:
        return f"{Shelf(self.shelf).label} {self.owner}: item {self.item_id}"


class Card(models.Model):
    """What pages show of a live item, rendered once: its card in lists, its facts for feeds and links, its text in
    feeds, its element in the map of the site.

    It follows from the row of the item, its community, publisher, authors, topics, tags, picture and timeline, and from
    the program that makes it. `made_with` names its version; empty means that something else changed since, and that
    whoever needs the card has to render it. `changed_at` is when readers got what they see of the item now.
    """

    item = models.OneToOneField("curation.CuratedItem", on_delete=models.CASCADE, primary_key=True, related_name="card")
    html = models.TextField()
    facts = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    map_entry = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True)
    made_with = models.CharField(max_length=16, blank=True, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["item", "changed_at"], name="card_changed"),
            # Holds all that the map shows, so that it never touches the rows, which are as long as a page.
            models.Index(fields=["item", "made_with", "map_entry"], name="card_on_map"),
        ]

    def __str__(self) -> str:
        return f"The card of item {self.item_id}"


class Edition(models.Model):
    """Grows with every change that readers can see, in the transaction of the change; written by triggers alone.

    One row for each of a few slots, which writers are spread over so that they do not wait for each other: the
    edition is the sum of them. See `curation.edition`.
    """

    slot = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} in slot {self.slot}"


class ShelfEdition(models.Model):
    """Grows with every change of how the items of one shelf divide; written by triggers alone, in slots as `Edition`.

    There is one for each community; that of `WHOLE_SITE` grows with the names of what they divide by.
    """

    slot = models.PositiveSmallIntegerField()
    shelf = models.PositiveSmallIntegerField(choices=Shelf)
    owner = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shelf", "owner", "slot"], name="shelf_once_per_slot")]

    def __str__(self) -> str:
        return f"{Shelf(self.shelf).label} {self.owner}: {self.number} in slot {self.slot}"
