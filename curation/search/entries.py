"""What items are found by: for readers what is live, for the newsroom what the newest revision says."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple

from curation import html, links
from curation.exchange import documents
from curation.frontmatter import Document
from curation.models import (
    CuratedItem,
    ItemAuthor,
    ItemTag,
    ItemTopic,
    NewsroomEntry,
    Publisher,
    ReaderEntry,
    Revision,
)
from curation.search.query import words
from curation.workflow import Publication

VERSION = "1"
"""To be raised with every change of what is found by what, so that `rebuild_search` makes everything anew."""
GAP = "¬"
"""Stands between words that are no phrase, and at the beginning of words that nobody can ask for."""
MOST_WORDS = 15_000
"""Of one part of an item; a phrase is looked for among these."""
_KEY_BITS = 25
_TWO_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_PLAIN = re.compile(r"[^a-z0-9\u00c0-\ud7ff\ue000-\U0010ffff]")
_SPACES = re.compile(r"\s")


def key_of(published: datetime, pk: int) -> int:
    """The key of a readers' entry: its seconds since 1970, then its item, in one number of 63 bits."""
    return (int(published.timestamp()) << _KEY_BITS) | (pk & ((1 << _KEY_BITS) - 1))


def last_key(now: datetime) -> int:
    """The highest key that an entry can have which is published at `now`."""
    return key_of(now, -1)


class Facet(NamedTuple):
    """Something that what is found can be narrowed down by."""

    name: str
    """"community", "kind", "topic" or "year"."""
    value: str
    label: str = ""
    """As readers know it, where that is not its value."""

    def __str__(self) -> str:
        return "\t".join(_SPACES.sub(" ", part) for part in self)

    @property
    def word(self) -> str:
        """The word that entries which have it are found by. No question holds it."""
        value = _NOT_PLAIN.sub(lambda sign: f"{GAP}{ord(sign[0]):x}{GAP}", self.value.lower())
        return f"{GAP}{self.name}{GAP}{value}"


EVERY = f"{GAP}every"
"""The word that every entry has."""


@dataclass(frozen=True)
class Parts:
    """The words of an entry, by their weight; each part has its words in their order."""

    title: list[str]
    names: list[str]
    summary: list[str]
    body: list[str]
    rest: list[str] = field(default_factory=list)
    """Facets or addresses."""


@dataclass
class Said:
    """What one version of an item says, as far as it is found by it."""

    title: str
    description: str
    note: str
    body_html: str
    authors: list[str]
    publisher: list[str]
    topics: list[str]
    tags: list[str]

    @cached_property
    def parts(self) -> Parts:
        topics = [*self.topics, *(apart for one in self.topics if (apart := _TWO_WORDS.sub(" ", one)) != one)]
        return Parts(
            words(self.title)[:MOST_WORDS],
            _apart([*self.authors, *self.publisher, *topics, *self.tags]),
            _apart([self.description, self.note]),
            words(html.plain_text(self.body_html))[:MOST_WORDS],
        )


@dataclass
class Material:
    """An item with everything that its entries are made from."""

    pk: int
    live: Said
    head: Said
    is_live: bool
    begins: datetime | None
    ends: datetime | None
    facets: list["Facet"]
    addresses: list[str]

    @cached_property
    def reader(self) -> ReaderEntry | None:
        """Its entry for readers; None where it is not live."""
        if not self.is_live or self.begins is None:
            return None
        key, byline = key_of(self.begins, self.pk), ", ".join(self.live.authors)
        digest = _digest(self.live, self.facets, key, self.ends)
        facets = "\n".join(map(str, self.facets))
        return ReaderEntry(key=key, item_id=self.pk, ends=self.ends, facets=facets, byline=byline, digest=digest)

    @cached_property
    def newsroom(self) -> NewsroomEntry:
        return NewsroomEntry(item_id=self.pk, digest=_digest(self.head, self.addresses))

    def reader_parts(self) -> Parts:
        return replace(self.live.parts, rest=[EVERY, *(facet.word for facet in self.facets)])

    def newsroom_parts(self) -> Parts:
        return replace(self.head.parts, rest=[EVERY, *_apart(self.addresses)])


def _apart(texts: Iterable[str]) -> list[str]:
    """The words of several texts, so that no phrase reaches from one into the next."""
    found: list[str] = []
    for text in filter(None, texts):
        found += words(text)
        found.append(GAP)
    return found[:MOST_WORDS]


def _digest(*said: Any) -> str:
    return blake2b(repr((VERSION, *said)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


COLUMNS = (
    "pk", "title", "description", "curator_note", "body_html", "kind", "slug", "link", "link_original", "md_name",
    "path", "date", "publication", "publish_at", "unpublish_at", "community__slug", "community__name",
    "publisher__name", "publisher__host", "head_revision", "live_revision",
)  # fmt: skip


def gather(pks: Sequence[int]) -> Iterator[Material]:
    """The material of items, in a number of queries that does not grow with them."""
    rows = [
        dict(zip(COLUMNS, row, strict=True))
        for row in CuratedItem.objects.filter(pk__in=pks).order_by("pk").values_list(*COLUMNS)
    ]
    authors = _by_item(ItemAuthor.objects.filter(item__in=pks).order_by("position", "pk"), "item", "author__name")
    topics = _by_item(ItemTopic.objects.filter(item__in=pks).order_by("topic"), "item", "topic__label", "topic__slug")
    tags = _by_item(ItemTag.objects.filter(content_object__in=pks).order_by("tag"), "content_object", "tag__name")
    guests = _by_item(
        CuratedItem.also_in.through.objects.filter(curateditem__in=pks).order_by("community"),
        "curateditem",
        "community__slug",
        "community__name",
    )
    newer = _heads({row["head_revision"] for row in rows if row["live_revision"] not in (None, row["head_revision"])})
    for row in rows:
        pk = row["pk"]
        live = Said(
            row["title"], row["description"], row["curator_note"], row["body_html"],
            [name for (name,) in authors[pk]],
            _publisher(row["publisher__name"], row["publisher__host"]),
            [label for label, _ in topics[pk]],
            [name for (name,) in tags[pk]],
        )  # fmt: skip
        head, addresses = newer.get(row["head_revision"], (live, _addresses(row)))
        yield Material(
            pk, live, head, row["publication"] == Publication.LIVE, row["publish_at"], row["unpublish_at"],
            _facets(row, topics[pk], guests[pk]), addresses,
        )  # fmt: skip


def _facets(row: dict[str, Any], topics: Iterable[tuple[str, ...]], guests: Iterable[tuple[str, ...]]) -> list[Facet]:
    shown = row["date"] or row["publish_at"]
    return [
        Facet("community", row["community__slug"], row["community__name"]),
        *(Facet("community", slug, name) for slug, name in guests),
        *([Facet("kind", row["kind"])] if row["kind"] else []),
        *(Facet("topic", slug, label) for label, slug in topics),
        *([Facet("year", str(shown.astimezone(UTC).year))] if shown else []),
    ]


def _addresses(row: dict[str, Any]) -> list[str]:
    texts = (row["link"], row["link_original"], row["md_name"], row["slug"], row["path"])
    return list(dict.fromkeys(text for text in texts if text))


def _publisher(name: str | None, host: str | None) -> list[str]:
    return list(dict.fromkeys(text for text in (name, host) if text))


def _by_item(through: Any, owner: str, *columns: str) -> dict[int, list[tuple[str, ...]]]:
    found: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for pk, *values in through.values_list(owner, *columns):
        found[pk].append(tuple(values))
    return found


def _heads(revisions: set[int]) -> dict[int, tuple[Said, list[str]]]:
    """What newer revisions say that are not live, and their addresses, by revision."""
    if not revisions:
        return {}
    read = {}
    rows = Revision.objects.filter(pk__in=revisions).values_list("pk", "content", "item__path")
    for pk, content, path in rows:
        values = documents.read(Document.parse(bytes(content)))
        read[pk] = values, links.brand(values.link) if values.link else "", path
    hosts = {host for _, host, _ in read.values()}
    names = dict(Publisher.objects.filter(host__in=hosts).values_list("host", "name"))
    heads = {}
    for pk, (values, host, path) in read.items():
        said = Said(
            values.title, values.description, values.curator_note, html.render(values.body).html, values.authors,
            _publisher(names.get(host), host), [label for _, label in values.topics], values.tags,
        )  # fmt: skip
        heads[pk] = said, _addresses(vars(values) | {"path": path})
    return heads
