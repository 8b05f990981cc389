"""A revision as readers would see it, and the links that show one to people without an account."""

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.signing import Signer
from django.db import transaction
from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.text import slugify

from communities.models import Community, Topic
from curation import links, notices, publishing
from curation.exchange import rows
from curation.exchange.values import ItemValues
from curation.models import (
    Author,
    CuratedItem,
    ItemAuthor,
    ItemTag,
    PreviewLink,
    PreviewNote,
    PreviewVisit,
    Publisher,
    Revision,
    Tag,
)

if TYPE_CHECKING:
    from communities.models import User

VIA = "preview link"
MOST_NOTES = 50
"""How many notes one link takes, so that nobody fills the timeline with it."""
MOST_VISITS = 500
"""How many visits of one link are kept."""


class NoMoreNotes(Exception):
    """A link has taken all the notes that it takes; the text says so."""


# --- What it would look like ----------------------------------------------------------------------------------------


def as_read(item: CuratedItem, revision: Revision) -> CuratedItem:
    """`item` as readers would see it with `revision`; see `as_said`."""
    return as_said(item, publishing.revision_values(item, revision))


def as_said(item: CuratedItem, values: ItemValues) -> CuratedItem:
    """`item`, which may be a new one, as readers would see it if it said `values`, for the templates of its page and
    its card. No row is made, read or changed for it that they do not show; what the values name and there is no row for
    yet is made up.

    Costs a fixed number of queries. The result cannot be saved. Raises ValidationError where the values cannot be.
    """
    shown = copy.copy(item)
    rows.fill(shown, values, _publisher(values.link))
    shown.pk = item.pk or 0  # without a number it could not hold what it is related to
    shown.publish_at = item.publish_at or timezone.now()
    authors = _rows(Author, "name", values.authors)
    tags = sorted(_rows(Tag, "name", values.tags), key=lambda tag: tag.name)
    shown._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "bylines": [ItemAuthor(item=shown, author=author) for author in authors],
        "topics": _topics(values),
        "item_tags": [ItemTag(tag=tag) for tag in tags],
        "also_in": list(Community.objects.filter(slug__in=values.also_in).exclude(pk=shown.community_id)),
    }
    return shown


def _publisher(link: str) -> Publisher | None:
    if not link:
        return None
    host = links.brand(link)
    return Publisher.objects.behind([host]).get(host) or Publisher(host=host, name=host)


def _topics(values: ItemValues) -> list[Topic]:
    known = {(topic.vocabulary, topic.label.lower()): topic for topic in _like(Topic, "label", _labels(values))}
    topics = [
        known.get((vocabulary, label.lower()))
        or Topic(vocabulary=vocabulary, label=label, slug=slugify(f"{vocabulary} {label}") or "topic")
        for vocabulary, label in values.topics
    ]
    return sorted(topics, key=lambda topic: (topic.vocabulary, topic.label))


def _labels(values: ItemValues) -> list[str]:
    return [label for _, label in values.topics]


def _rows(model: type[Any], field: str, names: list[str]) -> list[Any]:
    """The rows of these names in their order; what there is no row for is made up."""
    known = {getattr(row, field).lower(): row for row in _like(model, field, names)}
    new = {name: model(**{field: name}, slug=slugify(name, allow_unicode=True) or "new") for name in names}
    return [known.get(name.lower()) or new[name] for name in dict.fromkeys(names)]


def _like(model: type[Model], field: str, names: list[str]) -> Iterable[Any]:
    """The rows with these names, whether written in capitals or not."""
    lower = [name.lower() for name in names]
    rule = Q(**{f"{field}__in": names}) | Q(lower__in=lower)
    return model._default_manager.alias(lower=Lower(field)).filter(rule) if names else []


# --- Links ----------------------------------------------------------------------------------------------------------


def share(item: CuratedItem, revision: Revision, *, by: "User") -> PreviewLink:
    """A new link to `revision` of `item`."""
    return PreviewLink.objects.create(item=item, revision=revision, created_by=by)


def revoke(link: PreviewLink, *, by: "User") -> None:
    """Closes a link for good; one that is closed already stays as it is."""
    PreviewLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now(), revoked_by=by)


def token_of(link: PreviewLink) -> str:
    """What stands for `link` in its address: its number, signed together with the revision that it is bound to."""
    return f"{link.pk}:{_signature(link)}"


def link_of(token: str) -> PreviewLink | None:
    """The open link that `token` stands for; None where there is none, or it was tampered with, expired or revoked."""
    number, _, signature = token.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return None
    found = (
        PreviewLink.objects.open()
        .select_related("item__community", "revision__featured_image")
        .filter(pk=int(number))
        .first()
    )
    return found if found is not None and constant_time_compare(signature, _signature(found)) else None


def _signature(link: PreviewLink) -> str:
    return Signer(salt="curation.preview").signature(f"{link.pk}:{link.revision.sha256}")


def visited(link: PreviewLink) -> None:
    """Takes note that somebody opened `link`."""
    if link.visits.count() < MOST_VISITS:
        PreviewVisit.objects.create(link=link)


@transaction.atomic
def add_note(link: PreviewLink, *, name: str, note: str, agrees: bool | None) -> PreviewNote:
    """Keeps what a visitor says of the revision, and puts it into the timeline of the item. It moves nothing.

    Raises NoMoreNotes.
    """
    # Whoever writes a line of the timeline has the item to themselves, so that the chain of lines does not fork.
    item = CuratedItem.objects.select_for_update(of=("self",)).select_related("head_revision").get(pk=link.item_id)
    if link.notes.count() >= MOST_NOTES:
        raise NoMoreNotes(f"This link has taken {MOST_NOTES} notes. Ask whoever sent it to you for another one.")
    said = PreviewNote.objects.create(link=link, name=name, note=note, agrees=agrees)
    publishing.remark(
        item, _DEEDS[agrees], actor_name=f"{name} (guest)", via=VIA, note=note, revision=link.revision, at=said.at
    )
    notices.notify("guest", {link.created_by_id, *notices.authors(item)}, actor_name=name, item=item, note=note)
    return said


_DEEDS = {None: "noted", True: "agreed", False: "disagreed"}
