"""The front page, a page for each community, and below it one for each of its items."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.images import get_image_model
from wagtail.images.models import Filter
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index
from wagtail.snippets.models import register_snippet

NEWEST, PER_PAGE, RELATED = 10, 20, 3
"""The numbers of cards on the front page, in a list, and below an item: those of our pages."""
CARD = Filter.expand_spec("format-{avif,webp,jpeg} fill-{320x180,480x270,640x360,960x540}")
"""The renditions that cards show: the template asks for them by the same words."""


@register_snippet
class Topic(models.Model):
    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=255, unique=True)

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@register_snippet
class Author(models.Model):
    name = models.CharField(max_length=255)

    panels = [FieldPanel("name")]

    def __str__(self) -> str:
        return self.name


class ItemTag(TaggedItemBase):
    content_object = ParentalKey("ItemPage", on_delete=models.CASCADE, related_name="tagged_items")


class ItemQuerySet(PageQuerySet):
    def with_cards(self) -> "ItemQuerySet":
        """What cards show of live items, newest first, in a fixed number of queries."""
        pictures = get_image_model().objects.prefetch_renditions(*CARD)
        rows = self.live().order_by("-date", "-pk").defer("body")
        return rows.prefetch_related("authors", Prefetch("featured_image", pictures))


class ItemPage(Page):
    description = models.TextField(blank=True)
    body = RichTextField(blank=True)
    link = models.URLField(max_length=2000, blank=True)
    publisher = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    date = models.DateTimeField(db_index=True)
    authors = ParentalManyToManyField(Author, related_name="items", blank=True)
    topics = ParentalManyToManyField(Topic, related_name="items", blank=True)
    tags = ClusterTaggableManager(through=ItemTag, blank=True)
    featured_image = models.ForeignKey(
        "wagtailimages.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PageManager.from_queryset(ItemQuerySet)()

    content_panels = [
        *Page.content_panels,
        *map(FieldPanel, ("description", "body", "link", "publisher", "kind", "date", "authors", "topics", "tags")),
        FieldPanel("featured_image"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("description"), index.SearchField("body")]
    parent_page_types = ["CommunityPage"]
    subpage_types: list[str] = []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        community = self.get_parent()
        others = ItemPage.objects.child_of(community).live().defer("body")
        topics = list(self.topics.all())
        related = ItemPage.objects.filter(topics__in=topics).exclude(pk=self.pk).distinct().with_cards()
        return super().get_context(request, *args, **kwargs) | {
            "community": community,
            "topics": topics,
            "older": others.filter(date__lt=self.date).order_by("-date").first(),
            "newer": others.filter(date__gt=self.date).order_by("date").first(),
            "cards": with_communities(related[:RELATED]),
        }


class CommunityPage(Page):
    introduction = models.TextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["HomePage"]
    subpage_types = ["ItemPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        items = ItemPage.objects.child_of(self).with_cards()
        topic = None
        if slug := request.GET.get("topic"):
            topic = get_object_or_404(Topic, slug=slug)
            items = items.filter(topics=topic)
        shown = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
        for item in shown:
            item.community = self
        return super().get_context(request, *args, **kwargs) | {
            "cards": shown,
            "topic": topic,
            "topics": Topic.objects.all(),
        }


class HomePage(Page):
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["CommunityPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {
            "cards": with_communities(ItemPage.objects.with_cards()[:NEWEST]),
            "communities": CommunityPage.objects.child_of(self).live().order_by("title"),
        }


def with_communities(items: Any) -> Any:
    """The same items, each with the page of its community, by one query for all of them."""
    communities = {page.path: page for page in CommunityPage.objects.live()}
    for item in items:
        item.community = communities[item.path[: -ItemPage.steplen]]
    return items
