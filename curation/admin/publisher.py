"""Whose sites the articles were published on, and what may be shown of them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities import access
from communities.models import Role
from curation.admin.base import NewsroomAdmin, use_filter, with_use
from curation.admin.parts import all_link, last_used, published_link
from curation.admin.renaming import Renames
from curation.models import Publisher

POLICIES = ("status", "picture_policy", "excerpt_words")


@admin.register(Publisher)
class PublisherAdmin(Renames, NewsroomAdmin):
    item_field = "publisher"
    change_role = Role.EDITOR
    list_display = (
        "shown_name", "host", "shown_status", "picture_policy", "excerpt_words", "published_items", "all_items",
        "shown_last_used",
    )  # fmt: skip
    list_filter = ("status", "picture_policy", use_filter("publisher"))
    search_fields = ("host", "name", "other_hosts__host")
    search_help_text = "By name or host, also a former one."
    fieldsets = (
        (None, {"fields": ("host", "shown_other_hosts", "name", "credit_line")}),
        ("What may be shown", {"fields": POLICIES}),
        ("For curators", {"fields": ("notes",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_use(super().get_queryset(request), "publisher")

    def get_readonly_fields(self, request: HttpRequest, obj: Publisher | None = None) -> tuple[str, ...]:
        # The host is how the links of items find their publisher. What may be shown of it is an editor's to say.
        policies = () if (access.highest_role(request.user) or 0) >= self.change_role else POLICIES
        return ("host", "shown_other_hosts", *policies) if obj else ("shown_other_hosts", *policies)

    def choice(self, publisher: Publisher) -> dict[str, str]:
        return {"note": publisher.host} if publisher.name else {}

    @admin.display(description="publisher", ordering="name")
    def shown_name(self, publisher: Publisher) -> str:
        return str(publisher)

    @admin.display(description="other hosts")
    def shown_other_hosts(self, publisher: Publisher) -> str:
        others = publisher.hosts[1:] if publisher.pk else []
        return ", ".join(others) or "None. Merging another publisher into this one adds its host."

    @admin.display(description="standing", ordering="status")
    def shown_status(self, publisher: Publisher) -> SafeString:
        return format_html(
            '<span class="mdg-badge mdg-badge--{}">{}</span>', publisher.status, publisher.get_status_display()
        )

    @admin.display(description="published", ordering="published")
    def published_items(self, publisher: Publisher) -> SafeString | str:
        return published_link(publisher.published, "publisher", publisher.pk)

    @admin.display(description="all items", ordering="used")
    def all_items(self, publisher: Publisher) -> SafeString | str:
        return all_link(publisher.used, "publisher", publisher.pk)

    @admin.display(description="last published", ordering="last_used")
    def shown_last_used(self, publisher: Publisher) -> SafeString | str:
        return last_used(publisher)
