"""Who wrote the articles."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from curation.admin.base import SharedAdmin, with_published
from curation.admin.parts import published_link
from curation.models import Author


@admin.register(Author)
class AuthorAdmin(SharedAdmin):
    list_display = ("name", "slug", "published_items", "website")
    search_fields = ("name", "slug")
    search_help_text = "By name."
    fields = ("name", "slug", "bio", "website")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_published(super().get_queryset(request), "authors")

    @admin.display(description="published items")
    def published_items(self, author: Author) -> SafeString | str:
        return published_link(author.published, "author", author.pk)
