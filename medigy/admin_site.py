"""The admin site: the newsroom's own door, its desk, and the frame around every page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from communities import access
from curation import notices, search

NAVIGATION = (
    "CuratedItem", "FeaturedImage", "Author", "Publisher", "Topic", "Tag", "Community", "User", "Redirect",
)  # fmt: skip
"""The order of the sections in the navigation; others follow."""
PAGES = (("calendar", "Calendar"), ("reports", "Reports"))
"""The pages that are no section, by the names of their addresses, with what the navigation calls them."""


class NewsroomLoginForm(AuthenticationForm):
    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not access.is_member(user):
            raise ValidationError(
                "Your password is right, but you are not a member of any community yet. Ask a lead to add you.",
                code="no_membership",
            )


class NewsroomAutocomplete(AutocompleteJsonView):
    """Suggestions, for whoever the section lets choose from its rows; that may be more people than may open it."""

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.model_admin.choosable(request, self.source_field) is not None

    def get_queryset(self) -> QuerySet:
        """What begins with the words comes before what only holds them."""
        rows = self.model_admin.choosable(self.request, self.source_field)
        rows = rows.complex_filter(self.source_field.get_limit_choices_to())
        rows, has_duplicates = self.model_admin.get_search_results(self.request, rows, self.term)
        rows = rows.distinct() if has_duplicates else rows
        term = search.shortened(self.term)
        if not term:
            return rows
        field = self.model_admin.get_search_fields(self.request)[0]
        begins = Case(When(**{f"{field}__istartswith": term}, then=0), default=1)
        return rows.order_by(begins, *(rows.query.order_by or rows.model._meta.ordering), "pk")

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | self.model_admin.choice(obj)


class CurationAdminSite(AdminSite):
    """Open to members of a community and to superusers; `is_staff` neither opens nor closes it."""

    site_title = "Medigy curation"
    site_header = "Medigy curation"
    index_title = "Desk"
    empty_value_display = "–"
    login_form = NewsroomLoginForm
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return access.is_member(request.user)

    def get_urls(self) -> list[Any]:
        # The pages' modules need the models, which the site comes before.
        from curation.admin import calendar, notifications, reports

        wrap = self.admin_view
        own = [
            path("notifications/", wrap(notifications.page), name="notifications"),
            path("notifications/<int:pk>/", wrap(notifications.follow), name="notification"),
            path("notifications/mail/", wrap(notifications.mail), name="notification_mail"),
            *calendar.urls(self),
            *reports.urls(self),
        ]
        # Django's way from any object to its public address asks nobody, and so would tell the addresses of drafts.
        return own + [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        places = {name: place for place, name in enumerate(NAVIGATION)}
        sections = [section for app in context["available_apps"] for section in app["models"]]
        if context["has_permission"] and not hasattr(request, "unread"):
            request.unread = notices.unread(request.user)
        context["unread"] = getattr(request, "unread", 0)
        context["unread_words"] = f"{notices.MANY - 1}+" if context["unread"] >= notices.MANY else context["unread"]
        context["sections"] = sorted(sections, key=lambda section: places.get(section["object_name"], len(places)))
        from curation.admin import help

        context["help"] = help.of(request) if context["has_permission"] else None
        context["pages"] = (
            [(title, reverse(f"admin:{name}")) for name, title in PAGES] if context["has_permission"] else []
        )
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        # The desk's module registers with this site, which has to be there first.
        from curation.admin.desk import desk

        return super().index(request, {**desk(request.user), **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect(reverse("admin:index"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return NewsroomAutocomplete.as_view(admin_site=self)(request)
