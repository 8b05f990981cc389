"""What has to be made anew when items change, or when something changes that they show: the one list of it."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from curation import renditions, search, shelves
from curation.models import Card, CuratedItem, NewsroomEntry, Placement, Shelf
from curation.models.item import CuratedItemQuerySet
from curation.workflow import Publication

AT_A_TIME = 300
"""How many items one run catches up with: a few seconds, so that what is due is never late for it."""


def items_changed(pks: Iterable[int]) -> None:
    """Brings up to date what is kept ready of the items with these primary keys.

    Called within the transaction of every write that changes what readers or searchers meet, once it is written: of
    items themselves, and of communities, topics, authors, tags, publishers and pictures that they show. Takes one as
    well as many; those of items that are gone do no harm.
    """
    changed = sorted(set(pks))
    if changed:
        shelves.place(changed)
        search.index(changed)
        renditions.wanted(changed)


def catch_up() -> int:
    """Makes ready up to `AT_A_TIME` items for which it was never done, or whose cards are of an earlier version of the
    templates; returns how many. So a site that was upgraded becomes whole by itself.
    """
    behind = list(_not_ready().values_list("pk", flat=True)[:AT_A_TIME])
    behind += shelves.stale().values_list("pk", flat=True)[: AT_A_TIME - len(behind)]
    for start in range(0, len(behind), shelves.BATCH):
        with transaction.atomic():
            items_changed(behind[start : start + shelves.BATCH])
    return len(behind)


def _not_ready() -> CuratedItemQuerySet:
    """The items that have no entry in search yet, or that are live and stand on no shelf or have no card."""
    mine = {"item": OuterRef("pk")}
    ready = Exists(Card.objects.filter(**mine)) & Exists(Placement.objects.filter(**mine, shelf=Shelf.SITE))
    found = Exists(NewsroomEntry.objects.filter(**mine))
    return CuratedItem.objects.filter(~found | Q(~ready, publication=Publication.LIVE)).order_by("pk")
