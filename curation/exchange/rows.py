"""From what an item says to its rows: people, topics and tags are made where they are met for the first time."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import slugify

from communities.models import Community, Topic
from curation import html, links
from curation.exchange.values import ItemValues
from curation.models import Alias, Author, CuratedItem, FormerName, ItemAuthor, ItemTag, ItemTopic, Publisher, Tag

SCALARS = (
    "title", "description", "body", "curator_note", "kind", "language", "link", "link_original", "image_alt",
    "image_decorative", "date", "modified", "review_by", "md_name", "upstream_id",
)  # fmt: skip
"""The fields of an item that bear the same name in its values."""


LONGEST_LINK = 2000
LONGEST_SLUG = 200
"""Leaves room in the columns of authors and topics for a number behind it."""


def slug_for(values: ItemValues) -> str:
    """The last part of the item's address: its own slug, or the first word of its publisher's host and its title.

    Words without a Latin letter, of which no such address can be made, are told apart by a digest.
    """
    if values.slug:
        return slugify(values.slug)[:250].strip("-") or _digest_of(values.slug)
    host = links.brand(values.link).split(".")[0] if values.link else ""
    words = slugify(values.title) or (_digest_of(values.title) if values.title.strip() else "")
    return slugify(f"{host} {words}")[:250].strip("-") if words else ""


def _digest_of(words: str) -> str:
    return f"item-{hashlib.sha256(words.encode()).hexdigest()[:10]}"


def publisher_for(link: str, name: str = "") -> Publisher | None:
    """The publisher behind a link, made under `name` if it is met for the first time; None where there is no link."""
    if not link:
        return None
    host = links.brand(link)
    known = Publisher.objects.behind([host]).get(host)
    return known or Publisher.objects.get_or_create(host=host, defaults={"name": (name or host)[:200]})[0]


@dataclass(frozen=True)
class Made:
    """What follows from the words of an item alone."""

    slug: str
    host: str
    """Of the publisher; empty where there is no link."""
    link_key: str
    body_html: str
    cleaned_away: str


def make(values: ItemValues) -> Made:
    """What follows from `values`, without the database. Raises ValidationError with sentences by field."""
    problems: dict[str, str] = {}
    slug = host = link_key = body_html = cleaned_away = ""
    try:
        slug = slug_for(values)
        if values.link:
            # A link that is longer when it is escaped is compared by its beginning.
            host, link_key = links.brand(values.link), links.canonical(values.link)[:LONGEST_LINK]
    except links.LinkError as error:
        problems["link"] = str(error)
    else:
        if not slug:
            problems["slug"] = (
                "The address is empty, and the title gives none. Write one in letters, digits and hyphens."
            )
    try:
        rendered = html.render(values.body)
        body_html, cleaned_away = rendered.html, "; ".join(rendered.removed)
    except html.HtmlTooLarge as error:
        problems["body"] = str(error)
    problems |= _too_long(values)
    if problems:
        raise ValidationError(problems)
    return Made(slug, host, link_key, body_html, cleaned_away)


LONGEST = {"authors": 200, "tags": 100, "aliases": 490, "also_in": 80}
"""Characters that a name may have in its column."""
LONGEST_VOCABULARY, LONGEST_LABEL = 60, 150


def _too_long(values: ItemValues) -> dict[str, str]:
    """The names that no column can hold, each with a sentence; other words are measured by their own columns."""
    problems = {}
    for field, limit in LONGEST.items():
        long = next((name for name in getattr(values, field) if len(name) > limit), None)
        if long is not None:
            problems[field] = f"“{long[:40]}…” has {len(long)} characters, more than {limit}. Shorten it."
    for vocabulary, label in values.topics:
        if len(vocabulary) > LONGEST_VOCABULARY or len(label) > LONGEST_LABEL:
            problems["topics"] = (
                f"The topic “{label[:40]}…” is too long: {LONGEST_VOCABULARY} characters for the vocabulary and "
                f"{LONGEST_LABEL} for the term are the most. Shorten it."
            )
    return problems


def fill(item: CuratedItem, values: ItemValues, publisher: Publisher | None, made: Made | None = None) -> None:
    """Puts what `values` say, and what was `made` of them, into the columns of `item`; saves nothing.

    Raises ValidationError with sentences by field.
    """
    assert values.community is not None
    made = made or make(values)
    item.community = values.community
    for field in SCALARS:
        setattr(item, field, getattr(values, field))
    item.featured_image = values.image
    item.publisher = publisher
    item.slug, item.link_key = made.slug, made.link_key
    item.body_html, item.cleaned_away = made.body_html, made.cleaned_away


def connect(item: CuratedItem, values: ItemValues) -> None:
    """Makes the authors, topics, tags, aliases and other communities of a saved `item` those of `values`."""
    _set_authors(item, values.authors)
    _set(
        ItemTopic.objects.filter(item=item), "topic_id",
        [topic.pk for topic in map(find_topic, values.topics)],
        lambda pk: ItemTopic(item=item, topic_id=pk),
    )  # fmt: skip
    _set(
        ItemTag.objects.filter(content_object=item), "tag_id",
        [tag.pk for tag in map(find_tag, values.tags)],
        lambda pk: ItemTag(content_object=item, tag_id=pk),
    )  # fmt: skip
    _set_aliases(item, values.aliases)
    set_guests(item, values.also_in)


def set_guests(item: CuratedItem, slugs: list[str]) -> None:
    """Makes the communities of these slugs those that show `item` too; unknown ones are passed over."""
    if slugs or item.also_in.exists():
        item.also_in.set(Community.objects.filter(slug__in=slugs).exclude(pk=item.community_id))


def keep_former_address(item: CuratedItem, path: str) -> None:
    """Remembers that readers once found `item` at `path`."""
    Alias.objects.update_or_create(path=Alias.normalised(path), defaults={"item": item, "former": True})


def check_aliases(item: CuratedItem, paths: list[str]) -> None:
    """Raises ValidationError where an old address in `paths` leads to another item already."""
    wanted = [Alias.normalised(path) for path in paths]
    taken = (
        Alias.objects.filter(path__in=wanted).exclude(item=item.pk).select_related("item").first() if wanted else None
    )
    if taken:
        # Who works here may not know of what another community prepares.
        known = taken.item.community_id == item.community_id or taken.item.is_published()
        whose = f"“{taken.item}”" if known else "an item of another community, which is not public"
        raise ValidationError(
            {"aliases": f"The old address {taken.path} belongs to {whose}. Take it out of one of the two."}
        )


def find_author(name: str) -> Author:
    found = Author.objects.filter(name__iexact=name).first() or FormerName.objects.author(name)
    return found or Author.objects.create(name=name, slug=free_slug(Author, name, "author"))


def find_topic(term: tuple[str, str]) -> Topic:
    vocabulary, label = term
    found = Topic.objects.filter(vocabulary=vocabulary, label__iexact=label).first()
    if found := found or FormerName.objects.topic(vocabulary, label):
        return found
    return Topic.objects.create(
        vocabulary=vocabulary, label=label, slug=free_slug(Topic, f"{vocabulary} {label}", "topic")
    )


def find_tag(name: str) -> Tag:
    found = Tag.objects.filter(name__iexact=name).first() or FormerName.objects.tag(name)
    return found or Tag.objects.create(name=name)


def free_slug(model: type[Model], text: str, otherwise: str) -> str:
    """A slug for `text` that no row of `model` has; numbered where the plain one is taken."""
    plain = plain_slug(model, text, otherwise)
    taken = set(model._default_manager.filter(slug__startswith=plain).values_list("slug", flat=True))
    number, slug = 1, plain
    while slug in taken:
        number += 1
        slug = f"{plain}-{number}"
    return slug


def plain_slug(model: type[Model], text: str, otherwise: str) -> str:
    """The slug for `text` as long as nobody has it."""
    return slugify(text, allow_unicode=model is Author)[:LONGEST_SLUG].strip("-") or otherwise


def _set_authors(item: CuratedItem, names: list[str]) -> None:
    wanted = list(dict.fromkeys(find_author(name).pk for name in names))
    present = list(ItemAuthor.objects.filter(item=item).order_by("position", "pk").values_list("author_id", flat=True))
    if present != wanted:
        ItemAuthor.objects.filter(item=item).delete()
        ItemAuthor.objects.bulk_create(
            ItemAuthor(item=item, author_id=pk, position=position) for position, pk in enumerate(wanted)
        )


def _set(rows: Any, column: str, wanted: Iterable[int], make: Callable[[int], Model]) -> None:
    present, wanted = set(rows.values_list(column, flat=True)), list(dict.fromkeys(wanted))
    if gone := present - set(wanted):
        rows.filter(**{f"{column}__in": gone}).delete()
    rows.model._default_manager.bulk_create(make(pk) for pk in wanted if pk not in present)


def _set_aliases(item: CuratedItem, paths: list[str]) -> None:
    check_aliases(item, paths)
    wanted = {Alias.normalised(path) for path in paths}
    present = dict(item.aliases.values_list("path", "former"))
    item.aliases.filter(path__in={path for path, former in present.items() if not former} - wanted).delete()
    Alias.objects.bulk_create(Alias(path=path, item=item) for path in sorted(wanted - present.keys()))
