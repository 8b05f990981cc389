"""What programs read: pictures, sitemaps, robots.txt."""

from pathlib import PurePosixPath

from django.conf import settings
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
from curation.models import CuratedItem, FeaturedImage, Rendition
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
"""How long a readers' copy may be kept by browsers: it stands in until the page has better ones."""
FOR_EVER = 365 * 24 * 3600
"""How long the files that are made of a picture may be kept: what is made anew has another name."""


@require_safe
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
    parts = [SitemapIndexItem(address) for address in sitemaps.parts()]
    return render(request, "sitemap_index.xml", {"sitemaps": parts}, content_type="application/xml")


@page("p")
def sitemap_section(request: HttpRequest, now: Now, section: str) -> HttpResponse:
    return sitemap_part(request, sitemaps.SITEMAPS, section=section).render()


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", f"Disallow: {reverse('admin:index')}", f"Sitemap: {absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
