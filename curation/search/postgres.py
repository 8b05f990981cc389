"""Search on PostgreSQL: a tsvector in each entry. The words come as they are: its own parser and dictionaries, which
would find other words than SQLite, have no part in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import RawSQL

from curation.models import ReaderEntry
from curation.search.entries import EVERY, GAP, Parts, last_key
from curation.search.query import OFTEN, Query, Term

LAST_PLACE, MOST_PLACES = 16_383, 255
"""What a tsvector can tell of where a word stands."""

# Each way of asking stands in the query by itself, with a condition that is the same for all rows: only so are the
# numbers known by which PostgreSQL chooses between going through the index of words and through the newest.
NEWEST = """
(SELECT key, item_id, facets, words FROM curation_readerentry
 WHERE {asked} AND key <= %s AND (ends IS NULL OR ends > %s) ORDER BY key DESC LIMIT %s)
"""
READERS = """
(WITH newest AS MATERIALIZED ({newest})
 SELECT %s, item_id, facets, {score} AS score FROM newest ORDER BY score, key DESC LIMIT %s)
"""
ASKED = "words @@ %s::tsquery"
USED = "(SELECT COUNT(*) FROM (SELECT 1 FROM curation_readerentry WHERE words @@ %s::tsquery LIMIT %s) AS used)"
WEIGHTS = "'{0.1, 0.3, 0.5, 1.0}'"
"""Of body, summary, names and title."""
# Divided by the logarithm of the length: a word of a short text says more.
RANKED = f"-ts_rank({WEIGHTS}, words, %s::tsquery, 1)::float8"
NEWSROOM = "SELECT item_id FROM curation_newsroomentry WHERE words @@ %s::tsquery"
LIVE = "SELECT item_id FROM curation_readerentry WHERE words @@ %s::tsquery"
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


def _term(term: Term) -> str:
    phrase = " <-> ".join(f"'{word}'" for word in term.words)
    return f"({phrase}{':*' if term.is_beginning else ''})"


def _ways(query: Query, facets: Collection[Collection[str]]) -> list[tuple[str, list[Any]]]:
    """The conditions of `query`, of which one holds: a last word that many have is whole, and otherwise a beginning."""
    if query.unfinished is None:
        return [(ASKED, [expression(query, facets)])]
    used = [_term(query.unfinished), OFTEN]
    return [
        (f"{ASKED} AND {USED} {sign} %s", [expression(asked, facets), *used, OFTEN])
        for asked, sign in ((query, "="), (query.begun(), "<"))
    ]


def readers(
    queries: Sequence[Query], facets: Collection[Collection[str]], now: datetime, *, among: int | None, most: int
) -> list[tuple[int, int, str, float]]:
    """What readers find at `now`, of each of `queries` at most `most`: the number of the query, the item, its facets,
    and how well it fits, less being better. The best come first `among` the newest so many; where it is None, the
    newest do, and all is the same.
    """
    parts: list[str] = []
    params: list[Any] = []
    for number, query in enumerate(queries):
        newest = []
        for asked, values in _ways(query, facets):
            newest.append(NEWEST.format(asked=asked))
            params += [*values, last_key(now), now, among or most]
        score = "0.0::float8" if among is None else RANKED
        parts.append(READERS.format(newest=" UNION ALL ".join(newest), score=score))
        params += [number, *([] if among is None else [expression(query.begun())]), most]
    return _all(" UNION ALL ".join(parts), params)


def often(model: type[Model], term: Term) -> bool:
    """Whether so many items have `term` that it is whole."""
    sql = f"SELECT 1 FROM {model._meta.db_table} WHERE words @@ %s::tsquery LIMIT %s"  # noqa: S608
    return len(_all(sql, [_term(term), OFTEN])) == OFTEN


def among_live(query: Query) -> RawSQL:
    """The live items that `query` finds by their live words, whatever the time, as a sub-query."""
    return RawSQL(LIVE, [expression(query)])  # noqa: S611


def among_heads(query: Query) -> RawSQL:
    """The items that `query` finds by the words of their newest revision, as a sub-query."""
    return RawSQL(NEWSROOM, [expression(query)])  # noqa: S611


def heads(query: Query, most: int) -> list[int]:
    """The items of `among_heads`, at most `most` of them, in no order."""
    return [pk for (pk,) in _all(f"{NEWSROOM} LIMIT %s", [expression(query), most])]


def best_heads(query: Query) -> list[int]:
    """The items of `among_heads`, the best first."""
    asked = expression(query)
    return [pk for (pk,) in _all(f"{NEWSROOM} ORDER BY {RANKED}, item_id DESC", [asked, asked])]


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
