"""What a community publishes, as RSS 2.0 for feed readers."""

from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed

from communities.models import Community
from curation import lists
from curation.edition import Now
from curation.html import xml_safe
from curation.models import Shelf
from curation.pages import absolute

ITEMS = 40


def community_feed(community: Community, now: Now) -> str:
    """The feed of the newest published items that `community` shows, as XML.

    An item's guid is the name of its file, which stays when its address changes.
    """
    feed = Rss201rev2Feed(
        title=xml_safe(community.headline),
        link=absolute(community.get_absolute_url()),
        description=xml_safe(community.introduction or f"Curated content of {community.name}"),
        language="en",
        feed_url=absolute(reverse("community_feed", args=[community.slug])),
    )
    for publish_at, told in lists.told((Shelf.COMMUNITY, community.pk), ITEMS, now):
        feed.add_item(
            title=told["title"],
            link=absolute(told["url"]),
            description=told["description"],
            author_name=", ".join(told["authors"]) or None,
            pubdate=publish_at,
            unique_id=told["id"],
            unique_id_is_permalink=False,
            categories=told["categories"],
        )
    return feed.writeString("utf-8")
