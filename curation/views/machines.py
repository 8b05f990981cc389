"""What programs read: pictures, sitemaps, robots.txt."""

from pathlib import PurePosixPath

from django.contrib.sitemaps.views import SitemapIndexItem
from django.contrib.sitemaps.views import sitemap as sitemap_part
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from communities.models import Community
from curation import sitemaps
from curation.edition import Now
from curation.models import FeaturedImage
from curation.page_cache import page
from curation.pages import absolute

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


@page()
def sitemap(request: HttpRequest, now: Now) -> HttpResponse:
    parts = [SitemapIndexItem(address) for address in sitemaps.parts()]
    return render(request, "sitemap_index.xml", {"sitemaps": parts}, content_type="application/xml")


@page("p")
def sitemap_section(request: HttpRequest, now: Now, section: str) -> HttpResponse:
    return sitemap_part(request, sitemaps.SITEMAPS, section=section).render()


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", f"Disallow: {reverse('admin:index')}", f"Sitemap: {absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
