"""One deed for many items: a page that says what will happen to which, then one line for what became of each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from communities import access
from communities.models import Role, User
from curation import batches
from curation.admin import fields, item_files, item_questions
from curation.admin.base import holds_somewhere
from curation.admin.combobox import ComboboxWords
from curation.admin.fields import Lines, Parsed
from curation.admin.parts import badge
from curation.batches import DEEDS, Deed
from curation.models import Batch, BatchLine, CuratedItem
from curation.workflow import Question

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

AT_HAND = {
    "draft": ("submit", "add_topics"),
    "in_review": ("approve", "request_changes"),
    "changes_requested": ("submit",),
    "approved": ("publish", "schedule"),
    "scheduled": ("reschedule", "unschedule"),
    "published": ("add_topics", "export", "withdraw"),
    "expired": ("archive",),
    "withdrawn": ("publish", "archive"),
    "rejected": ("reopen", "archive"),
    "archived": ("restore",),
}
READERS = {"topics": (fields.read_topics, fields.write_topics), "tags": (fields.read_tags, fields.write_tags)}
OUTCOMES = {BatchLine.Outcome.REFUSED: "refused", BatchLine.Outcome.SAME: "same", BatchLine.Outcome.DONE: "made"}


def actions(user: Any) -> dict[str, tuple[Callable[..., Any], str, str]]:
    """What the list offers `user` to do with what is selected."""
    offered = [deed for deed in DEEDS.values() if holds_somewhere(user, deed.permission)]
    return {
        **{f"move_{deed.name}": (_action(deed), f"move_{deed.name}", deed.label) for deed in offered},
        "csv": (item_files.as_csv, "csv", "Export a table (CSV)"),
    }


def groups(offered: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same as choices, by what they are about."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, (_, _, label) in offered.items():
        deed = DEEDS.get(name.removeprefix("move_"))
        found.setdefault(deed.group if deed else "Files", []).append((name, label))
    return list(found.items())


def at_hand(label: str, offered: dict[str, Any]) -> list[tuple[str, str]]:
    """The few actions that are most likely next for the items under one tab of the list, to be had by one press."""
    return [(name, offered[name][2]) for each in AT_HAND.get(label, ()) if (name := f"move_{each}") in offered]


def _action(deed: Deed) -> Callable[["ItemAdmin", HttpRequest, QuerySet], HttpResponse]:
    def choose(section: "ItemAdmin", request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        batch = batches.begin(deed.name, queryset, request.user, came_from=request.GET.urlencode())
        return redirect(section.address("batch", batch.pk))

    choose.__name__ = f"move_{deed.name}"
    return choose


def page(section: "ItemAdmin", request: HttpRequest, key: UUID) -> HttpResponse:
    """The one page of a batch: before it is begun what will happen, afterwards what became of each item.

    Its maker sees both; anybody else who may see some of its items what became of those.
    """
    batch = Batch.objects.select_related("by", "undoes").filter(pk=key, deed__in=[*DEEDS, batches.UNDO]).first()
    if batch is None:
        raise Http404("There is no such step.")
    lines, own = batches.lines_of(batch, section.get_queryset(request)), batch.by == request.user
    if not own and not (batch.begun_at and lines.exists()):
        raise Http404("Somebody else looks at this step, or none of its items is one that you may see.")
    if request.method != "POST":
        return _after(section, request, batch, lines) if batch.begun_at else _before(section, request, batch, lines)
    if "undo" in request.POST:
        return _undo(section, request, batch)
    if not own:
        raise Http404("Somebody else began this.")
    if "answered" in request.POST:
        asked = AnswersForm(batch, filled=False).fields
        # By the widgets, since that of a time may have a second box.
        read = {name: field.widget.value_from_datadict(request.POST, {}, name) for name, field in asked.items()}
        batch.answers = {name: [text] for name, text in read.items() if text is not None}
    form = AnswersForm(batch)
    if not form.is_valid():
        return _before(section, request, batch, lines, form)
    if batch.deed == "export":
        return item_files.as_zip(batch, lines)
    batches.go_on(batch, form.cleaned_data)
    return redirect(section.address("batch", batch.pk))


class AnswersForm(forms.Form):
    """What a deed asks, once for all items; drawn from its questions."""

    def __init__(self, batch: Batch, *, filled: bool = True) -> None:
        self.deed = batches.deed_of(batch)
        data = QueryDict(mutable=True)
        for name, texts in batch.answers.items():
            data.setlist(name, texts)
        super().__init__(data if filled else None, auto_id="id_%s", label_suffix="")
        for question in self.deed.asks:
            field = self.fields[question.name] = _field(question, batch)
            if question.required:
                field.required = True
                field.error_messages["required"] = f"“{self.deed.label}” needs {question.missing}."


def _field(question: Question, batch: Batch) -> forms.Field:
    options: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    homes = batch.lines.values("item__community")
    match question.kind:
        case "text":
            note = Lines(rows=2, **options | {"help_text": "Goes into the history of each of them."})
            note.strip = True
            return note
        case "person":
            editors = User.objects.filter(
                is_active=True, memberships__role__gte=Role.EDITOR, memberships__community__in=homes
            )
            return forms.ModelChoiceField(editors.distinct().order_by("username"), empty_label="Any editor", **options)
        case "topics" | "tags":
            read, write = READERS[question.kind]
            widget = ComboboxWords(
                CuratedItem._meta.get_field(question.name), separator="," if question.kind == "tags" else "\n",
                creates=batch.deed.startswith("add"),
            )  # fmt: skip
            return Parsed(read=read, write=write, widget=widget, rows=2, **options)
        case "community":
            return forms.ModelChoiceField(access.communities_where(batch.by, "edit"), **options)
        case _:
            return item_questions.field(question, None)


def _before(
    section: "ItemAdmin", request: HttpRequest, batch: Batch, lines: QuerySet, form: AnswersForm | None = None
) -> HttpResponse:
    deed = batches.deed_of(batch)
    form = form or AnswersForm(batch, filled=False)
    told = [
        {"line": each.line, "refusal": each.refusal, "effect": each.effect, "badge": badge(each.line.item.label())}
        for each in batches.forecast(batch, lines)
    ]
    context = {
        "title": f"{deed.label}: {_items(len(told))}",
        "possible": [each for each in told if each["refusal"] is None],
        "refused": [each for each in told if each["refusal"] is not None],
        "form": form,
        "media": section.media + form.media,
    }
    return _page(section, request, batch, "batch.html", context)


def _after(section: "ItemAdmin", request: HttpRequest, batch: Batch, lines: QuerySet) -> HttpResponse:
    deed = batches.deed_of(batch)
    became: dict[str, list[dict[str, Any]]] = {"refused": [], "same": [], "made": [], "waiting": []}
    for line in lines:
        kind = OUTCOMES.get(line.outcome, "waiting")
        became[kind].append({"line": line, "badge": badge(line.item.label())})
    done = len(lines) - len(became["waiting"])
    why_no_undo = batches.why_no_way_back(batch)
    undone_by = batch.undone_by.exclude(begun_at=None).select_related("by").order_by("begun_at").first()
    context = {
        "title": f"{deed.label}: what became of it",
        **became,
        "done": done,
        "all": len(lines),
        "own": batch.by == request.user,
        "elsewhere": _hidden(batch, len(lines)),
        "why_no_undo": why_no_undo,
        "undone_by": undone_by,
        "may_undo": bool(became["made"]) and not became["waiting"] and why_no_undo is None and undone_by is None,
    }
    return _page(section, request, batch, "batch_after.html", context)


def _undo(section: "ItemAdmin", request: HttpRequest, batch: Batch) -> HttpResponse:
    """Leads to the page that says what taking `batch` back will do to each item."""
    if batch.begun_at is None or (why := batches.why_no_way_back(batch)) is not None:
        messages.error(request, why if batch.begun_at else "Nothing was done yet that could be taken back.")
        return redirect(section.address("batch", batch.pk))
    undo = batches.begin_undo(batch, section.get_queryset(request), request.user)
    return redirect(section.address("batch", undo.pk))


def _hidden(batch: Batch, seen: int) -> int:
    """How many of its items the person may not see."""
    return batch.lines.aggregate(number=Count("pk"))["number"] - seen


def _items(number: int) -> str:
    return f"{number} item{'' if number == 1 else 's'}"


def _page(section: "ItemAdmin", request: HttpRequest, batch: Batch, name: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = section.admin_site.name
    back = section.address("changelist") + (f"?{batch.came_from}" if batch.came_from else "")
    shared = {
        **section.admin_site.each_context(request),
        "opts": section.opts,
        "batch": batch,
        "deed": batches.deed_of(batch),
        "back": back,
        "list_of_them": reverse("admin:curation_curateditem_changelist", query={"batch": str(batch.pk)}),
    }
    return TemplateResponse(request, f"admin/curation/curateditem/{name}", shared | context)
