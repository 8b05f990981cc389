"""Finds items: for readers by what is live, for the newsroom by what the newest revision says."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, product
from typing import NamedTuple

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, StrIndex
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from communities.models import Topic
from curation import html, redirects
from curation.models import CuratedItem, ItemAuthor, KnownWord, NewsroomEntry, ReaderEntry
from curation.search import snippets, spelling
from curation.search.databases import database
from curation.search.entries import Facet
from curation.search.query import Query, parse

MOST = 1_000
"""Items that can be paged through and are counted; of more it is said that they are more."""
RANKED = 2_000
"""Among how many of the newest items that have the words the best come first."""
FEW = 3
"""Up to so many items it is asked whether other words were meant."""
FEW_HEADS = 200
"""Up to so many items the newsroom gets the best first."""
SORTED = 5_000
"""Up to so many items the database puts those that it found in order; of more it finds those that come first."""
GUESSES = 6
"""Questions that are tried instead of one that finds little."""
OFTEN = 5
"""How many times as much another spelling has to find to be offered beside one that finds something."""


NOTE = 1
"""Which of the texts of an item that snippets are made of is the curator's."""


class Match(NamedTuple):
    item: int
    facets: str
    score: float


@dataclass(frozen=True)
class Hit:
    """An item that was found, and why."""

    item: CuratedItem
    title: SafeString
    snippet: SafeString
    language: str
    """Of the snippet; empty for that of the site, which curators' notes are in."""
    byline: str
    """Its authors."""


@dataclass
class Found:
    """What readers find."""

    query: Query
    """What it was found by: the suggestion, where what was asked finds nothing."""
    matches: list[Match]
    more: bool = False
    """Whether there are more than `MOST`."""
    suggestion: Query | None = None
    """What may have been meant instead of what was asked."""
    suggested: int = 0
    """How many items the suggestion finds, as far as they are counted."""

    @property
    def corrected(self) -> bool:
        return self.suggestion is not None and self.suggestion is self.query

    @property
    def total(self) -> int:
        return len(self.matches)

    def facets(self) -> dict[str, list[tuple[Facet, int]]]:
        """By name, the facets of the items found, each with the number of them that have it, the most first."""
        # One that two topics of an item became stands there twice, until the entry is made anew.
        numbers = Counter(chain.from_iterable(set(match.facets.split("\n")) for match in self.matches))
        by_name: dict[str, list[tuple[Facet, int]]] = {}
        for line, number in numbers.most_common():
            facet = Facet(*line.split("\t"))
            by_name.setdefault(facet.name, []).append((facet, number))
        return by_name

    def hits(self, start: int, count: int) -> list[Hit]:
        """`count` of the items found, from the one numbered `start` on, beginning with 0; by one query, and one more
        where an author of some of them has another name by now.
        """
        pks = [match.item for match in self.matches[start : start + count]]
        if not pks:
            return []
        entry = ReaderEntry.objects.filter(item=OuterRef("pk"))
        shown = (
            CuratedItem.objects.filter(pk__in=pks)
            .select_related("community", "publisher")
            .defer("body", "cleaned_away")
        )
        said = {"authors_line": Subquery(entry.values("byline")), "entry_digest": Subquery(entry.values("digest"))}
        items = {item.pk: item for item in shown.order_by().annotate(**said)}
        self._name_authors([item for item in items.values() if not getattr(item, "entry_digest", "")])
        # Asked here and not by the database, which would rather go through all that is published than look up a few.
        return [self._hit(items[pk]) for pk in pks if pk in items and items[pk].is_published()]

    def _name_authors(self, items: list[CuratedItem]) -> None:
        """Writes the authors' line of `items`, of whose entries it is noted that they are out of date."""
        names: dict[int, list[str]] = defaultdict(list)
        if items:
            bylines = ItemAuthor.objects.filter(item__in=items).order_by("position", "pk")
            for pk, name in bylines.values_list("item", "author__name"):
                names[pk].append(name)
        for item in items:
            item.authors_line = ", ".join(names[item.pk])  # type: ignore[attr-defined]

    def _hit(self, item: CuratedItem) -> Hit:
        title = snippets.marked(item.title, self.query)

        def body() -> str:
            return html.plain_text(item.body_html[: snippets.LOOKED_AT])

        # The note is the curator's own, in the language of the site.
        texts = (lambda: item.description, lambda: item.curator_note, body)
        snippet, number = snippets.snippet(texts, self.query)
        language = item.language if number != NOTE else ""
        return Hit(item, title, snippet, language, getattr(item, "authors_line", "") or "")


def readers(
    text: str, facets: Mapping[str, str] | None = None, *, newest: bool = False, now: datetime | None = None
) -> Found:
    """What readers find for `text` at `now`: published items alone, by their published words.

    `facets` narrow it down: names ("community", "kind", "topic", "year") with the value that an item has to have. The
    best come first, or the `newest`. Where nothing is found, what a misspelt word may have meant is. Without words, it
    is everything that has the facets. At most three queries, and one or two more for a topic.
    """
    now, query = now or timezone.now(), parse(text)
    narrowed = [_words(name, value) for name, value in (facets or {}).items()]
    if not query and not narrowed:
        return Found(query, [])
    found, more = _matches([query], narrowed, now, newest)[0]
    result = Found(query, found, more)
    if len(found) <= FEW and query.single_words:
        _suggest(result, narrowed, now, newest)
    return result


def _words(name: str, value: str) -> list[str]:
    """The words of which an entry has one that has this facet: a topic's, and until entries are made anew those of
    topics which became it.
    """
    slugs = [value]
    if name == "topic":
        with suppress(NoReverseMatch):
            slugs += _former_slugs(value)
    return [Facet(name, slug).word for slug in slugs]


def _former_slugs(slug: str) -> list[str]:
    address = reverse("topic", args=[slug])
    folder, paths = address.rstrip("/").rpartition("/")[0], redirects.leading_to(address)
    slugs = [path.removeprefix(f"{folder}/") for path in paths if path.startswith(f"{folder}/")]
    taken = Topic.objects.filter(slug__in=slugs).values_list("slug", flat=True) if slugs else ()
    return [former for former in slugs if former not in taken]


def _matches(
    queries: list[Query], narrowed: Collection[Collection[str]], now: datetime, newest: bool
) -> list[tuple[list[Match], bool]]:
    """For each of `queries` what it finds, in order, and whether there is more."""
    ranked = not newest and any(query.wanted for query in queries)
    rows = database().readers(queries, narrowed, now, among=RANKED if ranked else None, most=MOST + 1)
    by_query: list[list[Match]] = [[] for _ in queries]
    for number, *match in rows:
        by_query[number].append(Match(*match))
    if ranked:  # A union of queries has no order of its own; a stable sort leaves the newest first.
        for found in by_query:
            found.sort(key=lambda match: match.score)
    return [(found[:MOST], len(found) > MOST) for found in by_query]


def _suggest(result: Found, narrowed: Collection[Collection[str]], now: datetime, newest: bool) -> None:
    """Adds what may have been meant, if it finds something that readers may see."""
    guesses = _guesses(result.query, bool(result.matches))
    if not guesses:
        return
    tried = _matches([guess for _, guess in guesses], narrowed, now, newest)
    worth = [
        (far, -len(found), number)
        for number, ((far, _), (found, _)) in enumerate(zip(guesses, tried, strict=True))
        if len(found) > len(result.matches) * OFTEN
    ]
    if not worth:
        return
    best = min(worth)[2]
    found, more = tried[best]
    result.suggestion, result.suggested = guesses[best][1], len(found)
    if not result.matches:
        result.query, result.matches, result.more = result.suggestion, found, more


def _guesses(query: Query, finds_something: bool) -> list[tuple[int, Query]]:
    """Questions that may have been meant, each with how many letters it differs in; by one query."""
    asked = [word for word in dict.fromkeys(query.single_words) if spelling.has_spelling(word)]
    keys = {word: spelling.keys(word) for word in asked}
    if not keys:
        return []
    rows = KnownWord.objects.filter(key__in=set().union(*keys.values())).values_list("key", "word")
    known: dict[str, set[str]] = {word: set() for word in asked}
    for key, other in rows:
        for word in asked:
            if key in keys[word]:
                known[word].add(other)
    strange = [word for word in asked if word not in known[word]]
    near = {word: spelling.nearest(word, known[word]) for word in asked}
    if strange and not finds_something:
        choices = [[(far, word, other) for far, other in near[word]] for word in strange if near[word]]
        changes = list(product(*choices)) if choices else []
    else:
        changes = [((far, word, other),) for word in asked for far, other in near[word]]
    changes.sort(key=lambda change: sum(far for far, _, _ in change))
    return [
        (sum(far for far, _, _ in change), query.with_words({word: other for _, word, other in change}))
        for change in changes[:GUESSES]
    ]


def matching(items: QuerySet, text: str, *, audience: str = "newsroom", ranked: bool = True) -> QuerySet:
    """Those of `items` that have the words of `text`: for the "newsroom" in their newest revision, or in their
    addresses; for "readers" in what is live of them, which the caller narrows by `published()`.

    The newsroom gets few items the best first, if `ranked`; everything else stays in the order of `items`. Whoever may
    not see an item is not shown it: `items` says who sees what.
    """
    query = parse(text)
    if not query:
        return items.none() if text.strip() else items
    if query.unfinished and not database().often(
        ReaderEntry if audience == "readers" else NewsroomEntry, query.unfinished
    ):
        query = query.begun()
    if audience == "readers":
        return items.filter(pk__in=database().among_live(query))
    number = len(database().heads(query, SORTED + 1))
    if number > SORTED:
        # SQLite would take the primary keys for the shortest way to the items, and sort them all for one page. What it
        # has to compute is no way: so it goes along the order of `items`, and stops where the page is full.
        return items.alias(number_of_item=F("pk") + 0).filter(number_of_item__in=database().among_heads(query))
    if number > FEW_HEADS or not ranked:
        return items.filter(pk__in=database().among_heads(query))
    best = database().best_heads(query)
    place = StrIndex(
        Value(f",{','.join(map(str, best))},"),
        Concat(Value(","), Cast("pk", CharField()), Value(","), output_field=CharField()),
    )
    return items.filter(pk__in=best).order_by(place)
