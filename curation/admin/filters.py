"""What the list of items can be narrowed down by."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from communities import access
from curation.admin.combobox import Combobox
from curation.admin.queues import QUEUES, WORK, counts
from curation.models import CuratedItem

KINDS = ("News", "Research", "Brief", "Event", "Opinion", "Podcast")
"""Kinds that forms suggest; any other word is a kind, too."""


class QueueFilter(admin.SimpleListFilter):
    """By where items stand, drawn as tabs."""

    title = "state"
    parameter_name = "label"
    template = "admin/curation/curateditem/tabs.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.counts = counts(model_admin.get_queryset(request), WORK, timezone.now())

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for code, choice in zip([None, *QUEUES], super().choices(changelist), strict=True):
            yield choice | {"code": code, "count": self.counts.get(code)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, words) for code, (words, _) in QUEUES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in QUEUES:
            return queryset
        _, rule = QUEUES[self.value()]
        return queryset.filter(rule(timezone.now()))


class CommunityFilter(admin.SimpleListFilter):
    """By home, among the communities that the person works in."""

    title = "community"
    parameter_name = "community"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        mine = access.communities_where(request.user, "view")
        return [(str(pk), name) for pk, name in mine.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if (value := self.value()) is None:
            return queryset
        mine = {choice for choice, _ in self.lookup_choices}
        return queryset.filter(community=value) if value in mine else queryset.none()


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = request.GET.get(self.parameter_name, "")
        more = [asked] if asked and asked != "-" and asked not in KINDS else []
        return [*((kind, kind) for kind in [*KINDS, *more]), ("-", "Without a kind")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if (value := self.value()) is None:
            return queryset
        return queryset.filter(kind="" if value == "-" else value)


class WhoFilter(admin.SimpleListFilter):
    title = "curator"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Mine"), ("import", "Imported")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "me":
                return queryset.filter(created_by=request.user)
            case "import":
                return queryset.filter(created_by=None)
            case _:
                return queryset


class MissingFilter(admin.SimpleListFilter):
    title = "what is missing"
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("picture", "A picture"), ("alt", "Alt text of the picture"), ("description", "A description")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "picture":
                return queryset.filter(featured_image=None)
            case "alt":
                return queryset.filter(image_alt="", featured_image__alt="")
            case "description":
                return queryset.filter(description="")
            case _:
                return queryset


class ChosenFilter(admin.SimpleListFilter):
    """By one row of another section, found by typing; too many to be listed."""

    template = "admin/curation/curateditem/chosen_filter.html"
    field: ClassVar[str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        # The base class leaves out a filter that offers nothing.
        return [("", "")]

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        field = CuratedItem._meta.get_field(self.field)
        rows = field.remote_field.model._default_manager.all()
        value = self.value()
        self.chosen = rows.filter(pk=value).first() if value and value.isdecimal() and len(value) < 19 else None
        known = {str(self.chosen.pk): str(self.chosen)} if self.chosen else {}
        widget = Combobox(field, model_admin.admin_site, {"aria-label": f"By {self.title}"}, known=known, offered=0)
        box = forms.ModelChoiceField(rows, required=False, widget=widget)
        self.box = box.widget.render(
            self.parameter_name, self.chosen.pk if self.chosen else None, {"id": f"filter-{self.parameter_name}"}
        )

    def choices(self, changelist: Any) -> Any:
        kept = {name: values for name, values in changelist.filter_params.items() if name != self.parameter_name}
        yield {
            "chosen": self.chosen,
            "box": self.box,
            "clear": changelist.get_query_string(remove=[self.parameter_name]),
            "kept": [(name, value) for name, values in kept.items() for value in values],
            "query": changelist.query,
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(**{self.field: self.chosen}) if self.chosen else queryset.none()


class AuthorFilter(ChosenFilter):
    title, parameter_name, field = "author", "author", "authors"


class PublisherFilter(ChosenFilter):
    title, parameter_name, field = "publisher", "publisher", "publisher"


class TopicFilter(ChosenFilter):
    title, parameter_name, field = "topic", "topic", "topics"


class TagFilter(ChosenFilter):
    """By a tag; items reach their tags through rows of their own."""

    title, parameter_name, field = "tag", "tag", "tags"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(item_tags__tag=self.chosen) if self.chosen else queryset.none()
