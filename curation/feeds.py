"""What a community publishes, as RSS 2.0 for feed readers."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed

from communities.models import Community
from curation.html import xml_safe
from curation.models import CuratedItem
from curation.pages import absolute

ITEMS = 40


def community_feed(community: Community) -> str:
    """The feed of the newest published items that `community` shows, as XML.

    An item's guid is the name of its file, which stays when its address changes.
    """
    items = CuratedItem.objects.published().shown_in(community).newest_first().with_card()
    items = items.prefetch_related("topics", "item_tags__tag")[:ITEMS]
    feed = Rss201rev2Feed(
        title=xml_safe(community.headline),
        link=absolute(community.get_absolute_url()),
        description=xml_safe(community.introduction or f"Curated content of {community.name}"),
        language="en",
        feed_url=absolute(reverse("community_feed", args=[community.slug])),
    )
    for item in items:
        feed.add_item(
            title=xml_safe(item.title),
            link=absolute(item.get_absolute_url()),
            description=xml_safe(item.description),
            author_name=xml_safe(", ".join(author.name for author in item.byline)) or None,
            pubdate=item.publish_at,
            unique_id=xml_safe(item.md_name or f"item-{item.pk}"),
            unique_id_is_permalink=False,
            categories=list(_categories(item)),
        )
    return feed.writeString("utf-8")


def _categories(item: CuratedItem) -> Iterable[str]:
    topics = [topic.label for topic in item.topics.all()]
    tags = [link.tag.name for link in item.item_tags.all()]
    words = [item.kind, *topics, *tags]
    return dict.fromkeys(xml_safe(word) for word in words if word)
