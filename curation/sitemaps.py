"""Every address that search engines should know, in parts that are cheap to write whatever the size of the site."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Max, QuerySet
from django.urls import reverse
from django.utils.html import escape

from communities.models import Community, Topic
from curation.edition import Now
from curation.html import xml_safe
from curation.lists import SITE
from curation.models import Author, CuratedItem, Placement, Publisher, Shelf, Tag
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


class Place(NamedTuple):
    """One address, as a path."""

    path: str
    changed: datetime | None = None
    """When what it shows changed last; None where that is not known to be true."""
    image: str = ""
    news: tuple[str, datetime] | None = None


class Part(NamedTuple):
    """One document of the map."""

    address: str
    changed: datetime | None


class Section(NamedTuple):
    """One kind of address. Its places are asked for by a range of primary keys."""

    parts: Callable[[Now], Iterable[tuple[int, datetime | None]]]
    """The numbers of its parts, from 1 on, each with its last change."""
    places: Callable[[Now, int], Iterable[Place]]


# --- Items -----------------------------------------------------------------------------------------------------------


def _item_parts(now: Now) -> Iterator[tuple[int, datetime]]:
    """By the indexes of the placements and cards alone."""
    shown = Placement.objects.on(*SITE).shown(now.moment).annotate(part=F("item") / PART + 1).order_by("part")
    yield from shown.values_list("part").annotate(changed=Max("item__card__changed_at"))


def _item_places(now: Now, part: int) -> Iterator[Place]:
    rows = _part(CuratedItem.objects.published(now.moment), part)
    columns = ("slug", "community__slug", "card__changed_at", "card__facts__picture__url", "card__made_with")
    for slug, community, changed, picture, made in rows.order_by("pk").values_list(*columns):
        # A card that has to be made anew may name a picture that is not to be shown any more.
        yield Place(reverse("item", args=[community, slug]), changed, picture if made == made_with() else "")


def news(now: Now) -> Iterator[Place]:
    """What came before readers in the last hours."""
    recent = CuratedItem.objects.published(now.moment).filter(publish_at__gt=now.moment - RECENT).newest_first()
    columns = ("slug", "community__slug", "title", "publish_at")
    for slug, community, title, publish_at in recent.values_list(*columns)[:MOST_NEWS]:
        yield Place(reverse("item", args=[community, slug]), news=(title, publish_at))


# --- Lists -----------------------------------------------------------------------------------------------------------


def _page_parts(now: Now) -> list[tuple[int, datetime | None]]:
    return [(1, None)]


def _page_places(now: Now, part: int) -> Iterator[Place]:
    if part > 1:
        return
    newest = _newest(Shelf.COMMUNITY, now)
    site = max(newest.values(), default=None)
    yield Place(reverse("home"), site)
    for name in ("communities", "archive", "topics", "authors", "publishers", "tags", "feeds", "about"):
        yield Place(reverse(name))
    for pk, slug in Community.objects.order_by("slug").values_list("pk", "slug"):
        changed = newest.get(pk)
        for name in ("community", "curated_content", "community_archive"):
            yield Place(reverse(name, args=[slug]), changed)


def _shelf(model: Any, shelf: Shelf, name: str, column: str) -> Section:
    """The lists of one kind that have something for readers, each changed when its newest item came."""

    def parts(now: Now) -> Iterator[tuple[int, None]]:
        owners = Placement.objects.filter(shelf=shelf).shown(now.moment).annotate(part=F("owner") / PART + 1)
        for part in owners.order_by("part").values_list("part", flat=True).distinct():
            yield part, None

    def places(now: Now, part: int) -> Iterator[Place]:
        newest = _newest(shelf, now, part)
        for pk, address in _part(model.objects, part).order_by("pk").values_list("pk", column):
            if pk in newest:
                yield Place(reverse(name, args=[address]), newest[pk])

    return Section(parts, places)


def _newest(shelf: Shelf, now: Now, part: int | None = None) -> dict[int, datetime]:
    rows = Placement.objects.filter(shelf=shelf).shown(now.moment).order_by()
    if part is not None:
        rows = rows.filter(owner__gte=(part - 1) * PART, owner__lt=part * PART)
    return dict(rows.values_list("owner").annotate(newest=Max("publish_at")))


def _part(rows: QuerySet[Any], part: int) -> QuerySet[Any]:
    return rows.filter(pk__gte=(part - 1) * PART, pk__lt=part * PART)


SECTIONS: dict[str, Section] = {
    "pages": Section(_page_parts, _page_places),
    "items": Section(_item_parts, _item_places),
    "topics": _shelf(Topic, Shelf.TOPIC, "topic", "slug"),
    "authors": _shelf(Author, Shelf.AUTHOR, "author", "slug"),
    "publishers": _shelf(Publisher, Shelf.PUBLISHER, "publisher", "host"),
    "tags": _shelf(Tag, Shelf.TAG, "tag", "slug"),
}


def parts(now: Now) -> Iterator[Part]:
    """Every part of the map, that of news among them."""
    for section, each in SECTIONS.items():
        address = reverse("sitemap_section", args=[section])
        for number, changed in each.parts(now):
            yield Part(address if number == 1 else f"{address}?p={number}", changed)
    yield Part(reverse("sitemap_news"), None)


# --- As XML ----------------------------------------------------------------------------------------------------------


def index(found: Iterable[Part]) -> str:
    lines = (f"<sitemap>{_address(part.address)}{_changed(part.changed)}</sitemap>" for part in found)
    return _document("sitemapindex", f'xmlns="{SITEMAP}"', lines)


def document(places: Iterable[Place]) -> str:
    return _document(
        "urlset", f'xmlns="{SITEMAP}" xmlns:image="{IMAGE}" xmlns:news="{NEWS}"', (_url(place) for place in places)
    )


def _url(place: Place) -> str:
    more = ""
    if place.news:
        title, at = place.news
        language = settings.LANGUAGE_CODE.partition("-")[0]
        publication = f"<news:name>{SITE_NAME}</news:name><news:language>{language}</news:language>"
        more = (
            f"<news:news><news:publication>{publication}</news:publication>"
            f"<news:publication_date>{_moment(at)}</news:publication_date>"
            f"<news:title>{escape(xml_safe(title))}</news:title></news:news>"
        )
    if place.image:
        more += f"<image:image><image:loc>{escape(absolute(place.image))}</image:loc></image:image>"
    return f"<url>{_address(place.path)}{_changed(place.changed)}{more}</url>"


def _address(path: str) -> str:
    return f"<loc>{escape(absolute(path))}</loc>"


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{_moment(at)}</lastmod>" if at else ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _document(name: str, namespaces: str, lines: Iterable[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {namespaces}>\n' + "\n".join(lines) + f"\n</{name}>\n"
