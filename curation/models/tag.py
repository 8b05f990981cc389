"""Free words, by django-taggit behind tables of our own with real foreign keys."""

from django.db import models
from django.db.models.functions import Lower
from taggit.models import ItemBase, TagBase

from communities.addresses import address
from curation.models.likeness import LikenessField, of_term


class Tag(TagBase):
    alike = LikenessField("name", of_term)

    class Meta:
        ordering = [Lower("name")]
        indexes = [models.Index(fields=["alike"], name="tag_alike")]

    def get_absolute_url(self) -> str:
        return address("tag", self.slug)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """As taggit does it; a tag of signs alone, such as “+”, has an address too."""
        slug = super().slugify(tag, i)
        return slug if slug.strip("_0123456789") or tag.strip("0123456789") == "" else f"tag{slug}"


class ItemTag(ItemBase):
    """A tag on an item."""

    content_object = models.ForeignKey("curation.CuratedItem", on_delete=models.CASCADE, related_name="item_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="item_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tag_once_per_item")]
