"""Free words."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from taggit.admin import Tag as TaggitsTag

from curation.admin.base import SharedAdmin, use_filter, with_use
from curation.admin.parts import all_link, last_used, published_link
from curation.admin.renaming import Renames
from curation.models import CuratedItem, Tag

# Items have tags of our own; taggit's table stays empty.
admin.site.unregister(TaggitsTag)


@admin.register(Tag)
class TagAdmin(Renames, SharedAdmin):
    item_field = "tags"
    list_display = ("name", "published_items", "all_items", "shown_last_used", "slug")
    list_filter = (use_filter("item_tags__tag"),)
    search_fields = ("name", "slug", "former_names__name")
    search_help_text = "By word, also a former one."
    fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def uses(self, tag: Tag) -> int:
        return tag.item_tags.count()

    def concerned(self, tag: Tag) -> QuerySet:
        return CuratedItem.objects.filter(item_tags__tag=tag)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_use(super().get_queryset(request), "item_tags__tag")

    @admin.display(description="published", ordering="published")
    def published_items(self, tag: Tag) -> SafeString | str:
        return published_link(tag.published, "tag", tag.pk)

    @admin.display(description="all items", ordering="used")
    def all_items(self, tag: Tag) -> SafeString | str:
        return all_link(tag.used, "tag", tag.pk)

    @admin.display(description="last published", ordering="last_used")
    def shown_last_used(self, tag: Tag) -> SafeString | str:
        return last_used(tag)
