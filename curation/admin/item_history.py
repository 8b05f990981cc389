"""The history of an item: every line of its timeline, and every file that it has been."""

import difflib
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header

from curation.admin.item_rail import timeline, told
from curation.admin.parts import badge
from curation.models import CuratedItem, Revision

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

PER_PAGE = 50
LONGEST_COMPARED = 20_000
"""Lines beyond which two files are shown without what differs between them."""


def history(section: "ItemAdmin", request: HttpRequest, item: CuratedItem) -> HttpResponse:
    page = Paginator(timeline(item), PER_PAGE).get_page(request.GET.get("page"))
    revisions = item.revisions.select_related("created_by").defer("content").order_by("-number")
    context = {
        **section.admin_site.each_context(request),
        "title": f"History of “{item}”",
        "opts": section.opts,
        "item": item,
        "badge": badge(item.label()),
        "page": page,
        "lines": told(page.object_list),
        "revisions": revisions[:PER_PAGE],
        "more_revisions": max(0, item.revisions.count() - PER_PAGE),
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, "admin/curation/curateditem/history.html", context)


def revision(section: "ItemAdmin", request: HttpRequest, item: CuratedItem, number: int) -> HttpResponse:
    """One revision: the exact file, and what differs from the one before it."""
    shown = _found(item, number)
    before = item.revisions.filter(number__lt=number).order_by("-number").first()
    context = {
        **section.admin_site.each_context(request),
        "title": f"Revision {number} of “{item}”",
        "opts": section.opts,
        "item": item,
        "revision": shown,
        "before": before,
        "differences": _differences(before, shown) if before else [],
        "file": _text(shown),
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, "admin/curation/curateditem/revision.html", context)


def revision_file(item: CuratedItem, number: int) -> HttpResponse:
    """The item's file as it was, to the byte, to be saved."""
    found = _found(item, number)
    response = HttpResponse(bytes(found.content), content_type="text/markdown; charset=utf-8")
    name = f"{item.md_name or item.slug}.md"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _found(item: CuratedItem, number: int) -> Revision:
    found = item.revisions.select_related("created_by").filter(number=number).first()
    if found is None:
        raise Http404("This item has no such revision.")
    return found


def _text(revision: Revision) -> str:
    return bytes(revision.content).decode(errors="replace")


def _differences(before: Revision, after: Revision) -> list[tuple[str, str]]:
    """The lines that went and came, each with what became of it: `gone`, `new`, `same`, or `gap` for a cut."""
    old, new = _text(before).splitlines(), _text(after).splitlines()
    if len(old) + len(new) > LONGEST_COMPARED:
        return []
    kinds = {"-": "gone", "+": "new", "@": "gap", " ": "same"}
    lines = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
    return [(kinds[line[0]], "⋯" if line[0] == "@" else line[1:]) for line in lines]
