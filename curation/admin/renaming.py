"""Renaming and merging what stands in the files of items: what will happen, then what became of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from communities import access
from communities.models import Role
from curation import renaming
from curation.admin.base import holds
from curation.admin.combobox import Combobox
from curation.admin.parts import badge, readable
from curation.admin.queues import CAP, shown_number
from curation.models import CuratedItem, FormerName, Publisher

if TYPE_CHECKING:
    from curation.admin.base import NewsroomAdmin

SHOWN = 50
"""How many items a page names; of the others it tells the number."""
NEWEST = 8
"""How many of its items the page of a row names."""
SECONDS = 5.0
"""How long one request may work on the files of items; the page after it goes on."""
MOST = 20
"""How many rows are merged at once."""
GROUPS = 50
"""How many groups of likely duplicates one page shows."""


class Renames:
    """What a section of authors, topics, tags or publishers gains: pages to rename, to merge, and of likely duplicates.

    Editors of any community rename and merge: what all share is theirs to keep in order.
    """

    rename_role = Role.EDITOR
    item_field = ""
    """The field of an item that leads to a row of the section, by which a box finds one by typing."""

    def may_rename(self, request: HttpRequest) -> bool:
        return holds(request.user, self.rename_role)

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        pages = [
            path("merge/", wrap(self.merge_view), name=f"{name}_merge"),
            path("alike/", wrap(self.alike_view), name=f"{name}_alike"),
        ]
        if self.model is not Publisher:
            pages += [
                path("<int:pk>/rename/", wrap(self.rename_view), name=f"{name}_rename"),
                path("<int:pk>/files/", wrap(self.files_view), name=f"{name}_files"),
            ]
        return [*pages, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not self.may_rename(request):
            return {}
        actions = {"merge": (ask_merge, "merge", "Merge into one…")}
        if self.has_delete_permission(request):
            actions["delete_unused"] = (delete_unused, "delete_unused", "Delete those that nothing uses")
        return actions

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        return merge(self, request)

    def alike_view(self, request: HttpRequest) -> HttpResponse:
        return alike(self, request)

    def rename_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return rename(self, request, pk)

    def files_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return files(self, request, pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tools = [("Likely duplicates", self.address("alike"))] if self.may_rename(request) else []
        return super().changelist_view(request, {"list_tools": tools, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tools = []
        if self.may_rename(request) and object_id.isdecimal() and len(object_id) < 19:
            if self.model is not Publisher:
                tools.append(("Rename…", self.address("rename", object_id)))
            tools.append(("Merge into another…", f"{self.address('merge')}?from={object_id}"))
        context = {"form_tools": tools, "where_used": where_used(self, request, object_id)}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})


def where_used(section: "Any", request: HttpRequest, object_id: str) -> dict[str, Any] | None:
    """The newest items of a row, as far as the person may see them, and the names that it once had."""
    if not object_id.isdecimal() or len(object_id) > 18:
        return None
    column = "item_tags__tag" if section.item_field == "tags" else section.item_field
    items = CuratedItem.objects.filter(**{column: object_id}).order_by()
    mine = access.scope(request.user, items, "view").select_related("community", "live_revision")
    kind = renaming.KINDS.get(section.model)
    names = FormerName.objects.filter(**{kind.field: object_id}).values_list("name", flat=True) if kind else ()
    number = items.count()
    shown = list(mine.defer("body", "body_html").order_by("-pk")[:NEWEST])
    return {
        "number": number,
        "items": [{"item": item, "badge": badge(item.label())} for item in shown],
        "all": reverse("admin:curation_curateditem_changelist", query={section.opts.model_name: object_id}),
        "former": list(names),
        "files": section.address("files", object_id) if kind and section.may_rename(request) else "",
    }


def ask_merge(section: "NewsroomAdmin", request: HttpRequest, queryset: Any) -> HttpResponse:
    """The action of the list: leads to the page for what was ticked."""
    pks = list(queryset.values_list("pk", flat=True)[: MOST + 1])
    return redirect(f"{section.address('merge')}?{'&'.join(f'from={pk}' for pk in pks)}")


def delete_unused(section: "NewsroomAdmin", request: HttpRequest, queryset: Any) -> None:
    """The action of the list: deletes what was ticked and has no use; says how many have."""
    unused = [row for row in queryset if not section.uses(row)]
    kept = queryset.count() - len(unused)
    section.log_deletions(request, section.model._default_manager.filter(pk__in=[row.pk for row in unused]))
    for row in unused:
        row.delete()
    if unused:
        messages.success(request, f"Deleted: {', '.join(str(row) for row in unused)}.")
    if kept:
        plural = section.opts.verbose_name_plural if kept > 1 else section.opts.verbose_name
        messages.warning(request, f"{kept} {plural} stayed: items have them. Merge them into others instead.")


# --- Merging ------------------------------------------------------------------------------------------------------


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(None, label="The one that stays", help_text="Its name and its address are kept.")

    def __init__(self, section: "Any", sources: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = section.model._default_manager.all()
        self.fields["into"].queryset = rows
        self.fields["into"].widget = box(section)
        self.fields["into"].widget.choices = self.fields["into"].choices
        self.sources = sources

    def clean_into(self) -> Any:
        into = self.cleaned_data["into"]
        if all(source.pk == into.pk for source in self.sources):
            raise ValidationError("This is the one that you want to merge. Choose another one.")
        return into


def box(section: "Any") -> forms.Widget:
    """A box that finds a row of the section by typing."""
    return Combobox(CuratedItem._meta.get_field(section.item_field), section.admin_site)


def merge(section: "Any", request: HttpRequest) -> HttpResponse:
    """What merging would do, for the rows `from` and the one `into` that stays; posted, does it."""
    allowed(section, request)
    sources = chosen(section, request)
    if not sources:
        messages.error(request, f"Tick the {section.opts.verbose_name_plural} that are the same, then choose “Merge”.")
        return redirect(section.address("changelist"))
    asked = request.POST if request.method == "POST" else request.GET
    numbers = {row.pk: number_of(row) for row in sources}
    initial = max(sources, key=lambda row: (numbers[row.pk], -row.pk)) if len(sources) > 1 else None
    form = MergeForm(section, sources, asked if "into" in asked else None, initial={"into": initial})
    into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else initial
    if request.method == "POST" and form.is_bound and form.is_valid():
        try:
            return merged(section, request, sources, into)
        except ValidationError as error:
            refused(form, error)
    gone = [row for row in sources if into is None or row.pk != into.pk]
    context = {
        "title": f"Merge {section.opts.verbose_name_plural}",
        "form": form,
        "sources": sources,
        "into": into,
        "into_address": readable(into) if into else "",
        "gone": [
            {
                "row": row,
                "address": readable(row),
                "items": numbers[row.pk],
                "words": shown_number(numbers[row.pk]),
            }
            for row in gone
        ],
        "is_publisher": section.model is Publisher,
        **named_items(request, items_of(*gone)),
    }
    return page(section, request, "merge.html", context)


def merged(section: "Any", request: HttpRequest, sources: Sequence[Any], into: Any) -> HttpResponse:
    gone = [row for row in sources if row.pk != into.pk]
    names = [str(row) for row in gone]
    if isinstance(into, Publisher):
        number = len(items_of(*gone))
        renaming.merge_publishers(gone, into, by=request.user)
        section.log_change(request, into, f"Merged with {', '.join(names)}.")
        done = renaming.CaughtUp()
        return told(section, request, into, done, f"{_together(names)} became {into}", "", moved=number)
    renaming.merge(gone, into, by=request.user)
    section.log_change(request, into, f"Merged with {', '.join(names)}.")
    return go_on(section, request, into, f"{_together(names)} became {into}", renaming.new_correlation(), 0)


def chosen(section: "Any", request: HttpRequest) -> list[Any]:
    """The rows that `from` names, in the order of the section."""
    pks = [pk for pk in (request.POST or request.GET).getlist("from") if pk.isdecimal() and len(pk) < 19]
    return list(section.model._default_manager.filter(pk__in=pks[:MOST]))


# --- Renaming -----------------------------------------------------------------------------------------------------


def rename(section: "Any", request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, and another address if wanted; posted, does it and goes on with the files."""
    allowed(section, request)
    row = found(section, pk)
    kind = renaming.KINDS[section.model]
    form_class = forms.modelform_factory(
        section.model, fields=(*kind.names, "slug"), help_texts={"slug": "Leave it as it is unless it misleads."}
    )
    before = str(row)
    form = form_class(request.POST or None, instance=found(section, pk))
    for field in form.fields.values():
        field.widget.attrs.pop("autofocus", None)
    if request.method == "POST" and form.is_valid():
        names = {name: form.cleaned_data[name] for name in kind.names}
        try:
            renaming.rename(row, by=request.user, slug=form.cleaned_data["slug"], **names)
        except ValidationError as error:
            refused(form, error)
        else:
            section.log_change(request, row, f"Renamed from {before}.")
            return go_on(section, request, row, f"{before} is {row} now", renaming.new_correlation(), 0)
    context = {
        "title": f"Rename {before}",
        "form": form,
        "address": readable(row),
        **named_items(request, items_of(row)),
    }
    return page(section, request, "rename.html", context)


def files(section: "Any", request: HttpRequest, pk: int) -> HttpResponse:
    """Goes on with the files of the items of a row, where a run before it stopped."""
    allowed(section, request)
    row = found(section, pk)
    if request.method != "POST":
        return redirect(section.address("change", pk))
    after = request.POST.get("after", "0")
    correlation = request.POST.get("correlation", "")
    correlation = correlation if correlation.isalnum() and len(correlation) == 32 else renaming.new_correlation()
    return go_on(
        section,
        request,
        row,
        f"The files of {row}",
        correlation,
        int(after) if after.isdecimal() and len(after) < 19 else 0,
    )


def go_on(section: "Any", request: HttpRequest, row: Any, title: str, correlation: str, after: int) -> HttpResponse:
    done = renaming.catch_up(row, by=request.user, correlation=correlation, after=after, seconds=SECONDS)
    return told(section, request, row, done, title, correlation)


def told(
    section: "Any",
    request: HttpRequest,
    row: Any,
    done: renaming.CaughtUp,
    title: str,
    correlation: str,
    *,
    moved: int = 0,
) -> HttpResponse:
    """What became of the file of each item, as far as the person may see it; or how many items were `moved` to another
    publisher, of which no file was changed.
    """
    visible = set(seen_by(request, [outcome.item.pk for outcome in done.outcomes]).values_list("pk", flat=True))
    lines = [
        {
            "item": outcome.item,
            "badge": badge(outcome.item.label()),
            "revision": outcome.revision,
            "error": outcome.error,
        }
        for outcome in done.outcomes
        if outcome.item.pk in visible
    ]
    context = {
        "title": title,
        "row": row,
        "made": [line for line in lines if not line["error"]][:SHOWN],
        "failed": [line for line in lines if line["error"]],
        "number": sum(not outcome.error for outcome in done.outcomes),
        "moved": shown_number(moved),
        "elsewhere": len(done.outcomes) - len(lines),
        "after": done.after,
        "correlation": correlation,
        "back": section.address("change", row.pk),
        "public": section.get_view_on_site_url(section.get_queryset(request).get(pk=row.pk)),
        "is_publisher": isinstance(row, Publisher),
    }
    return page(section, request, "renamed.html", context)


# --- What is likely the same --------------------------------------------------------------------------------------


def alike(section: "Any", request: HttpRequest) -> HttpResponse:
    """Groups of rows whose names are nearly the same, each with a button that leads to the page for merging them."""
    allowed(section, request)
    groups = renaming.alike(section.model, GROUPS + 1)
    pks = [row.pk for group in groups[:GROUPS] for row in group]
    numbers = dict(section.get_queryset(request).filter(pk__in=pks).values_list("pk", "published"))
    context = {
        "title": "Likely duplicates",
        "groups": [
            [
                {"row": row, "published": numbers.get(row.pk, 0), "url": section.address("change", row.pk)}
                for row in group
            ]
            for group in groups[:GROUPS]
        ],
        "more": len(groups) > GROUPS,
        "action": section.address("merge"),
    }
    return page(section, request, "alike.html", context)


# --- What they share ----------------------------------------------------------------------------------------------


def allowed(section: "Any", request: HttpRequest) -> None:
    if not section.may_rename(request):
        raise PermissionDenied(f"Renaming and merging {section.opts.verbose_name_plural} is for editors.")


def found(section: "Any", pk: int) -> Any:
    row = section.model._default_manager.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404(f"There is no such {section.opts.verbose_name}.")
    return row


def refused(form: forms.BaseForm, error: ValidationError) -> None:
    """Puts the sentences of `error` at their fields, and those about none of the form's above them."""
    by_field = error.update_error_dict({})
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)


def items_of(*rows: Any) -> list[int]:
    """The primary keys of the newest items that are concerned when something becomes of `rows`, up to `CAP`."""
    if not rows:
        return []
    if isinstance(rows[0], Publisher):
        items = CuratedItem.objects.filter(publisher__in=[row.pk for row in rows])
        return list(items.order_by("-pk").values_list("pk", flat=True)[:CAP])
    return renaming.concerned(*rows, most=CAP)


def number_of(row: Any) -> int:
    """How many items have `row`, up to `CAP`."""
    if isinstance(row, Publisher):
        return row.items.order_by().values("pk")[:CAP].count()
    return renaming.showing(row).order_by().values("pk")[:CAP].count()


def seen_by(request: HttpRequest, pks: Sequence[int]) -> QuerySet[CuratedItem]:
    return access.scope(request.user, CuratedItem.objects.filter(pk__in=pks), "view")


def named_items(request: HttpRequest, pks: Sequence[int]) -> dict[str, Any]:
    """The newest of the items, as far as the person may see them, and how many others there are."""
    mine = seen_by(request, pks)
    visible = mine.count()
    shown = mine.select_related("community", "live_revision").defer("body", "body_html").order_by("-pk")[:SHOWN]
    return {
        "items": [{"item": item, "badge": badge(item.label())} for item in shown],
        "items_number": len(pks),
        "items_words": shown_number(len(pks)),
        "items_more": max(0, visible - SHOWN),
        "items_elsewhere": len(pks) - visible,
    }


def page(section: "Any", request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = section.admin_site.name
    shared = {
        **section.admin_site.each_context(request),
        "opts": section.opts,
        "media": section.media + box(section).media,
        "list_url": section.address("changelist"),
        "files_url": reverse(
            f"admin:{section.opts.app_label}_{section.opts.model_name}_files", args=[context["row"].pk]
        )
        if "row" in context and section.model is not Publisher
        else "",
    }
    return TemplateResponse(request, f"admin/renaming/{name}", {**shared, **context})


def _together(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
