"""What has to be made anew when items change, or when something changes that they show: the one list of it."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from curation import renditions, search, shelves
from curation.models import Card, CuratedItem, NewsroomEntry, Placement, Shelf
from curation.models.item import CuratedItemQuerySet
from curation.workflow import Publication

AT_A_TIME = 300
"""How many items one request makes ready, or one run catches up with: a few seconds, so that nobody waits long and what
is due is never late for it."""


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


def many_changed(items: QuerySet[CuratedItem]) -> None:
    """The same for `items` of which there may be tens of thousands, and which show something that has changed, such as
    a name: the newest `AT_A_TIME` are brought up to date at once. Of the others it is only noted, so that readers get
    them made when they read them, until `catch_up` has come to them. They stand in the same places as before.
    """
    items_changed(note(items))


@transaction.atomic
def note(items: QuerySet[CuratedItem]) -> list[int]:
    """Notes what is kept ready of `items` as out of date, if they are more than are brought up to date at once; returns
    the primary keys of those which the caller passes on to `items_changed` once the change is written.
    """
    rows = CuratedItem.objects.filter(pk__in=items.order_by().values("pk"))
    hold(rows)
    newest = list(rows.order_by("-pk").values_list("pk", flat=True)[: AT_A_TIME + 1])
    if len(newest) > AT_A_TIME:
        shelves.outdate(rows)
        search.outdate(rows)
    return newest[:AT_A_TIME]


def items_made(items: Sequence[CuratedItem]) -> None:
    """`items_changed` for items that this transaction has made, with all that they show at hand: as `with_facts()`
    would give them.
    """
    shelves.place_new([item for item in items if item.publication == Publication.LIVE])
    search.index(item.pk for item in items)
    renditions.wanted(item.pk for item in items)


def hold(items: QuerySet[CuratedItem]) -> None:
    """Lets whoever saves one of `items` right now finish, and keeps others waiting until the transaction ends: what is
    made ready of an item must follow from what all of them wrote.
    """
    if connection.features.has_select_for_update:
        for _ in items.order_by("pk").select_for_update(no_key=True).values_list("pk").iterator():
            pass


def catch_up() -> int:
    """Makes ready up to `AT_A_TIME` items for which it was never done, of which it is noted that something they show
    has changed, or whose cards an earlier version of the program made; returns how many. So a site that was
    upgraded becomes whole by itself, and one in which two authors of many items were merged.
    """
    behind: dict[int, None] = {}
    for rows in (_not_ready(), shelves.stale().order_by("-pk"), search.stale().order_by("-pk")):
        behind |= dict.fromkeys(rows.values_list("pk", flat=True)[: AT_A_TIME - len(behind)])
    pks = list(behind)
    for start in range(0, len(pks), shelves.BATCH):
        with transaction.atomic():
            items_changed(pks[start : start + shelves.BATCH])
    return len(pks)


def _not_ready() -> CuratedItemQuerySet:
    """The items that have no entry in search yet, or that are live and stand on no shelf or have no card."""
    mine = {"item": OuterRef("pk")}
    ready = Exists(Card.objects.filter(**mine)) & Exists(Placement.objects.filter(**mine, shelf=Shelf.SITE))
    found = Exists(NewsroomEntry.objects.filter(**mine))
    return CuratedItem.objects.filter(~found | Q(~ready, publication=Publication.LIVE)).order_by("pk")
