"""Finds items: for readers by what is live, for the newsroom by what the newest revision says."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, product
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, StrIndex, Substr
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from communities.models import Community, Topic
from curation import edition, html, lists, redirects
from curation.models import KnownWord, NewsroomEntry, ReaderEntry
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


class Place(NamedTuple):
    """The community that what was found belongs to."""

    name: str
    tone: str
    url: str
    items_url: str
    """Of its list, below which its items lie."""


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


# In the database's own words, since Django would take longer to write it than the database to answer it. The authors
# are joined to the items alone of whose entries it is noted that they are out of date. Whether an item is published is
# not asked here: the database would rather go through all that is published than look up a few.
SHOWN = """
SELECT item.id, item.title, item.slug, item.language, item.kind, item.description, item.curator_note,
    SUBSTR(item.body_html, 1, {looked_at}), community.slug, community.name, community.accent, publisher.name,
    publisher.host, CASE WHEN COALESCE(entry.digest, '') = '' THEN '' ELSE entry.byline END, author.name, item.date,
    item.publication, item.publish_at, item.unpublish_at
FROM curation_curateditem AS item
JOIN communities_community AS community ON community.id = item.community_id
LEFT JOIN curation_publisher AS publisher ON publisher.id = item.publisher_id
LEFT JOIN curation_readerentry AS entry ON entry.item_id = item.id
LEFT JOIN curation_itemauthor AS byline ON byline.item_id = item.id AND COALESCE(entry.digest, '') = ''
LEFT JOIN curation_author AS author ON author.id = byline.author_id
WHERE item.id IN ({items}) ORDER BY byline.position, byline.id
"""


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
        """`count` of the items found, from the one numbered `start` on, beginning with 0; by one query."""
        pks = [match.item for match in self.matches[start : start + count]]
        if not pks:
            return []
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(pks))
            cursor.execute(SHOWN.format(items=marks, looked_at=snippets.LOOKED_AT), pks)
            rows = cursor.fetchall()
        by_item: dict[int, tuple[Any, ...]] = {}
        authors: dict[int, list[str]] = {}
        for pk, *row in rows:
            *said, byline, author, date, publication, publish_at, unpublish_at = row
            if author is not None:
                authors.setdefault(pk, []).append(author)
                byline = ", ".join(authors[pk])
            standing = publication, edition.read(publish_at), edition.read(unpublish_at)
            by_item[pk] = (*said, byline, edition.read(date), *standing)
        places: dict[str, Place] = {}
        now = timezone.now()
        return [self._hit(by_item[pk], places) for pk in pks if pk in by_item and lists.is_shown(by_item[pk], now)]

    def _hit(self, row: tuple[Any, ...], places: dict[str, Place]) -> Hit:
        """An item as `hits` reads it; `places` keeps what is the same for all items of a community, by its slug."""
        title, slug, language, kind, description, note, body, home, name, accent, publisher, host, byline, date, *_ = (
            row
        )
        if home not in places:
            community = Community(slug=home, name=name, accent=accent)
            url, items_url = community.get_absolute_url(), reverse("curated_content", args=[home])
            places[home] = Place(name, community.tone, url, items_url)
        place = places[home]
        # The note is the curator's own, in the language of the site.
        texts = (lambda: description, lambda: note, lambda: html.plain_text(body))
        snippet, number = snippets.snippet(texts, self.query)
        return Hit(
            title, snippets.marked(title, self.query), f"{place.items_url}{slug}/", language, place, kind, snippet,
            language if number != NOTE else "", publisher or host or "", byline, date or row[-2],
        )  # fmt: skip


def readers(
    text: str, facets: Mapping[str, str] | None = None, *, newest: bool = False, now: datetime | None = None
) -> Found:
    """What readers find for `text` at `now`: published items alone, by their published words.

    `facets` narrow it down: names ("community", "kind", "topic", "year") with the value that an item has to have. The
    best come first, or the `newest`. Where nothing is found, what a misspelt word may have meant is. Without words, it
    is everything that has the facets. At most three queries.
    """
    now, query, facets = now or timezone.now(), parse(text), facets or {}
    former, known = _former_and_known(facets["topic"], query) if "topic" in facets else ([], None)
    narrowed = [
        [Facet(name, slug).word for slug in (value, *(former if name == "topic" else ()))]
        for name, value in facets.items()
    ]
    if not query and not narrowed:
        return Found(query, [])
    found, more = _matches([query], narrowed, now, newest)[0]
    result = Found(query, found, more)
    if len(found) <= FEW and query.single_words:
        _suggest(result, narrowed, now, newest, known)
    return result


Known = list[tuple[str, str]]
"""Keys, each with a known word that it stands for."""


def _former_and_known(topic: str, query: Query) -> tuple[list[str], Known | None]:
    """By one query, the slugs that the topic of this slug had or that became it, which entries have until they are made
    anew, and the known words that those of `query` may have meant.

    Whether a word is misspelt is known only later, but then it would be a query more.
    """
    try:
        address = reverse("topic", args=[topic])
    except NoReverseMatch:
        return [], None
    folder = address.rstrip("/").rpartition("/")[0]
    former = (
        redirects.leading_to(address)
        .order_by()
        .filter(path__startswith=f"{folder}/")
        .annotate(slug=Substr("path", len(folder) + 2), word=Value("", CharField()))
    )
    taken = Topic.objects.filter(slug=OuterRef("slug"))
    rows = former.filter(~Exists(taken)).values_list("slug", "word")
    both = list(rows.union(_known_words(query), all=True))
    return [slug for slug, word in both if not word], [(key, word) for key, word in both if word]


def _known_words(query: Query) -> QuerySet[KnownWord, tuple[str, str]]:
    keys = [key for word in query.single_words if spelling.has_spelling(word) for key in spelling.keys(word)]
    return KnownWord.objects.filter(key__in=keys).values_list("key", "word")


def _matches(
    queries: list[Query], narrowed: Collection[Collection[str]], now: datetime, newest: bool
) -> list[tuple[list[Match], bool]]:
    """For each of `queries` what it finds, in order, and whether there is more."""
    ranked = not newest and any(query.wanted for query in queries)
    rows = database().readers(queries, narrowed, now, among=RANKED if ranked else None, most=MOST + 1)
    by_query: list[list[Match]] = [[] for _ in queries]
    for number, item, facets, score in rows:
        by_query[number].append(Match(item, facets, score))
    if ranked:  # A union of queries has no order of its own; a stable sort leaves the newest first.
        for found in by_query:
            found.sort(key=lambda match: match.score)
    return [(found[:MOST], len(found) > MOST) for found in by_query]


def _suggest(
    result: Found, narrowed: Collection[Collection[str]], now: datetime, newest: bool, known: Known | None
) -> None:
    """Adds what may have been meant, if it finds something that readers may see; `known` are the words that may have
    been, where they were asked for already.
    """
    guesses = _guesses(result.query, bool(result.matches), _known_words(result.query) if known is None else known)
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


def _guesses(query: Query, finds_something: bool, words: Iterable[tuple[str, str]]) -> list[tuple[int, Query]]:
    """Questions that may have been meant, each with how many letters it differs in; `words` are known ones, by key."""
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
