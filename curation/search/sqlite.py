"""Search on SQLite: full-text tables (FTS5) beside the entries, whose rows bear the entries' keys."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import RawSQL

from curation.models import NewsroomEntry, ReaderEntry
from curation.search.entries import EVERY, Parts, last_key
from curation.search.query import Query, Term

WORDS: dict[type[Model], tuple[str, str]] = {
    ReaderEntry: ("curation_readerwords", "facets"),
    NewsroomEntry: ("curation_newsroomwords", "addresses"),
}
"""The table of words of each kind of entry, and its last column."""

READERS = """
SELECT %s AS number, entry.item_id, entry.facets, {score} AS score
FROM curation_readerwords AS words
CROSS JOIN curation_readerentry AS entry ON entry."key" = words.rowid
WHERE words.curation_readerwords MATCH %s AND words.rowid <= %s {newest}
AND (entry.ends IS NULL OR entry.ends > %s)
ORDER BY words.rowid DESC LIMIT %s
"""
RANKED = "bm25(words.curation_readerwords, 10, 5, 3, 1, 0)"
# To rank a row costs far more than to find it, so that only the newest are ranked.
NEWEST = """AND words.rowid >= coalesce((
    SELECT rowid FROM curation_readerwords WHERE curation_readerwords MATCH %s AND rowid <= %s
    ORDER BY rowid DESC LIMIT 1 OFFSET %s
), -9223372036854775808)"""
NEWSROOM = "SELECT rowid FROM curation_newsroomwords WHERE curation_newsroomwords MATCH %s"
LIVE = (
    'SELECT item_id FROM curation_readerentry WHERE "key" IN '
    "(SELECT rowid FROM curation_readerwords WHERE curation_readerwords MATCH %s)"
)
UNKNOWN = "SELECT value FROM json_each(%s) WHERE NOT EXISTS (SELECT 1 FROM curation_knownword WHERE word = value)"


def put(model: type[Model], entries: Sequence[Any], parts: Iterable[Parts]) -> None:
    """Adds `entries` with their words; those that there were of the same items are gone already."""
    model._default_manager.bulk_create(entries)
    table, last = WORDS[model]
    rows = [
        (entry.pk, *map(" ".join, (part.title, part.names, part.summary, part.body, part.rest)))
        for entry, part in zip(entries, parts, strict=True)
    ]
    sql = f"INSERT INTO {table} (rowid, title, names, summary, body, {last}) VALUES (%s, %s, %s, %s, %s, %s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def expression(query: Query, facets: Collection[str] = ()) -> str:
    """`query` in the language of FTS5: every word of it is quoted, and has no quotes of its own."""
    wanted = [*map(_term, query.wanted), *(f'"{word}"' for word in facets)] or [f'"{EVERY}"']
    unwanted = " OR ".join(map(_term, query.unwanted))
    return f"({' AND '.join(wanted)})" + (f" NOT ({unwanted})" if unwanted else "")


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.is_beginning else ""}'


def readers(
    queries: Sequence[Query], facets: Collection[str], now: datetime, *, ranked: bool, most: int
) -> list[tuple[int, int, str, float]]:
    """What readers find at `now`, of each of `queries` the newest `most`, as the number of the query, the item, its
    facets, and how well it fits: less is better, and all is the same where it is not `ranked`. Newest first.
    """
    parts, params, top = [], [], last_key(now)
    moment = connection.ops.adapt_datetimefield_value(now)
    for number, query in enumerate(queries):
        match = expression(query, facets)
        parts.append(READERS.format(score=RANKED if ranked else "0.0", newest=NEWEST if ranked else ""))
        params += [number, match, top, *([match, top, most - 1] if ranked else []), moment, most]
    return _all(" UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts), params)  # noqa: S608


def among_live(query: Query) -> RawSQL:
    """The live items that `query` finds by their live words, whatever the time, as a sub-query."""
    return RawSQL(LIVE, [expression(query)])  # noqa: S611


def among_heads(query: Query) -> RawSQL:
    """The items that `query` finds by the words of their newest revision, as a sub-query."""
    return RawSQL(NEWSROOM, [expression(query)])  # noqa: S611


def best_heads(query: Query, most: int) -> list[int] | None:
    """The items of `among_heads`, the best first; None where they are more than `most`."""
    match = expression(query)
    if len(_all(f"{NEWSROOM} LIMIT %s", [match, most + 1])) > most:
        return None
    best = f"{NEWSROOM} ORDER BY bm25(curation_newsroomwords, 10, 5, 3, 1, 4), rowid DESC"
    return [pk for (pk,) in _all(best, [match])]


def unknown(words: Iterable[str]) -> list[str]:
    """Those of `words` that are no known words yet."""
    return [word for (word,) in _all(UNKNOWN, [json.dumps(sorted(words))])]


def without_words(model: type[Model], items: Sequence[int]) -> list[int]:
    """Those of `items` whose entry has no words beside it."""
    table, _ = WORDS[model]
    sql = f'''
        SELECT item_id FROM {model._meta.db_table} WHERE item_id BETWEEN %s AND %s
        AND NOT EXISTS (SELECT 1 FROM {table}_docsize WHERE id = "{model._meta.pk.column}")
    '''  # noqa: S608
    return [pk for (pk,) in _all(sql, [items[0], items[-1]])]


def sweep(model: type[Model], *, dry_run: bool) -> list[int]:
    """Takes away words that have no entry; returns their numbers."""
    (table, _), key = WORDS[model], model._meta.pk.column
    sql = f'SELECT id FROM {table}_docsize WHERE id NOT IN (SELECT "{key}" FROM {model._meta.db_table})'  # noqa: S608
    found = _all(sql, [])
    if found and not dry_run:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", found)  # noqa: S608
    return [number for (number,) in found]


def _all(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
