"""How a list divides: by kind, topic, tag, author, publisher, year and month, each value with its number of items.

All of it comes from one query, and is kept for as long as the edition lasts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from communities.models import Community, Topic
from curation import edition
from curation.edition import Now
from curation.models import Author, Placement, Publisher, Shelf, Tag
from curation.models.shelf import kind_number, month_number
from curation.shelves import Place

OFTEN_USED = 40
"""How many values of one facet are offered: those with the most items."""

ROWS: dict[Shelf, tuple[Any, str, Any]] = {
    Shelf.COMMUNITY: (Community, "slug", F("name")),
    Shelf.TOPIC: (Topic, "slug", F("label")),
    Shelf.AUTHOR: (Author, "slug", F("name")),
    Shelf.PUBLISHER: (Publisher, "host", Coalesce(NullIf("name", Value("")), "host")),
    Shelf.TAG: (Tag, "slug", F("name")),
}
"""By shelf: whose rows its owners are, what addresses call them, and what readers call them."""


class Facet(NamedTuple):
    """One value of a list that can be asked for."""

    shelf: Shelf
    owner: int
    value: str
    """What addresses call it."""
    label: str
    number: int
    """How many items of the list have it."""


def split(base: Place, chosen: Mapping[Shelf, int], now: Now) -> dict[Shelf, list[Facet]]:
    """The values that the items of `base` have, by shelf; those of `SITE` are their number.

    `chosen` narrows the list down. The values of a shelf that is chosen from itself are counted as if it were not: they
    stand in its place.
    """
    numbers = [*base, *(value for pair in sorted(chosen.items()) for value in pair)]
    name = "facets:" + ":".join(str(int(value)) for value in numbers)
    return edition.once(now, name, lambda: _split(base, chosen, now))


def number(found: Mapping[Shelf, list[Facet]]) -> int:
    """How many items the list has that `split` was asked about."""
    return sum(facet.number for facet in found.get(Shelf.SITE, []))


def find(base: Place, asked: Mapping[Shelf, str], now: Now) -> dict[Shelf, Facet]:
    """The facets that the values in `asked` name, each with the number of items of the whole site that have it.

    Left out are those that no item of `base` has for readers: so nobody can find out whether there is such a thing in
    the newsroom.
    """
    usable = {shelf: value for shelf, value in asked.items() if value and "\0" not in value and len(value) < 300}
    if not usable:
        return {}
    name = f"found:{base[0]}:{base[1]}:{kind_number(repr(sorted(usable.items())))}"
    return edition.once(now, name, lambda: _find(base, usable, now))


def _find(base: Place, asked: Mapping[Shelf, str], now: Now) -> dict[Shelf, Facet]:
    queries: list[QuerySet] = []
    for shelf, value in asked.items():
        if shelf in ROWS:
            model, column, label = ROWS[shelf]
            there = Exists(_placed(base, now).filter(shelf=shelf, owner=OuterRef("pk")))
            rows = model.objects.filter(there, **{column: value}).order_by()
            columns = (_plain(shelf), "pk", _text(F(column)), _text(label), _standing(shelf, OuterRef("pk"), now))
            queries.append(rows.values_list(*columns))
        elif (owner := _number_of(shelf, value)) is not None:
            one = _placed(base, now).filter(shelf=shelf, owner=owner).order_by().values("pk")[:1]
            words = (_text(Value(value)), _text(Value(name_of(shelf, owner) or value)))
            rows = Placement.objects.filter(pk__in=one).order_by()
            queries.append(rows.values_list(_plain(shelf), "owner", *words, _standing(shelf, owner, now)))
    if not queries:
        return {}
    found = queries[0].union(*queries[1:]) if len(queries) > 1 else queries[0]
    return {Shelf(int(shelf)): Facet(Shelf(int(shelf)), *rest) for shelf, *rest in found}


def _standing(shelf: Shelf, owner: Any, now: Now) -> Subquery:
    """How many items stand on a shelf."""
    rows = Placement.objects.on(shelf, owner).shown(now.moment).order_by().values("owner")
    return Subquery(rows.annotate(number=Count("pk")).values("number"), output_field=IntegerField())


def _placed(base: Place, now: Now) -> QuerySet[Placement]:
    rows = Placement.objects.shown(now.moment)
    return rows.filter(Exists(Placement.objects.on(*base).filter(item=OuterRef("item"))))


def _plain(shelf: Shelf) -> Value:
    return Value(str(int(shelf)), output_field=CharField())


def _text(expression: Any) -> Coalesce:
    return Coalesce(expression, Value(""), output_field=CharField())


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
SELECT counted.shelf, counted.owner, counted.number,
    COALESCE(topic.slug, tag.slug, author.slug, publisher.host, item.kind, community.slug, '') AS value,
    COALESCE(topic.label, tag.name, author.name, NULLIF(publisher.name, ''), publisher.host, item.kind,
             community.name, '') AS label
FROM ({parts}) AS counted
LEFT JOIN communities_topic AS topic ON counted.shelf = 2 AND topic.id = counted.owner
LEFT JOIN curation_tag AS tag ON counted.shelf = 5 AND tag.id = counted.owner
LEFT JOIN curation_author AS author ON counted.shelf = 3 AND author.id = counted.owner
LEFT JOIN curation_publisher AS publisher ON counted.shelf = 4 AND publisher.id = counted.owner
LEFT JOIN curation_curateditem AS item ON counted.shelf = 6 AND item.id = counted.example
LEFT JOIN communities_community AS community ON counted.shelf = 1 AND community.id = counted.owner
"""
PART = """
SELECT ranked.shelf, ranked.owner, ranked.number, ranked.example FROM (
    SELECT other.shelf, other.owner, COUNT(*) AS number, MAX(other.item_id) AS example,
        ROW_NUMBER() OVER (PARTITION BY other.shelf ORDER BY COUNT(*) DESC, other.owner DESC) AS place
    FROM curation_placement AS here JOIN curation_placement AS other ON other.item_id = here.item_id
    WHERE here.shelf = %s AND here.owner = %s AND here.publish_at <= %s
        AND (here.unpublish_at IS NULL OR here.unpublish_at > %s) {narrowed} AND other.shelf IN ({shelves})
    GROUP BY other.shelf, other.owner
) AS ranked
WHERE ranked.place <= %s OR ranked.shelf IN (0, 7, 8) OR ranked.owner IN ({chosen})
"""
NARROWED = """
AND EXISTS (SELECT 1 FROM curation_placement AS also
            WHERE also.item_id = here.item_id AND also.shelf = %s AND also.owner = %s)
"""


def _split(base: Place, chosen: Mapping[Shelf, int], now: Now) -> dict[Shelf, list[Facet]]:
    shelves = [shelf for shelf in Shelf if shelf != base[0]]
    parts = [_part(base, chosen, [shelf for shelf in shelves if shelf not in chosen], now)]
    parts += [_part(base, {k: v for k, v in chosen.items() if k != shelf}, [shelf], now, chosen) for shelf in chosen]
    with connection.cursor() as cursor:
        query = COUNT.format(parts=" UNION ALL ".join(sql for sql, _ in parts))
        cursor.execute(query, [value for _, values in parts for value in values])
        rows = cursor.fetchall()
    found: dict[Shelf, list[Facet]] = {}
    for shelf, owner, count, value, label in rows:
        name = name_of(shelf, owner)
        found.setdefault(Shelf(shelf), []).append(Facet(Shelf(shelf), owner, name or value, name or label, count))
    for facets in found.values():
        facets.sort(key=lambda facet: (-facet.number, facet.label.lower()))
    return found


def _part(
    base: Place,
    narrowed: Mapping[Shelf, int],
    shelves: Sequence[Shelf],
    now: Now,
    chosen: Mapping[Shelf, int] | None = None,
) -> tuple[str, list[Any]]:
    """The query that counts the values of `shelves`, and its parameters; the chosen ones are told in any case."""
    moment = connection.ops.adapt_datetimefield_value(now.moment)
    # What a list is narrowed down by has fewer items than the list, as a rule.
    first, *others = [*narrowed.items(), base]
    told = [(chosen or {})[shelf] for shelf in shelves if shelf in (chosen or {})] or [-1]
    sql = PART.format(narrowed=NARROWED * len(others), shelves=_marks(shelves), chosen=_marks(told))
    flat = [value for place in others for value in place]
    return sql, [*first, moment, moment, *flat, *shelves, OFTEN_USED, *told]


def _marks(values: Iterable[object]) -> str:
    return ", ".join("%s" for _ in values)
