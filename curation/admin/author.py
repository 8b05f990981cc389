"""Who wrote the articles."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from curation.admin.base import SharedAdmin, use_filter, with_use
from curation.admin.parts import all_link, last_used, published_link
from curation.admin.renaming import Renames
from curation.models import Author


@admin.register(Author)
class AuthorAdmin(Renames, SharedAdmin):
    item_field = "authors"
    list_display = ("name", "published_items", "all_items", "shown_last_used", "slug", "website")
    list_filter = (use_filter("authors"),)
    search_fields = ("name", "slug", "former_names__name")
    search_help_text = "By name, also a former one."
    fields = ("name", "slug", "bio", "website")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_use(super().get_queryset(request), "authors")

    @admin.display(description="published")
    def published_items(self, author: Author) -> SafeString | str:
        return published_link(author.published, "author", author.pk)

    @admin.display(description="all items")
    def all_items(self, author: Author) -> SafeString | str:
        return all_link(author.used, "author", author.pk)

    @admin.display(description="last published")
    def shown_last_used(self, author: Author) -> SafeString | str:
        return last_used(author)
