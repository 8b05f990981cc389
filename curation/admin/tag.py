"""Free words."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from taggit.admin import Tag as TaggitsTag

from curation.admin.base import SharedAdmin, with_published
from curation.admin.parts import published_link
from curation.models import CuratedItem, Tag

# Items have tags of our own; taggit's table stays empty.
admin.site.unregister(TaggitsTag)


@admin.register(Tag)
class TagAdmin(SharedAdmin):
    list_display = ("name", "slug", "published_items")
    search_fields = ("name", "slug")
    search_help_text = "By word."
    fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def uses(self, tag: Tag) -> int:
        return tag.item_tags.count()

    def concerned(self, tag: Tag) -> QuerySet:
        return CuratedItem.objects.filter(item_tags__tag=tag)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_published(super().get_queryset(request), "item_tags__tag")

    @admin.display(description="published items")
    def published_items(self, tag: Tag) -> SafeString | str:
        return published_link(tag.published, "tag", tag.pk)
