"""Keeps ready what readers meet of items: their places on shelves, their cards, their facts.

What each piece follows from is said by its model; `place` is called wherever any of that changes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from curation import languages, renditions
from curation.cards import card
from curation.html import xml_safe
from curation.map_entries import entry
from curation.models import Card, CuratedItem, Placement, Shelf
from curation.models.adding import add, add_all
from curation.models.shelf import WHOLE_SITE, kind_number, month_number
from curation.pictures import at_once
from curation.workflow import Publication

BATCH = 200
"""Items that are made ready at once."""
AT_ONCE = 1000
"""Of how many items the cards are rendered by the write that changed them; those of more are rendered when they are
read, until `rebuild_pages` has done it."""
LONGEST_TEXT = 20_000
"""Characters of a text that feeds still show whole; a longer one is read on its page."""

Place = tuple[int, int]
"""A shelf and its owner."""


def place(pks: Sequence[int]) -> None:
    """Makes the places and the cards of these items what they should be; those that are not live have none."""
    render = len(pks) <= AT_ONCE
    for start in range(0, len(pks), BATCH):
        _place(pks[start : start + BATCH], render)


def place_new(items: Sequence[CuratedItem]) -> None:
    """`place` for items that nobody has placed yet, all live and as `with_facts()` gives them."""
    wanted = {item.pk: _Wanted(item.publish_at, item.unpublish_at, set(_places(item))) for item in items}
    _add_places([(pk, should, sorted(should.places)) for pk, should in wanted.items()])
    with translation.override(settings.LANGUAGE_CODE):
        add_all([make_card(item) for item in items])


def rebuild(pks: Sequence[int], *, keep: bool = True) -> list[int]:
    """Makes anew what is kept ready of these items; returns those of which something was not as it should be.

    Without `keep` it is only looked at.
    """
    with transaction.atomic():
        before = _kept(pks)
        _place(pks, True)
        after = _kept(pks)
        if not keep:
            transaction.set_rollback(True)
    return [pk for pk in pks if before.get(pk) != after.get(pk)]


def stale() -> Any:
    """The cards that have to be rendered again: what they show has changed, or how cards are made."""
    return Card.objects.exclude(made_with=made_with())


def outdate(items: QuerySet[CuratedItem]) -> None:
    """Has the cards of `items` rendered when they are read, until they are made anew."""
    Card.objects.filter(item__in=items.order_by().values("pk")).exclude(made_with="").update(made_with="")


def join(shelf: Shelf, gone: int, kept: int) -> None:
    """Puts what stands on the shelf of the owner `gone` on that of `kept`, where each item stands once."""
    there = Placement.objects.on(shelf, kept).values("item")
    Placement.objects.on(shelf, gone).filter(item__in=there).delete()
    Placement.objects.on(shelf, gone).update(owner=kept)


def _place(pks: Sequence[int], render: bool) -> None:
    items = list(CuratedItem.objects.filter(pk__in=pks, publication=Publication.LIVE).with_facts())
    _put(pks, {item.pk: _Wanted(item.publish_at, item.unpublish_at, set(_places(item))) for item in items})
    Card.objects.filter(item__in=set(pks) - {item.pk for item in items}).delete()
    if not render:
        Card.objects.filter(item__in=pks).update(made_with="")
        return
    have = {each.pk: each for each in Card.objects.filter(item__in=pks)}
    made = [make_card(item) for item in items]
    changed = [each for each in made if each.pk not in have or not _same(each, have[each.pk])]
    columns = ["html", "facts", "text", "map_entry", "changed_at", "made_with"]
    Card.objects.bulk_create(changed, update_conflicts=True, unique_fields=["item"], update_fields=columns)


def _same(one: Card, other: Card) -> bool:
    return _content(one) == _content(other)


def _content(card: Card) -> tuple[Any, ...]:
    return card.html, card.facts, card.text, card.map_entry, card.changed_at, card.made_with


def _kept(pks: Sequence[int]) -> dict[int, Any]:
    kept: dict[int, Any] = {}
    columns = ("item_id", "shelf", "owner", "publish_at", "unpublish_at")
    for item, *placed in Placement.objects.filter(item__in=pks).order_by("shelf", "owner").values_list(*columns):
        kept.setdefault(item, []).append(tuple(placed))
    for one in Card.objects.filter(item__in=pks):
        kept.setdefault(one.pk, []).append(_content(one))
    return kept


class _Wanted(NamedTuple):
    """Where an item should stand, and from when until when."""

    publish_at: Any
    unpublish_at: datetime | None
    places: set[Place]


def _put(pks: Sequence[int], wanted: dict[int, _Wanted]) -> None:
    """Changes the places that are not as wanted, and leaves all others alone."""
    gone, late, there = [], [], set()
    for placement in Placement.objects.filter(item__in=pks):
        should = wanted.get(placement.item_id)
        at = (placement.shelf, placement.owner)
        if should is None or at not in should.places:
            gone.append(placement.pk)
            continue
        there.add((placement.item_id, *at))
        if (placement.publish_at, placement.unpublish_at) != (should.publish_at, should.unpublish_at):
            placement.publish_at, placement.unpublish_at = should.publish_at, should.unpublish_at
            late.append(placement)
    Placement.objects.filter(pk__in=gone).delete()
    Placement.objects.bulk_update(late, ["publish_at", "unpublish_at"], batch_size=BATCH)
    _add_places(
        [
            (pk, should, sorted(place for place in should.places if (pk, *place) not in there))
            for pk, should in wanted.items()
        ]
    )


def _add_places(new: Iterable[tuple[int, _Wanted, Iterable[Place]]]) -> None:
    rows = [
        (int(shelf), owner, pk, should.publish_at, should.unpublish_at)
        for pk, should, places in new
        for shelf, owner in places
    ]
    add(Placement, ("shelf", "owner", "item_id", "publish_at", "unpublish_at"), rows)


def _places(item: CuratedItem) -> Iterator[Place]:
    """Every place of a live item from `with_facts()`."""
    yield Shelf.SITE, WHOLE_SITE
    yield Shelf.COMMUNITY, item.community_id
    yield from ((Shelf.COMMUNITY, community.pk) for community in item.also_in.all())
    yield from ((Shelf.TOPIC, link.topic_id) for link in item.item_topics.all())
    yield from ((Shelf.AUTHOR, byline.author_id) for byline in item.bylines.all())
    yield from ((Shelf.TAG, link.tag_id) for link in item.item_tags.all())
    if item.publisher_id is not None:
        yield Shelf.PUBLISHER, item.publisher_id
    if item.kind:
        yield Shelf.KIND, kind_number(item.kind)
    shown = shown_date(item)
    yield Shelf.YEAR, shown.year
    yield Shelf.MONTH, month_number(shown.year, shown.month)


def shown_date(item: CuratedItem) -> datetime:
    """The date that readers see beside a live item, in UTC."""
    shown = item.date or item.publish_at
    assert shown is not None
    return shown.astimezone(UTC)


# In the database's own words, for queries that Django would take longer to write than the database to answer.
ALSO = """
AND EXISTS (SELECT 1 FROM curation_placement AS also {by}
            WHERE also.shelf = {shelf} AND also.owner = {owner} AND also.publish_at = {row}.publish_at
                AND also.item_id = {row}.item_id)
"""
# An item stands on all its shelves by the same moment. So the other shelf is gone along in the same order, and what is
# looked for next lies beside; SQLite by itself would look up each item somewhere else.
BY = {"sqlite": "INDEXED BY shelf_in_order", "postgresql": ""}


def also_on(row: str, shelf: int | str = "%s", owner: int | str = "%s") -> str:
    """The condition that the item of the placement called `row` in a query stands on another shelf, too: on the one
    that the query's values name, or the one that `shelf` and `owner` do in SQL.
    """
    return ALSO.format(row=row, shelf=shelf, owner=owner, by=BY[connection.vendor])


# --- Cards -----------------------------------------------------------------------------------------------------------


def cards(
    rows: Iterable[tuple[int, str | None, str | None]], *, first: bool = True, lead: bool = False
) -> list[SafeString]:
    """The cards of a list from rows of item, `html` and `made_with`; with `first`, the picture of the first one is
    loaded at once, since the list begins the page, and with `lead` it is the large one.

    Those that are not as they should be are rendered from their items.
    """
    found = list(rows)
    old = [pk for pk, _, made in found if made != made_with()]
    fresh = {item.pk: render_card(item) for item in CuratedItem.objects.filter(pk__in=old).with_card()} if old else {}
    shown = [fresh.get(pk) or html or "" for pk, html, _ in found]
    if shown and first:
        shown[0] = at_once(shown[0], lead)
    return [mark_safe(html) for html in shown]  # noqa: S308


def told(rows: Sequence[tuple[int, dict[str, Any] | None, str | None, str | None]]) -> list[dict[str, Any]]:
    """The facts of items, each with its `text`, from rows of item, `facts`, `text` and `made_with`.

    Those that are not as they should be are made anew from their items.
    """
    old = [pk for pk, *_, made in rows if made != made_with()]
    items = CuratedItem.objects.filter(pk__in=old).with_facts() if old else []
    fresh = {item.pk: facts(item) | {"text": text_of(item)} for item in items}
    return [fresh.get(pk) or ((kept or {}) | {"text": text or ""}) for pk, kept, text, _ in rows if kept or pk in fresh]


def make_card(item: CuratedItem) -> Card:
    """The card of a live item from `with_facts()`; not saved."""
    words = facts(item)
    return Card(
        item=item, html=render_card(item), facts=words, text=text_of(item), map_entry=map_entry(words),
        changed_at=changed_at(item), made_with=made_with(),
    )  # fmt: skip


def render_card(item: CuratedItem) -> SafeString:
    """The card of an item in a list, in the language of readers whoever has it made."""
    with translation.override(settings.LANGUAGE_CODE):
        return card(item)


def facts(item: CuratedItem) -> dict[str, Any]:
    """What lists, feeds and links tell of an item from `with_facts()` in plain words, without its page."""
    topics = [link.topic.label for link in item.item_topics.all()]
    tags = [tag.name for tag in item.tag_list]
    shared = renditions.share(item)
    words = {
        "title": item.title,
        "url": item.get_absolute_url(),
        "id": item.md_name or f"item-{item.pk}",
        "description": item.description,
        "link": item.link,
        "kind": item.kind,
        "language": item.language,
        "authors": [
            {"name": author.name, "slug": author.slug, "url": author.get_absolute_url()} for author in item.byline
        ],
        "publisher": str(item.publisher or ""),
        "host": item.publisher.host if item.publisher else "",
        "community": item.community.name,
        "communities": [{"slug": each.slug, "name": each.name} for each in (item.community, *item.also_in.all())],
        "terms": [
            {"slug": link.topic.slug, "vocabulary": link.topic.vocabulary, "label": link.topic.label}
            for link in item.item_topics.all()
        ],
        "tags": [{"slug": tag.slug, "name": tag.name} for tag in item.tag_list],
        "topics": list(dict.fromkeys(topics)),
        "categories": list(dict.fromkeys(word for word in (item.kind, *topics, *tags) if word)),
        "date": shown_date(item).isoformat(),
        "published": _moment(item.publish_at),
        "changed": _moment(changed_at(item)),
        "picture": shared._asdict() if shared else None,
        "alt": item.alt_text if item.picture else "",
        "credit": item.picture.credit if item.picture else "",
    }
    return {name: _safe(value) for name, value in words.items()}


def map_entry(words: dict[str, Any]) -> str:
    """The element of an item in the map of the site, from its facts."""
    return entry(words["url"], words["changed"], words["picture"]["url"] if words["picture"] else "")


def changed_at(item: CuratedItem) -> datetime | None:
    """When readers got what they see of an item from `with_changed()`."""
    return item.changed  # type: ignore[attr-defined]


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def text_of(item: CuratedItem) -> str:
    """What feeds show of an item, as HTML: why it was chosen, and its text unless that is as long as a book."""
    text = item.body_html if len(item.body_html) <= LONGEST_TEXT else ""
    if text and item.language:
        text = f"<div{languages.attributes(item.language)}>{text}</div>"
    return xml_safe(linebreaks(item.curator_note, autoescape=True) + text)


def _safe(value: Any) -> Any:
    """Without characters that no feed can hold, and that PostgreSQL's JSON refuses."""
    match value:
        case str():
            return xml_safe(value)
        case list():
            return [_safe(each) for each in value]
        case dict():
            return {name: _safe(each) for name, each in value.items()}
        case _:
            return value


MADE_BY = ("shelves", "cards", "pictures", "languages", "map_entries")
"""The modules of this package by which what is kept of an item is put together."""


@lru_cache(maxsize=1)
def made_with() -> str:
    """Names the version of everything in the program that a stored card was made with.

    Part of it are the modules that it is made by, and where pictures are served from.
    """
    where = (settings.LANGUAGE_CODE, settings.MEDIA_URL, settings.STORAGES["default"])
    digest = hashlib.sha256(repr(where).encode())
    for name in MADE_BY:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]
