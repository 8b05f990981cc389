"""A feed as JSON Feed 1.1."""

import json
from typing import Any

from django.conf import settings

from curation.feeds import Entry, Feed, icon
from curation.pages import absolute


def write(feed: Feed) -> bytes:
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": absolute(feed.page),
        "feed_url": feed.address("json"),
        "description": feed.description,
        "icon": icon(),
        "language": settings.LANGUAGE_CODE,
        "items": [_item(entry) for entry in feed.entries],
    }
    if feed.older:
        told["next_url"] = feed.address("json", feed.older)
    return json.dumps(told, ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    told = {
        "id": entry.guid,
        "url": entry.url,
        "external_url": entry.original,
        "title": entry.title,
        "language": entry.language,
        "summary": entry.summary,
        "content_html": entry.html,
        "image": entry.picture["url"] if entry.picture else "",
        "date_published": entry.published.isoformat(),
        "date_modified": entry.changed.isoformat(),
        "authors": [person._asdict() for person in entry.authors],
        "tags": entry.categories,
        # What the format has no name for; it asks that such names begin with "_".
        "_medigy": {"community": entry.community, "publisher": entry.publisher, "image_alt": entry.alt,
                    "image_credit": entry.credit},
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}
