"""Other names for authors, topics and tags, and several of them made one; publishers made one.

Readers see the new name at once: of a few items everything is made anew with the deed; of more it is noted that they
are behind, and what is read of them is made when it is read (see `upkeep`). The files of the items follow one by one
(`catch_up`): each item gets a revision that says the same with the new name, so that history, export and the next
import agree. Until then, and for files that come with the old name later, the old name is remembered and means the one
that bears the new name. So it does not matter where a run over thousands of items stops: the next one goes on.
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import Count, F, Model, QuerySet

from communities.models import Topic
from curation import publishing, redirects, search, shelves, upkeep
from curation.exchange import terms
from curation.models import (
    PENDING,
    Author,
    CuratedItem,
    FormerName,
    ItemAuthor,
    ItemTag,
    ItemTopic,
    Publisher,
    PublisherHost,
    Revision,
    Shelf,
    Tag,
)
from curation.models.likeness import of_term
from curation.publishing import StaleVersion

if TYPE_CHECKING:
    from communities.models import User

Term = Author | Topic | Tag
BATCH = 200
"""How many items are looked at between two looks at the clock."""
READ = 1_000
"""How many items' files are looked through by one query, and how many of those that wait for a page that says what will
happen.
"""


@dataclass(frozen=True)
class Kind:
    """How one kind of term hangs on items."""

    field: str
    """The word for it in `FormerName` and in `terms.PLACES`."""
    through: type[Model]
    shelf: Shelf
    item: str = "item"
    names: tuple[str, ...] = ("name",)
    """The columns that make its name."""
    filled: tuple[str, ...] = ()
    """What a merge takes over where the one that stays has nothing."""


KINDS: dict[type[Model], Kind] = {
    Author: Kind("author", ItemAuthor, Shelf.AUTHOR, filled=("bio", "website")),
    Topic: Kind("topic", ItemTopic, Shelf.TOPIC, names=("vocabulary", "label"), filled=("description",)),
    Tag: Kind("tag", ItemTag, Shelf.TAG, item="content_object"),
}


@dataclass(frozen=True)
class Outcome:
    """What became of the file of one item."""

    item: CuratedItem
    revision: int = 0
    """The number of its new head revision; 0 where it did not get one."""
    error: str = ""


@dataclass
class CaughtUp:
    """How far a run over the items got."""

    outcomes: list[Outcome] = field(default_factory=list)
    after: int | None = None
    """Where the next run goes on; None where all are done."""


def new_correlation() -> str:
    """What all lines of the timelines that one renaming writes have in common."""
    return uuid4().hex


# --- Names --------------------------------------------------------------------------------------------------------


@transaction.atomic
def rename(term: Term, *, by: "User | None", slug: str | None = None, **names: str) -> None:
    """Gives `term` other `names` by column (`name`; `vocabulary` and `label`), and, with `slug`, another address.

    The old name is remembered, the old address leads to the new one. Raises ValidationError with sentences by field,
    as where another one bears the name already: merge the two instead.
    """
    kind, items = KINDS[type(term)], showing(term)
    upkeep.hold(items)
    _hold([term])
    at_once = upkeep.note(items)
    old_name, old_address, old_facet = str(term), term.get_absolute_url(), _facet(term)
    for column, value in names.items():
        setattr(term, column, " ".join(value.split()))
    if slug is not None:
        term.slug = slug
    term.full_clean()
    term.save()
    FormerName.objects.filter(**{kind.field: term}, key=FormerName.folded(str(term))).delete()
    if str(term) != old_name:
        _remember(kind, old_name, term)
    redirects.moved(old_address, term.get_absolute_url(), by=by, note=f"{old_name} was renamed.")
    if old_facet is not None and (facet := _facet(term)) is not None:
        search.facet_became(items, old_facet, facet)
    upkeep.items_changed(at_once)


@transaction.atomic
def merge(sources: Sequence[Term], target: Term, *, by: "User | None") -> None:
    """Makes `sources` and `target` one, which bears the name and the address of `target`.

    What the target has nothing of (a biography, a description) it takes from the first that has it. Their addresses
    lead to the target's, their names mean it. Raises ValidationError where there is nothing to merge, or one is gone.
    """
    kind, merged = KINDS[type(target)], _merged(sources, target)
    items = showing(*merged)
    upkeep.hold(items)
    _hold([*merged, target])
    at_once = upkeep.note(items)
    for source in merged:
        if (old := _facet(source)) is not None and (new := _facet(target)) is not None:
            search.facet_became(showing(source), old, new)
        rows = kind.through._default_manager.filter(**{kind.field: source})
        both = kind.through._default_manager.filter(**{kind.field: target}).values(kind.item)
        rows.filter(**{f"{kind.item}__in": both}).delete()
        rows.update(**{kind.field: target})
        shelves.join(kind.shelf, source.pk, target.pk)
        for column in kind.filled:
            setattr(target, column, getattr(target, column) or getattr(source, column))
        FormerName.objects.filter(**{kind.field: source}).update(**{kind.field: target})
        name, address = str(source), source.get_absolute_url()
        source.delete()
        _remember(kind, name, target)
        redirects.moved(address, target.get_absolute_url(), by=by, note=f"{name} became {target}.")
    target.save()
    upkeep.items_changed(at_once)


def _merged(sources: Sequence[Any], target: Any) -> list[Any]:
    """Those of `sources` that go into `target`. Raises ValidationError where there is none."""
    merged = [source for source in sources if source.pk != target.pk]
    if not merged:
        raise ValidationError("Choose two different ones: there is nothing to merge.")
    return merged


def _facet(term: Term) -> search.Facet | None:
    """What searches are narrowed down to it by; None for what they are not narrowed down to."""
    return search.Facet("topic", term.slug, term.label) if isinstance(term, Topic) else None


def _hold(terms: Iterable[Term | Publisher]) -> None:
    """Reads `terms` as they are now and keeps others from changing them until the transaction ends.

    Raises ValidationError where one is gone: to save it would bring it back.
    """
    for term in sorted(terms, key=lambda each: each.pk):
        name, rows = str(term), cast(Any, type(term)._default_manager)
        try:
            term.refresh_from_db(from_queryset=rows.select_for_update())
        except ObjectDoesNotExist as error:
            raise ValidationError(
                f"{name} is gone: somebody merged or deleted it meanwhile. Go back to the list and look again."
            ) from error


def _remember(kind: Kind, name: str, term: Term) -> None:
    FormerName.objects.filter(key=FormerName.folded(name), **{f"{kind.field}__isnull": False}).delete()
    FormerName.objects.create(name=name, key=FormerName.folded(name), **{kind.field: term})


# --- Items and their files ----------------------------------------------------------------------------------------


def showing(*terms: Term) -> QuerySet[CuratedItem]:
    """The items that show one of `terms`, which are of one kind."""
    kind = KINDS[type(terms[0])]
    rows = kind.through._default_manager.filter(**{f"{kind.field}__in": [term.pk for term in terms]})
    return CuratedItem.objects.filter(pk__in=rows.values(kind.item)).order_by("pk")


def concerned(*terms: Term, most: int) -> list[int]:
    """The primary keys of the newest `most` items that show one of `terms`, or would once their newest words are
    published. Of those whose newest words wait, the newest few are looked through; `catch_up` comes to all.
    """
    kind = KINDS[type(terms[0])]
    column = f"{kind.item}_id"
    rows = kind.through._default_manager.filter(**{f"{kind.field}__in": [term.pk for term in terms]})
    shown = rows.order_by(f"-{column}").values_list(column, flat=True).distinct()[:most]
    names = [name for term in terms for name in (str(term), *_former(kind, term))]
    waiting = [pk for items in _waiting() for pk in items.order_by("-number").values_list("pk", flat=True)[:READ]]
    return sorted({*shown, *_naming(kind, waiting, names)}, reverse=True)[:most]


def catch_up(
    term: Term,
    *,
    by: "User | None",
    correlation: str,
    after: int = 0,
    seconds: float | None = None,
    via: str = "admin",
) -> CaughtUp:
    """Gives the files of the items of `term` its name, where a former one stands in them: item by item, each a deed of
    its own, so that one that cannot be changed stops no other. `after` is where an earlier run stopped; `seconds` is
    how long this one may take.
    """
    kind = KINDS[type(term)]
    old = _former(kind, term)
    renamed = partial(terms.renamed, kind=kind.field, old=old, new=str(term))
    done, began = CaughtUp(), time.monotonic()
    while old and (batch := _next(term, after)):
        for pk in _naming(kind, batch, old):
            details = {"correlation": correlation, "term": kind.field, "now": str(term)}
            if (outcome := _restate(pk, renamed, by, via, details)) is not None:
                done.outcomes.append(outcome)
            after = pk
            if seconds is not None and time.monotonic() - began > seconds:
                done.after = after
                return done
        after = batch[-1]
        if seconds is not None and time.monotonic() - began > seconds:
            done.after = after
            return done
    return done


def _next(term: Term, after: int) -> list[int]:
    """The next items behind the one numbered `after` whose files may have a former name of `term`."""
    kind = KINDS[type(term)]
    column = f"{kind.item}_id"
    rows = kind.through._default_manager.filter(**{kind.field: term, f"{column}__gt": after})
    found = set(rows.order_by(column).values_list(column, flat=True)[:BATCH])
    for items in _waiting():
        found.update(items.filter(number__gt=after).order_by("number").values_list("pk", flat=True)[:BATCH])
    return sorted(found)[:BATCH]


def _restate(pk: int, renamed: Any, by: "User | None", via: str, details: dict[str, Any]) -> Outcome | None:
    for _ in range(3):
        item = CuratedItem.objects.select_related("community", *HELD).get(pk=pk)
        try:
            with transaction.atomic():
                change = publishing.restate(item, renamed, by=by, version=item.version, via=via, details=details)
                if change is None:
                    return None
                upkeep.items_changed([pk])
            assert item.head_revision is not None
            return Outcome(item, revision=item.head_revision.number)
        except StaleVersion:
            # Somebody saved it just now: their words are looked at anew.
            continue
        except ValidationError as error:
            return Outcome(item, error=" ".join(error.messages))
    return Outcome(item, error="Somebody is saving it again and again. Bring its file up to date later.")


HELD = ("live_revision", "scheduled_revision", "head_revision")


def _former(kind: Kind, term: Term) -> list[str]:
    return list(FormerName.objects.filter(**{kind.field: term}).values_list("name", flat=True))


def _waiting() -> tuple[Any, Any]:
    """The items with a newest revision, and those with a scheduled one, that readers do not see yet; `number` is their
    primary key.
    """
    # There is an index of each. SQLite would rather go through the primary keys: so it is given something to compute.
    items = CuratedItem.objects.alias(number=F("pk") + 0)
    return items.filter(PENDING), items.filter(scheduled_at__isnull=False)


def _naming(kind: Kind, pks: Sequence[int], names: Sequence[str]) -> list[int]:
    """Those of `pks` one of whose revisions that count has one of `names`, in their order."""
    wanted = {name.casefold() for name in names}
    likely = _likely(names)
    found = set()
    for start in range(0, len(pks), READ):
        items = CuratedItem.objects.filter(pk__in=pks[start : start + READ]).order_by()
        of = dict[int, int]()
        for pk, *revisions in items.values_list("pk", *(f"{column}_id" for column in HELD)):
            of |= {revision: pk for revision in revisions if revision is not None}
        for revision in Revision.objects.filter(pk__in=of).only("content").order_by().iterator():
            if of[revision.pk] in found or not likely.search(bytes(revision.content)):
                continue
            if any(name.casefold() in wanted for name in terms.names_in(revision.document, kind.field)):
                found.add(of[revision.pk])
    return [pk for pk in pks if pk in found]


def _likely(names: Sequence[str]) -> re.Pattern[bytes]:
    """Finds the files worth reading: those with the longest Latin word of a name, which no way of quoting alters."""
    # The vocabulary of a topic may be told by the key that it stands under.
    words = [max(re.findall(r"[A-Za-z0-9]+", name.rpartition(": ")[2]), key=len, default="") for name in names]
    pieces = [re.escape(word.encode()) for word in words] if all(words) and words else [b""]
    return re.compile(b"|".join(pieces), re.IGNORECASE)


# --- Publishers ---------------------------------------------------------------------------------------------------


@transaction.atomic
def merge_publishers(sources: Sequence[Publisher], target: Publisher, *, by: "User | None") -> None:
    """Makes `sources` and `target` one publisher with the name, the host and the policy of `target`. The files of their
    items stay as they are: an item's publisher follows from the host of its link.

    Links to the hosts of the others are links to the target from then on. The stricter standing holds: a publisher that
    was blocked does not come in by the back door. Raises ValidationError where there is nothing to merge, or where only
    some of them are blocked.
    """
    merged = _merged(sources, target)
    items = CuratedItem.objects.filter(publisher__in=[source.pk for source in merged])
    upkeep.hold(items)
    _hold([*merged, target])
    if len({publisher.refusal is None for publisher in (*merged, target)}) > 1:
        raise ValidationError(
            "Some of them are blocked and others are not. Give all of them the same standing first, then merge them."
        )
    at_once = upkeep.note(items)
    for source in merged:
        CuratedItem.objects.filter(publisher=source).update(publisher=target)
        shelves.join(Shelf.PUBLISHER, source.pk, target.pk)
        for column in ("credit_line", "notes"):
            setattr(target, column, getattr(target, column) or getattr(source, column))
        PublisherHost.objects.filter(publisher=source).update(publisher=target)
        host, address = source.host, source.get_absolute_url()
        source.delete()
        PublisherHost.objects.create(host=host, publisher=target)
        redirects.moved(address, target.get_absolute_url(), by=by, note=f"{host} became {target}.")
    target.save()
    upkeep.items_changed(at_once)


# --- Likely duplicates --------------------------------------------------------------------------------------------

LIKE: dict[type[Model], tuple[str, ...]] = {
    Author: ("alike",),
    Tag: ("alike",),
    Publisher: ("host_alike", "name_alike"),
}
"""The columns in which likely duplicates have the same."""
LARGEST = 20
"""How many rows of one group are told."""


def alike(model: type[Model], most: int) -> list[list[Any]]:
    """Up to `most` groups of rows of `model` that are likely the same under other spellings.

    Names are compared without accents, signs, titles and order of words; tags and topics also without a plural s,
    publishers by their shown name and by the last pieces of their host.
    """
    if model is Topic:
        return _alike_topics()[:most]
    found: dict[tuple[int, ...], list[Any]] = {}
    for column in LIKE[model]:
        rows = model._default_manager.exclude(**{column: ""}).order_by()
        keys = rows.values(column).annotate(number=Count("pk")).filter(number__gt=1).order_by(column)
        wanted = list(keys.values_list(column, flat=True)[:most])
        groups: dict[str, list[Any]] = {key: [] for key in wanted}
        for row in rows.filter(**{f"{column}__in": wanted}).order_by("pk")[: most * LARGEST]:
            if len(group := groups[getattr(row, column)]) < LARGEST:
                group.append(row)
        for group in groups.values():
            if len(group) > 1:
                found.setdefault(tuple(row.pk for row in group), group)
    return list(found.values())[:most]


def _alike_topics() -> list[list[Topic]]:
    """The groups of topics: they are a controlled vocabulary, of which there are hundreds."""
    groups: dict[str, list[Topic]] = {}
    for topic in Topic.objects.order_by("pk"):
        groups.setdefault(of_term(topic.label), []).append(topic)
    return [groups[key] for key in sorted(groups) if key and len(groups[key]) > 1]
