"""What is no page of the tree: topics, search and feeds."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from wagtail.rich_text import expand_db_html

from benchmarks.wagtail_site.models import PER_PAGE, CommunityPage, ItemPage, Topic, with_communities

IN_FEED = 40


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Topic, slug=slug)
    items = ItemPage.objects.filter(topics=shown).with_cards()
    page = with_communities(Paginator(items, PER_PAGE).get_page(request.GET.get("page")))
    return render(request, "wagtail_site/topic.html", {"topic": shown, "cards": page})


def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("query", "")
    items = ItemPage.objects.live().defer("body").prefetch_related("authors")
    found = items.search(words) if words else items.none()
    page = with_communities(Paginator(found, PER_PAGE).get_page(request.GET.get("page")))
    return render(request, "wagtail_site/search.html", {"words": words, "cards": page})


class CommunityFeed(Feed):
    def get_object(self, request: HttpRequest, slug: str) -> CommunityPage:
        community = get_object_or_404(CommunityPage.objects.live(), slug=slug)
        community.request = request
        return community

    def title(self, community: CommunityPage) -> str:
        return community.title

    def description(self, community: CommunityPage) -> str:
        return community.introduction

    def link(self, community: CommunityPage) -> str:
        return community.get_url(community.request)

    def items(self, community: CommunityPage) -> list[ItemPage]:
        items = ItemPage.objects.child_of(community).live().order_by("-date", "-pk")
        shown = list(items.prefetch_related("authors", "topics")[:IN_FEED])
        for item in shown:
            item.address = item.get_url(community.request)
        return shown

    def item_title(self, item: ItemPage) -> str:
        return item.title

    def item_description(self, item: ItemPage) -> str:
        return item.description + expand_db_html(item.body)

    def item_link(self, item: ItemPage) -> str:
        return item.address

    def item_pubdate(self, item: ItemPage) -> Any:
        return item.date

    def item_author_name(self, item: ItemPage) -> str:
        return ", ".join(author.name for author in item.authors.all())

    def item_categories(self, item: ItemPage) -> list[str]:
        return [topic.name for topic in item.topics.all()]
