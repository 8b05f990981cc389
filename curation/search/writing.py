"""Keeps the entries of search true: called with every change of what readers or the newsroom meet."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Replace, StrIndex
from django.db.models.lookups import Exact

from curation.models import NOTHING, CuratedItem, KnownWord, NewsroomEntry, ReaderEntry
from curation.search import spelling
from curation.search.databases import database
from curation.search.entries import Facet, Parts, gather

BATCH = 500
"""Items whose words are in memory at once."""


def index(pks: Iterable[int]) -> None:
    """Makes the entries of these items say what they say now.

    Belongs into the transaction of the change, so that nobody finds what is not there yet or no longer. Items whose
    words are as they were cost a look at them.
    """
    wanted = sorted(set(pks))
    with transaction.atomic():
        for start in range(0, len(wanted), BATCH):
            _index(wanted[start : start + BATCH])


def outdate(items: QuerySet[CuratedItem]) -> None:
    """Notes that `items` are found by words that they do not show any more, until `index` comes to them."""
    rows = items.order_by().values("pk")
    for model in (ReaderEntry, NewsroomEntry):
        model._default_manager.filter(item__in=rows).exclude(digest="").update(digest="")


def stale() -> QuerySet[NewsroomEntry]:
    """The entries of the items of which `outdate` has noted that."""
    return NewsroomEntry.objects.filter(Exact(F("digest"), NOTHING))


def facet_became(items: QuerySet[CuratedItem], old: Facet, new: Facet) -> None:
    """Has `items`, which were offered to readers under `old`, such as a topic, offered under `new` at once."""
    entries = ReaderEntry.objects.filter(item__in=items.order_by().values("pk"))
    # Those that have the new one as well are not offered under it twice.
    both = entries.alias(known=StrIndex("facets", Value(f"\n{new}\n"))).filter(known__gt=0)
    both.update(facets=Replace("facets", Value(f"\n{old}\n"), Value("\n")))
    entries.update(facets=Replace("facets", Value(str(old)), Value(str(new))))


def _index(pks: Sequence[int]) -> None:
    if connection.features.has_select_for_update:
        # Whoever changes one of them at the same moment comes before or after, and so sees what the other has done.
        list(CuratedItem.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
    known_readers, known_newsroom = _known(pks)
    readers: list[tuple[ReaderEntry, Parts]] = []
    newsroom: list[tuple[NewsroomEntry, Parts]] = []
    gone = []
    for material in gather(pks):
        entry, pk = material.reader, material.pk
        if (entry.digest if entry else None) != known_readers.get(pk):
            if pk in known_readers:
                gone.append(pk)
            if entry is not None:
                readers.append((entry, material.reader_parts()))
        if material.newsroom.digest != known_newsroom.get(pk):
            newsroom.append((material.newsroom, material.newsroom_parts()))
    if gone:
        ReaderEntry.objects.filter(item__in=gone).delete()
    if readers:
        database().put(ReaderEntry, [entry for entry, _ in readers], (parts for _, parts in readers))
        _learn(parts for _, parts in readers)
    if changed := [entry.item_id for entry, _ in newsroom if entry.item_id in known_newsroom]:
        NewsroomEntry.objects.filter(item__in=changed).delete()
    if newsroom:
        database().put(NewsroomEntry, [entry for entry, _ in newsroom], (parts for _, parts in newsroom))


def _known(pks: Sequence[int]) -> tuple[dict[int, str], dict[int, str]]:
    """The digests of the entries that there are, by item, for readers and for the newsroom."""
    readers = dict(ReaderEntry.objects.filter(item__in=pks).values_list("item", "digest"))
    return readers, dict(NewsroomEntry.objects.filter(item__in=pks).values_list("item", "digest"))


def _learn(all_parts: Iterable[Parts]) -> None:
    """Keeps the words that are met for the first time, for those who will misspell them."""
    met: set[str] = set()
    for parts in all_parts:
        for words in (parts.title, parts.names, parts.summary, parts.body):
            met.update(words)
    if new := database().unknown(filter(spelling.has_spelling, met)):
        KnownWord.objects.bulk_create(
            (KnownWord(key=key, word=word) for word in new for key in spelling.keys(word)), batch_size=2000
        )


def rebuild(*, check: bool = False, anew: bool = False) -> Iterator[dict[int, str]]:
    """Goes through all items and brings the entries up to date that are not; `check` only looks, `anew` makes all.

    Yields, for the items of each transaction, what was wrong with which: "missing", "stale" or "superfluous". What is
    as it should be is left alone, so that a run which was stopped goes on where it ended.
    """
    for model in (ReaderEntry, NewsroomEntry):
        yield dict.fromkeys(database().sweep(model, dry_run=check), "superfluous")
    if anew and not check:
        KnownWord.objects.all().delete()
    last = 0
    while pks := list(CuratedItem.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = pks[-1]
        with transaction.atomic():
            wrong = _differences(pks)
            if not check:
                again = pks if anew else list(wrong)
                for model in (ReaderEntry, NewsroomEntry):
                    model._default_manager.filter(item__in=again).delete()
                index(again)
        yield wrong


def _differences(pks: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    known_readers, known_newsroom = _known(pks)
    for model, known in ((ReaderEntry, known_readers), (NewsroomEntry, known_newsroom)):
        for pk in database().without_words(model, pks):
            known[pk] = ""
    for material in gather(pks):
        pk, wanted = material.pk, material.reader.digest if material.reader else None
        reader, newsroom = known_readers.get(pk), known_newsroom.get(pk)
        if (reader, newsroom) == (wanted, material.newsroom.digest):
            continue
        missing = newsroom is None or (reader is None and wanted is not None)
        found[pk] = "missing" if missing else "superfluous" if wanted is None and reader is not None else "stale"
    return found
