"""Lists of items at any depth: a page is a look-up in the order that is kept ready, and a join of stored cards."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.safestring import SafeString

from curation import edition, shelves
from curation.edition import Now
from curation.models import Placement, Shelf
from curation.models.shelf import ALWAYS, WHOLE_SITE, Period, PlacementQuerySet
from curation.shelves import Place
from curation.workflow import Publication

PER_PAGE = 20
"""Cards on one page of a list."""
TITLES = 1000
"""Up to how many items a list can be put in the order of their titles, which is not kept ready."""
FEATURED = 3
"""How many items are put forward at most on one page."""
SITE: Place = (Shelf.SITE, WHOLE_SITE)


class NoSuchPage(Exception):
    """There is no such page of this list."""


class TooLong(Exception):
    """The list has too many items to be put in the order of their titles."""


class Spot(NamedTuple):
    """The place of one item in the order of a list."""

    publish_at: datetime
    item: int

    def __str__(self) -> str:
        return f"{(self.publish_at - EPOCH) // timedelta(microseconds=1)}-{self.item}"

    @classmethod
    def read(cls, text: str) -> "Spot":
        """The spot that an address names. Raises NoSuchPage."""
        if not (match := re.fullmatch(r"(-?[0-9]{1,17})-([0-9]{1,18})", text, re.ASCII)):
            raise NoSuchPage
        try:
            return cls(EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))
        except OverflowError as error:
            raise NoSuchPage from error


class TitleSpot(NamedTuple):
    """The place of one item in the order of titles."""

    title: str
    """As the database orders it."""
    item: int

    def __str__(self) -> str:
        return f"{self.item}-{self.title}"

    @classmethod
    def read(cls, text: str) -> "TitleSpot":
        """The spot that an address names. Raises NoSuchPage."""
        if not (match := re.fullmatch(r"([0-9]{1,18})-([^\0]{0,1000})", text, re.ASCII | re.DOTALL)):
            raise NoSuchPage
        return cls(match[2], int(match[1]))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Listing:
    """One page of a list of items, and the way to the pages beside it."""

    cards: list[SafeString]
    total: int
    path: str
    query: Mapping[str, str]
    """The filters that hold, which links to other pages keep; nothing else of what was asked."""
    newer: str = ""
    older: str = ""
    """The query of the page before this one and after it, with its question mark; empty where there is none."""
    canonical: str = ""
    """The path of this page of the unfiltered list: filtered ones are no pages of their own for search engines."""


def turn(
    places: Sequence[Place],
    period: Period,
    *,
    asked: QueryDict,
    query: Mapping[str, str],
    path: str,
    now: Now,
    total: int,
    order: str = "",
) -> Listing:
    """The page that `asked` names by `before`, `after` or `page`, of the items of `period` that stand on all `places`.

    `query` are the filters that other pages keep. `total` is the number of items, as far as they were counted. `order`
    is empty for the newest first, or "oldest" or "title". Raises NoSuchPage.
    """
    if order == "title":
        return _by_title(places, period, asked=asked, query=query, path=path, now=now, total=total)
    part = part_of(places, period, asked=asked, now=now, total=total, oldest_first=order == "oldest")
    if not part.rows and (part.spot is not None or ("page" in asked and asked["page"] != "1")):
        raise NoSuchPage
    canonical = path
    if part.newer and not query:
        # A page that was reached from the other side is named by the item before it, as from this side.
        start = (
            part.spot if not part.backwards else _next_to(rows_on(places, now, period), part.newer, order == "oldest")
        )
        canonical = f"{path}?before={start}" if start else path
    return Listing(
        cards=shelves.cards(row[1:4] for row in part.rows if is_shown(row, now.moment)),
        total=total,
        path=path,
        query=query,
        newer=_link(query, after=part.newer) if part.newer else "",
        older=_link(query, before=part.older) if part.older else "",
        canonical=canonical,
    )


S = TypeVar("S")


class Part(NamedTuple, Generic[S]):
    """Some items of a list that follow one another, and the spots that lead on from them."""

    rows: list[Any]
    """What was asked for of each, and what `is_shown` needs."""
    newer: S | None
    """The spot after which the part before this one ends; None where there is none."""
    older: S | None
    """The spot behind which the next part begins."""
    spot: S | None
    """The one that was asked for."""
    backwards: bool


COLUMNS = ("publish_at", "item_id", "item__card__html", "item__card__made_with")
FACTS = ("publish_at", "item_id", "item__card__facts", "item__card__text", "item__card__made_with")
STANDING = ("item__publication", "item__publish_at", "item__unpublish_at")


def part_of(
    places: Sequence[Place],
    period: Period = ALWAYS,
    *,
    asked: QueryDict,
    now: Now,
    total: int = 0,
    oldest_first: bool = False,
    number: int | None = None,
    columns: Sequence[str] = COLUMNS,
) -> Part[Spot]:
    """The part that `asked` names by `before`, `after` or `page`, of the items of `period` that stand on all `places`.

    `number` is how many items it has at most, PER_PAGE if nothing is said; `columns` begin with those of a spot. Raises
    NoSuchPage.
    """
    number = number or PER_PAGE
    backwards = "after" in asked and "before" not in asked
    spot = None
    if "before" in asked or "after" in asked:
        spot = Spot.read(str(asked["after" if backwards else "before"]))
    elif "page" in asked and (page := _number(str(asked["page"]), total)) > 1:
        spot = _spot_before(rows_on(places, now, period), (page - 1) * number, oldest_first)
    # From the spot on towards older items, or towards newer ones.
    falling = oldest_first == backwards
    found = _looked_up(places, now, spot, period, falling=falling, number=number + 1, columns=columns)
    more, found = len(found) > number, found[:number]
    if backwards:
        found.reverse()
    before_it, after_it = (more, True) if backwards else (spot is not None, more)
    ends = [Spot(row[0], row[1]) for row in (found[0], found[-1])] if found else [None, None]
    return Part(found, ends[0] if before_it else None, ends[1] if after_it else None, spot, backwards)


def part_by_title(
    places: Sequence[Place], period: Period, *, asked: QueryDict, now: Now, number: int, columns: Sequence[str]
) -> Part[TitleSpot]:
    """The same in the order of titles, by `before` or `after`. Raises NoSuchPage, and TooLong."""
    rows = rows_on(places, now, period).annotate(title=Lower("item__title"))
    if rows[: TITLES + 1].count() > TITLES:
        raise TooLong
    backwards = "after" in asked and "before" not in asked
    spot = TitleSpot.read(str(asked["after" if backwards else "before"])) if backwards or "before" in asked else None
    if spot is not None:
        sign = "lt" if backwards else "gt"
        same = Q(title=spot.title, **{f"item_id__{sign}": spot.item})
        rows = rows.filter(Q(**{f"title__{sign}": spot.title}) | same)
    rows = rows.order_by("-title", "-item_id") if backwards else rows.order_by("title", "item_id")
    found = list(rows.values_list("title", "item_id", *columns[2:], *STANDING)[: number + 1])
    more, found = len(found) > number, found[:number]
    if backwards:
        found.reverse()
    before_it, after_it = (more, True) if backwards else (spot is not None, more)
    ends = [TitleSpot(*row[:2]) for row in (found[0], found[-1])] if found else [None, None]
    return Part(found, ends[0] if before_it else None, ends[1] if after_it else None, spot, backwards)


def front(
    place: Place, number: int, now: Now, *, community: int | None = None
) -> tuple[list[SafeString], list[SafeString]]:
    """The cards that editors put forward, on the site or in one community, and those of the newest items of one shelf
    besides; both by one query. What is put forward stands there once, unless nothing else is left.
    """
    stands, values = _stands([place], now, None, falling=True, number=number + FEATURED)
    moment = _adapted(now.moment)
    home = "AND item.community_id = %s" if community is not None else ""
    values += [moment, moment, moment, *([community] if community is not None else []), FEATURED]
    found = f"SELECT 1 AS part, newest.* FROM ({stands}) AS newest UNION ALL {CHOSEN.format(home=home)}"  # noqa: S608
    rows = _read(FOUND.format(columns=_columns(("part", *COLUMNS)), found=found, order="DESC"), values, at=(1, -2, -1))
    chosen, newest = ([row[2:5] for row in rows if row[0] == part and is_shown(row, now.moment)] for part in (0, 1))
    forward = {item for item, *_ in chosen}
    others = [row for row in newest if row[0] not in forward] or newest
    return shelves.cards(chosen, first=False), shelves.cards(others[:number], lead=True)


def told(place: Place, number: int, now: Now, before: Spot | None = None) -> tuple[list[dict[str, Any]], Spot | None]:
    """The facts of the newest items of one shelf (see `shelves.told`), or of the newest ones behind the spot `before`;
    and the last one's spot, where more follow it.
    """
    found = _looked_up([place], now, before, falling=True, number=number + 1, columns=FACTS)
    more, found = len(found) > number, found[:number]
    facts = shelves.told([row[1:5] for row in found if is_shown(row, now.moment)])
    return facts, Spot(*found[-1][:2]) if more else None


def size(place: Place, now: Now) -> int:
    """How many items of one shelf readers see; counted once for each edition."""
    name = f"size:{place[0]}:{place[1]}"
    return edition.once(now, name, lambda: Placement.objects.on(*place).shown(now.moment).count())


def sizes(shelf: Shelf, now: Now) -> dict[int, int]:
    """The same for every shelf of one kind, by its owner; for kinds of which there are few."""

    def count() -> dict[int, int]:
        rows = Placement.objects.filter(shelf=shelf).shown(now.moment).order_by()
        return dict(rows.values_list("owner").annotate(number=Count("pk")))

    return edition.once(now, f"sizes:{int(shelf)}", count)


def rows_on(places: Sequence[Place], now: Now, period: Period = ALWAYS) -> PlacementQuerySet:
    """The places of the items that stand on all of `places`, of which the first should hold the fewest."""
    fewest, *others = places
    rows = Placement.objects.on(*fewest).shown(now.moment).within(period)
    for shelf, owner in others:
        rows = rows.filter(Exists(Placement.objects.on(shelf, owner).filter(item=OuterRef("item"))))
    return rows


def _from(rows: PlacementQuerySet, spot: Spot | None, falling: bool) -> Any:
    """The rows from behind `spot` on, in falling or rising order."""
    if spot is not None:
        at, item = spot
        sign = "lt" if falling else "gt"
        # The first condition alone bounds the part of the index that is read.
        rows = rows.filter(
            Q(**{f"publish_at__{sign}": at}) | Q(**{f"item__pk__{sign}": item}), **{f"publish_at__{sign}e": at}
        )
    return rows.order_by("-publish_at", "-item_id") if falling else rows.order_by("publish_at", "item_id")


# Asked for in the database's own words, as what stands beside an item: Django would take longer to write these queries
# than the database to answer them.
STANDS = """
SELECT here.publish_at, here.item_id FROM curation_placement AS here
WHERE here.shelf = %s AND here.owner = %s AND here.publish_at <= %s {from_on}
    AND (here.unpublish_at IS NULL OR here.unpublish_at > %s) {also} {behind}
ORDER BY here.publish_at {order}, here.item_id {order} LIMIT %s
"""
# Bounds no part of the index: of two bounds on one side the database may take the wider, and read all in between.
BEHIND = "AND (here.publish_at {sign} %s OR here.item_id {sign} %s)"
CHOSEN = """
SELECT 0 AS part, chosen.* FROM (
    SELECT item.publish_at, item.id AS item_id FROM curation_curateditem AS item
    WHERE item.publication = 'live' AND item.featured_until > %s AND item.publish_at <= %s
        AND (item.unpublish_at IS NULL OR item.unpublish_at > %s) {home}
    ORDER BY item.publish_at DESC, item.id DESC LIMIT %s
) AS chosen
"""
FOUND = """
SELECT {columns}, item.publication, item.publish_at, item.unpublish_at FROM ({found}) AS found
JOIN curation_curateditem AS item ON item.id = found.item_id
LEFT JOIN curation_card AS card ON card.item_id = found.item_id
ORDER BY found.publish_at {order}, found.item_id {order}
"""


def _stands(
    places: Sequence[Place], now: Now, spot: Spot | None, period: Period = ALWAYS, *, falling: bool, number: int
) -> tuple[str, list[Any]]:
    """The query for the items on all of `places` from behind `spot` on, found by the index alone; and its values."""
    fewest, *others = places
    newest, oldest = [now.moment], [period.since] if period.since is not None else []
    if period.ahead_of is not None:
        newest.append(period.ahead_of - timedelta(microseconds=1))
    behind, spot_values = "", list[Any]()
    if spot is not None:
        (newest if falling else oldest).append(spot.publish_at)
        behind, spot_values = BEHIND.format(sign="<" if falling else ">"), [_adapted(spot.publish_at), spot.item]
    values = [*fewest, _adapted(min(newest)), *([_adapted(max(oldest))] if oldest else []), _adapted(now.moment)]
    values += [value for place in others for value in place]
    from_on = "AND here.publish_at >= %s" if oldest else ""
    sql = STANDS.format(
        also=shelves.also_on("here") * len(others),
        from_on=from_on,
        behind=behind,
        order="DESC" if falling else "ASC",
    )
    return sql, [*values, *spot_values, number]


def _looked_up(
    places: Sequence[Place],
    now: Now,
    spot: Spot | None,
    period: Period = ALWAYS,
    *,
    falling: bool,
    number: int,
    columns: Sequence[str] = COLUMNS,
) -> list[Any]:
    """What a page shows of the items on all of `places` from behind `spot` on; only those are joined."""
    found, values = _stands(places, now, spot, period, falling=falling, number=number)
    sql = FOUND.format(columns=_columns(columns), found=found, order="DESC" if falling else "ASC")
    return _read(sql, values, at=(0, -2, -1), facts=2 if columns is FACTS else None)


def _columns(names: Sequence[str]) -> str:
    return ", ".join(name.replace("item__card__", "card.") if "__" in name else f"found.{name}" for name in names)


def _read(sql: str, values: Sequence[Any], *, at: Sequence[int], facts: int | None = None) -> list[Any]:
    """The rows of a query, with moments and facts as Django gives them in the columns of these numbers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [list(row) for row in cursor.fetchall()]
    for row in rows:
        for number in at:
            row[number] = edition.read(row[number])
        if facts is not None and isinstance(row[facts], str):
            row[facts] = json.loads(row[facts])
    return rows


def _adapted(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def is_shown(row: Sequence[Any], at: datetime) -> bool:
    """The rule of `published()`, asked of the item itself, of which `row` ends with `STANDING`: where it was found is
    only where to look.
    """
    publication, publish_at, unpublish_at = row[-3:]
    return publication == Publication.LIVE and publish_at <= at and (unpublish_at is None or unpublish_at > at)


def _next_to(rows: PlacementQuerySet, spot: Spot, falling: bool) -> Spot | None:
    found = _from(rows, spot, falling).values_list("publish_at", "item_id").first()
    return Spot(*found) if found else None


def _spot_before(rows: PlacementQuerySet, passed: int, oldest_first: bool) -> Spot:
    """The spot of the last of the first `passed` items, for addresses from before pages were named by spots."""
    columns = _from(rows, None, not oldest_first).values_list("publish_at", "item_id")
    found = list(columns[passed - 1 : passed])
    if not found:
        raise NoSuchPage
    return Spot(*found[0])


def _by_title(
    places: Sequence[Place],
    period: Period,
    *,
    asked: QueryDict,
    query: Mapping[str, str],
    path: str,
    now: Now,
    total: int,
) -> Listing:
    number = _number(asked.get("page", "1"), total)
    rows = rows_on(places, now, period).order_by(Lower("item__title"), "item_id").values_list(*COLUMNS, *STANDING)
    start = (number - 1) * PER_PAGE
    return Listing(
        cards=shelves.cards(row[1:4] for row in rows[start : start + PER_PAGE] if is_shown(row, now.moment)),
        total=total,
        path=path,
        query=query,
        newer=_link(query, page=number - 1) if number > 1 else "",
        older=_link(query, page=number + 1) if start + PER_PAGE < total else "",
        canonical=path,
    )


def _number(text: str, total: int) -> int:
    """The number of a page that a list of `total` items has. Raises NoSuchPage."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text, re.ASCII) or (int(text) - 1) * PER_PAGE >= max(total, 1):
        raise NoSuchPage
    return int(text)


def _link(query: Mapping[str, str], **turned: Any) -> str:
    return f"?{urlencode({**query, **turned})}"
