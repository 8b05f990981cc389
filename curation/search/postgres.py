"""Search on PostgreSQL: a tsvector in each entry. The words come as they are: its own parser and dictionaries, which
would find other words than SQLite, have no part in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Model, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from curation.models import NewsroomEntry, ReaderEntry
from curation.search.entries import EVERY, GAP, Parts, last_key
from curation.search.query import OFTEN, Query, Term
from curation.search.shown import COMPARED, DIVIDED, FACETS, KNOWN, SHOWN, WEIGHED, Guess, Known, Part

LAST_PLACE, MOST_PLACES = 16_383, 255
"""What a tsvector can tell of where a word stands."""

NARROW, WIDE = 2, 3
"""Of what length the first stretch of time is that is looked at. What begins in some way is put together anew for each
stretch, and that is most of its cost.
"""

# `curation_newest` is made by a migration. It takes what the index of words answers by itself, the numbers of words
# that stand side by side, which tell most of who has a phrase, and all of the question, where that is more.
ASKED = """
WITH asked(number, far, last, last_likely, is_alone, weighed, in_title, in_summary, width, whole, likely, beside, begun,
    likely_begun, beside_begun)
AS (VALUES {asked})"""
TSQUERY = "%s::tsquery"
WAY = f"{TSQUERY}, {TSQUERY}, %s::text[]"
NUMBERED = "ARRAY(SELECT curation_pair(pair) FROM unnest({pairs}) AS pair)"
NEWEST = f"curation_newest({{likely}}, {NUMBERED}, {{exactly}}, {{weighed}}, {{width}}, %s, %s, %s)"
WHOLE = NEWEST.format(likely="likely", pairs="beside", exactly="whole", weighed="weighed", width="width")
BEGUN = NEWEST.format(likely="likely_begun", pairs="beside_begun", exactly="begun", weighed="weighed", width=WIDE)
COUNTED = NEWEST.format(likely="likely_begun", pairs="beside_begun", exactly="begun", weighed="NULL", width=NARROW)
ONLY = ", best AS MATERIALIZED (SELECT * FROM asked)"
# That of several questions which differs least from what was asked, and then finds most, if it finds more than so
# many.
BEST = f""", best AS MATERIALIZED (
    SELECT asked.* FROM asked CROSS JOIN LATERAL (SELECT COUNT(*) AS many FROM {COUNTED}) AS finds
    WHERE many > %s ORDER BY far, many DESC, number LIMIT 1
)"""  # noqa: S608
# A last word that many have is whole, and otherwise also a beginning. How many have it is only asked for where the
# items found do not tell.
FOUND = f""", whole AS MATERIALIZED (
    SELECT newest.* FROM best CROSS JOIN LATERAL {WHOLE} AS newest
), told AS MATERIALIZED (
    SELECT *, CASE WHEN last_likely IS NULL OR (SELECT COUNT(*) FROM whole) >= %s THEN TRUE WHEN is_alone THEN FALSE
        ELSE (
            SELECT COUNT(*) FROM curation_newest(last_likely, '{{}}', last, NULL, {NARROW}, %s, %s, %s)
        ) >= %s END AS is_whole
    FROM best
), found AS MATERIALIZED (
    SELECT whole.* FROM told CROSS JOIN whole WHERE is_whole
    UNION ALL SELECT newest.* FROM (SELECT * FROM told WHERE NOT is_whole) AS told CROSS JOIN LATERAL {BEGUN} AS newest
), counted AS MATERIALIZED (SELECT COUNT(*) AS total FROM found)"""  # noqa: S608
# Few are weighed by all their words, which are read from where PostgreSQL puts what is long, those first that have all
# that was asked for in their title, and then in names and summary: the length of a text counts for more than that
# otherwise. Many are weighed by the words that weigh most, as `curation_newest` does.
SCORED = """, scored AS (
    SELECT found.number, CASE WHEN total > %s THEN found.score ELSE (
        SELECT -ts_rank({weights}, words, weighed, 1) - 2 * COALESCE((said @@ in_title)::int, 0)
            - COALESCE((said @@ in_summary)::int, 0)
        FROM curation_readerentry AS entry WHERE entry.key = found.number
    ) END AS score
    FROM found CROSS JOIN counted CROSS JOIN told
)"""
UNSCORED = ", scored AS (SELECT number, 0.0 AS score FROM found)"
PAGE = """, part AS (SELECT GREATEST(0, LEAST(%s, (LEAST(total, %s) - 1) / %s * %s)) AS start FROM counted),
page AS MATERIALIZED (
    SELECT number, ROW_NUMBER() OVER (ORDER BY score, number DESC) AS place FROM (
        SELECT number, score FROM scored ORDER BY score, number DESC
        LIMIT (SELECT LEAST(%s, %s - start) FROM part) OFFSET (SELECT start FROM part)
    ) AS shown
)"""
WEIGHTS = "'{0.1, 0.3, 0.5, 1.0}'"
"""Of body, summary, names and title."""
RANKED = f"-ts_rank({WEIGHTS}, words, %s::tsquery, 1)::float8"
NEWSROOM = "SELECT item_id FROM curation_newsroomentry WHERE {has}"
LIVE = "SELECT item_id FROM curation_readerentry WHERE {has}"
LIKELY = "words @@ %s::tsquery"
BESIDE = f"curation_pairs(words) @> {NUMBERED.format(pairs='%s::text[]')}"
EXACTLY = "ts_match_vq(words, %s::tsquery)"
"""What an entry has that a question finds, each by itself as `curation_newest` asks for it."""
UNKNOWN = (
    "SELECT word FROM unnest(%s::text[]) AS word "
    "WHERE NOT EXISTS (SELECT 1 FROM curation_knownword AS known WHERE known.word = word.word)"
)


def put(model: type[Model], entries: Sequence[Any], parts: Iterable[Parts]) -> None:
    """Adds `entries` with their words; those that there were of the same items are gone already."""
    fields = model._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    last = "" if model is ReaderEntry else "B"
    rows = [
        (*(getattr(entry, field.attname) for field in fields), vector(part, last))
        for entry, part in zip(entries, parts, strict=True)
    ]
    sql = f"INSERT INTO {model._meta.db_table} ({columns}, words) VALUES ({places}, %s::tsvector)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def vector(parts: Parts, last: str) -> str:
    """`parts` as PostgreSQL reads them: each word with its places and weights.

    `last` is the weight of the last part; without one, its words have no place and no share in the ranking.
    """
    places: dict[str, list[str]] = defaultdict(list)
    at = 0
    weighted = [(parts.title, "A"), (parts.names, "B"), (parts.summary, "C"), (parts.body, "D")]
    for found, weight in [*weighted, *([(parts.rest, last)] if last else [])]:
        for word in found:
            at = min(at + 1, LAST_PLACE)
            if word != GAP and len(places[word]) < MOST_PLACES:
                places[word].append(f"{at}{weight}")
        at = min(at + 1, LAST_PLACE)  # so that no phrase reaches from one part into the next
    said = [f"'{word}':{','.join(stands)}" for word, stands in places.items() if stands]
    return " ".join(said if last else [*said, *(f"'{word}'" for word in parts.rest)])


def expression(query: Query, facets: Collection[Collection[str]] = ()) -> str:
    """`query` as a tsquery, with one word of each of `facets`: every word of it is quoted, and has no quotes of its
    own.
    """
    also = ["(" + " | ".join(f"'{word}'" for word in either) + ")" for either in facets]
    wanted = [*map(_term, query.wanted), *also] or [f"'{EVERY}'"]
    return " & ".join([*wanted, *(f"!{_term(term)}" for term in query.unwanted)])


def _term(term: Term, weights: str = "") -> str:
    label = f":{weights}" if weights else ""
    *words, last = (f"'{word}'" for word in term.words)
    end = f":*{weights}" if term.is_beginning else label
    return f"({' <-> '.join([*(word + label for word in words), last + end])})"


def _where(query: Query, weights: str) -> str | None:
    """All that `query` wants, as a tsquery for where it stands: words of these weights; None where it wants nothing."""
    return " & ".join(_term(term, weights) for term in query.wanted) or None


def _likely(query: Query) -> Query:
    """`query` as far as the index of words answers it: the words of phrases, wherever they stand."""
    wanted = [
        Term((word,), term.is_beginning and number == len(term.words))
        for term in query.wanted
        for number, word in enumerate(term.words, 1)
    ]
    return Query(tuple(dict.fromkeys(wanted)), tuple(term for term in query.unwanted if len(term.words) == 1))


def _beside(query: Query) -> list[str]:
    """The pairs of words that stand side by side in whatever has the phrases of `query`."""
    pairs = []
    for term in query.wanted:
        words = term.words[:-1] if term.is_beginning else term.words
        pairs += [f"{one} {other}" for one, other in pairwise(words)]
    return pairs


def _ways(query: Query, facets: Collection[Collection[str]]) -> tuple[str | None, str, list[str]]:
    """What `curation_newest` takes of `query`: all of it, if the index does not answer that, what it does answer, and
    pairs of words.
    """
    exactly, likely = expression(query, facets), expression(_likely(query), facets)
    return exactly if exactly != likely else None, likely, _beside(query)


def readers(
    guesses: Sequence[Guess],
    facets: Collection[Collection[str]],
    now: datetime,
    *,
    ranked: bool,
    part: Part,
    least: int | None,
    known: Known,
) -> list[tuple[Any, ...]]:
    """What readers find at `now` by one of `guesses`, as rows of `SHOWN`, by one query. With `least` it is the one that
    differs least of those that find more than that, and no row if none does; otherwise there is but one.
    """
    top = last_key(now)
    params: list[Any] = []
    for number, (far, query) in enumerate(guesses):
        last, begun = query.unfinished, query.begun()
        params += [number, far, *_ways(Query((last,)), ())[:2]] if last else [number, far, None, None]
        params += [len(query.wanted) == 1 and not query.unwanted and not facets]
        params += [expression(begun) if ranked else None, _where(begun, "A"), _where(begun, "ABC")]
        params += [WIDE if query.has_beginning else NARROW]
        params += [*_ways(query, facets), *_ways(begun, facets)]
    asked = [f"%s::integer, %s::integer, {TSQUERY}, {TSQUERY}, %s::boolean", *[TSQUERY] * 3, "%s::integer", WAY, WAY]
    row = f"({', '.join(asked)})"
    sql = ASKED.format(asked=", ".join([row] * len(guesses))) + (ONLY if least is None else BEST) + FOUND
    params += [] if least is None else [top, now, COMPARED, least]
    most = [top, now, part.most + 1]
    params += [*most, OFTEN, top, now, OFTEN, OFTEN, *most]
    if ranked:
        sql += SCORED.format(weights=WEIGHTS)
        params.append(WEIGHED)
    else:
        sql += UNSCORED
    params += [part.start, part.most, part.number, part.number, part.number, part.most, part.most, DIVIDED]
    words = "NULL"
    if known.keys:
        words = KNOWN.format(joined="string_agg(name, E'\\n')", keys=", ".join(["%s"] * len(known.keys)))
        params += [known.most, *known.keys]
    facts = FACETS.format(joined="string_agg(facets, E'\\n')")
    return _all(sql + PAGE + SHOWN.format(facets=facts, known=words, joined="string_agg(name, ', ')"), params)


def often(model: type[Model], term: Term) -> bool:
    """Whether so many items have `term` that it is whole."""
    sql = f"SELECT 1 FROM {model._meta.db_table} WHERE words @@ %s::tsquery LIMIT %s"  # noqa: S608
    return len(_all(sql, [_term(term), OFTEN])) == OFTEN


def _has(query: Query, *, exactly: bool = True) -> tuple[str, list[Any]]:
    """What an entry has that `query` finds, with its parameters; without `exactly`, as far as the index answers it."""
    exact, likely, beside = _ways(query, ())
    parts: list[tuple[str, Any]] = [(LIKELY, likely)]
    if beside:
        parts.append((BESIDE, beside))
    if exactly and exact:
        parts.append((EXACTLY, exact))
    return " AND ".join(sql for sql, _ in parts), [value for _, value in parts]


def among_live(query: Query) -> RawSQL:
    """The live items that `query` finds by their live words, whatever the time, as a sub-query."""
    has, params = _has(query)
    return RawSQL(LIVE.format(has=has), params)  # noqa: S611


def among_heads(query: Query) -> RawSQL:
    """The items that `query` finds by the words of their newest revision, as a sub-query."""
    has, params = _has(query)
    return RawSQL(NEWSROOM.format(has=has), params)  # noqa: S611


def many_heads(query: Query, most: int) -> int:
    """About how many items `among_heads` has, up to `most`: never fewer, and more where a phrase is asked for."""
    has, params = _has(query, exactly=False)
    return len(_all(f"{NEWSROOM.format(has=has)} LIMIT %s", [*params, most]))


def each_by_its_head(items: QuerySet, query: Query) -> QuerySet:
    """Those of `items` that `among_heads` has, looked at one by one in the order of `items` until a page is full."""
    words = NewsroomEntry.objects.filter(item=OuterRef("pk"))
    has = RawSQL("words @@ %s::tsquery", [expression(query)], BooleanField())
    return items.filter(Subquery(words.annotate(has=has).values("has"), output_field=BooleanField()))


def best_heads(query: Query) -> list[int]:
    """The items of `among_heads`, the best first."""
    has, params = _has(query)
    ranked = f"{NEWSROOM.format(has=has)} ORDER BY {RANKED}, item_id DESC"
    return [pk for (pk,) in _all(ranked, [*params, expression(query)])]


def unknown(words: Iterable[str]) -> list[str]:
    """Those of `words` that are no known words yet."""
    return [word for (word,) in _all(UNKNOWN, [sorted(words)])]


def without_words(model: type[Model], items: Sequence[int]) -> list[int]:
    """Those of `items` whose entry has no words beside it."""
    sql = f"SELECT item_id FROM {model._meta.db_table} WHERE item_id BETWEEN %s AND %s AND words IS NULL"  # noqa: S608
    return [pk for (pk,) in _all(sql, [items[0], items[-1]])]


def sweep(model: type[Model], *, dry_run: bool) -> list[int]:
    """Takes away words that have no entry; returns their numbers. Here words stand in the entry itself."""
    return []


def _all(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
