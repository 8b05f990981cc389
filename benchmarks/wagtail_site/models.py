"""The front page, a page for each community, and below it one for each of its items."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Prefetch
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString, mark_safe
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
CARD = Filter.expand_spec("format-{avif,webp} fill-{320x180,480x270,640x360,960x540}")
"""The renditions that cards show: the template asks for them by the same words."""


def told(*things: dict[str, Any]) -> SafeString:
    """What search engines are told of a page, as JSON-LD that cannot end its element."""
    text = json.dumps({"@context": "https://schema.org", "@graph": things}, ensure_ascii=False)
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308


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
    note = models.TextField(blank=True)
    body = RichTextField(blank=True)
    link = models.URLField(max_length=2000, blank=True)
    publisher = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    date = models.DateTimeField(db_index=True)
    authors = ParentalManyToManyField(Author, related_name="items", blank=True)
    topics = ParentalManyToManyField(Topic, related_name="items", blank=True)
    tags = ClusterTaggableManager(through=ItemTag, blank=True)
    also_in = ParentalManyToManyField("CommunityPage", related_name="others", blank=True)
    featured_image = models.ForeignKey(
        "wagtailimages.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PageManager.from_queryset(ItemQuerySet)()

    content_panels = [
        *Page.content_panels,
        *map(FieldPanel, ("description", "note", "body", "link", "publisher", "kind", "date")),
        *map(FieldPanel, ("authors", "topics", "tags", "also_in")),
        FieldPanel("featured_image"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("description"), index.SearchField("body")]
    parent_page_types = ["CommunityPage"]
    subpage_types: list[str] = []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        *_, community = trail = list(self.get_ancestors().filter(depth__gt=1))
        others = ItemPage.objects.child_of(community).live().defer("body")
        topics, authors, tags = list(self.topics.all()), list(self.authors.all()), list(self.tags.all())
        related = ItemPage.objects.filter(topics__in=topics).exclude(pk=self.pk).with_cards()
        related = related.annotate(shared=Count("topics")).order_by("-shared", "-date", "-pk")
        return super().get_context(request, *args, **kwargs) | {
            "trail": trail,
            "community": community,
            "topics": topics,
            "authors": authors,
            "tags": tags,
            "older": others.filter(date__lt=self.date).order_by("-date").first(),
            "newer": others.filter(date__gt=self.date).order_by("date").first(),
            "cards": with_communities(related[:RELATED]),
            "structured": told(self._article(request, community, topics, authors, tags), breadcrumbs(request, trail)),
        }

    def _article(
        self, request: HttpRequest, community: Page, topics: list[Topic], authors: list[Author], tags: list[Any]
    ) -> dict[str, Any]:
        people = [{"@type": "Person", "name": author.name} for author in authors]
        return {
            "@type": "Article",
            "url": self.get_full_url(request),
            "headline": self.title[:110],
            "description": self.description,
            "datePublished": self.date.isoformat(),
            "dateModified": self.last_published_at.isoformat(),
            "articleSection": community.title,
            "keywords": [*(topic.name for topic in topics), *(tag.name for tag in tags)],
            "author": people,
            "isBasedOn": {
                "@type": "Article",
                "url": self.link,
                "headline": self.title[:110],
                "author": people,
                "publisher": {"@type": "Organization", "name": self.publisher},
            },
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
            "structured": told(
                {
                    "@type": "CollectionPage",
                    "name": self.title,
                    "url": self.get_full_url(request),
                    "mainEntity": {"@type": "ItemList", "numberOfItems": shown.paginator.count},
                },
                breadcrumbs(request, [self]),
            ),
        }


class HomePage(Page):
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["CommunityPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        communities = list(CommunityPage.objects.child_of(self).live().order_by("title"))
        live = live_children(communities)
        for community in communities:
            community.number = live.get(community.path, 0)
        address = self.get_full_url(request)
        return super().get_context(request, *args, **kwargs) | {
            "cards": with_communities(ItemPage.objects.with_cards()[:NEWEST]),
            "communities": communities,
            "structured": told(
                {"@type": "WebSite", "name": self.title, "url": address},
                {"@type": "Organization", "name": self.title, "url": address},
            ),
        }


def live_children(pages: list[Page]) -> dict[str, int]:
    """How many live children each of these siblings has, by its path, in one query; `numchild` counts drafts too."""
    if not pages:
        return {}
    first, *_ = pages
    below = Page.objects.live().filter(depth=first.depth + 1)
    numbers = below.order_by().values_list(Substr("path", 1, len(first.path))).annotate(Count("pk"))
    return dict(numbers)


def breadcrumbs(request: HttpRequest, trail: list[Page]) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": page.title, "item": page.get_full_url(request)}
            for position, page in enumerate(trail, start=1)
        ],
    }


def with_communities(items: Any) -> Any:
    """The same items, each with the page of its community, by one query for all of them."""
    communities = {page.path: page for page in CommunityPage.objects.live()}
    for item in items:
        item.community = communities[item.path[: -ItemPage.steplen]]
    return items
