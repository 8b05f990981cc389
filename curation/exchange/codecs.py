"""Each field of an item and the key that it lives in: how it is read, and how it is written in the ways of its file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from communities.models import Topic
from curation.exchange.header import (
    Header,
    aliases_in,
    as_date,
    as_language,
    as_names,
    as_text,
    as_topic,
    is_alias,
    read_link,
    topic_text,
    written_aliases,
)
from curation.exchange.values import ItemValues
from curation.frontmatter import DELETE, Path
from curation.frontmatter.dates import write_date
from curation.models import Alias


@dataclass(frozen=True)
class Codec:
    """One field of an item and the key (or keys) it lives in."""

    field: str
    keys: tuple[str, ...]
    """The names of its top-level keys, as the old pipeline writes them first, other spellings after."""
    read: Callable[[Header], Any]
    write: Callable[[ItemValues, Header], dict[Path, Any]]
    """What to set in a document whose field differs, or in a new one."""
    same: Callable[[Any, Any], bool] = lambda one, other: one == other
    """Whether two values of the field mean the same, so that the file's text stays as it is."""


def _folded(names: list[Any]) -> set[Any]:
    return {tuple(part.casefold() for part in name) if isinstance(name, tuple) else name.casefold() for name in names}


def _same_names(one: list[Any], other: list[Any]) -> bool:
    return _folded(one) == _folded(other)


def _kept_and_new(
    old: list[Any], wanted: list[Any], fold: Callable[[Any], Any], text: Callable[[Any], Any]
) -> list[Any]:
    """The entries of `old` that are still wanted, as they were written, then those that are new."""
    wanted_keys = {fold(value) for value in wanted}
    kept = [entry for entry in old if fold(entry) in wanted_keys]
    present = {fold(entry) for entry in kept}
    return kept + [text(value) for value in wanted if fold(value) not in present]


def _scalar(field: str, *keys: str, always: bool = False) -> Codec:
    def write(values: ItemValues, header: Header) -> dict[Path, Any]:
        value = getattr(values, field)
        if value in ("", None) and not always:
            return {header.key(*keys): DELETE} if header.has(*keys) else {}
        return {header.key(*keys): value}

    return Codec(field, keys, lambda header: as_text(header.get(*keys)), write)


def _moment(field: str, *keys: str) -> Codec:
    def write(values: ItemValues, header: Header) -> dict[Path, Any]:
        key, value = header.key(*keys), getattr(values, field)
        if value is None:
            return {key: DELETE} if header.has(*keys) else {}
        return {key: write_date(value, header.get(*keys))}

    return Codec(field, keys, lambda header: as_date(header.get(*keys)), write)


def _read_number(header: Header) -> int | None:
    value = header.get("id")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    return None


def _write_number(values: ItemValues, header: Header) -> dict[Path, Any]:
    if values.upstream_id is None:
        return {header.key("id"): DELETE} if header.has("id") else {}
    return {header.key("id"): values.upstream_id}


def _read_review_by(header: Header) -> date | None:
    moment = as_date(header.get("reviewBy"))
    return moment.date() if moment else None


def _write_review_by(values: ItemValues, header: Header) -> dict[Path, Any]:
    if values.review_by is None:
        return {"reviewBy": DELETE} if header.has("reviewBy") else {}
    return {header.key("reviewBy"): values.review_by.isoformat()}


LANGUAGE_KEYS = ("language", "lang")


def _write_language(values: ItemValues, header: Header) -> dict[Path, Any]:
    if values.language:
        return {header.key(*LANGUAGE_KEYS): values.language}
    # All of them: one that was left would be read next time.
    return {header.key(key): DELETE for key in LANGUAGE_KEYS if header.has(key)}


def _write_authors(values: ItemValues, header: Header) -> dict[Path, Any]:
    old = header.get("author", "authors")
    alone = isinstance(old, str) and len(values.authors) == 1
    return {header.key("author", "authors"): values.authors[0] if alone else list(values.authors)}


def _read_topics(header: Header) -> list[tuple[str, str]]:
    named = [as_topic(text) for text in as_names(header.get("communityTopics"))]
    categories = [(Topic.CATEGORY, text) for text in as_names(header.get("categories"))]
    return list(dict.fromkeys(named + categories))


def _write_topics(values: ItemValues, header: Header) -> dict[Path, Any]:
    changes: dict[Path, Any] = {}
    for key, belongs, read, text in (
        ("categories", True, lambda entry: (Topic.CATEGORY, entry), lambda topic: topic[1]),
        ("communityTopics", False, as_topic, lambda topic: topic_text(*topic)),
    ):
        wanted = [topic for topic in values.topics if (topic[0] == Topic.CATEGORY) is belongs]
        old = as_names(header.get(key))
        if header.has(key) and _same_names([read(entry) for entry in old], wanted):
            continue
        if not wanted and header.data and not header.has(key):
            continue

        def fold(entry: Any, read: Any = read) -> Any:
            return tuple(part.casefold() for part in (read(entry) if isinstance(entry, str) else entry))

        changes[header.key(key)] = _kept_and_new(old, wanted, fold, text)
    return changes


def _write_tags(values: ItemValues, header: Header) -> dict[Path, Any]:
    old = as_names(header.get("tags"))
    return {header.key("tags"): _kept_and_new(old, values.tags, str.casefold, str)}


def _write_aliases(values: ItemValues, header: Header) -> dict[Path, Any]:
    value = header.get("aliases")
    old = written_aliases(value)
    wanted = {Alias.normalised(path) for path in values.aliases}
    kept = [entry for entry in old if not is_alias(entry) or Alias.normalised(entry) in wanted]
    present = {Alias.normalised(entry) for entry in kept if is_alias(entry)}
    paths = kept + [path for path in values.aliases if Alias.normalised(path) not in present]
    if not paths:
        return {header.key("aliases"): DELETE} if header.has("aliases") else {}
    # Of a text Hugo would make several paths.
    as_one = len(paths) == 1 and not isinstance(value, list) and " " not in paths[0]
    return {header.key("aliases"): paths[0] if as_one else paths}


def _same_aliases(one: list[str], other: list[str]) -> bool:
    return {Alias.normalised(path) for path in one} == {Alias.normalised(path) for path in other}


def _write_also_in(values: ItemValues, header: Header) -> dict[Path, Any]:
    if not values.also_in:
        return {"alsoIn": DELETE} if header.has("alsoIn") else {}
    return {header.key("alsoIn"): sorted(values.also_in)}


def _read_link_original(header: Header) -> str:
    value = header.get("link")
    original = as_text(value.get("original")).strip() if isinstance(value, Mapping) else ""
    return "" if original == read_link(header) else original


def _write_link_original(values: ItemValues, header: Header) -> dict[Path, Any]:
    key = header.key("link")
    if isinstance(header.get("link"), str):
        # A file with one address for a link keeps that shape; where it was found has a key of its own there.
        return {"linkOriginal": values.link_original or DELETE}
    return {(key, "original"): values.link_original or values.link}


def _read_any_original(header: Header) -> str:
    return _read_link_original(header) or as_text(header.get("linkOriginal"))


def _read_alt(header: Header) -> str:
    picture = header.get("featuredImage")
    if isinstance(picture, Mapping):
        return as_text(picture.get("alt"))
    return as_text(header.get("featuredImageAlt"))


def _write_alt(values: ItemValues, header: Header) -> dict[Path, Any]:
    key = header.key("featuredImage")
    if isinstance(header.get("featuredImage"), Mapping):
        return {(key, "alt"): values.image_alt}
    if not values.image_alt:
        return {"featuredImageAlt": DELETE} if header.has("featuredImageAlt") else {}
    if isinstance(header.get("featuredImage"), str):
        return {header.key("featuredImageAlt"): values.image_alt}
    return {}  # A picture that comes anew brings its alt text along, see `picture_keys`.


def _read_decorative(header: Header) -> bool:
    return header.get("featuredImageDecorative") in (True, "true")


def _write_decorative(values: ItemValues, header: Header) -> dict[Path, Any]:
    if not values.image_decorative:
        return {"featuredImageDecorative": DELETE} if header.has("featuredImageDecorative") else {}
    return {header.key("featuredImageDecorative"): True}


CODECS: tuple[Codec, ...] = (
    _scalar("title", "title", always=True),
    _scalar("slug", "slug", always=True),
    _scalar("description", "description", always=True),
    _scalar("curator_note", "curatorNote"),
    _scalar("kind", "searchCategory"),
    Codec("language", LANGUAGE_KEYS, lambda header: as_language(header.get(*LANGUAGE_KEYS)), _write_language),
    Codec("link_original", ("link", "linkOriginal"), _read_any_original, _write_link_original),
    Codec(
        "authors",
        ("author", "authors"),
        lambda header: as_names(header.get("author", "authors")),
        _write_authors,
    ),
    Codec("topics", ("categories", "communityTopics"), _read_topics, _write_topics, _same_names),
    Codec("tags", ("tags",), lambda header: as_names(header.get("tags")), _write_tags, _same_names),
    Codec(
        "aliases",
        ("aliases",),
        lambda header: aliases_in(header.get("aliases")),
        _write_aliases,
        _same_aliases,
    ),
    Codec("also_in", ("alsoIn",), lambda header: as_names(header.get("alsoIn")), _write_also_in, _same_names),
    Codec("image_alt", ("featuredImage", "featuredImageAlt"), _read_alt, _write_alt),
    Codec("image_decorative", ("featuredImageDecorative",), _read_decorative, _write_decorative),
    _moment("date", "date"),
    _moment("modified", "lastMod", "lastmod", "modified"),
    Codec("review_by", ("reviewBy",), _read_review_by, _write_review_by),
    _scalar("md_name", "mdName"),
    Codec("upstream_id", ("id",), _read_number, _write_number),
)
"""The fields that stand in keys of their own. Link, picture and community touch several keys and follow below."""
