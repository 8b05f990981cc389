"""Communities with their members, the vocabulary that they share, and the people who sign in."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Field, Prefetch, QuerySet
from django.forms import BaseInlineFormSet, ChoiceField, FileField, FileInput, Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities import access, invitations, members
from communities.models import CheckLevel, Community, Membership, Role, Topic, User
from curation import images, search
from curation.admin.base import (
    NewsroomAdmin,
    OurBoxes,
    SharedAdmin,
    holds,
    number_of,
    use_filter,
    with_use,
)
from curation.admin.combobox import Combobox
from curation.admin.parts import all_link, last_used, picture, published_link
from curation.admin.renaming import Renames
from curation.checks import CHECKS, Check
from curation.models import CuratedItem

# What people may do follows from their memberships.
admin.site.unregister(Group)


class NamedFormSet(BaseInlineFormSet):
    """Each box says what it is for to those who do not see the head of its column; what a row has chosen is read with
    the rows, not once for each.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", "Remove" if name == "DELETE" else field.label)
            if isinstance(field.widget, Combobox) and form.instance.pk:
                chosen = getattr(form.instance, name)
                field.widget.known = {str(chosen.pk): str(chosen)}


class TellsMembers(NewsroomAdmin):
    """A section in which memberships are changed, of which the people concerned are told."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Membership:
            changed = [membership for membership, _ in formset.changed_objects]
            members.tell([*formset.new_objects, *changed], formset.deleted_objects, by=request.user)


class MembersFormSet(NamedFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors) or not any(form.initial.get("role") == Role.LEAD for form in self.initial_forms):
            return
        staying = (form.cleaned_data for form in self.forms if form.cleaned_data)
        if not any(data.get("role") == Role.LEAD and not data.get("DELETE") for data in staying):
            raise ValidationError(
                "A community needs a lead. Make somebody else lead before you take the last one away."
            )


class Memberships(OurBoxes, admin.TabularInline):
    model = Membership
    formset = NamedFormSet
    extra = 1


class Members(Memberships):
    """The members of a community: its leads change them, its members see them."""

    formset = MembersFormSet
    verbose_name, verbose_name_plural = "member", "Members"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user").order_by("-role", "user__username")

    def has_view_permission(self, request: HttpRequest, obj: Community | None = None) -> bool:
        return obj is None or access.can(request.user, "view", obj, owner=request.user.pk)

    def has_change_permission(self, request: HttpRequest, obj: Community | None = None) -> bool:
        return obj is not None and access.can(request.user, "manage", obj)

    has_add_permission = has_delete_permission = has_change_permission


def _level_field(check: Check) -> ChoiceField:
    usual = f"As usual: {check.level.label.lower()}"
    return ChoiceField(label=check.asks, choices=[("", usual), *CheckLevel.choices], required=False)


CHECK_FIELDS = {f"check_{check.code}": check for check in CHECKS.values()}
CheckLevels = type("CheckLevels", (Form,), {name: _level_field(check) for name, check in CHECK_FIELDS.items()})


class CommunityForm(CheckLevels, ModelForm):
    upload = FileField(
        label="Picture",
        required=False,
        help_text="JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC or SVG. It joins the library of pictures.",
        widget=FileInput(attrs={"accept": "image/*"}),
    )

    class Meta:
        model = Community
        fields = (
            "name", "slug", "masthead", "introduction", "accent", "contact", "image_alt", "file_key", "self_approval",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, check in CHECK_FIELDS.items():
            # Members who only look at the community have no fields at all.
            if name in self.fields:
                self.fields[name].initial = self.instance.check_levels.get(check.code, "")

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if not upload:
            return None
        try:
            return images.take(upload.read(), name=upload.name, by=self.user)
        except images.ImageRefused as error:
            raise ValidationError(str(error)) from error

    def save(self, commit: bool = True) -> Community:
        chosen = {check.code: self.cleaned_data.get(name) for name, check in CHECK_FIELDS.items()}
        self.instance.check_levels = {code: level for code, level in chosen.items() if level}
        if taken := self.cleaned_data["upload"]:
            with taken.file.open("rb") as file:
                self.instance.image.save(f"{self.instance.slug}.webp", file, save=False)
        return super().save(commit)


@admin.register(Community)
class CommunityAdmin(TellsMembers):
    form = CommunityForm
    inlines = (Members,)
    list_display = ("shown_picture", "name", "published_items", "shown_last_used", "members", "my_role", "slug")
    list_display_links = ("name",)
    empty_words = "A superuser adds the first one, or an operator with create_community. Its leads invite the others."
    search_fields = ("name", "slug")
    search_help_text = "By name or address."
    fieldsets = (
        (None, {"fields": ("name", "slug", "masthead", "introduction", "accent", "contact")}),
        ("Picture", {"fields": ("upload", "image_alt")}),
        ("Working together", {"fields": ("self_approval",)}),
        ("Checks before review", {"fields": tuple(CHECK_FIELDS), "classes": ("collapse",)}),
        ("Files", {"fields": ("file_key",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        mine = access.communities_where(request.user, "view").values("pk").order_by()
        own = Prefetch("memberships", Membership.objects.filter(user=request.user), to_attr="own_memberships")
        communities = super().get_queryset(request).filter(pk__in=mine).prefetch_related(own)
        return with_use(communities.annotate(members=number_of(Membership.objects.all(), "community")), "community")

    def get_readonly_fields(self, request: HttpRequest, obj: Community | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.invite_view)
        return [path("<int:pk>/invite/", view, name="communities_community_invite"), *super().get_urls()]

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return invitations.page(self, request, pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        number = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else None
        context = {"may_invite": access.can(request.user, "manage", number)}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and "name" in form.changed_data:
            community, before = form.instance, form.initial["name"]
            old, new = (search.Facet("community", community.slug, name) for name in (before, community.name))
            search.facet_became(self.concerned(community), old, new)

    def concerned(self, community: Community) -> QuerySet:
        return CuratedItem.objects.shown_in(community)

    def uses(self, community: Community) -> int:
        return community.items.count() + community.guest_items.count()

    def has_view_permission(self, request: HttpRequest, obj: Community | None = None) -> bool:
        if obj is None:
            return access.is_member(request.user)
        return access.can(request.user, "view", obj, owner=request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Community | None = None) -> bool:
        return holds(request.user, Role.LEAD) if obj is None else access.can(request.user, "manage", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Community | None = None) -> bool:
        return request.user.is_superuser

    @admin.display(description="picture")
    def shown_picture(self, community: Community) -> SafeString:
        if not community.image:
            return picture(None)
        return format_html(
            '<img class="mdg-thumb" src="{}" alt="" width="72" height="48" loading="lazy">', community.image.url
        )

    @admin.display(description="last published", ordering="last_used")
    def shown_last_used(self, community: Community) -> SafeString | str:
        return last_used(community)

    @admin.display(description="published", ordering="published")
    def published_items(self, community: Community) -> SafeString | str:
        return published_link(community.published, "community", community.pk)

    @admin.display(description="members")
    def members(self, community: Community) -> int:
        return community.members

    @admin.display(description="your role")
    def my_role(self, community: Community) -> str:
        return ", ".join(each.get_role_display() for each in community.own_memberships) or "–"


class VocabularyFilter(admin.SimpleListFilter):
    """By vocabulary, the one without a name among them."""

    title = "vocabulary"
    parameter_name = "vocabulary"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = Topic.objects.order_by("vocabulary").values_list("vocabulary", flat=True).distinct()
        return [(name or "-", name or "Without a vocabulary") for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if (value := self.value()) is None:
            return queryset
        return queryset.filter(vocabulary="" if value == "-" else value)


@admin.register(Topic)
class TopicAdmin(Renames, SharedAdmin):
    item_field = "topics"
    change_role = Role.EDITOR
    called = ("vocabulary", "label")
    list_display = ("label", "vocabulary", "published_items", "all_items", "shown_last_used", "slug")
    list_filter = (VocabularyFilter, use_filter("topics"))
    search_fields = ("label", "vocabulary", "former_names__name")
    search_help_text = "By label or vocabulary, also a former one."
    fields = ("vocabulary", "label", "slug", "description")
    prepopulated_fields = {"slug": ("vocabulary", "label")}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_use(super().get_queryset(request), "topics")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """“Medigy: Privacy”, as it is shown, is two words to be found."""
        return super().get_search_results(request, queryset, search_term.replace(":", " "))

    @admin.display(description="published", ordering="published")
    def published_items(self, topic: Topic) -> SafeString | str:
        return published_link(topic.published, "topic", topic.pk)

    @admin.display(description="all items", ordering="used")
    def all_items(self, topic: Topic) -> SafeString | str:
        return all_link(topic.used, "topic", topic.pk)

    @admin.display(description="last published", ordering="last_used")
    def shown_last_used(self, topic: Topic) -> SafeString | str:
        return last_used(topic)


class TheirMemberships(Memberships):
    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("community")

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser

    has_change_permission = has_delete_permission = has_view_permission


@admin.register(User)
class PersonAdmin(TellsMembers, UserAdmin):
    """People who sign in, for superusers. Nobody is deleted: what they did stays signed with their name."""

    inlines = (TheirMemberships,)
    list_display = ("username", "full_name", "email", "roles", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    filter_horizontal = ()
    search_help_text = "By name or e-mail address."
    ordering = ("username",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Name", {"fields": ("first_name", "last_name", "email")}),
        (
            "Standing",
            {
                "fields": ("is_active", "is_superuser", "last_login", "date_joined"),
                "description": "What a person may do follows from their memberships. "
                "Take “active” away instead of deleting them.",
            },
        ),
    )

    def concerned(self, person: User) -> QuerySet:
        return CuratedItem.objects.none()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        members = Prefetch("memberships", Membership.objects.select_related("community").order_by("-role"))
        return super().get_queryset(request).prefetch_related(members)

    def choice(self, user: User) -> dict[str, str]:
        return {"note": user.username} if user.get_full_name() else {}

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        # A lead looks for people to add; addresses are not for them to find out.
        names = ("username", "first_name", "last_name")
        return (*names, "email") if request.user.is_superuser else names

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> tuple[Any, ...]:
        return self.inlines if obj else ()

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def choosable(self, request: HttpRequest, field: Field) -> QuerySet | None:
        """Leads look for new members among all; otherwise people are found by those who work with them."""
        if field.model is Membership:
            return self.get_queryset(request) if holds(request.user, Role.LEAD) else None
        return access.colleagues(request.user).order_by(*self.ordering)

    @admin.display(description="name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description="memberships")
    def roles(self, user: User) -> str:
        return ", ".join(f"{each.community} ({each.get_role_display().lower()})" for each in user.memberships.all())
