"""What a page shows of the items that were found, as the end of the query that finds them; for both databases."""

from collections.abc import Collection
from typing import NamedTuple

from curation.search.query import Query
from curation.search.snippets import LOOKED_AT

WEIGHED = 300
"""Up to so many items are weighed by all that the database knows of them; of more it is asked where the words stand."""


DIVIDED = 300
"""Of so many of the newest it is asked what they have, for filters, where there are more than are looked at."""
COMPARED = 200
"""Up to so many items it is counted what questions find that may have been meant."""


class Guess(NamedTuple):
    """A question that may have been meant."""

    far: int
    """In how many letters it differs from what was asked."""
    query: Query


class Part(NamedTuple):
    """Which of the items found are shown."""

    start: int
    """How many come before them; where there are fewer, the last part is shown."""
    number: int
    most: int
    """Among how many of the newest."""


class Known(NamedTuple):
    """What is asked for of known words."""

    keys: Collection[str] = ()
    most: int = 0
    """Up to how many items are found."""


# In the database's own words, since Django would take longer to write it than the database to answer it. The authors
# are asked for only of an item of whose entry it is noted that it is out of date. Whether an item is published is not
# asked here: the database would rather go through all that is published than look up a few.
SHOWN = f"""
SELECT counted.total, best.number, page.place, CASE WHEN COALESCE(page.place, 1) = 1 THEN ({{facets}}) END,
    CASE WHEN COALESCE(page.place, 1) = 1 THEN ({{known}}) END,
    item.title, item.slug, item.language, item.kind, item.description, item.curator_note,
    SUBSTR(item.body_html, 1, {LOOKED_AT}), community.slug, community.name, community.accent, publisher.name,
    publisher.host, CASE WHEN entry.digest <> '' THEN entry.byline ELSE (
        SELECT {{joined}} FROM (
            SELECT author.name FROM curation_itemauthor AS byline
            JOIN curation_author AS author ON author.id = byline.author_id
            WHERE byline.item_id = item.id ORDER BY byline.position, byline.id
        ) AS authors
    ) END, item.date, item.publication, item.publish_at, item.unpublish_at
FROM counted CROSS JOIN best
LEFT JOIN page ON TRUE
LEFT JOIN curation_readerentry AS entry ON entry."key" = page.number
LEFT JOIN curation_curateditem AS item ON item.id = entry.item_id
LEFT JOIN communities_community AS community ON community.id = item.community_id
LEFT JOIN curation_publisher AS publisher ON publisher.id = item.publisher_id
ORDER BY page.place
"""  # noqa: S608
FACETS = """
SELECT {joined} FROM (
    SELECT facets FROM found ORDER BY number DESC
    LIMIT (SELECT CASE WHEN total > %s THEN %s ELSE total END FROM counted)
) AS divided
"""
KNOWN = """
SELECT {joined} FROM (
    SELECT known."key" || ' ' || known.word AS name FROM counted CROSS JOIN curation_knownword AS known
    WHERE counted.total <= %s AND known."key" IN ({keys})
) AS words
"""
"""The known words under some keys, each behind its key, where only so few items were found."""
