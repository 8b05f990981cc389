"""Every address that search engines should know, in parts that are cheap to write whatever the size of the site."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Case, Exists, F, Max, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast

from communities.addresses import address
from communities.models import Community, Topic
from curation.edition import Now
from curation.html import xml_safe
from curation.lists import SITE as WHOLE_SITE
from curation.map_entries import SITE, entry, last_change
from curation.map_entries import address as as_xml
from curation.models import Author, Card, CuratedItem, Placement, Publisher, Shelf, Tag
from curation.models.shelf import PlacementQuerySet
from curation.pages import SITE_NAME, absolute
from curation.shelves import made_with

PART = 10_000
"""Primary keys behind one part: a part has no more addresses than that, and a new row changes none but the last."""
RECENT = timedelta(hours=48)
"""How long the map of news tells of an item, as those who read it ask."""
MOST_NEWS = 1000
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


class Part(NamedTuple):
    """One document of the map."""

    path: str
    changed: str


class Section(NamedTuple):
    """One kind of address, asked for by a range of primary keys."""

    parts: Callable[[Now], Iterable[tuple[int, str]]]
    """The numbers of its parts, from 1 on, each with its last change."""
    entries: Callable[[Now, int], Iterable[str]]
    """The elements of one part."""


# --- Items -----------------------------------------------------------------------------------------------------------


def _item_parts(now: Now) -> Iterator[tuple[int, str]]:
    """By the indexes of the cards and placements alone, none of which is looked up for each item."""
    hidden = Placement.objects.on(*WHOLE_SITE).hidden(now.moment)
    cards = Card.objects.exclude(item__in=hidden.values("item")).annotate(part=F("item") / PART + 1).order_by("part")
    yield from cards.values_list("part").annotate(changed=_as_text(Max("changed_at")))


def _item_entries(now: Now, part: int) -> list[str]:
    """By the indexes of the items and of the cards alone, where the elements are kept.

    Both are read from end to end, one behind the other: to join them would be to look for each card by itself.
    """
    shown = _part(CuratedItem.objects.published(now.moment), part)
    fresh = Case(When(made_with=made_with(), then=F("map_entry")), default=Value(""), output_field=TextField())
    kept = _part(Card.objects.order_by(), part, "item").values_list("item_id", fresh)
    nothing = Value(None, output_field=TextField())
    rows = shown.order_by().values_list("pk", nothing).union(kept, all=True)
    keys, elements = list[int](), dict[int, str]()
    for pk, element in rows:
        if element is None:
            keys.append(pk)
        elif element:
            elements[pk] = element
    keys.sort()
    if missing := [pk for pk in keys if pk not in elements]:
        elements |= _made_now(shown.filter(pk__range=(missing[0], missing[-1])))
    # What was withdrawn since the first question is not made.
    return [elements[pk] for pk in keys if pk in elements]


def _made_now(items: QuerySet[Any]) -> dict[int, str]:
    """The elements of items whose cards have to be made anew: those may name pictures that are not to be shown any
    more.
    """
    columns = ("pk", "slug", "community__slug", _as_text("card__changed_at"))
    return {
        pk: entry(address("item", community, slug), changed or "")
        for pk, slug, community, changed in items.values_list(*columns)
    }


def news(now: Now) -> Iterator[str]:
    """What came before readers in the last hours; the front page alone where that is nothing, for a map without an
    address is none by its schema (https://www.sitemaps.org/schemas/sitemap/0.9/sitemap.xsd).
    """
    recent = CuratedItem.objects.published(now.moment).filter(publish_at__gt=now.moment - RECENT).newest_first()
    columns = ("slug", "community__slug", "title", "publish_at")
    rows = recent.values_list(*columns)[:MOST_NEWS]
    for slug, community, title, publish_at in rows:
        yield entry(address("item", community, slug), more=_told_as_news(title, publish_at))
    if not rows:
        yield entry(address("home"))


def _told_as_news(title: str, at: datetime) -> str:
    language = settings.LANGUAGE_CODE.partition("-")[0]
    publication = f"<news:name>{SITE_NAME}</news:name><news:language>{language}</news:language>"
    return (
        f"<news:news><news:publication>{publication}</news:publication>"
        f"<news:publication_date>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
        f"<news:title>{escape(xml_safe(title))}</news:title></news:news>"
    )


# --- Lists -----------------------------------------------------------------------------------------------------------


def _page_parts(now: Now) -> list[tuple[int, str]]:
    return [(1, "")]


def _page_entries(now: Now, part: int) -> Iterator[str]:
    if part > 1:
        return
    newest = dict(_newest(Community.objects, Shelf.COMMUNITY, "slug", now))
    yield entry(address("home"), max(newest.values(), default=""))
    for name in ("communities", "archive", "topics", "authors", "publishers", "tags", "feeds", "about"):
        yield entry(address(name))
    for slug, changed in newest.items():
        for name in ("community", "curated_content", "community_archive"):
            yield entry(address(name, slug), changed)


def _shelf(model: Any, shelf: Shelf, name: str, column: str) -> Section:
    """The lists of one kind that have something for readers, each changed when its newest item came."""

    def parts(now: Now) -> Iterator[tuple[int, str]]:
        owners = model.objects.filter(Exists(_shown(shelf, now))).annotate(part=F("pk") / PART + 1)
        for part in owners.order_by("part").values_list("part", flat=True).distinct():
            yield part, ""

    def entries(now: Now, part: int) -> Iterator[str]:
        for called, newest in _newest(_part(model.objects, part), shelf, column, now):
            if newest:
                yield entry(address(name, called), newest)

    return Section(parts, entries)


def _newest(rows: QuerySet[Any], shelf: Shelf, column: str, now: Now) -> Iterator[tuple[str, str]]:
    """What addresses call `rows`, and when the newest item of each one's shelf came; empty where it has none."""
    newest = Subquery(_shown(shelf, now).order_by("-publish_at").values("publish_at")[:1])
    for called, at in rows.order_by("pk").values_list(column, _as_text(newest)):
        yield called, at or ""


def _shown(shelf: Shelf, now: Now) -> PlacementQuerySet:
    return Placement.objects.filter(shelf=shelf, owner=OuterRef("pk")).shown(now.moment)


def _as_text(moment: Any) -> Cast:
    """A moment as the database writes it: ten thousand of them are not worth as many objects."""
    return Cast(moment, TextField())


def _part(rows: QuerySet[Any], part: int, key: str = "pk") -> QuerySet[Any]:
    return rows.filter(**{f"{key}__gte": (part - 1) * PART, f"{key}__lt": part * PART})


SECTIONS: dict[str, Section] = {
    "pages": Section(_page_parts, _page_entries),
    "items": Section(_item_parts, _item_entries),
    "topics": _shelf(Topic, Shelf.TOPIC, "topic", "slug"),
    "authors": _shelf(Author, Shelf.AUTHOR, "author", "slug"),
    "publishers": _shelf(Publisher, Shelf.PUBLISHER, "publisher", "host"),
    "tags": _shelf(Tag, Shelf.TAG, "tag", "slug"),
}


def parts(now: Now) -> Iterator[Part]:
    """Every part of the map, that of news among them."""
    for section, each in SECTIONS.items():
        path = address("sitemap_section", section)
        for number, changed in each.parts(now):
            yield Part(path if number == 1 else f"{path}?p={number}", changed)
    yield Part(address("sitemap_news"), "")


# --- As XML ----------------------------------------------------------------------------------------------------------


def index(found: Iterable[Part]) -> str:
    lines = (f"<sitemap><loc>{as_xml(part.path)}</loc>{last_change(part.changed)}</sitemap>" for part in found)
    return _document("sitemapindex", f'xmlns="{SITEMAP}"', lines)


def document(entries: Iterable[str]) -> str:
    """One part of the map, of the elements of its addresses."""
    return _document("urlset", f'xmlns="{SITEMAP}" xmlns:image="{IMAGE}" xmlns:news="{NEWS}"', entries)


def _document(name: str, namespaces: str, lines: Iterable[str]) -> str:
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {namespaces}>\n' + "\n".join(lines) + f"\n</{name}>\n"
    return whole.replace(SITE, absolute("/")[:-1])
