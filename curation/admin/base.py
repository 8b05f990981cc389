"""What every section of the newsroom has in common: who may do what, and lists whose cost does not grow."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Field,
    IntegerField,
    Max,
    Model,
    OrderBy,
    OuterRef,
    ProtectedError,
    QuerySet,
    Subquery,
    TextField,
    TimeField,
    URLField,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from communities import access
from communities.models import Role
from curation import search, upkeep
from curation.admin.combobox import Combobox, ComboboxMultiple
from curation.admin.fields import LocalTime
from curation.models import CuratedItem, ItemAuthor, ItemTag, ItemTopic, Placement, Shelf


def holds(user: Any, role: Role) -> bool:
    """Whether `user` holds `role`, or a higher one, in any community: what decides about all that is shared."""
    highest = access.highest_role(user)
    return highest is not None and highest >= role


def holds_somewhere(user: Any, permission: str) -> bool:
    """Whether `user` holds `permission` in any community, over anybody's work or at least over their own."""
    places = [None, *access.roles(user)]
    return any(access.can(user, permission, place, owner=user.pk) for place in places)


class ShortPaginator(Paginator):
    """Counts up to a cap: nobody turns to the page beyond it, and counting all of a large table takes long."""

    cap = 10_000
    counted: QuerySet[Any] | None = None
    """What to count instead, where as many rows are found sooner."""
    in_order = False
    """Whether the rows are counted in their order, by whose index the database finds them."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list if self.counted is None else self.counted
        rows = rows if self.in_order else rows.order_by()
        return rows.values("pk")[: self.cap + 1].count()

    @property
    def is_cut(self) -> bool:
        return self.count > self.cap


class ShortList(ChangeList):
    """Finds the rows of a page by their keys first, so that what they show is not joined for all rows before them.

    Few rows are sorted, and not met in the order of an index: all of it would be walked through in search of them.
    """

    FEW = 1_000

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if self.show_all and self.can_show_all:
            return
        first = (self.page_num - 1) * self.list_per_page if self.multi_page else 0
        is_sorted = self.result_count <= self.FEW and not self.paginator.in_order
        rows = sorted_apart(self.queryset) if is_sorted else self.queryset
        keys = rows.values_list("pk", flat=True)[first : first + self.list_per_page] if self.result_count else ()
        self.result_list = self.queryset.filter(pk__in=list(keys))


def sorted_apart(rows: QuerySet[Any]) -> QuerySet[Any]:
    """`rows` in their order, which no index tells the database: it finds them by what they are filtered by."""
    columns = [name if isinstance(name, str) else "" for name in rows.query.order_by]
    if not all(columns) or "?" in columns:
        return rows
    apart = ((F(name.removeprefix("-")), name.startswith("-")) for name in columns)
    return rows.order_by(*(OrderBy(Coalesce(column, column), descending=down) for column, down in apart))


class OurBoxes:
    """The newsroom's own boxes in every form, in place of Django's; a part of sections and of the lists within them.

    Relations are found by typing, dates and times are the browser's own, and nothing opens in a window of its own.
    """

    formfield_overrides = {
        DateTimeField: {"form_class": LocalTime, "widget": None},
        DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
        TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
        URLField: {"assume_scheme": "https", "widget": forms.URLInput},
        TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
    }

    @property
    def media(self) -> forms.Media:
        return forms.Media(js=[forms.Script("medigy/admin-forms.js", defer=True)])

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", Combobox(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", ComboboxMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class NewsroomAdmin(OurBoxes, admin.ModelAdmin):
    """A section that asks `communities.access` alone; Django's model permissions and `is_staff` play no part.

    As it is, it suits what all communities share: every member sees and adds, `change_role` anywhere changes,
    `delete_role` deletes what nothing uses.
    """

    change_role = Role.CURATOR
    delete_role = Role.LEAD
    used_by = "items"
    """What `uses` counts, as people call it."""

    empty_words = "They come with the first items that name them, or add one here."
    """What to do first, said by a list that has nothing yet."""

    actions = None
    list_per_page = 50
    paginator = ShortPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ShortList

    def uses(self, obj: Any) -> int:
        """How many `used_by` need `obj`; it cannot be deleted before they are none."""
        return obj.items.count()

    def concerned(self, obj: Any) -> QuerySet:
        """The items that show `obj`, or are found by it: they change with it."""
        return obj.items.all()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            upkeep.many_changed(self.concerned(form.instance))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.is_member(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.is_member(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request.user, self.change_role)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request.user, self.delete_role)

    def choosable(self, request: HttpRequest, field: Field) -> QuerySet | None:
        """The rows of this section that the person is offered for `field`, a relation of another one: in its form, or
        in the filters of its list. None where that is none of their business.
        """
        return self.get_queryset(request) if self.has_view_permission(request) else None

    def choice(self, obj: Any) -> dict[str, str]:
        """What tells `obj` from its like where it is found by typing: a `note` of few words, the address of a
        `picture`.
        """
        published = getattr(obj, "published", 0)
        return {"note": f"{published} published"} if published else {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # Labels stand above their boxes, as on the pages that we draw, and need no colon to lead to them.
        context["adminform"].form.label_suffix = ""
        return super().render_change_form(request, context, *args, **kwargs)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, search.shortened(search_term))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"empty_words": self.empty_words, **(extra_context or {})})

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """What was ticked goes into a query as it was sent: whatever is no key of a row is left out before."""
        posted = request.POST.copy()
        ticked = posted.getlist(ACTION_CHECKBOX_NAME)
        posted.setlist(ACTION_CHECKBOX_NAME, [pk for pk in ticked if pk.isdecimal() and len(pk) < 19])
        request.POST = posted  # type: ignore[assignment]
        return super().response_action(request, queryset)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Its public page, where it has something to show."""
        return obj.get_absolute_url() if getattr(obj, "published", 0) else None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what a filter of this list asks for: a look-up of one's own could spell out what may not be seen."""
        filters = self.get_list_filter(request)
        fields = {each for each in filters if isinstance(each, str)}
        named = {each.parameter_name for each in filters if not isinstance(each, str)}
        return lookup in named or lookup.split("__")[0] in fields

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None or not self.has_delete_permission(request, obj):
            return super().delete_view(request, object_id, extra_context)
        try:
            if not (count := self.uses(obj)):
                return super().delete_view(request, object_id, extra_context)
        except ProtectedError as error:
            count = len(error.protected_objects)
        self.message_user(
            request,
            f"“{obj}” cannot be deleted: {count} {self.used_by if count != 1 else self.used_by.removesuffix('s')} "
            f"{'need' if count != 1 else 'needs'} it. Take it out there first.",
            messages.ERROR,
        )
        return redirect(self.address("change", obj.pk))

    def address(self, page: str, *arguments: Any) -> str:
        """The address of a page of this section: "changelist", "add", "change", ..."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=arguments)


class SharedAdmin(NewsroomAdmin):
    """A shared section whose rows have an address of their own (`slug`), which never changes once readers know it.

    Nor does what items call a row (`called`) while there are such items: it stands in their files, from which it would
    come back with their next change. `curation.admin.renaming` changes both, with the files.
    """

    called: tuple[str, ...] = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        readonly = tuple(super().get_readonly_fields(request, obj))
        if obj is None:
            return readonly
        return (*readonly, "slug", *self.called) if self.uses(obj) else (*readonly, "slug")

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        described = {}
        if obj is not None and self.uses(obj):
            described["description"] = (
                "It stands in the files of its items under this name. “Rename” gives it another one, there too."
            )
        return [(None, {"fields": self.get_fields(request, obj)} | described)]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, Any]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))


def number_of(rows: QuerySet, column: str) -> Coalesce:
    """How many of `rows` lead to each row of a list by `column`; counted for the shown page of the list alone."""
    numbers = (
        rows.filter(**{column: OuterRef("pk")}).order_by().values(column).annotate(number=Count("pk")).values("number")
    )
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)


def with_use(queryset: QuerySet, column: str) -> QuerySet:
    """`queryset` with `published`, with `used`, the number of all items that lead to each row by `column`, and with
    `last_used`, when the newest of them was published.
    """
    rows, key = USED_IN.get(column, (CuratedItem.objects.all(), column))
    return with_published(queryset, column).annotate(
        used=number_of(rows.all(), key), last_used=Subquery(_shown(column, newest=Max("publish_at")).values("newest"))
    )


class UseFilter(admin.SimpleListFilter):
    """By whether items have it; `column` leads from an item to a row of the section."""

    title = "use"
    parameter_name = "use"
    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("published", "With published items"),
            ("unpublished", "With unpublished items alone"),
            ("none", "Unused"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        having = {self.column: OuterRef("pk")}
        items, published = (
            Exists(rows.filter(**having).order_by())
            for rows in (CuratedItem.objects.all(), CuratedItem.objects.published())
        )
        match self.value():
            case "published":
                return queryset.filter(published)
            case "unpublished":
                return queryset.filter(items).exclude(published)
            case "none":
                return queryset.exclude(items)
            case _:
                return queryset


def use_filter(column: str) -> type[UseFilter]:
    """A filter for the list of a section whose rows items lead to by `column`."""
    return type("UseFilter", (UseFilter,), {"column": column})


def with_published(queryset: QuerySet, column: str) -> QuerySet:
    """`queryset` with `published`, the number of published items that lead to each row by `column`."""
    number = Subquery(_shown(column, number=Count("pk")).values("number"), output_field=IntegerField())
    return queryset.annotate(published=Coalesce(number, 0))


SHELVES = {"authors": Shelf.AUTHOR, "publisher": Shelf.PUBLISHER, "topics": Shelf.TOPIC, "item_tags__tag": Shelf.TAG}
"""Where what readers see of each is kept ready in order: counting there costs no look at the items."""
USED_IN = {
    "authors": (ItemAuthor.objects.all(), "author"),
    "topics": (ItemTopic.objects.all(), "topic"),
    "item_tags__tag": (ItemTag.objects.all(), "tag"),
}
"""The rows by which items lead to each, and the column that does."""


def _shown(column: str, **counted: Any) -> QuerySet:
    """The published items that lead to the row of the outer query by `column`, as one row with what is `counted`."""
    if (shelf := SHELVES.get(column)) is not None:
        rows = Placement.objects.shown().filter(shelf=shelf, owner=OuterRef("pk")).order_by().values("owner")
    else:
        rows = CuratedItem.objects.published().filter(**{column: OuterRef("pk")}).order_by().values(column)
    return rows.annotate(**counted)
