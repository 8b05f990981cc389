"""Whose sites the articles were published on, and what may be shown of them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities import access
from communities.models import Role
from curation.admin.base import NewsroomAdmin, with_published
from curation.admin.parts import published_link
from curation.models import Publisher

POLICIES = ("status", "picture_policy", "excerpt_words")


@admin.register(Publisher)
class PublisherAdmin(NewsroomAdmin):
    change_role = Role.EDITOR
    list_display = ("shown_name", "host", "shown_status", "picture_policy", "excerpt_words", "published_items")
    list_filter = ("status", "picture_policy")
    search_fields = ("host", "name")
    search_help_text = "By name or host."
    fieldsets = (
        (None, {"fields": ("host", "name", "credit_line")}),
        ("What may be shown", {"fields": POLICIES}),
        ("For curators", {"fields": ("notes",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_published(super().get_queryset(request), "publisher")

    def get_readonly_fields(self, request: HttpRequest, obj: Publisher | None = None) -> tuple[str, ...]:
        # The host is how the links of items find their publisher. What may be shown of it is an editor's to say.
        policies = () if (access.highest_role(request.user) or 0) >= self.change_role else POLICIES
        return ("host", *policies) if obj else policies

    def choice(self, publisher: Publisher) -> dict[str, str]:
        return {"note": publisher.host} if publisher.name else {}

    @admin.display(description="publisher", ordering="name")
    def shown_name(self, publisher: Publisher) -> str:
        return str(publisher)

    @admin.display(description="standing", ordering="status")
    def shown_status(self, publisher: Publisher) -> SafeString:
        return format_html(
            '<span class="mdg-badge mdg-badge--{}">{}</span>', publisher.status, publisher.get_status_display()
        )

    @admin.display(description="published items")
    def published_items(self, publisher: Publisher) -> SafeString | str:
        return published_link(publisher.published, "publisher", publisher.pk)
