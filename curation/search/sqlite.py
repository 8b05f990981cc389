"""Search on SQLite: full-text tables (FTS5) beside the entries, whose rows bear the entries' keys."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import RawSQL

from curation.models import NewsroomEntry, ReaderEntry
from curation.search.entries import EVERY, GAP, Parts, last_key
from curation.search.query import OFTEN, Query, Term
from curation.search.shown import COMPARED, DIVIDED, FACETS, KNOWN, SHOWN, WEIGHED, Guess, Known, Part

WORDS: dict[type[Model], tuple[str, str]] = {
    ReaderEntry: ("curation_readerwords", "facets"),
    NewsroomEntry: ("curation_newsroomwords", "addresses"),
}
"""The table of words of each kind of entry, and its last column."""

LOOKED_INTO = 300
"""In how many texts it is looked where they have a phrase or a beginning."""
SPELT = 25
"""Of fewer words than so many it is said one by one that a beginning may be one of them."""
NOTHING = f"""'"{GAP}{GAP}"'"""
"""Is in no entry; stands for a question that there is not, which would be an error."""
# What is looked for: a last word that many have is whole, and otherwise also a beginning.
MEANT = """
WITH asked(number, far, last, whole, begun, rest, is_single, is_alone, is_starred, terms{columns}) AS (VALUES {asked}),
told AS MATERIALIZED (
    SELECT *, CASE WHEN last IS NULL THEN TRUE ELSE (
        SELECT COUNT(*) FROM (SELECT 1 FROM curation_readerwords WHERE curation_readerwords MATCH last LIMIT %s)
    ) = %s END AS is_whole FROM asked
), meant AS MATERIALIZED (SELECT *, {wanted} AS wanted FROM told)"""
# To put all together that begins so takes FTS5 the longer the more items have it, even if they are not needed; the
# items of few words it finds one by one. The word after another is the first behind that one with a blank.
SPELT_OUT = """(
    WITH RECURSIVE going_on(term) AS (
        SELECT (SELECT term FROM curation_readervocabulary WHERE term >= {begun} LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM curation_readervocabulary WHERE term >= going_on.term || ' ' LIMIT 1)
        FROM going_on WHERE substr(going_on.term, 1, length({begun})) = {begun} LIMIT %s
    )
    SELECT CASE WHEN COUNT(*) < %s THEN '(' || group_concat('"' || term || '"', ' OR ') || ')' END
    FROM going_on WHERE substr(term, 1, length({begun})) = {begun}
)"""
ONLY = ", best AS MATERIALIZED (SELECT * FROM meant)"
# That of several questions which differs least from what was asked, and then finds most, if it finds more than so many.
# How many they find is told by the words alone, so that nothing but the order is decided by what has ended.
BEST = """, best AS MATERIALIZED (
    SELECT * FROM meant WHERE (
        SELECT COUNT(*) FROM (
            SELECT 1 FROM curation_readerwords AS words
            CROSS JOIN curation_readerentry AS entry ON entry."key" BETWEEN words.rowid AND words.rowid
            WHERE words.curation_readerwords MATCH meant.wanted || meant.rest AND words.rowid <= %s
                AND (entry.ends IS NULL OR entry.ends > %s) LIMIT %s
        )
    ) > %s
    ORDER BY far, -(
        SELECT COUNT(*) FROM (
            SELECT 1 FROM curation_readerwords AS words
            WHERE words.curation_readerwords MATCH meant.wanted || meant.rest AND words.rowid <= %s LIMIT %s
        )
    ), number LIMIT 1
)"""
# The entry is said as a range, since for an equality SQLite first goes through all entries, to make a filter of them.
FOUND = """, found AS MATERIALIZED (
    SELECT words.rowid AS number, entry.facets FROM curation_readerwords AS words
    CROSS JOIN curation_readerentry AS entry ON entry."key" BETWEEN words.rowid AND words.rowid
    WHERE words.curation_readerwords MATCH COALESCE((SELECT wanted || rest FROM best), {nothing}) AND words.rowid <= %s
        AND (entry.ends IS NULL OR entry.ends > %s)
    ORDER BY words.rowid DESC LIMIT %s
), counted AS MATERIALIZED (SELECT COUNT(*) AS total, MIN(number) AS first FROM found)"""
# Few are weighed by all that FTS5 knows of them. For that it counts in how many items each word is, which takes too
# long for words that many have: then those that have the words where they weigh most go first. Where words stand is
# asked of the index, but for phrases and beginnings, which it would put together again: the newest are looked into for
# these.
SCORED = """, way AS MATERIALIZED (
    SELECT first, CASE WHEN total <= %s AND is_single AND (is_alone OR (is_whole AND NOT is_starred)) AND NOT EXISTS (
        SELECT 1 FROM json_each(best.terms) WHERE (SELECT COUNT(*) FROM (
            SELECT 1 FROM curation_readerwords WHERE curation_readerwords MATCH value LIMIT %s
        )) = %s
    ) THEN 'all' WHEN is_single AND wanted NOT LIKE '%%*%%' THEN 'words' ELSE 'texts' END AS name
    FROM counted CROSS JOIN best
), in_title(number) AS MATERIALIZED ({title}), in_said(number) AS MATERIALIZED ({said}), scored(number, score) AS (
    SELECT words.rowid, bm25(words.curation_readerwords, 10, 5, 3, 1, 0) - {step} * (
        2 * (words.rowid IN (SELECT number FROM in_title)) + (words.rowid IN (SELECT number FROM in_said))
    )
    FROM (SELECT first FROM way WHERE name = 'all') AS way CROSS JOIN curation_readerwords AS words
    WHERE words.curation_readerwords MATCH COALESCE((SELECT wanted || rest FROM best), {nothing})
        AND words.rowid BETWEEN way.first AND %s
        AND +words.rowid IN (SELECT number FROM found)
    UNION ALL
    SELECT number, -2.0 * (number IN (SELECT number FROM in_title)) - (number IN (SELECT number FROM in_said))
    FROM (SELECT 1 FROM way WHERE name = 'words') CROSS JOIN found
    UNION ALL
    SELECT looked_into.number, -2.0 * ({has_title}) - ({has_said})
    FROM (SELECT 1 FROM way WHERE name = 'texts') CROSS JOIN best CROSS JOIN (
        SELECT number FROM found ORDER BY number DESC LIMIT %s
    ) AS looked_into
    CROSS JOIN curation_readerwords_content AS texts ON texts.id BETWEEN looked_into.number AND looked_into.number
    UNION ALL
    SELECT number, 0.0 FROM (SELECT 1 FROM way WHERE name = 'texts') CROSS JOIN (
        SELECT number FROM found ORDER BY number DESC LIMIT -1 OFFSET %s
    )
)"""
WEIGHTY = """
    SELECT words.rowid FROM (SELECT first FROM way WHERE name <> 'texts') AS way
    CROSS JOIN curation_readerwords AS words
    WHERE words.curation_readerwords MATCH (SELECT '{{{columns}}} : ' || wanted || rest FROM best)
        AND words.rowid BETWEEN way.first AND %s
"""
STEP = 1000
"""More than FTS5 ever weighs: it takes a short text with a word in its names for better than a long one that has it in
its title, whatever these are worth.
"""
UNSCORED = ", scored(number, score) AS (SELECT number, 0.0 FROM found)"
IN_TITLE = "' ' || c0 || ' '"
IN_SAID = f"{IN_TITLE} || '{GAP} ' || c1 || ' {GAP} ' || c2 || ' '"
SAID = "title names summary"
NAMES = "group_concat(name, ', ')"
PAGE = """, part AS (SELECT MAX(0, MIN(%s, (MIN(total, %s) - 1) / %s * %s)) AS start FROM counted),
page AS MATERIALIZED (
    SELECT number, ROW_NUMBER() OVER (ORDER BY score, number DESC) AS place FROM (
        SELECT number, score FROM scored ORDER BY score, number DESC
        LIMIT (SELECT MIN(%s, %s - start) FROM part) OFFSET (SELECT start FROM part)
    )
)"""
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


def _asked(number: int, guess: Guess, facets: Collection[Collection[str]]) -> list[Any]:
    """A question as a row of `MEANT`."""
    query, begun = guess.query, guess.query.begun()
    whole, rest = _expressions(query, facets)
    alone = len(query.wanted) == 1 and not facets and not query.unwanted
    return [
        number, guess.far, _term(query.unfinished) if query.unfinished else None, whole,
        _expressions(begun, facets)[0], rest, all(len(term.words) == 1 for term in query.wanted), alone,
        any(term.is_beginning for term in query.wanted),
        json.dumps([] if alone else [_term(term) for term in query.wanted]),
        *(f" {' '.join(term.words)}{'' if term.is_beginning else ' '}" for term in begun.wanted),
        *(term.words[0] if term.is_beginning and len(term.words) == 1 else None for term in begun.wanted),
    ]  # fmt: skip


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
    top, moment = last_key(now), connection.ops.adapt_datetimefield_value(now)
    rows = [_asked(number, guess, facets) for number, guess in enumerate(guesses)]
    pieces = [f"piece_{number}" for number in range(len(guesses[0].query.wanted))]
    beginnings = [f"begun_{number}" for number in range(len(pieces))]
    row = f"({', '.join(['%s'] * len(rows[0]))})"
    params = [*chain.from_iterable(rows), OFTEN, OFTEN]
    wanted = "CASE WHEN is_whole THEN whole ELSE begun END"
    for term, begun in zip(guesses[0].query.begun().wanted, beginnings, strict=True):
        if term.is_beginning and len(term.words) == 1:
            as_said, spelt_out = f"""'"' || {begun} || '"*'""", SPELT_OUT.format(begun=begun)
            wanted = f"replace({wanted}, COALESCE({as_said}, {NOTHING}), COALESCE({spelt_out}, {as_said}, {NOTHING}))"
            params += [SPELT, SPELT]
    columns = "".join(f", {column}" for column in [*pieces, *beginnings])
    sql = MEANT.format(asked=", ".join([row] * len(rows)), columns=columns, wanted=wanted)
    if least is None:
        sql += ONLY
    else:
        sql += BEST
        params += [top, moment, least + 1, least, top, COMPARED]
    sql += FOUND.format(nothing=NOTHING)
    params += [top, moment, part.most + 1]
    if ranked:
        has_title, has_said = (
            " AND ".join(f"instr({text}, {piece}) > 0" for piece in pieces) for text in (IN_TITLE, IN_SAID)
        )  # fmt: skip
        title, said = (WEIGHTY.format(columns=columns) for columns in ("title", SAID))
        sql += SCORED.format(
            nothing=NOTHING, title=title, said=said, has_title=has_title, has_said=has_said, step=STEP
        )  # fmt: skip
        params += [WEIGHED, OFTEN, OFTEN, top, top, top, LOOKED_INTO, LOOKED_INTO]
    else:
        sql += UNSCORED
    sql += PAGE
    params += [part.start, part.most, part.number, part.number, part.number, part.most, part.most, DIVIDED]
    facts = FACETS.format(joined="group_concat(facets, char(10))")
    if known.keys:
        asked, joined = ", ".join(["%s"] * len(known.keys)), "group_concat(name, char(10))"
        sql += SHOWN.format(facets=facts, known=KNOWN.format(joined=joined, keys=asked), joined=NAMES)
        params += [known.most, *known.keys]
    else:
        sql += SHOWN.format(facets=facts, known="NULL", joined=NAMES)
    return _all(sql, params)


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


def many_heads(query: Query, most: int) -> int:
    """How many items `among_heads` has, up to `most`."""
    return len(_all(f"{NEWSROOM} LIMIT %s", ["".join(_expressions(query)), most]))


def each_by_its_head(items: QuerySet, query: Query) -> QuerySet:
    """Those of `items` that `among_heads` has, looked at one by one in the order of `items` until a page is full."""
    # SQLite would take the primary keys for the shortest way to the items, and sort them all for one page. What it has
    # to compute is no way.
    return items.alias(number_of_item=F("pk") + 0).filter(number_of_item__in=among_heads(query))


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
