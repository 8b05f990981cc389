"""What the page of an item shows: the item, what it is filed under, what is related to it, what came before and after.

All are asked for in the database's own words: the pages of items are the most, and Django would take longer to write
these queries than the database to answer them.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils.safestring import SafeString

from communities.addresses import address
from communities.models import Community, Topic
from curation import edition, shelves
from curation.edition import Now
from curation.models import (
    Author,
    CuratedItem,
    FeaturedImage,
    ItemAuthor,
    ItemTag,
    Publisher,
    Rendition,
    Shelf,
    Tag,
)
from curation.models.some_columns import Some

RELATED = 3
"""How many related items are shown."""
LOOKED_AT = 30
"""Among how many of the newest items of each of its topics those related to an item are looked for."""
TOPICS = 40
"""In how many of its topics at most: each makes the query longer, and SQLite reads none of more than 500 parts."""


class Neighbour(NamedTuple):
    """The item before or after another one in their community."""

    title: str
    url: str
    language: str


class Beside(NamedTuple):
    """What the page of an item leads to."""

    related: list[SafeString]
    """Cards: first those that share the most topics with it, then the newest of its community."""
    older: Neighbour | None
    newer: Neighbour | None


# --- The item --------------------------------------------------------------------------------------------------------

COMMUNITY_ROW = Some(Community, "id", "slug", "name", "masthead", "accent")
PUBLISHER_ROW = Some(Publisher, "id", "host", "name", "credit_line", "picture_policy")
PICTURE_ROW = Some(
    FeaturedImage, "id", "file", "width", "height", "file_width", "file_height", "alt", "credit", "focal_x", "focal_y"
)
ITEM_ROW = Some(
    CuratedItem, "id", "community_id", "title", "slug", "description", "curator_note", "kind", "language", "link",
    "publisher_id", "featured_image_id", "image_alt", "image_decorative", "date", "body_html", "publish_at",
)  # fmt: skip
ROWS = (ITEM_ROW, COMMUNITY_ROW, PUBLISHER_ROW, PICTURE_ROW)
"""What the page shows of its item and of those that the item names."""
ITEM = f"""
SELECT {", ".join(name for each in ROWS for name in each.of(each.model._meta.db_table))},
    COALESCE(curation_card.changed_at, curation_curateditem.publish_at)
FROM communities_community
JOIN curation_curateditem ON curation_curateditem.community_id = communities_community.id
LEFT JOIN curation_publisher ON curation_publisher.id = curation_curateditem.publisher_id
LEFT JOIN curation_featuredimage ON curation_featuredimage.id = curation_curateditem.featured_image_id
LEFT JOIN curation_card ON curation_card.item_id = curation_curateditem.id
WHERE communities_community.slug = %s AND curation_curateditem.slug = %s
    AND curation_curateditem.publication = 'live' AND curation_curateditem.publish_at <= %s
    AND (curation_curateditem.unpublish_at IS NULL OR curation_curateditem.unpublish_at > %s)
"""  # noqa: S608


def find(community: str, slug: str, now: Now) -> CuratedItem | None:
    """The item at an address, by the rule of `published()`, with its community, publisher, authors, topics, tags and
    other communities, its picture and the files of that which the page shows; None where readers see none. It has no
    more columns than `ROWS` names.
    """
    moment = connection.ops.adapt_datetimefield_value(now.moment)
    with connection.cursor() as cursor:
        cursor.execute(ITEM, [community, slug, moment, moment])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, changed = row
    found: list[Any] = []
    for each in ROWS:
        own, values = values[: len(each.names)], values[len(each.names) :]
        found.append(None if own[0] is None else each.row(own))
    item, item.community, item.publisher, item.featured_image = found
    item.date, item.publish_at, item.changed = (edition.read(each) for each in (item.date, item.publish_at, changed))
    _fetch_named(item)
    return item


# --- What it names, and its picture ----------------------------------------------------------------------------------

FILE, AUTHOR, TOPIC, TAG, COMMUNITY = range(5)
FILE_ROW = Some(Rendition, "id", "recipe", "shape", "format", "width", "height", "size", "file", "made_at")
AUTHOR_ROW, BYLINE_ROW = Some(Author, "id", "name", "slug", "website"), Some(ItemAuthor, "author_id")
TOPIC_ROW = Some(Topic, "id", "vocabulary", "label", "slug")
TAG_ROW, TAGGED_ROW = Some(Tag, "id", "name", "slug"), Some(ItemTag, "tag_id")
OTHER_ROW = Some(Community, "id", "slug", "name", "accent")
NAMED = """
SELECT {FILE}, 0, made.id, made.recipe, made.shape, made.format,
    made.file, made.width, made.height, made.size, made.made_at
FROM curation_rendition AS made WHERE made.{owner} = %s AND made.shape IN ('hero', 'share')
UNION ALL
SELECT {AUTHOR}, link.position, author.id, author.name, author.slug, author.website, '', 0, 0, 0, NULL
FROM curation_itemauthor AS link JOIN curation_author AS author ON author.id = link.author_id
WHERE link.item_id = %s
UNION ALL
SELECT {TOPIC}, 0, topic.id, topic.label, topic.slug, topic.vocabulary, '', 0, 0, 0, NULL
FROM curation_itemtopic AS link JOIN communities_topic AS topic ON topic.id = link.topic_id
WHERE link.item_id = %s
UNION ALL
SELECT {TAG}, 0, tag.id, tag.name, tag.slug, '', '', 0, 0, 0, NULL
FROM curation_itemtag AS link JOIN curation_tag AS tag ON tag.id = link.tag_id
WHERE link.content_object_id = %s
UNION ALL
SELECT {COMMUNITY}, 0, community.id, community.name, community.slug, community.accent, '', 0, 0, 0, NULL
FROM curation_curateditem_also_in AS link JOIN communities_community AS community ON community.id = link.community_id
WHERE link.curateditem_id = %s
"""
NUMBERS = {"FILE": FILE, "AUTHOR": AUTHOR, "TOPIC": TOPIC, "TAG": TAG, "COMMUNITY": COMMUNITY}
OF_IMAGE, OF_ITEM = (NAMED.format(owner=owner, **NUMBERS) for owner in ("image_id", "item_id"))


def _fetch_named(item: CuratedItem) -> None:
    """Fetches the authors, topics, tags and other communities of `item`, and the renditions of the picture that is
    shown of it, or of its drawing: all in one query, as if prefetched.
    """
    image = item.picture
    with connection.cursor() as cursor:
        cursor.execute(OF_IMAGE if image else OF_ITEM, [(image or item).pk, *[item.pk] * 4])
        rows = sorted(cursor.fetchall(), key=lambda row: (row[0], row[1], row[3].lower(), row[5].lower()))
    found: dict[int, list[Any]] = {FILE: [], AUTHOR: [], TOPIC: [], TAG: [], COMMUNITY: []}
    for kind, _, pk, called, slug, more, *of_file in rows:
        if kind == FILE:
            file, *sizes, made_at = of_file
            row = FILE_ROW.row([pk, called, slug, more, *sizes, file, edition.read(made_at)])
        elif kind == AUTHOR:
            row = _link(BYLINE_ROW, "author", AUTHOR_ROW.row([pk, called, slug, more]))
        elif kind == TOPIC:
            row = TOPIC_ROW.row([pk, more, called, slug])
        elif kind == TAG:
            row = _link(TAGGED_ROW, "tag", TAG_ROW.row([pk, called, slug]))
        else:
            row = OTHER_ROW.row([pk, slug, called, more])
        found[kind].append(row)
    for kind, relation in ((AUTHOR, "bylines"), (TOPIC, "topics"), (TAG, "item_tags"), (COMMUNITY, "also_in")):
        _prefetched(item, relation, found[kind])
    _prefetched(image or item, "renditions" if image else "drawn", found[FILE])


def _link(link: Some, name: str, named: Any) -> Any:
    """The row between an item and `named`, as if that had been selected with it."""
    row = link.row([named.pk])
    row._state.fields_cache[name] = named
    return row


def _prefetched(item: Any, relation: str, rows: list[Any]) -> None:
    # Django keeps a query set here, and hands it out: what is only read may as well be a list, which takes no time.
    item.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = rows


# --- Items -----------------------------------------------------------------------------------------------------------

# Each part is found by its index alone, and inside a query of its own, since SQLite joins none that is cut to others.
PART = """
SELECT * FROM (
    SELECT {what} AS shared, item_id, publish_at FROM curation_placement
    WHERE shelf = %s AND owner = %s AND publish_at <= %s AND (unpublish_at IS NULL OR unpublish_at > %s) {beyond}
    ORDER BY publish_at {order}, item_id {order} LIMIT %s
) AS part{number}
"""
OLDER, NEWER = -1, -2
BESIDE = """
SELECT beside.shared, beside.item_id, card.html, card.made_with, item.title, item.language, item.slug, community.slug
FROM (
    {older} UNION ALL {newer} UNION ALL SELECT * FROM (
        SELECT SUM(shared) AS shared, item_id, MAX(publish_at) AS publish_at FROM ({topics}) AS topics
        WHERE item_id <> %s GROUP BY item_id ORDER BY 1 DESC, 3 DESC, 2 DESC LIMIT %s
    ) AS related
) AS beside
JOIN curation_curateditem AS item ON item.id = beside.item_id
JOIN communities_community AS community ON community.id = item.community_id
LEFT JOIN curation_card AS card ON card.item_id = item.id
WHERE item.publication = 'live' AND item.publish_at <= %s AND (item.unpublish_at IS NULL OR item.unpublish_at > %s)
ORDER BY beside.shared DESC, beside.publish_at DESC, beside.item_id DESC
"""


@lru_cache(maxsize=TOPICS + 1)
def _beside(topics: int) -> str:
    """The query for what stands beside an item of so many topics."""
    parts = [PART.format(what=0, beyond="", order="DESC", number=0)]
    parts += [PART.format(what=1, beyond="", order="DESC", number=number) for number in range(1, topics + 1)]
    return BESIDE.format(
        older=PART.format(what=OLDER, beyond="AND (publish_at, item_id) < (%s, %s)", order="DESC", number=""),
        newer=PART.format(what=NEWER, beyond="AND (publish_at, item_id) > (%s, %s)", order="ASC", number=""),
        topics=" UNION ALL ".join(parts),
    )


def beside(item: CuratedItem, now: Now) -> Beside:
    """What stands beside a published item, in one query whatever the size of its topics."""
    moment, at = (connection.ops.adapt_datetimefield_value(each) for each in (now.moment, item.publish_at))
    home = [Shelf.COMMUNITY, item.community_id, moment, moment]
    topics = [topic.pk for topic in item.topic_list[:TOPICS]]
    # The item itself bounds what is older, and nothing else: of two bounds the database may take the wider one.
    values = [Shelf.COMMUNITY, item.community_id, at, moment, at, item.pk, 1, *home, at, item.pk, 1, *home, RELATED + 1]
    for topic in topics:
        values += [Shelf.TOPIC, topic, moment, moment, LOOKED_AT]
    with connection.cursor() as cursor:
        cursor.execute(_beside(len(topics)), [*values, item.pk, RELATED, moment, moment])
        rows = cursor.fetchall()
    return Beside(
        related=shelves.cards((row[1:4] for row in rows if row[0] >= 0), first=False),
        older=next(_neighbours(rows, OLDER), None),
        newer=next(_neighbours(rows, NEWER), None),
    )


def _neighbours(rows: list[Any], which: int) -> Iterator[Neighbour]:
    for shared, _, _, _, title, language, slug, community in rows:
        if shared == which:
            yield Neighbour(title, address("item", community, slug), language)
