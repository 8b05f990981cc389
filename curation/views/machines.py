"""What programs read: pictures, sitemaps, robots.txt and the like."""

import re
from datetime import UTC, timedelta
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from communities.models import Community
from curation import counts, edition, sitemaps
from curation.edition import Now
from curation.filters import NARROWING
from curation.models import CuratedItem, FeaturedImage, Rendition
from curation.page_cache import for_reading, page
from curation.pages import SITE_NAME, absolute

PICTURE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
PICTURE_SECONDS = 3600
"""How long a readers' copy may be kept by browsers: it stands in until the page has better ones."""
FOR_EVER = 365 * 24 * 3600
"""How long the files that are made of a picture may be kept: what is made anew has another name."""

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
SECURITY_TOLD_FOR = timedelta(days=180)


@for_reading
def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A picture that readers may see: of a published item or of a community; everything else is not there."""
    content_type = PICTURE_TYPES.get(PurePosixPath(name).suffix.lower())
    seconds = _shown_for(name) if content_type else None
    if seconds is None:
        raise Http404("There is no such picture.")
    response: HttpResponse | FileResponse
    if settings.MEDIA_ACCEL:
        # The server before us, which alone can read the folder's addresses, sends the bytes.
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = settings.MEDIA_ACCEL + name
    else:
        try:
            response = FileResponse(default_storage.open(name), content_type=content_type)
        except OSError as error:
            raise Http404("There is no such picture.") from error
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # Feeds are read on other sites, too.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    # A name is given once, so the bytes behind it never change.
    response["ETag"] = quote_etag(iri_to_uri(name))
    patch_cache_control(response, public=True, max_age=seconds)
    if seconds == FOR_EVER:
        patch_cache_control(response, immutable=True)
    return response


def _shown_for(name: str) -> int | None:
    """For how many seconds browsers may keep the picture of this name; None where readers may not see it."""
    made = Rendition.objects.filter(file=name).first()
    if made is not None:
        shown = (
            FeaturedImage.objects.published().filter(pk=made.image_id).exists()
            if made.image_id
            else CuratedItem.objects.published().filter(pk=made.item_id).exists()
            if made.item_id
            else True
        )
        return FOR_EVER if shown else None
    copies = FeaturedImage.objects.published().filter(file=name).exists()
    return PICTURE_SECONDS if copies or Community.objects.filter(image=name).exists() else None


@page()
def sitemap(request: HttpRequest, now: Now) -> HttpResponse:
    return HttpResponse(sitemaps.index(sitemaps.parts(now)), content_type=XML)


@page("p")
def sitemap_section(request: HttpRequest, now: Now, section: str) -> HttpResponse:
    part = request.GET.get("p", "1")
    if section not in sitemaps.SECTIONS or not re.fullmatch(r"[1-9][0-9]{0,8}", part, re.ASCII):
        raise Http404("There is no such part of the map.")
    entries = list(sitemaps.SECTIONS[section].entries(now, int(part)))
    if not entries and part != "1":
        raise Http404("There is no such part of the map.")
    return HttpResponse(sitemaps.document(entries), content_type=XML)


@for_reading
def sitemap_news(request: HttpRequest) -> HttpResponse:
    """Not kept: items leave it by the clock."""
    return HttpResponse(sitemaps.document(sitemaps.news(edition.now())), content_type=XML)


@for_reading
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines need no page that only narrows down, searches or previews what other pages show."""
    closed = [reverse("admin:index"), "/preview/", reverse("search")]
    closed += [f"/*{mark}{name}=" for name in NARROWING for mark in ("?", "&")]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@page()
def llms(request: HttpRequest, now: Now) -> HttpResponse:
    """What the site is, for programs that read instead of people."""
    communities = [
        (community, " ".join((community.introduction or community.headline).split()))
        for community in counts.communities(now)
    ]
    text = render_to_string("llms.txt", {"communities": communities})
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


@for_reading
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness of the site (RFC 9116); there only where SECURITY_CONTACT says it."""
    if not settings.SECURITY_CONTACT:
        raise Http404("Nobody is named here.")
    until = (timezone.now() + SECURITY_TOLD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {absolute(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@for_reading
def opensearch(request: HttpRequest) -> HttpResponse:
    """Lets browsers offer the site's search."""
    context = {"search": absolute(reverse("search")), "icon": absolute("/favicon.ico")}
    text = render_to_string("opensearch.xml", context)
    return HttpResponse(text, content_type="application/opensearchdescription+xml; charset=utf-8")


@for_reading
def manifest(request: HttpRequest) -> JsonResponse:
    """What the site is called and looks like on a home screen."""
    icons = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
             ("icon-maskable-512.png", "512x512", "maskable")]  # fmt: skip
    told = {
        "name": SITE_NAME,
        "short_name": SITE_NAME,
        "description": _("What is worth reading in health innovation"),
        "lang": settings.LANGUAGE_CODE,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#0f766e",
        "icons": [
            {"src": static(f"medigy/icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")
