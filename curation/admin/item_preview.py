"""A revision in the readers' own pages, at the widths they have, and the links that show it to others."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from communities import access
from curation import previews
from curation.admin.item_history import found_revision
from curation.admin.parts import moment, picture_address
from curation.models import CuratedItem, PreviewLink, PreviewVisit
from curation.pages import absolute
from curation.preview_views import in_readers_page
from medigy.middleware import content_security_policy

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

WIDTHS = {"phone": "Phone", "tablet": "Tablet", "desktop": "Desktop"}
SHOWN = 20
"""How many links are listed."""
VISITS = 5
"""How many of the newest visits of each are listed."""


def preview(request: HttpRequest, item: CuratedItem, number: int) -> HttpResponse:
    """The bare page of a revision, exactly as readers would get it. Only our own pages may frame it."""
    revision = found_revision(item, number)
    address = picture_address(revision.featured_image) if revision.featured_image else ""
    response = in_readers_page(item, revision, "item.html", address, framed=True)
    response.headers["Content-Security-Policy"] = content_security_policy(frame_ancestors="'self'")
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def look(section: "ItemAdmin", request: HttpRequest, item: CuratedItem, number: int) -> HttpResponse:
    """The preview in a frame as wide as a phone, a tablet or a desktop, and the links to it for other people."""
    revision = found_revision(item, number)
    width = request.GET.get("width", "")
    context = {
        **section.admin_site.each_context(request),
        "title": f"Preview of revision {number} of “{item}”",
        "opts": section.opts,
        "item": item,
        "revision": revision,
        "width": width if width in WIDTHS else "desktop",
        "widths": WIDTHS,
        "may_share": may_share(request.user, item),
        "links": [_told(link) for link in _links(item)[:SHOWN]] if may_share(request.user, item) else [],
    }
    request.current_app = section.admin_site.name
    response = TemplateResponse(request, "admin/curation/curateditem/preview.html", context)
    response.headers["Content-Security-Policy"] = content_security_policy(frame_src="'self'")
    return response


def may_share(user: Any, item: CuratedItem) -> bool:
    """Whether `user` may show the item to people outside: who may change its words, may ask others about them."""
    return access.can(user, "edit", item.community_id, owner=item.created_by_id)


def share(section: "ItemAdmin", request: HttpRequest, item: CuratedItem, number: int) -> HttpResponse:
    """Makes a link to one revision for people without an account."""
    if (refused := _refused(request, item)) is not None:
        return refused
    previews.share(item, found_revision(item, number), by=request.user)
    messages.success(request, "The link is ready: copy it below. It works for seven days, or until you revoke it.")
    return redirect(section.address("look", item.pk, number) + "#links")


def revoke(section: "ItemAdmin", request: HttpRequest, item: CuratedItem, link: int) -> HttpResponse:
    """Closes a link at once."""
    if (refused := _refused(request, item)) is not None:
        return refused
    found = item.preview_links.select_related("revision").filter(pk=link).first()
    if found is None:
        raise Http404("This item has no such link.")
    previews.revoke(found, by=request.user)
    messages.success(request, "The link is revoked: its address leads nowhere now.")
    return redirect(section.address("look", item.pk, found.revision.number) + "#links")


def _refused(request: HttpRequest, item: CuratedItem) -> HttpResponse | None:
    if not may_share(request.user, item):
        raise PermissionDenied
    return None if request.method == "POST" else HttpResponseNotAllowed(["POST"])


def _links(item: CuratedItem) -> Any:
    newest = PreviewVisit.objects.order_by("-pk")[:VISITS]
    return (
        item.preview_links.select_related("revision", "created_by")
        .defer("revision__content")
        .prefetch_related("notes", Prefetch("visits", newest, to_attr="newest_visits"))
        .annotate(visited=Count("visits"))
    )


def _told(link: PreviewLink) -> dict[str, Any]:
    return {
        "link": link,
        "address": absolute(reverse("preview", args=[previews.token_of(link)])) if link.is_open() else "",
        "made": moment(link.created_at),
        "visits": [moment(visit.at) for visit in link.newest_visits],
    }
