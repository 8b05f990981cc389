"""Adding and editing an item: one form for its words, its dates and the next step, and one request for all three."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from communities import access
from curation import publishing, workflow
from curation.admin.base import holds_somewhere
from curation.admin.item_form import ItemForm
from curation.admin.item_rail import rail, same_link
from curation.exchange.values import ItemValues
from curation.models import CuratedItem
from curation.publishing import StaleVersion
from curation.workflow import MOVES, Move, MoveNotAllowed

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin


def add(section: "ItemAdmin", request: HttpRequest) -> HttpResponse:
    """The form of a new item; `?link=` and `?community=` fill in what is known already."""
    if not section.has_add_permission(request):
        raise PermissionDenied
    options: dict[str, Any] = {"user": request.user, "may_publish": holds_somewhere(request.user, "publish")}
    if request.method != "POST":
        return _page(section, request, ItemForm(values=_known(request), **options))
    form = ItemForm(request.POST, request.FILES, values=ItemValues(), **options)
    if form.is_valid():
        try:
            item, done = _carry_out(form, None, user=request.user)
        except (ValidationError, MoveNotAllowed) as error:
            _refuse(form, error)
        else:
            if others := same_link(item.link, request.user, besides=item):
                words = f"The same link is in “{others[0].title}” ({others[0].community}), too."
                messages.warning(request, words)
            return _done(section, request, item, done)
    return _page(section, request, form)


def change(section: "ItemAdmin", request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """The form of `item`. A save that began from an older version comes back as 409 with everything typed."""
    if request.method != "POST":
        return _page(section, request, _form_of(item, request), item)
    if (move := request.POST.get("_move")) is not None and move not in MOVES:
        return HttpResponseBadRequest("There is no such step.")
    chosen = MOVES[move] if move else None
    form = _form_of(item, request)
    version = request.POST.get("_overwrite") or request.POST.get("version")
    valid = form.is_valid()
    if version != str(item.version):
        return _page(section, request, form, item, stale=StaleVersion(item))
    if chosen and chosen.needs_reason and not form.data.get("note", "").strip():
        form.add_error("note", f"“{chosen.label}” needs a reason: say in a sentence why.")
    elif valid:
        try:
            item, done = _carry_out(form, item, user=request.user, move=chosen)
        except StaleVersion as stale:
            return _page(section, request, _form_of(stale.item, request), stale.item, stale=stale)
        except (ValidationError, MoveNotAllowed) as error:
            _refuse(form, error, move=chosen)
            # What was begun was taken back; so the item at hand is read anew.
            item = section.get_queryset(request).get(pk=item.pk)
        else:
            return _done(section, request, item, done)
    return _page(section, request, form, item)


def _known(request: HttpRequest) -> ItemValues:
    places = list(access.communities_where(request.user, "create"))
    asked = request.GET.get("community", "")
    place = next((place for place in places if asked in (str(place.pk), place.slug)), None)
    return ItemValues(link=request.GET.get("link", ""), community=place or (places[0] if len(places) == 1 else None))


def _form_of(item: CuratedItem, request: HttpRequest) -> ItemForm:
    may_edit = access.can(request.user, "edit", item.community_id, owner=item.created_by_id)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return ItemForm(
        *posted,
        user=request.user,
        values=publishing.head_values(item),
        item=item,
        may_edit=may_edit and workflow.editable(item.standing),
        may_publish=access.can(request.user, "publish", item.community_id),
    )


@transaction.atomic
def _carry_out(
    form: ItemForm, item: CuratedItem | None, *, user: Any, move: Move | None = None
) -> tuple[CuratedItem, list[str]]:
    """Saves the words, sets the dates, makes the move: all of it or nothing. Also says what was done."""
    note = form.cleaned_data["note"]
    done = []
    if item is None:
        item = publishing.create(form.values(), by=user, note=note)
        done.append("added as a draft")
    elif form.said:
        revision = publishing.save(item, form.values(), by=user, version=item.version, note="" if move else note)
        if revision is not None:
            done.append(f"saved as revision {revision.number}")
    if {"publish_at", "unpublish_at"} & set(form.changed_data):
        dates = {name: form.date_of(name) for name in ("publish_at", "unpublish_at")}
        if publishing.set_dates(item, **dates, by=user, version=item.version) is not None:
            done.append("dates of publication set")
    if move is not None:
        publishing.move(item, move.name, by=user, version=item.version, note=note)
        done.append(move.done)
    return item, done


def _refuse(form: ItemForm, error: ValidationError | MoveNotAllowed, move: Move | None = None) -> None:
    if isinstance(error, ValidationError):
        form.refuse(error)
    elif move is not None and form.said:
        form.add_error(
            None, f"{error} Your changes make it a draft again, which has to be approved first. Nothing was saved yet."
        )
    else:
        form.add_error(None, str(error))


def _done(section: "ItemAdmin", request: HttpRequest, item: CuratedItem, done: list[str]) -> HttpResponse:
    if done:
        messages.success(request, f"“{item.title}”: {', '.join(done)}.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    if "_close" in request.POST or not section.get_queryset(request).filter(pk=item.pk).exists():
        return redirect(section.address("changelist"))
    return redirect(section.address("change", item.pk))


def _page(
    section: "ItemAdmin",
    request: HttpRequest,
    form: ItemForm,
    item: CuratedItem | None = None,
    stale: StaleVersion | None = None,
) -> HttpResponse:
    context = {
        **section.admin_site.each_context(request),
        "title": form.base.title or str(item) if item else "Add item",
        "opts": section.opts,
        "form": form,
        "item": item,
        "media": form.media,
        "stale": stale,
        "version": request.POST.get("version", "") if stale else item.version if item else "",
        "image": form.taken or form.base.image,
        "errors": form.errors,
    }
    if item is not None:
        context |= rail(item, form.base, request.user)
        context["file"] = bytes(item.head_revision.content).decode(errors="replace")
        context["may_edit"] = not form.fields["title"].disabled
        context["may_set_dates"] = not form.fields["publish_at"].disabled
    request.current_app = section.admin_site.name
    template = "admin/curation/curateditem/form.html"
    return TemplateResponse(request, template, context, status=409 if stale else 200)
