"""The pages for readers. Whatever they show of items begins with `CuratedItem.objects.published()`.

None of them touches a session, a cookie or the person who asks: every reader gets the same page.
"""

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from django.contrib.sitemaps.views import SitemapIndexItem
from django.contrib.sitemaps.views import sitemap as sitemap_part
from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from communities.models import Community
from curation import counts, feeds, html, sitemaps
from curation.filters import ItemFilter
from curation.models import CuratedItem, FeaturedImage
from curation.models.item import CuratedItemQuerySet
from curation.pages import PER_INDEX, Crumb, absolute, listing, show
from curation.workflow import Publication

NEWEST = 10
"""How many items the home page begins with: one large, the others in rows of three."""
RELATED = 3
"""How many other items of its community the page of an item leads to."""
WORDS_OF_A_PATH = 8
"""With how many words of a missing address the search is filled in."""
DESCRIPTION_LENGTH = 200
"""Characters of a description for search engines that is taken from a text."""
PICTURE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
PICTURE_SECONDS = 3600
"""How long a picture may be kept by browsers: not for long, since it can be withdrawn with its item."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    communities = list(counts.communities())
    return show(
        request,
        "home.html",
        title="Medigy",
        description="Articles on health innovation, chosen, summarised and reviewed by its communities.",
        canonical=reverse("home"),
        section="home",
        communities=communities,
        items=CuratedItem.objects.published().newest_first().with_card()[:NEWEST],
    )


@require_safe
def curated_content(request: HttpRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community, slug=slug)
    shown = ItemFilter(request.GET, CuratedItem.objects.published().shown_in(community))
    items = listing(request, shown.qs.with_card(), query=shown.query)
    return show(
        request,
        "curated_content.html",
        title=f"Curated content · {community.name}",
        description=f"Everything that {community.name} has chosen, newest first: by kind, topic, tag and year.",
        canonical=items.canonical,
        section="communities",
        trail=[*_trail(community), Crumb("Curated content")],
        community=community,
        tone=community.tone,
        filter=shown,
        listing=items,
    )


@require_safe
def community_feed(request: HttpRequest, slug: str) -> HttpResponse:
    feed = feeds.community_feed(get_object_or_404(Community, slug=slug))
    return HttpResponse(feed, content_type="application/rss+xml; charset=utf-8")


@require_safe
def item(request: HttpRequest, community: str, slug: str) -> HttpResponse:
    items = CuratedItem.objects.filter(community__slug=community)
    found = items.published().with_page().filter(slug=slug).first()
    if found is None:
        return _missing_item(request, items, slug)
    others = items.published().exclude(pk=found.pk).newest_first().with_card()
    return show(
        request,
        "item.html",
        title=found.title,
        description=found.description or html.plain_text(found.body_html, DESCRIPTION_LENGTH),
        canonical=found.get_absolute_url(),
        section="communities",
        trail=item_trail(found),
        picture=found.featured_image.file.url if found.featured_image else "",
        picture_alt=found.alt_text,
        kind_of_page="article",
        tone=found.community.tone,
        item=found,
        related=others[:RELATED],
    )


def _missing_item(request: HttpRequest, items: CuratedItemQuerySet, slug: str) -> HttpResponse:
    """Says of what was public that it is gone, and nothing more."""
    found = items.gone().filter(slug=slug).select_related("community").first()
    if found is None:
        raise Http404("There is no such item.")
    return gone(request, found)


def gone(request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """The answer to who asks for an item that is gone, by its address or an old one; leads where an editor says."""
    if item.publication == Publication.WITHDRAWN and item.gone_to:
        # For now: it can be published again, and browsers never forget a permanent redirect.
        return HttpResponseRedirect(item.gone_to)
    trail = [*_trail(item.community), Crumb("No longer here")]
    return show(
        request, "gone.html", title="No longer here", trail=trail, status=410,
        community=item.community, tone=item.community.tone, since=item.publish_at,
    )  # fmt: skip


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    return _index(request, "topics", "Topics", counts.topics(), "What the items of all communities are about.")


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    topic = get_object_or_404(counts.topics(), slug=slug)
    items = CuratedItem.objects.published().filter(item_topics__topic=topic)
    return _shelf(request, "topic", topic, topic.label, items, topic.description)


@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    return _index(request, "authors", "Authors", counts.authors(), "Who wrote what our communities read.")


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    author = get_object_or_404(counts.authors(), slug=slug)
    items = CuratedItem.objects.published().filter(bylines__author=author)
    return _shelf(request, "author", author, author.name, items, author.bio)


@require_safe
def publishers(request: HttpRequest) -> HttpResponse:
    return _index(request, "publishers", "Publishers", counts.publishers(), "Where what our communities read appeared.")


@require_safe
def publisher(request: HttpRequest, host: str) -> HttpResponse:
    publisher = get_object_or_404(counts.publishers(), host=host)
    items = CuratedItem.objects.published().filter(publisher=publisher)
    return _shelf(request, "publisher", publisher, str(publisher), items)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(counts.tags(), slug=slug)
    items = CuratedItem.objects.published().filter(item_tags__tag=tag)
    return _shelf(request, "tag", tag, tag.name, items)


def _index(request: HttpRequest, name: str, title: str, rows: Any, description: str) -> HttpResponse:
    """The page that lists all topics, authors or publishers; `name` names its template and its address."""
    entries = listing(request, rows, per_page=PER_INDEX)
    return show(
        request,
        f"{name}.html",
        title=title,
        description=description,
        canonical=entries.canonical,
        section=name,
        trail=[Crumb(title)],
        listing=entries,
    )


def _shelf(
    request: HttpRequest, name: str, owner: Model, title: str, items: CuratedItemQuerySet, description: str = ""
) -> HttpResponse:
    """The page of one topic, author, publisher or tag with its items; `name` names its template."""
    cards = listing(request, items.newest_first().with_card())
    above = [] if name == "tag" else [Crumb(f"{name.capitalize()}s", reverse(f"{name}s"))]
    return show(
        request,
        f"{name}.html",
        title=title,
        description=description,
        canonical=cards.canonical,
        section=f"{name}s",
        trail=[*above, Crumb(title)],
        listing=cards,
        **{name: owner},
    )


def words_of(path: str) -> str:
    """What somebody who followed `path` may have looked for, at most WORDS_OF_A_PATH words of its last piece.

    It comes from the path alone: it tells nothing about what lies there.
    """
    piece = unquote(path).rstrip("/").rpartition("/")[2]
    return " ".join(re.findall(r"[^\W\d_]{2,30}", piece)[:WORDS_OF_A_PATH])


def item_trail(item: CuratedItem) -> list[Crumb]:
    """The way to the page of `item`."""
    shelf = Crumb("Curated content", reverse("curated_content", args=[item.community.slug]))
    return [*_trail(item.community), shelf, Crumb(item.title)]


def _trail(community: Community) -> list[Crumb]:
    return [Crumb("Communities", reverse("communities")), Crumb(community.name, community.get_absolute_url())]


# --- For machines ----------------------------------------------------------------------------------------------------


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A picture that readers may see: of a published item or of a community; everything else is not there."""
    content_type = PICTURE_TYPES.get(PurePosixPath(name).suffix.lower())
    if content_type is None or not _is_shown(name):
        raise Http404("There is no such picture.")
    try:
        file = default_storage.open(name)
    except OSError as error:
        raise Http404("There is no such picture.") from error
    response = FileResponse(file, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # A name is given once, so the bytes behind it never change.
    response["ETag"] = quote_etag(iri_to_uri(name))
    patch_cache_control(response, public=True, max_age=PICTURE_SECONDS)
    return response


def _is_shown(name: str) -> bool:
    return FeaturedImage.objects.published().filter(file=name).exists() or Community.objects.filter(image=name).exists()


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    parts = [SitemapIndexItem(address) for address in sitemaps.parts()]
    return render(request, "sitemap_index.xml", {"sitemaps": parts}, content_type="application/xml")


@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    response = sitemap_part(request, sitemaps.SITEMAPS, section=section).render()
    # Withdrawing the newest item makes this date older, which a conditional request takes for "nothing changed".
    if response.has_header("Last-Modified"):
        del response["Last-Modified"]
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", f"Disallow: {reverse('admin:index')}", f"Sitemap: {absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


# --- Where something is wrong ----------------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, "400.html", title="This request cannot be read", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, "403.html", title="Not yours to open", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    words = words_of(request.path_info)
    return show(request, "404.html", title="There is nothing here", status=404, words=words)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request no context processor runs, so that nothing which may be broken is asked again.
    return HttpResponse(render_to_string("500.html", {"title": "Something broke"}), status=500)
