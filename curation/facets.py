"""How a list divides: by community, kind, topic, tag, author, publisher, year and month, each value with its number of
items.

All of it comes from one query. For a community it is kept until something changes how its own items divide: what the
others publish costs it nothing. Other lists, and periods, of which there are as many as pairs of days, are kept for as
long as the edition of the site lasts, and are looked at no further than to the newest `COUNTED` of their items: of a
longer one the values of these are offered, without numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from communities.models import Community, Topic
from curation import edition
from curation.edition import Now
from curation.lists import TITLES
from curation.models import Author, Publisher, Redirect, Shelf, Tag
from curation.models.shelf import ALWAYS, Period, kind_number, month_number
from curation.models.some_columns import Some
from curation.shelves import Place, also_on

OFTEN_USED = 40
"""How many values of one facet are offered: those with the most items."""
MANY = 2_000
"""Up to so many items it is counted how long a shelf is: it is only asked which of some is the shortest."""

COUNTED = TITLES
"""Up to how many items a list is counted that is not kept for long."""

BROAD = {Shelf.COMMUNITY, Shelf.KIND, Shelf.YEAR}
"""The shelves of the whole site that may hold more than the one that is narrowed down."""

NAMED = {
    Shelf.COMMUNITY: ("communities_community", "slug"),
    Shelf.TOPIC: ("communities_topic", "slug"),
    Shelf.AUTHOR: ("curation_author", "slug"),
    Shelf.PUBLISHER: ("curation_publisher", "host"),
    Shelf.TAG: ("curation_tag", "slug"),
}
"""By shelf: the table of its owners, and the column that addresses call them by."""

PAGES = {Shelf.TOPIC: "topic", Shelf.AUTHOR: "author", Shelf.PUBLISHER: "publisher", Shelf.TAG: "tag"}
"""By shelf: the page of an owner that can be called otherwise later."""

OWNERS = {
    Shelf.COMMUNITY: Some(
        Community, "id", "slug", "name", "masthead", "introduction", "image", "image_alt", "accent", "contact"
    ),
    Shelf.TOPIC: Some(Topic, "id", "slug", "label", "vocabulary", "description"),
    Shelf.AUTHOR: Some(Author, "id", "slug", "name", "bio", "website"),
    Shelf.PUBLISHER: Some(Publisher, "id", "host", "name"),
    Shelf.TAG: Some(Tag, "id", "slug", "name"),
}
"""By shelf: what its owners are, and what their pages show of them."""


class Facet(NamedTuple):
    """One value of a list that can be asked for."""

    shelf: Shelf
    owner: int
    value: str
    """What addresses call it."""
    label: str
    number: int
    """How many items of the list have it; of what the list is narrowed down by, how many of the site, up to `MANY`."""


@dataclass(frozen=True)
class Base:
    """A list that readers narrow down."""

    place: Place
    edition: str
    """Grows with every change of how it divides."""
    chosen: Mapping[Shelf, Place] = field(default_factory=dict)
    """What it is narrowed down by, in the order of the shelves."""
    period: Period = ALWAYS
    moved: Mapping[Shelf, str] = field(default_factory=dict)
    """The pages to which those of values moved on that it is not narrowed down by, though it was asked for."""

    @property
    def lasts(self) -> bool:
        """Whether how it divides is kept for long, so that all of it can be counted."""
        return self.place[0] == Shelf.COMMUNITY and self.period == ALWAYS


@dataclass(frozen=True)
class Division:
    """How a list divides."""

    total: int
    more: bool
    """Whether there are more than `total`, which were not counted."""
    counted: bool
    """Whether the numbers of the values are those of all items; otherwise they are of the newest alone."""
    values: Mapping[Shelf, list[Facet]]
    """By shelf the values that its items have, those of the most items first. Those of a shelf that it is narrowed down
    by are counted as if it were not: they stand in the place of the chosen one."""
    chosen: Mapping[Shelf, Facet]


def based(
    shelf: Shelf, called: str, now: Now, asked: Mapping[Shelf, str] | None = None, period: Period = ALWAYS
) -> tuple[Any, Base]:
    """The owner of a shelf that addresses call `called`, and its list, narrowed down by the values in `asked` and to a
    `period`, by one query. The owner has no more columns than `OWNERS` names; it is None where there is none, or where
    it is no community and has nothing for readers.

    Left out are values that no item of the list has for readers: so nobody can find out whether there is such a thing
    in the newsroom.
    """
    columns, (table, name) = OWNERS[shelf], NAMED[shelf]
    key = f"{table}.id"
    known = _known({each: value for each, value in (asked or {}).items() if each != shelf})
    there = [_there(each, value, (shelf, key), now) for each, value in known.items()]
    grown = edition.of_community(key) if shelf == Shelf.COMMUNITY else "NULL"
    moment = connection.ops.adapt_datetimefield_value(now.moment)
    some, values = ("", []) if shelf == Shelf.COMMUNITY else (HAS_SOME.format(key=key), [shelf, moment, moment])
    pages = {each: Redirect.normalised(f"/{PAGES[each]}s/{value}/") for each, value in known.items() if each in PAGES}
    told = [grown, *columns.of(table), *(sql for sql, _ in there), *[MOVED] * len(pages)]
    sql = f"SELECT {', '.join(told)} FROM {table} WHERE {table}.{name} = %s {some}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(value for _, values in there for value in values), *pages.values(), called, *values])
        row = cursor.fetchone()
    if row is None:
        return None, Base((shelf, -1), "")
    its_edition, *row = row
    own, row = row[: len(columns.names)], row[len(columns.names) :]
    named, targets = row[: len(known)], row[len(known) :]
    owner = columns.row(own)
    chosen = {each: (each, number) for each, number in zip(known, named, strict=True) if number is not None}
    moved = {each: target for each, target in zip(pages, targets, strict=True) if target and each not in chosen}
    return owner, Base((shelf, owner.pk), its_edition or now.key, chosen, period, moved)


MOVED = "(SELECT target FROM curation_redirect WHERE path = %s)"
HAS_SOME = """
AND EXISTS (SELECT 1 FROM curation_placement AS its WHERE its.shelf = %s AND its.owner = {key}
            AND its.publish_at <= %s AND (its.unpublish_at IS NULL OR its.unpublish_at > %s))
"""


def find(base: Place, asked: Mapping[Shelf, str], now: Now) -> dict[Shelf, Facet]:
    """The facets that the values in `asked` name; left out are those that no item of `base` has for readers."""
    known = _known(asked)
    if not known:
        return {}
    parts, params = [], []
    for shelf, value in known.items():
        sql, values = _there(shelf, value, (base[0], str(int(base[1]))), now)
        parts.append(f"SELECT {shelf:d} AS shelf, {sql} AS owner")
        params += values
    sql = f"SELECT shelf, owner, {SIZE} FROM ({' UNION ALL '.join(parts)}) AS named WHERE owner IS NOT NULL"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return {Shelf(shelf): Facet(Shelf(shelf), owner, known[shelf], known[shelf], size) for shelf, owner, size in rows}


THERE = """
(SELECT named.id FROM {named} WHERE EXISTS (
    SELECT 1 FROM curation_placement AS one
    WHERE one.shelf = {shelf:d} AND one.owner = named.id
        AND one.publish_at <= %s AND (one.unpublish_at IS NULL OR one.unpublish_at > %s) {on_base}
))
"""
SIZE = f"""
(SELECT COUNT(*) FROM (
    SELECT 1 FROM curation_placement AS one WHERE one.shelf = named.shelf AND one.owner = named.owner LIMIT {MANY}
) AS few)
"""  # noqa: S608


def _there(shelf: Shelf, value: str, base: tuple[Shelf | int, str], now: Now) -> tuple[str, list[Any]]:
    """The query for the owner that `value` names, if a shown item of it stands on `base`; and its parameters."""
    owner: str | int | None
    if shelf in NAMED:
        table, column = NAMED[shelf]
        named, owner = f"(SELECT id FROM {table} WHERE {column} = %s) AS named", value  # noqa: S608
    else:
        named, owner = "(SELECT CAST(%s AS bigint) AS id) AS named", _number_of(shelf, value)
    moment = connection.ops.adapt_datetimefield_value(now.moment)
    on_base = also_on("one", int(base[0]), base[1])
    return THERE.format(named=named, shelf=shelf, on_base=on_base), [owner, moment, moment]


def _known(asked: Mapping[Shelf, str]) -> dict[Shelf, str]:
    """The values that can name something, in the order of the shelves."""
    return {
        shelf: asked[shelf]
        for shelf in sorted(asked)
        if (value := asked[shelf]) and "\0" not in value and len(value) < 300
        if shelf in NAMED or _number_of(shelf, value) is not None
    }


def _number_of(shelf: Shelf, value: str) -> int | None:
    """The owner that a value without a row of its own stands for; None where it stands for none."""
    if shelf == Shelf.KIND:
        return kind_number(value)
    year, dash, month = value.partition("-")
    if not (value.isascii() and year.isdigit() and len(year) == 4):
        return None
    if shelf == Shelf.YEAR:
        return None if dash else int(year)
    if not (len(month) == 2 and month.isdigit() and 1 <= int(month) <= 12):
        return None
    return month_number(int(year), int(month))


def name_of(shelf: Shelf, owner: int) -> str:
    """What addresses and readers call a year or a month."""
    if shelf == Shelf.MONTH:
        return f"{owner // 12:04}-{owner % 12 + 1:02}"
    return f"{owner:04}" if shelf == Shelf.YEAR else ""


# --- Counting --------------------------------------------------------------------------------------------------------

COUNT = """
SELECT counted.told, counted.shelf, counted.owner, counted.number,
    COALESCE(topic.slug, tag.slug, author.slug, publisher.host, item.kind, community.slug, '') AS value,
    COALESCE(topic.label, tag.name, author.name, NULLIF(publisher.name, ''), publisher.host, item.kind,
             community.name, '') AS label
FROM ({parts}) AS counted
LEFT JOIN communities_topic AS topic ON counted.shelf = 2 AND topic.id = counted.owner
LEFT JOIN curation_tag AS tag ON counted.shelf = 5 AND tag.id = counted.owner
LEFT JOIN curation_author AS author ON counted.shelf = 3 AND author.id = counted.owner
LEFT JOIN curation_publisher AS publisher ON counted.shelf = 4 AND publisher.id = counted.owner
LEFT JOIN curation_curateditem AS item ON counted.shelf = 6 AND item.id = (
    SELECT item_id FROM curation_placement AS one WHERE one.shelf = 6 AND one.owner = counted.owner LIMIT 1
)
LEFT JOIN communities_community AS community ON counted.shelf = 1 AND community.id = counted.owner
UNION ALL SELECT 4, 0, 0, 0, '', COALESCE(CAST({until} AS TEXT), '')
"""
PART = """
SELECT 0 AS told, ranked.shelf, ranked.owner, ranked.number FROM (
    SELECT other.shelf, other.owner, COUNT(*) AS number,
        ROW_NUMBER() OVER (PARTITION BY other.shelf ORDER BY COUNT(*) DESC, other.owner DESC) AS place
    FROM ({here}) AS here JOIN curation_placement AS other ON other.item_id = here.item_id
    WHERE other.shelf IN ({shelves})
    GROUP BY other.shelf, other.owner
) AS ranked
WHERE ranked.place <= {often} OR ranked.shelf IN (0, 7, 8)
"""
HERE = """
SELECT here.item_id FROM curation_placement AS here
WHERE here.shelf = %s AND here.owner = %s AND here.publish_at <= %s
    AND (here.unpublish_at IS NULL OR here.unpublish_at > %s) {period} {narrowed} {limit}
"""
NEWEST = f"ORDER BY here.publish_at DESC, here.item_id DESC LIMIT {COUNTED + 1}"
NUMBER = "SELECT {told} AS told, 0 AS shelf, 0 AS owner, COUNT(*) AS number FROM ({here}) AS here"
TOTAL, ALL, CLOCK = 2, 3, 4
"""What else rows of the answer tell: how many items there are, how many if it were not narrowed down, until when it
holds."""
CHOSEN = f"""
SELECT 1 AS told, named.shelf, named.owner, {SIZE} AS number FROM (SELECT %s AS shelf, %s AS owner) AS named
"""  # noqa: S608


def split(base: Base, now: Now) -> tuple[Division, datetime | None]:
    """How the items of `base` divide at `now`, and the next moment at which that may change by itself."""
    return edition.lasting(now, _name(base), lambda: _split(base, now))


def _name(base: Base) -> str:
    places = [tuple(map(int, place)) for place in (base.place, *base.chosen.values())]
    return f"facets:{base.edition}:{places}:{tuple(map(str, base.period))}"


def _split(base: Base, now: Now) -> tuple[Division, datetime | None]:
    chosen = {shelf: owner for shelf, (_, owner) in base.chosen.items()}
    shelves = [shelf for shelf in Shelf if shelf not in {base.place[0], *chosen}]
    # What stands in the place of the only thing chosen is the whole list's, which may be kept.
    whole = edition.kept(now, _name(replace(base, chosen={}))) if len(chosen) == 1 else None
    parts = [_part(base, chosen, shelves, now)]
    if whole is None:
        parts += [_part(base, {k: v for k, v in chosen.items() if k != each}, [each], now) for each in chosen]
    if not base.lasts:
        parts += [
            _number(told, base, narrowed, now) for told, narrowed in ((TOTAL, chosen), (ALL, {}))[: 1 + len(chosen)]
        ]
    parts += [(CHOSEN, [shelf, owner]) for shelf, owner in chosen.items()]
    query = COUNT.format(parts=" UNION ALL ".join(sql for sql, _ in parts), until=edition.UNTIL)
    moments = [connection.ops.adapt_datetimefield_value(now.moment)] * edition.UNTIL.count("%s")
    with connection.cursor() as cursor:
        cursor.execute(query, [*(value for _, values in parts for value in values), *moments])
        rows = cursor.fetchall()
    found: dict[Shelf, list[Facet]] = {}
    told: dict[Shelf, Facet] = {}
    numbers = {}
    until = None
    for what, shelf, owner, count, value, label in rows:
        if what == CLOCK:
            until = edition.read(label)
            continue
        if what in {TOTAL, ALL}:
            numbers[what] = count
            continue
        name = name_of(shelf, owner)
        facet = Facet(Shelf(shelf), owner, name or value, name or label, count)
        if what == 1:
            told[facet.shelf] = facet
        else:
            found.setdefault(facet.shelf, []).append(facet)
    for facets in found.values():
        facets.sort(key=lambda facet: (-facet.number, facet.label.lower()))
    if whole is not None:
        found |= {shelf: whole[0].values.get(shelf, []) for shelf in chosen}
    on_site = found.pop(Shelf.SITE, [])
    total = numbers.get(TOTAL, sum(facet.number for facet in on_site))
    more = _is_cut(base, chosen) and total > COUNTED
    counted = base.lasts or numbers.get(ALL, total) <= COUNTED
    return Division(min(total, COUNTED) if more else total, more, counted, found,
                    {shelf: told[shelf] for shelf in chosen}), until  # fmt: skip


def _is_cut(base: Base, narrowed: Mapping[Shelf, int]) -> bool:
    """Whether no more than the newest items are counted: how many a whole shelf holds is told by its index."""
    return not base.lasts and (bool(narrowed) or base.period != ALWAYS)


def _part(base: Base, narrowed: Mapping[Shelf, int], shelves: Sequence[Shelf], now: Now) -> tuple[str, list[Any]]:
    """The query that counts the values of `shelves`, and its parameters."""
    here, values = _here(base, narrowed, now, cut=not base.lasts)
    return PART.format(here=here, shelves=_marks(shelves), often=OFTEN_USED), [*values, *shelves]


def _number(told: int, base: Base, narrowed: Mapping[Shelf, int], now: Now) -> tuple[str, list[Any]]:
    """The query that counts the items, and its parameters."""
    here, values = _here(base, narrowed, now, cut=_is_cut(base, narrowed) or told == ALL)
    return NUMBER.format(told=told, here=here), values


def _here(base: Base, narrowed: Mapping[Shelf, int], now: Now, *, cut: bool) -> tuple[str, list[Any]]:
    """The query for the items themselves, and its parameters."""
    moment = connection.ops.adapt_datetimefield_value(now.moment)
    first, *others = in_order([*narrowed.items()], base.place)
    bounds = [
        (f"AND here.publish_at {sign} %s", connection.ops.adapt_datetimefield_value(at))
        for sign, at in zip((">=", "<"), base.period, strict=True)
        if at is not None
    ]
    period = " ".join(words for words, _ in bounds)
    sql = HERE.format(period=period, narrowed=also_on("here") * len(others), limit=NEWEST if cut else "")
    return sql, [*first, moment, moment, *(at for _, at in bounds), *(value for place in others for value in place)]


def in_order(chosen: Sequence[Place], base: Place) -> list[Place]:
    """The shelves that an item has to stand on, the one that holds the fewest first as a rule."""
    narrow = [place for place in chosen if place[0] not in BROAD]
    return [*narrow, base, *(place for place in chosen if place[0] in BROAD)]


def _marks(values: Iterable[object]) -> str:
    return ", ".join("%s" for _ in values)
