"""Every address that search engines should know, in parts that are cheap to write whatever the size of the site."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Case, Exists, F, Max, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from communities.models import Community, Topic
from curation.edition import Now
from curation.html import xml_safe
from curation.lists import SITE
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


class Place(NamedTuple):
    """One address, as a path."""

    path: str
    changed: str = ""
    """When what it shows changed last, as the database writes it; empty where that is not known to be true."""
    image: str = ""
    news: tuple[str, datetime] | None = None


class Part(NamedTuple):
    """One document of the map."""

    address: str
    changed: str


class Section(NamedTuple):
    """One kind of address. Its places are asked for by a range of primary keys."""

    parts: Callable[[Now], Iterable[tuple[int, str]]]
    """The numbers of its parts, from 1 on, each with its last change."""
    places: Callable[[Now, int], Iterable[Place]]


# --- Items -----------------------------------------------------------------------------------------------------------


def _item_parts(now: Now) -> Iterator[tuple[int, str]]:
    """By the indexes of the cards and placements alone, none of which is looked up for each item."""
    hidden = Placement.objects.on(*SITE).hidden(now.moment)
    cards = Card.objects.exclude(item__in=hidden.values("item")).annotate(part=F("item") / PART + 1).order_by("part")
    yield from cards.values_list("part").annotate(changed=_as_text(Max("changed_at")))


def _item_places(now: Now, part: int) -> Iterator[Place]:
    # A card that has to be made anew may name a picture that is not to be shown any more.
    url = KeyTextTransform("url", KeyTransform("picture", "card__facts"))
    named = When(card__made_with=made_with(), then=url)
    picture = Coalesce(Case(named, output_field=TextField()), Value(""), output_field=TextField())
    rows = _part(CuratedItem.objects.published(now.moment), part).order_by("pk")
    home = Homes()
    columns = ("slug", "community__slug", _as_text("card__changed_at"), picture)
    for slug, community, changed, image in rows.values_list(*columns):
        yield Place(f"{home[community]}{slug}/", changed or "", image)


class Homes(dict[str, str]):
    """By the slug of a community, the path that the slugs of its items follow."""

    def __missing__(self, community: str) -> str:
        self[community] = path = reverse("curated_content", args=[community])
        return path


def news(now: Now) -> Iterator[Place]:
    """What came before readers in the last hours; the front page alone where that is nothing, for a map without an
    address is none by its schema (https://www.sitemaps.org/schemas/sitemap/0.9/sitemap.xsd).
    """
    recent = CuratedItem.objects.published(now.moment).filter(publish_at__gt=now.moment - RECENT).newest_first()
    columns = ("slug", "community__slug", "title", "publish_at")
    rows = recent.values_list(*columns)[:MOST_NEWS]
    for slug, community, title, publish_at in rows:
        yield Place(reverse("item", args=[community, slug]), news=(title, publish_at))
    if not rows:
        yield Place(reverse("home"))


# --- Lists -----------------------------------------------------------------------------------------------------------


def _page_parts(now: Now) -> list[tuple[int, str]]:
    return [(1, "")]


def _page_places(now: Now, part: int) -> Iterator[Place]:
    if part > 1:
        return
    newest = dict(_newest(Community.objects, Shelf.COMMUNITY, "slug", now))
    yield Place(reverse("home"), max(newest.values(), default=""))
    for name in ("communities", "archive", "topics", "authors", "publishers", "tags", "feeds", "about"):
        yield Place(reverse(name))
    for slug, changed in newest.items():
        for name in ("community", "curated_content", "community_archive"):
            yield Place(reverse(name, args=[slug]), changed)


def _shelf(model: Any, shelf: Shelf, name: str, column: str) -> Section:
    """The lists of one kind that have something for readers, each changed when its newest item came."""

    def parts(now: Now) -> Iterator[tuple[int, str]]:
        owners = model.objects.filter(Exists(_shown(shelf, now))).annotate(part=F("pk") / PART + 1)
        for part in owners.order_by("part").values_list("part", flat=True).distinct():
            yield part, ""

    def places(now: Now, part: int) -> Iterator[Place]:
        index = reverse(f"{name}s")
        for address, newest in _newest(_part(model.objects, part), shelf, column, now):
            if newest:
                path = f"{index}{address}/" if PLAIN.fullmatch(address) else reverse(name, args=[address])
                yield Place(path, newest)

    return Section(parts, places)


PLAIN = re.compile(r"[A-Za-z0-9._-]+")
"""What stands in an address as it is."""


def _newest(rows: QuerySet[Any], shelf: Shelf, column: str, now: Now) -> Iterator[tuple[str, str]]:
    """What addresses call `rows`, and when the newest item of each one's shelf came; empty where it has none."""
    newest = Subquery(_shown(shelf, now).order_by("-publish_at").values("publish_at")[:1])
    for address, at in rows.order_by("pk").values_list(column, _as_text(newest)):
        yield address, at or ""


def _shown(shelf: Shelf, now: Now) -> PlacementQuerySet:
    return Placement.objects.filter(shelf=shelf, owner=OuterRef("pk")).shown(now.moment)


def _as_text(moment: Any) -> Cast:
    """A moment as the database writes it: ten thousand of them are not worth as many objects."""
    return Cast(moment, TextField())


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
    yield Part(reverse("sitemap_news"), "")


# --- As XML ----------------------------------------------------------------------------------------------------------


def index(found: Iterable[Part]) -> str:
    site = absolute("/")
    lines = (f"<sitemap>{_address(site, part.address)}{_changed(part.changed)}</sitemap>" for part in found)
    return _document("sitemapindex", f'xmlns="{SITEMAP}"', lines)


def document(places: Iterable[Place]) -> str:
    site = absolute("/")
    return _document(
        "urlset", f'xmlns="{SITEMAP}" xmlns:image="{IMAGE}" xmlns:news="{NEWS}"',
        (_url(site, place) for place in places),
    )  # fmt: skip


def _url(site: str, place: Place) -> str:
    more = ""
    if place.news:
        title, at = place.news
        language = settings.LANGUAGE_CODE.partition("-")[0]
        publication = f"<news:name>{SITE_NAME}</news:name><news:language>{language}</news:language>"
        more = (
            f"<news:news><news:publication>{publication}</news:publication>"
            f"<news:publication_date>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
            f"<news:title>{escape(xml_safe(title))}</news:title></news:news>"
        )
    if place.image:
        more += f"<image:image><image:loc>{escape(absolute(place.image))}</image:loc></image:image>"
    return f"<url>{_address(site, place.path)}{_changed(place.changed)}{more}</url>"


def _address(site: str, path: str) -> str:
    """`path` on this site, whose address is `site`; it begins with one slash, as all paths that we make."""
    return f"<loc>{escape(site + path[1:])}</loc>"


def _changed(at: str) -> str:
    """A moment in UTC as the database writes it, as maps have it."""
    return f"<lastmod>{at[:10]}T{at[11:19]}Z</lastmod>" if at else ""


def _document(name: str, namespaces: str, lines: Iterable[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {namespaces}>\n' + "\n".join(lines) + f"\n</{name}>\n"
