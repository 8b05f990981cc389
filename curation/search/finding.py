"""Finds items: for readers by what is live, for the newsroom by what the newest revision says."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from itertools import product
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, StrIndex, Substr
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from communities.models import Community, Topic
from curation import edition, html, lists, redirects
from curation.models import NewsroomEntry, ReaderEntry, Redirect
from curation.search import snippets, spelling
from curation.search.databases import database
from curation.search.entries import Facet
from curation.search.query import Query, parse
from curation.search.shown import Guess, Known, Part

MOST = 1_000
"""How many of the newest items that have the words are looked at: counted, put in order and paged through. Of more it
is said that they are more.
"""
MOST_PUT_TOGETHER = 500
"""The same of questions that the index of words does not answer by itself, each item of which takes as long as two."""
SHOWN_AT_ONCE = 20
"""Items that are read together if nothing is said."""
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


class Place(NamedTuple):
    """The community that what was found belongs to."""

    name: str
    tone: str
    url: str
    items_url: str
    """Of its list, below which its items lie."""


@lru_cache(maxsize=200)
def _place(slug: str, name: str, accent: str) -> Place:
    community = Community(slug=slug, name=name, accent=accent)
    return Place(name, community.tone, community.get_absolute_url(), reverse("curated_content", args=[slug]))


class Hit(NamedTuple):
    """An item that was found, and why."""

    title: str
    marked_title: SafeString
    url: str
    language: str
    place: Place
    kind: str
    snippet: SafeString
    snippet_language: str
    """Empty for that of the site, which curators' notes are in."""
    publisher: str
    byline: str
    """Its authors."""
    date: datetime
    """The one that readers see."""


@dataclass
class Found:
    """What readers find."""

    query: Query
    """What it was found by: the suggestion, where what was asked finds nothing."""
    now: datetime
    total: int = 0
    more: bool = False
    """Whether there are more than `total`, which were not looked at."""
    hits: list["Hit"] = field(default_factory=list)
    """The part of it that was asked for."""
    suggestion: Query | None = None
    """What may have been meant instead of what was asked."""
    topic: str = ""
    """What the topic is called now that was asked for by a former slug."""
    _facets: str = ""

    @property
    def corrected(self) -> bool:
        return self.suggestion is not None and self.suggestion is self.query

    def facets(self, most: int) -> dict[str, list[tuple[Facet, int]]]:
        """By name, the `most` facets that most of the items found have, each with its number: that of the newest few,
        if there are `more`.
        """
        by_name: dict[str, list[tuple[Facet, int]]] = {}
        for line, number in Counter(self._facets.split("\n") if self._facets else ()).most_common():
            offered = by_name.setdefault(line.partition("\t")[0], [])
            if len(offered) < most:
                offered.append((Facet(*line.split("\t")), number))
        return by_name

    def take(self, rows: Sequence[tuple[Any, ...]], most: int) -> None:
        """Takes over what the database found, as rows of `SHOWN`."""
        total, _, _, self._facets, *_ = rows[0]
        self.total, self.more = min(total, most), total > most
        self.hits = []
        for _, _, place, _, _, *said, date, publication, publish_at, unpublish_at in rows:
            standing = publication, edition.read(publish_at), edition.read(unpublish_at)
            if place is not None and publication and lists.is_shown(standing, self.now):
                self.hits.append(self._hit((*said, edition.read(date), *standing)))

    def _hit(self, row: tuple[Any, ...]) -> Hit:
        """An item as the database gives it."""
        title, slug, language, kind, description, note, body, home, name, accent, publisher, host, byline, date, *_ = (
            row
        )
        place = _place(home, name, accent)
        # The note is the curator's own, in the language of the site.
        texts = (lambda: description, lambda: note, lambda: html.plain_text(body))
        snippet, number = snippets.snippet(texts, self.query)
        return Hit(
            title, snippets.marked(title, self.query), f"{place.items_url}{slug}/", language, place, kind, snippet,
            language if number != NOTE else "", publisher or host or "", byline, date or row[-2],
        )  # fmt: skip


def readers(
    text: str,
    facets: Mapping[str, str] | None = None,
    *,
    newest: bool = False,
    now: datetime | None = None,
    start: int = 0,
    count: int = SHOWN_AT_ONCE,
) -> Found:
    """What readers find for `text` at `now`: published items alone, by their published words. Of these, `count` from
    the one numbered `start` on, beginning with 0, are read; the last ones, where there are not so many.

    `facets` narrow it down: names ("community", "kind", "topic", "year") with the value that an item has to have. The
    best come first, or the `newest`. Where nothing is found, what a misspelt word may have meant is. Without words, it
    is everything that has the facets. At most three queries, and two without a topic.
    """
    now, query, facets = now or timezone.now(), parse(text), facets or {}
    result = Found(query, now)
    if "topic" in facets:
        former, result.topic = _names_of(facets["topic"])
    narrowed = [
        [Facet(name, slug).word for slug in dict.fromkeys((value, *(former if name == "topic" else ())))]
        for name, value in facets.items()
    ]
    if not query and not narrowed:
        return result
    part = Part(start, count, MOST if query.is_plain else MOST_PUT_TOGETHER)
    find = partial(database().readers, facets=narrowed, now=now, part=part)
    keys = {key for word in query.single_words if spelling.has_spelling(word) for key in spelling.keys(word)}
    ranked = bool(query.wanted) and not newest
    rows = find([Guess(0, query)], ranked=ranked, least=None, known=Known(sorted(keys), FEW))
    result.take(rows, part.most)
    if result.total > FEW or not rows[0][4]:
        return result
    known = [tuple(line.split(" ")) for line in rows[0][4].split("\n")]
    if not (guesses := _guesses(query, bool(result.total), known)):
        return result
    if rows := find(guesses, ranked=ranked, least=result.total * OFTEN, known=Known()):
        result.suggestion = guesses[rows[0][1]].query
        if not result.total:
            result.query = result.suggestion
            result.take(rows, part.most)
    return result


def _names_of(topic: str) -> tuple[list[str], str]:
    """The slugs that the topic of this slug had or that became it, which entries have until they are made anew; and the
    one that it has now, where this is a former one: that is among them, too.
    """
    try:
        address = reverse("topic", args=[topic])
    except NoReverseMatch:
        return [], ""
    path = Redirect.normalised(address)
    folder = address.rstrip("/").rpartition("/")[0]
    taken = Topic.objects.filter(slug=OuterRef("slug"))
    rows = redirects.leading_to(address) | Redirect.objects.filter(path=path)
    rows = rows.order_by().annotate(slug=Substr("path", len(folder) + 2)).annotate(is_taken=Exists(taken))
    former, now = [], ""
    for old, target, slug, is_taken in rows.values_list("path", "target", "slug", "is_taken"):
        if old == path:
            now = redirects.called_at(target, "topic")
        elif old.startswith(f"{folder}/") and not is_taken:
            former.append(slug)
    return ([*former, now], now) if now else (former, "")


def _guesses(query: Query, finds_something: bool, words: Iterable[Sequence[str]]) -> list[Guess]:
    """Questions that may have been meant; `words` are known ones, each behind a key of it."""
    asked = [word for word in dict.fromkeys(query.single_words) if spelling.has_spelling(word)]
    keys = {word: spelling.keys(word) for word in asked}
    if not keys:
        return []
    known: dict[str, set[str]] = {word: set() for word in asked}
    for key, other in words:
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
        Guess(sum(far for far, _, _ in change), query.with_words({word: other for _, word, other in change}))
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
    number = database().many_heads(query, SORTED + 1)
    if number > SORTED:
        return database().each_by_its_head(items, query)
    if number > FEW_HEADS or not ranked:
        return items.filter(pk__in=database().among_heads(query))
    best = database().best_heads(query)
    place = StrIndex(
        Value(f",{','.join(map(str, best))},"),
        Concat(Value(","), Cast("pk", CharField()), Value(","), output_field=CharField()),
    )
    return items.filter(pk__in=best).order_by(place)
