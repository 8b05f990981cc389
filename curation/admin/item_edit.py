"""Adding and editing an item: one form for its words, its dates and the next step, and one request for all three."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from communities import access
from curation import notices, presence, publishing, workflow
from curation.admin import item_questions
from curation.admin.base import holds_somewhere
from curation.admin.item_comments import conversation, mark
from curation.admin.item_conflict import dates_met, dates_of, told
from curation.admin.item_form import DATES, SAID, ItemForm
from curation.admin.item_history import file_panel
from curation.admin.item_rail import rail
from curation.admin.item_same_link import verdict
from curation.exchange.values import ItemValues
from curation.models import CuratedItem
from curation.publishing import StaleVersion
from curation.workflow import MOVES, Move, MoveNotAllowed

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin


BEGAN = ("version", "started", "dates")
"""What a form sends back of what it began from: the item's version, its newest revision, its dates of publication."""
KEPT = "mdg-kept"
"""What tells the browser that the draft it kept of what was sent is not needed any more."""


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
            if (made := _made_already(form, request.user)) is not None:
                return _done(section, request, made, ["added already, by the first press of the button"])
            _refuse(form, error)
        else:
            if twins := verdict(item.link, request.user, besides=item).twins:
                messages.warning(request, f"The same link is in “{twins[0].title}” ({twins[0].community}), too.")
            return _done(section, request, item, done)
    return _page(section, request, form)


def change(section: "ItemAdmin", request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """The form of `item`. A save that began from an older version comes back as 409 with everything typed."""
    if request.method != "POST":
        notices.opened(item, request.user)
        presence.here(item, request.user)
        form = _form_of(item, request)
        form.suggest_showing_in(request.GET.get("also_in", ""))
        return _page(section, request, form, item)
    if (name := request.POST.get("_move")) is not None and name not in MOVES:
        return HttpResponseBadRequest("There is no such step.")
    move = MOVES[name] if name else None
    if request.POST.get("version") != str(item.version):
        return _meet(section, request, item, move)
    form = _form_of(item, request, move)
    if form.is_valid() and _is_answered(form, move):
        try:
            item, done = _carry_out(form, item, user=request.user, move=move)
        except StaleVersion as stale:
            return _meet(section, request, stale.item, move)
        except (ValidationError, MoveNotAllowed) as error:
            _refuse(form, error, move=move)
            # What was begun was taken back; so the item at hand is read anew.
            item = section.get_queryset(request).get(pk=item.pk)
        else:
            return _done(section, request, item, done)
    return _page(section, request, form, item)


def revert(section: "ItemAdmin", request: HttpRequest, item: CuratedItem) -> HttpResponse:
    """Goes back to an older revision, which the history names; as a new draft."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    number, version = request.POST.get("revision", ""), request.POST.get("version", "")
    if not (number.isdecimal() and len(number) < 10 and version.isdecimal() and len(version) < 10):
        return HttpResponseBadRequest("Choose a revision in the history.")
    try:
        note = request.POST.get("note", "")
        publishing.move(item, "revert", by=request.user, version=int(version), note=note, revision=int(number))
    except (StaleVersion, MoveNotAllowed) as error:
        messages.error(request, str(error))
        return redirect(section.address("history", item.pk))
    except ValidationError as error:
        messages.error(request, f"Revision {number} cannot be taken back as it is: {' '.join(error.messages)}")
        return redirect(section.address("history", item.pk))
    messages.success(request, f"“{item.title}”: it says again what revision {number} said, as a new draft.")
    return redirect(section.address("change", item.pk))


def _is_answered(form: ItemForm, move: Move | None) -> bool:
    """Whether what `move` cannot do without was answered; otherwise the form says at each question what is missing."""
    answers = {"note": form.cleaned_data["note"].strip(), **form.answers(move)} if move else {}
    missing = [each for each in (move.asks if move else ()) if each.required and not answers.get(each.name)]
    for question in missing:
        field = item_questions.name_of(move, question) if question.kind != "text" else "note"
        form.add_error(field, f"“{move.label}” needs {question.missing}.")
    return not missing


def _meet(section: "ItemAdmin", request: HttpRequest, item: CuratedItem, move: Move | None) -> HttpResponse:
    """Somebody saved `item` after the person opened it: both sides' words are brought together and shown, unless the
    person has said and done the same already, as with a button that was pressed twice.
    """
    stale = StaleVersion(item)
    started = request.POST.get("started", "")
    number = int(started) if started.isdecimal() and len(started) < 10 else 0
    base = item.revisions.select_related("featured_image").filter(number=number).first()
    words = publishing.revision_values(item, base) if base else publishing.head_values(item)
    typed = _form_of(item, request, move, values=words)
    if not typed.is_valid():
        return _page(section, request, typed, item, stale=stale)
    meeting = publishing.reconcile(item, number, typed.values())
    dates, clashes = dates_met(typed, item, request.POST.get("dates", ""))
    nothing_left = meeting.said_already and not dates & {*typed.changed_data}
    if nothing_left and (move is None or _was_made(stale, move, request.user)):
        return _done(section, request, item, ["done already, by the first press of the button"] if move else [])
    form = _form_of(item, request, move, values=meeting.merged, fresh=True)
    # A date that was left alone is the other side's.
    for name in typed.fields.keys() - SAID - ({*DATES} - dates):
        if name in typed.data:
            form.initial[name] = typed[name].value()
    context = {"meeting": told(meeting, clashes, nothing_left=nothing_left), "pressed": move}
    return _page(section, request, form, item, stale=stale, **context)


def _made_already(form: ItemForm, user: Any) -> CuratedItem | None:
    """The item that a first press of the button made of the same form, dates included; None where there is none."""
    item = publishing.made_already(form.values(), by=user, note=form.cleaned_data["note"])
    dates = {*DATES} & {*form.changed_data}
    return item if item and all(form.date_of(name) == getattr(item, name) for name in dates) else None


def _was_made(stale: StaleVersion, move: Move, user: Any) -> bool:
    """Whether this very step was the last thing that this very person did with the item."""
    return stale.last is not None and (stale.last.action, stale.last.actor_id) == (move.name, user.pk)


def _known(request: HttpRequest) -> ItemValues:
    places = list(access.communities_where(request.user, "create"))
    asked = request.GET.get("community", "")
    place = next((place for place in places if asked in (str(place.pk), place.slug)), None)
    return ItemValues(link=request.GET.get("link", ""), community=place or (places[0] if len(places) == 1 else None))


def _form_of(
    item: CuratedItem,
    request: HttpRequest,
    move: Move | None = None,
    *,
    values: ItemValues | None = None,
    fresh: bool = False,
) -> ItemForm:
    """The form of `item`, with what was typed unless it is to be `fresh`. `values` are what it shows first or what was
    typed is compared with; left out, those of the newest revision. `move` is the one that the person has chosen.
    """
    may_edit = access.can(request.user, "edit", item.community_id, owner=item.created_by_id)
    posted = (request.POST, request.FILES) if request.method == "POST" and not fresh else (None, None)
    moves = [each for each in publishing.allowed_moves(item, request.user) if each.name != "revert"]
    return ItemForm(
        *posted,
        user=request.user,
        values=values or publishing.head_values(item),
        item=item,
        may_edit=may_edit and workflow.editable(item.standing),
        may_publish=access.can(request.user, "publish", item.community_id),
        moves=moves,
        chosen=move,
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
    if "featured_until" in form.changed_data:
        until = form.date_of("featured_until")
        if publishing.put_forward(item, until=until, by=user, version=item.version) is not None:
            done.append("put forward" if until else "no longer put forward")
    if move is not None:
        publishing.move(item, move.name, by=user, version=item.version, note=note, **form.answers(move))
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
        messages.success(request, f"“{item.title}”: {', '.join(done)}.", extra_tags=KEPT)
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.", extra_tags=KEPT)
    if "_close" in request.POST:
        presence.left(item, request.user)
    if "_close" in request.POST or not section.get_queryset(request).filter(pk=item.pk).exists():
        return redirect(section.address("changelist"))
    return redirect(section.address("change", item.pk))


def _page(
    section: "ItemAdmin",
    request: HttpRequest,
    form: ItemForm,
    item: CuratedItem | None = None,
    stale: StaleVersion | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        **section.admin_site.each_context(request),
        "title": form.base.title or str(item) if item else "Add item",
        "opts": section.opts,
        "form": form,
        "item": item,
        "media": form.media,
        "stale": stale,
        **_start(request, item, stale, more),
        "image": form.taken or form.base.image,
        "errors": form.errors,
        "verdict": verdict(form["link"].value() or "", request.user, besides=item, home=form.base.community),
    }
    if item is not None:
        context |= rail(item, form.base, form.steps())
        context["file"] = file_panel(item)
        context["may_edit"] = not form.fields["title"].disabled
        context |= conversation(item, request.user)
        mark(form, section.address("comments", item.pk), context)
        context["others"] = presence.others(item, request.user)
        context["may_set_dates"] = not form.fields["publish_at"].disabled
    context |= more
    request.current_app = section.admin_site.name
    template = "admin/curation/curateditem/form.html"
    return TemplateResponse(request, template, context, status=409 if stale else 200)


def _start(
    request: HttpRequest, item: CuratedItem | None, stale: StaleVersion | None, more: dict[str, Any]
) -> dict[str, Any]:
    """What the form that is shown begins from: what is saved, unless typed words could not be brought together with it
    yet.
    """
    if item is None:
        return dict.fromkeys(BEGAN, "")
    if stale is not None and not more:
        return {name: request.POST.get(name, "") for name in BEGAN}
    return {"version": item.version, "started": item.head_revision.number, "dates": dates_of(item)}
