"""What the list of items can be narrowed down by: tabs, and pills that open."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from communities import access
from curation import languages
from curation.admin.combobox import Combobox
from curation.admin.queues import COMMENTS, MISSING, QUEUES, WATCHES, looked_up, number_in, shown_number, waiting_for
from curation.admin.weeks import week_of
from curation.models import Batch, CuratedItem

KINDS = ("News", "Research", "Brief", "Event", "Opinion", "Podcast")
"""Kinds that forms suggest; any other word is a kind, too."""


ABOUT_A_STATE = ("waiting", "watch", "published", "batch")
"""Filters that another tab lets go of."""


class QueueFilter(admin.SimpleListFilter):
    """By where items stand, drawn as tabs with numbers that are counted up to a cap."""

    title = "state"
    parameter_name = "label"
    template = "admin/curation/curateditem/tabs.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        items, now = model_admin.get_queryset(request), timezone.now()
        rules = {code: rule(now) for code, (_, rule) in QUEUES.items()}
        self.counts = looked_up(request.user, {code: number_in(items, rule) for code, rule in rules.items()})

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for code, choice in zip([None, *QUEUES], super().choices(changelist), strict=True):
            number = self.counts.get(code, 0)
            # What is asked about a state goes with the tab of that state.
            tab = {self.parameter_name: code} if code else {}
            query = changelist.get_query_string(tab, [*ABOUT_A_STATE, *([] if code else [self.parameter_name])])
            yield choice | {"code": code, "query_string": query, "count": shown_number(number) if number else ""}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, words) for code, (words, _) in QUEUES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in QUEUES:
            return queryset
        _, rule = QUEUES[self.value()]
        return queryset.filter(rule(timezone.now()))


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


class LanguageFilter(admin.SimpleListFilter):
    title = "language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked, usual = request.GET.get(self.parameter_name, ""), languages.usual()
        return [*usual, *([(asked, languages.called(asked))] if asked and asked not in dict(usual) else [])]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if (value := self.value()) is None:
            return queryset
        # The second rule follows from the first, and is what the index of few items is found by.
        return queryset.filter(language=value).exclude(language="")


class MissingFilter(admin.SimpleListFilter):
    title = "what is missing"
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, words) for code, (words, _) in MISSING.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(MISSING[value][1]) if (value := self.value()) in MISSING else queryset


class CommentFilter(admin.SimpleListFilter):
    title = "comments"
    parameter_name = "comments"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, words) for code, (words, _) in COMMENTS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(COMMENTS[value][1]) if (value := self.value()) in COMMENTS else queryset


class WatchFilter(admin.SimpleListFilter):
    title = "care"
    parameter_name = "watch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, words) for code, (words, _) in WATCHES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(WATCHES[value][1](timezone.now())) if (value := self.value()) in WATCHES else queryset


class WaitingFilter(admin.SimpleListFilter):
    """The reviews that are the person's; offered where they may review anything."""

    title = "review"
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Waiting for me")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(waiting_for(request.user, timezone.now())) if self.value() == "me" else queryset


class PublishedFilter(admin.SimpleListFilter):
    """By the time of publication: the last days, or the week of one day."""

    title = "published"
    parameter_name = "published"
    DAYS: ClassVar[dict[str, str]] = {"7": "In the last 7 days", "30": "In the last 30 days", "365": "In the last year"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = list(self.DAYS.items())
        if day := _day(request.GET.get(self.parameter_name, "")):
            begin, _ = week_of(day)
            chosen.append((f"{day:%Y-%m-%d}", f"In the week of {date_format(timezone.localtime(begin), 'j M Y')}"))
        return chosen

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value, now = self.value() or "", timezone.now()
        if value in self.DAYS:
            begin, end = now - timedelta(days=int(value)), now
        elif day := _day(value):
            begin, end = week_of(day)
        else:
            return queryset
        return queryset.filter(QUEUES["published"][1](now), publish_at__gte=begin, publish_at__lt=end)


def _day(text: str) -> datetime | None:
    """Noon of that day, which no clock change skips; None for what is no day of our times."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(12), tzinfo=UTC) if 1900 < day.year < 2200 else None


class BatchFilter(admin.SimpleListFilter):
    """The items that one step for many was about; no choice of its own, other pages lead to it."""

    title = "step for many"
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = request.GET.get(self.parameter_name, "")
        return [(asked, "One of them")] if asked else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if (value := self.value()) is None:
            return queryset
        try:
            return queryset.filter(pk__in=Batch.objects.filter(pk=UUID(value)).values("lines__item"))
        except ValueError:
            return queryset.none()


class ChosenFilter(admin.SimpleListFilter):
    """By one row of another section, found by typing; too many to be listed."""

    template = "admin/curation/curateditem/chosen_filter.html"
    field: ClassVar[str]
    quick: ClassVar[dict[str, str]] = {}
    """Choices that need no typing: value and words."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        # The base class leaves out a filter that offers nothing.
        return [*self.quick.items(), ("", "")]

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        field = CuratedItem._meta.get_field(self.field)
        value = self.value()
        asked = value if value and value.isdecimal() and len(value) < 19 else None
        self.chosen = self.rows(request).filter(pk=asked).first() if asked else None
        known = {str(self.chosen.pk): str(self.chosen)} if self.chosen else {}
        widget = Combobox(field, model_admin.admin_site, {"aria-label": f"By {self.title}"}, known=known, offered=0)
        box = forms.ModelChoiceField(self.rows(request), required=False, widget=widget)
        self.box = box.widget.render(
            self.parameter_name, self.chosen.pk if self.chosen else None, {"id": f"filter-{self.parameter_name}"}
        )

    def rows(self, request: HttpRequest) -> QuerySet:
        """What can be chosen."""
        return CuratedItem._meta.get_field(self.field).remote_field.model._default_manager.all()

    def choices(self, changelist: Any) -> Any:
        kept = {name: values for name, values in changelist.filter_params.items() if name != self.parameter_name}
        yield {
            "chosen": self.chosen or self.quick.get(self.value() or ""),
            "box": self.box,
            "quick": [
                {
                    "words": words,
                    "query": changelist.get_query_string({self.parameter_name: value}),
                    "selected": self.value() == value,
                }
                for value, words in self.quick.items()
            ],
            "clear": changelist.get_query_string(remove=[self.parameter_name]),
            "kept": [(name, value) for name, values in kept.items() for value in values],
            "query": changelist.query,
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value is None:
            return queryset
        if value in self.quick:
            return queryset.filter(self.quickly(request, value))
        return queryset.filter(self.by(self.chosen)) if self.chosen else queryset.none()

    def by(self, chosen: Any) -> Q:
        return Q(**{self.field: chosen})

    def quickly(self, request: HttpRequest, value: str) -> Q:
        """The rule of one of the quick choices."""
        return Q(**{self.field: request.user if value == "me" else None})


class CommunityFilter(ChosenFilter):
    """By home, among the communities that the person works in."""

    title, parameter_name, field = "community", "community", "community"

    def rows(self, request: HttpRequest) -> QuerySet:
        return access.communities_where(request.user, "view")


class PersonFilter(ChosenFilter):
    """By somebody of the communities that the person works in: others' names are not theirs to find out."""

    def rows(self, request: HttpRequest) -> QuerySet:
        return access.colleagues(request.user)


class WhoFilter(PersonFilter):
    title, parameter_name, field = "curator", "who", "created_by"
    quick: ClassVar[dict[str, str]] = {"me": "Mine", "import": "Imported"}


class ReviewerFilter(PersonFilter):
    title, parameter_name, field = "reviewer", "reviewer", "reviewer"
    quick: ClassVar[dict[str, str]] = {"me": "Me", "nobody": "Nobody yet"}

    def quickly(self, request: HttpRequest, value: str) -> Q:
        rule = super().quickly(request, value)
        return rule & QUEUES["in_review"][1](timezone.now()) if value == "nobody" else rule


class AuthorFilter(ChosenFilter):
    title, parameter_name, field = "author", "author", "authors"


class PublisherFilter(ChosenFilter):
    title, parameter_name, field = "publisher", "publisher", "publisher"


class TopicFilter(ChosenFilter):
    title, parameter_name, field = "topic", "topic", "topics"


class TagFilter(ChosenFilter):
    """By a tag; items reach their tags through rows of their own."""

    title, parameter_name, field = "tag", "tag", "tags"

    def by(self, chosen: Any) -> Q:
        return Q(item_tags__tag=chosen)


FILTERS = (
    QueueFilter, CommunityFilter, TopicFilter, PublisherFilter, AuthorFilter, WhoFilter, ReviewerFilter, KindFilter,
    LanguageFilter, PublishedFilter, MissingFilter, CommentFilter, WatchFilter, TagFilter, WaitingFilter, BatchFilter,
)  # fmt: skip
"""All of them, in the order in which they are shown."""
