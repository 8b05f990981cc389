"""Every address that search engines should know: communities, published items, and whom and what they speak of."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse

from communities.models import Community
from curation import counts
from curation.models import CuratedItem
from curation.pages import absolute


class SiteSitemap(Sitemap):
    """Addresses from SITE_URL, whatever host a request names."""

    limit = 5000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class ItemSitemap(SiteSitemap):
    def items(self) -> QuerySet[CuratedItem]:
        # When it came before readers, or when the revision that they see was written: a draft that waits beside it
        # changes neither.
        return (
            CuratedItem.objects.published()
            .annotate(changed=Greatest("publish_at", "live_revision__created_at"))
            .select_related("community")
            .only("slug", "community__slug")
            .order_by("pk")
        )

    def lastmod(self, item: Any) -> datetime:
        return item.changed


class CommunitySitemap(SiteSitemap):
    def items(self) -> list[str]:
        slugs = Community.objects.order_by("slug").values_list("slug", flat=True)
        pages = [reverse("home"), reverse("communities"), reverse("archive")]
        for slug in slugs:
            pages += reverse("community", args=[slug]), reverse("curated_content", args=[slug])
            pages.append(reverse("community_archive", args=[slug]))
        return pages

    def location(self, item: str) -> str:
        return item


class TopicSitemap(SiteSitemap):
    def items(self) -> QuerySet:
        return counts.topics().order_by("pk")


class AuthorSitemap(SiteSitemap):
    def items(self) -> QuerySet:
        return counts.authors().order_by("pk")


class PublisherSitemap(SiteSitemap):
    def items(self) -> QuerySet:
        return counts.publishers().order_by("pk")


SITEMAPS: dict[str, type[SiteSitemap]] = {
    "communities": CommunitySitemap,
    "items": ItemSitemap,
    "topics": TopicSitemap,
    "authors": AuthorSitemap,
    "publishers": PublisherSitemap,
}


def parts() -> Iterator[str]:
    """The absolute address of each part that the sitemap consists of."""
    for section, sitemap in SITEMAPS.items():
        address = absolute(reverse("sitemap_section", args=[section]))
        for number in sitemap().paginator.page_range:
            yield address if number == 1 else f"{address}?p={number}"
