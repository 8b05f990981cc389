"""What an item says, apart from any table or file: what a form fills in, a file brings, a revision holds."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from communities.models import Community
from curation.models import FeaturedImage


@dataclass
class ItemValues:
    """The words of an item. People, topics and tags stand by their names, so that values can be compared and kept
    before there are rows for them.
    """

    community: Community | None = None
    title: str = ""
    slug: str = ""
    description: str = ""
    body: str = ""
    curator_note: str = ""
    kind: str = ""
    language: str = ""
    """A tag (BCP 47); empty for the language of the site."""
    link: str = ""
    link_original: str = ""
    """Where the link was found; empty when that is the link itself."""
    authors: list[str] = field(default_factory=list)
    """Names in the order of the byline."""
    topics: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of vocabulary and label."""
    tags: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    """Old paths, each from the root of the site."""
    also_in: list[str] = field(default_factory=list)
    """Slugs of other communities that show it."""
    image: FeaturedImage | None = None
    image_alt: str = ""
    image_decorative: bool = False
    """Whether the picture says nothing that the words do not say."""
    date: dt.datetime | None = None
    modified: dt.datetime | None = None
    review_by: dt.date | None = None
    md_name: str | None = None
    upstream_id: int | None = None
    carried: dict[str, Any] = field(default_factory=dict)
    """Every key that the product has no place for, nested as in the file."""
