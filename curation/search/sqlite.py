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
from curation.search.query import OFTEN, Query, Term

WORDS: dict[type[Model], tuple[str, str]] = {
    ReaderEntry: ("curation_readerwords", "facets"),
    NewsroomEntry: ("curation_newsroomwords", "addresses"),
}
"""The table of words of each kind of entry, and its last column."""

# What is looked for: a last word that many have is whole, and otherwise also a beginning.
NEWEST = """
WITH asked(wanted, rest) AS (SELECT CASE WHEN %s IS NULL OR (
    SELECT COUNT(*) FROM (SELECT 1 FROM curation_readerwords WHERE curation_readerwords MATCH %s LIMIT %s)
) = %s THEN %s ELSE %s END, %s), newest(number, score) AS (
    SELECT rowid, 0.0 FROM curation_readerwords
    WHERE curation_readerwords MATCH (SELECT wanted || rest FROM asked) AND rowid <= %s
    ORDER BY rowid DESC LIMIT %s
)"""
# Few are ranked by all that FTS5 knows of them. To count how often each word is used in all items takes too long for
# words that many have: of these the newest are looked at, and those that have the words where they weigh most go first.
RANKED = """, first(number, many) AS (SELECT MIN(number), COUNT(*) = %s FROM newest), scored(number, score) AS (
    SELECT words.rowid, bm25(words.curation_readerwords, 10, 5, 3, 1, 0)
    FROM (SELECT number FROM first WHERE NOT many) AS few CROSS JOIN curation_readerwords AS words
    WHERE words.curation_readerwords MATCH (SELECT wanted || rest FROM asked)
        AND words.rowid BETWEEN few.number AND %s
    UNION ALL
    SELECT newest.number, -2.0 * (newest.number IN ({title})) - (newest.number IN ({said}))
    FROM (SELECT 1 FROM first WHERE many) CROSS JOIN newest
)"""
WEIGHTY = """
    SELECT words.rowid FROM (SELECT number FROM first WHERE many) AS some CROSS JOIN curation_readerwords AS words
    WHERE words.curation_readerwords MATCH (SELECT '{{{columns}}} : ' || wanted || rest FROM asked)
        AND words.rowid BETWEEN some.number AND %s
"""
SAID = "title names summary"
# Said as a range, since for an equality SQLite first goes through all entries, to make a filter of them. The limit
# leaves nobody out: it keeps the order from being made after the join.
READERS = """
SELECT %s AS number, entry.item_id, entry.facets, best.score
FROM (SELECT number, score FROM {rows} ORDER BY score, number DESC LIMIT %s) AS best
CROSS JOIN curation_readerentry AS entry ON entry."key" BETWEEN best.number AND best.number
WHERE entry.ends IS NULL OR entry.ends > %s LIMIT %s
"""
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


def _expressions(query: Query, facets: Collection[Collection[str]] = ()) -> tuple[str, str]:
    """`query` in the language of FTS5, in two parts: what it wants, and what follows, with one word of each of
    `facets`. Every word of it is quoted, and has no quotes of its own.
    """
    also = ["(" + " OR ".join(f'"{word}"' for word in either) + ")" for either in facets]
    wanted = list(map(_term, query.wanted)) or also or [f'"{EVERY}"']
    rest = [f" AND {word}" for word in also] if query.wanted else []
    unwanted = " OR ".join(map(_term, query.unwanted))
    return f"({' AND '.join(wanted)})", "".join(rest) + (f" NOT ({unwanted})" if unwanted else "")


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.is_beginning else ""}'


def readers(
    queries: Sequence[Query], facets: Collection[Collection[str]], now: datetime, *, among: int | None, most: int
) -> list[tuple[int, int, str, float]]:
    """What readers find at `now`, of each of `queries` at most `most`: the number of the query, the item, its facets,
    and how well it fits, less being better. The best come first `among` the newest so many; where it is None, the
    newest do, and all is the same.
    """
    parts, params, top = [], [], last_key(now)
    moment = connection.ops.adapt_datetimefield_value(now)
    for number, query in enumerate(queries):
        whole, rest = _expressions(query, facets)
        last = _term(query.unfinished) if query.unfinished else None
        sql, rows = NEWEST, "newest"
        params += [last, last, OFTEN, OFTEN, whole, _expressions(query.begun(), facets)[0], rest, top, among or most]
        if among is not None:
            sql, rows = (
                sql + RANKED.format(title=WEIGHTY.format(columns="title"), said=WEIGHTY.format(columns=SAID)),
                "scored",
            )
            params += [among, top, top, top]
        parts.append(sql + READERS.format(rows=rows))
        params += [number, among or most, moment, most]
    return _all(" UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts), params)  # noqa: S608


def often(model: type[Model], term: Term) -> bool:
    """Whether so many items have `term` that it is whole."""
    table, _ = WORDS[model]
    return len(_all(f"SELECT 1 FROM {table} WHERE {table} MATCH %s LIMIT %s", [_term(term), OFTEN])) == OFTEN  # noqa: S608


def among_live(query: Query) -> RawSQL:
    """The live items that `query` finds by their live words, whatever the time, as a sub-query."""
    return RawSQL(LIVE, ["".join(_expressions(query))])  # noqa: S611


def among_heads(query: Query) -> RawSQL:
    """The items that `query` finds by the words of their newest revision, as a sub-query."""
    return RawSQL(NEWSROOM, ["".join(_expressions(query))])  # noqa: S611


def heads(query: Query, most: int) -> list[int]:
    """The items of `among_heads`, at most `most` of them, in no order."""
    return [pk for (pk,) in _all(f"{NEWSROOM} LIMIT %s", ["".join(_expressions(query)), most])]


def best_heads(query: Query) -> list[int]:
    """The items of `among_heads`, the best first."""
    best = f"{NEWSROOM} ORDER BY bm25(curation_newsroomwords, 10, 5, 3, 1, 4), rowid DESC"
    return [pk for (pk,) in _all(best, ["".join(_expressions(query))])]


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
