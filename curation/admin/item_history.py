"""The history of an item: every line of its timeline, and every file that it has been."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header

from curation import publishing
from curation.admin.differences import by_lines
from curation.admin.item_rail import timeline, told
from curation.admin.parts import badge
from curation.exchange import exporting
from curation.frontmatter import FrontMatterError
from curation.models import CuratedItem, Revision
from curation.workflow import MOVES

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

PER_PAGE = 50


def history(section: "ItemAdmin", request: HttpRequest, item: CuratedItem) -> HttpResponse:
    lines, together = timeline(item), request.GET.get("together", "")
    if together:
        lines = lines.filter(details__correlation=together)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    revisions = item.revisions.select_related("created_by").defer("content").order_by("-number")
    context = {
        **section.admin_site.each_context(request),
        "title": f"History of “{item}”",
        "opts": section.opts,
        "item": item,
        "badge": badge(item.label()),
        "page": page,
        "together": together,
        "lines": told(page.object_list),
        "revisions": revisions[:PER_PAGE],
        "more_revisions": max(0, item.revisions.count() - PER_PAGE),
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, "admin/curation/curateditem/history.html", context)


def revision(section: "ItemAdmin", request: HttpRequest, item: CuratedItem, number: int) -> HttpResponse:
    """One revision: the exact file, and what differs from the one before it."""
    shown = found_revision(item, number)
    before = item.revisions.filter(number__lt=number).order_by("-number").first()
    context = {
        **section.admin_site.each_context(request),
        "title": f"Revision {number} of “{item}”",
        "opts": section.opts,
        "item": item,
        "revision": shown,
        "before": before,
        "may_revert": publishing.why_not(item, MOVES["revert"], request.user, "", revision=number) is None,
        "differences": by_lines(text_of(before), text_of(shown)) if before else [],
        "file": text_of(shown),
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, "admin/curation/curateditem/revision.html", context)


def revision_file(item: CuratedItem, number: int) -> HttpResponse:
    """The item's file as it was, to the byte, to be saved."""
    found = found_revision(item, number)
    _is_outside(item, found)
    return _download(bytes(found.content), f"{item.md_name or item.slug}.md")


def exported_file(item: CuratedItem) -> HttpResponse:
    """The item's file as an export gives it out now, to be saved."""
    try:
        given_out = exporting.outgoing(item)
    except (exporting.ExportFailed, FrontMatterError) as error:
        raise Http404(str(error)) from error
    if given_out is None:
        raise Http404("This item has no file yet.")
    _is_outside(item, given_out.revision)
    return _download(given_out.document.bytes, given_out.path.name)


def file_panel(item: CuratedItem) -> dict[str, Any]:
    """What the form shows of the item's file: the exact text and path of its export, and how publishing the newest
    revision would change it.
    """
    live, head = item.live_revision, item.head_revision
    pending = live is not None and head is not None and live.pk != head.pk
    panel: dict[str, Any] = {"pending": by_lines(text_of(live), text_of(head)) if pending else None}
    try:
        given_out = exporting.outgoing(item)
    except (exporting.ExportFailed, FrontMatterError) as error:
        return panel | {"problem": str(error)}
    if given_out is not None:
        text = given_out.document.bytes.decode(errors="replace")
        panel |= {"path": str(given_out.path), "text": text, "revision": given_out.revision}
    return panel


def found_revision(item: CuratedItem, number: int) -> Revision:
    """One revision of `item` with who made it and its picture. Raises Http404."""
    found = item.revisions.select_related("created_by", "featured_image").filter(number=number).first()
    if found is None:
        raise Http404("This item has no such revision.")
    return found


def text_of(revision: Revision) -> str:
    """The file of a revision as text."""
    return bytes(revision.content).decode(errors="replace")


def _is_outside(item: CuratedItem, revision: Revision) -> None:
    """Remembers the first file that leaves the newsroom: what comes back changed is compared with it."""
    CuratedItem.objects.filter(pk=item.pk, file_revision__isnull=True).update(file_revision=revision)


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
