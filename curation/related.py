"""What stands beside an item: what it is filed under, what is related to it, what came before and after it."""

from collections import Counter
from typing import Any, NamedTuple

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString

from communities.models import Community, Topic
from curation import lists, shelves
from curation.edition import Now
from curation.models import Author, Card, CuratedItem, ItemAuthor, ItemTag, Placement, Shelf, Tag
from curation.shelves import Place

RELATED = 3
"""How many related items are shown."""
LOOKED_AT = 30
"""Among how many of the newest items of each of its topics those related to an item are looked for."""


class Neighbour(NamedTuple):
    """The item before or after another one in their community."""

    title: str
    url: str


class Beside(NamedTuple):
    """What the page of an item leads to."""

    related: list[SafeString]
    """Cards: first those that share the most topics with it, then the newest of its community."""
    older: Neighbour | None
    newer: Neighbour | None


# --- Names -----------------------------------------------------------------------------------------------------------


def name(item: CuratedItem) -> None:
    """Fetches the authors, topics, tags and other communities of `item`, all in one query, as if prefetched."""
    columns: dict[Any, tuple[Any, str, str, str, str]] = {
        Author: (Author.objects.filter(bylines__item=item), "bylines__position", "name", "slug", ""),
        Topic: (Topic.objects.filter(item_topics__item=item), "", "label", "slug", "vocabulary"),
        Tag: (Tag.objects.filter(item_tags__content_object=item), "", "name", "slug", ""),
        Community: (Community.objects.filter(guest_items=item), "", "name", "slug", "accent"),
    }
    queries = []
    for number, (rows, position, *texts) in enumerate(columns.values()):
        what = (_text(Value(str(number))), _position(position), "pk", *(_text(each) for each in texts))
        queries.append(rows.order_by().values_list(*what))
    rows = sorted(queries[0].union(*queries[1:], all=True), key=lambda row: (row[1], row[5].lower(), row[3].lower()))
    models = list(columns)
    found: dict[Any, list[Any]] = {model: [] for model in models}
    for number, _, pk, label, slug, more in rows:
        model = models[int(number)]
        *_, called, _, extra = columns[model]
        found[model].append(model(pk=pk, slug=slug, **{called: label}, **({extra: more} if extra else {})))
    _prefetched(item, "bylines", [ItemAuthor(item=item, author=author) for author in found[Author]])
    _prefetched(item, "topics", found[Topic])
    _prefetched(item, "item_tags", [ItemTag(content_object=item, tag=tag) for tag in found[Tag]])
    _prefetched(item, "also_in", found[Community])


def _text(expression: Any) -> Any:
    return Coalesce(expression or Value(""), Value(""), output_field=CharField())


def _position(column: str) -> Any:
    return Cast(column, output_field=CharField()) if column else _text("")


def _prefetched(item: CuratedItem, relation: str, rows: list[Any]) -> None:
    cache = item.__dict__.setdefault("_prefetched_objects_cache", {})
    related: QuerySet[Any] = getattr(item, relation).all()
    related._result_cache, related._prefetch_done = rows, True  # type: ignore[attr-defined]
    cache[relation] = related


# --- Items -----------------------------------------------------------------------------------------------------------


def beside(item: CuratedItem, now: Now) -> Beside:
    """What stands beside a published item, in two queries whatever the size of its topics."""
    home: Place = (Shelf.COMMUNITY, item.community_id)
    shown = Placement.objects.on(*home).shown(now.moment)
    at, pk = item.publish_at, item.pk
    older = shown.filter(Q(publish_at__lt=at) | Q(item__lt=pk), publish_at__lte=at).newest_first()[:1]
    newer = shown.filter(Q(publish_at__gt=at) | Q(item__gt=pk), publish_at__gte=at)
    newest = shown.newest_first()[: RELATED + 1]
    parts = [older, newer.order_by("publish_at", "item_id")[:1], newest]
    parts += [
        Placement.objects.on(Shelf.TOPIC, topic.pk).shown(now.moment).newest_first()[:LOOKED_AT]
        for topic in item.topics.all()
    ]
    # Each cut is found by its index, and inside a query of its own, since SQLite joins none that is cut to others.
    cuts = [Placement.objects.filter(pk__in=part.values("pk")).order_by() for part in parts]
    columns = ("shelf", "owner", "item_id", "publish_at")
    first, *others = (cut.values_list(*columns) for cut in cuts)
    rows = sorted(set(first.union(*others)), key=lambda row: (row[3], row[2]), reverse=True)
    ranked, in_order = Counter[int](), [(moment, other) for shelf, _, other, moment in rows if shelf == Shelf.COMMUNITY]
    for shelf, _, other, _ in rows:
        ranked[other] += shelf == Shelf.TOPIC
    # Those that share as much stay in their order, the newest first.
    related = [other for other, _ in ranked.most_common() if other != pk][:RELATED]
    after = min((spot for spot in in_order if spot > (at, pk)), default=(at, None))[1]
    before = max((spot for spot in in_order if spot < (at, pk)), default=(at, None))[1]
    wanted = {each for each in (*related, after, before) if each is not None}
    cards = Card.objects.filter(pk__in=wanted)
    told = ("pk", "html", "made_with", "item__title", "item__slug", "item__community__slug")
    rows_told = cards.values_list(*told, *lists.STANDING)
    found = {row[0]: row for row in rows_told if lists.is_shown(row, now)}
    return Beside(
        related=shelves.cards((found[other][:3] for other in related if other in found), first=False),
        older=_neighbour(found.get(before)),
        newer=_neighbour(found.get(after)),
    )


def _neighbour(row: Any) -> Neighbour | None:
    return Neighbour(row[3], reverse("item", args=[row[5], row[4]])) if row else None
