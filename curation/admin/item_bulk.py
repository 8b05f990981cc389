"""One step for many items: a page that says what will happen, then one line for what became of each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from curation import publishing
from curation.admin.parts import badge
from curation.models import CuratedItem
from curation.publishing import StaleVersion
from curation.workflow import MOVES, Move, MoveNotAllowed

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

MOST = 200
"""How many items one step may be made for at once; a page of twice as many would no longer be read."""


def action(name: str) -> Callable[["ItemAdmin", HttpRequest, QuerySet], HttpResponse | None]:
    """The action of the list that leads to the page for the move `name`."""

    def ask(section: "ItemAdmin", request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        items = list(_read(queryset)[: MOST + 1])
        if len(items) > MOST:
            section.message_user(
                request, f"Choose at most {MOST} items at once, so that what happens can be read.", messages.WARNING
            )
            return None
        return _confirm(section, request, MOVES[name], items)

    ask.__name__ = f"move_{name}"
    return ask


def make(section: "ItemAdmin", request: HttpRequest) -> HttpResponse:
    """Makes the move for each of the items as they stood on the page before; one that is refused stops no other."""
    move = MOVES.get(request.POST.get("move", ""))
    move = move if move and move.for_many else None
    versions = _versions(request.POST.getlist("item"))
    if request.method != "POST" or move is None or not versions:
        messages.error(request, "Choose items in the list, then what to do with them.")
        return redirect(section.address("changelist"))
    note = request.POST.get("note", "")
    items = list(_read(section.get_queryset(request).filter(pk__in=versions)))
    if move.needs_reason and not note.strip():
        return _confirm(
            section, request, move, items, versions, error=f"“{move.label}” needs a reason: say in a sentence why."
        )
    outcomes = [_one(item, move, versions[item.pk], request.user, note) for item in items]
    context = {
        "title": f"{move.label}: what became of it",
        "move": move,
        "made": [outcome for outcome in outcomes if outcome["refused"] is None],
        "refused": [outcome for outcome in outcomes if outcome["refused"] is not None],
        "missing": len(versions) - len(items),
    }
    return _page(section, request, "moved.html", context)


def _one(item: CuratedItem, move: Move, version: int, user: Any, note: str) -> dict[str, Any]:
    refused = None
    try:
        publishing.move(item, move.name, by=user, version=version, note=note)
    except (StaleVersion, MoveNotAllowed, ValidationError) as error:
        refused = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        item = CuratedItem.objects.select_related("community").get(pk=item.pk)
    return {"item": item, "refused": refused, "badge": badge(item.label())}


def _confirm(
    section: "ItemAdmin",
    request: HttpRequest,
    move: Move,
    items: list[CuratedItem],
    versions: dict[int, int] | None = None,
    error: str = "",
) -> HttpResponse:
    lines = [
        {
            "item": item,
            "version": (versions or {}).get(item.pk, item.version),
            "refusal": publishing.why_not(item, move, request.user),
            "badge": badge(item.label()),
        }
        for item in items
    ]
    context = {
        "title": f"{move.label}: {len(items)} {'item' if len(items) == 1 else 'items'}",
        "move": move,
        "possible": [line for line in lines if line["refusal"] is None],
        "refused": [line for line in lines if line["refusal"] is not None],
        "error": error,
        "note": request.POST.get("note", ""),
    }
    return _page(section, request, "move.html", context)


def _read(items: QuerySet) -> QuerySet:
    return items.select_related("community", "publisher", "created_by", "head_revision", "live_revision")


def _versions(texts: list[str]) -> dict[int, int]:
    """`pk:version` of each item on the page; what is no such pair is left out."""
    pairs = (text.partition(":") for text in texts[:MOST])
    whole = ((pk, version) for pk, _, version in pairs if f"{pk}{version}".isdecimal() and len(pk) < 19)
    return {int(pk): int(version) for pk, version in whole if pk and version}


def _page(section: "ItemAdmin", request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = section.admin_site.name
    shared = {**section.admin_site.each_context(request), "opts": section.opts}
    return TemplateResponse(request, f"admin/curation/curateditem/{name}", {**shared, **context})
