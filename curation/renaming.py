"""Other names for authors, topics and tags, and several of them made one; publishers made one.

Readers see the new name at once. The files of the items follow one by one (`catch_up`): each item gets a revision that
says the same with the new name, so that history, export and the next import agree. Until then, and for files that come
with the old name later, the old name is remembered and means the one that bears the new name. So it does not matter
where a run over thousands of items stops: the next one goes on.
"""

import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet

from communities.models import Topic
from curation import publishing, redirects
from curation.exchange import terms
from curation.models import (
    Author,
    CuratedItem,
    FormerName,
    ItemAuthor,
    ItemTag,
    ItemTopic,
    Publisher,
    PublisherHost,
    Revision,
    Tag,
)
from curation.publishing import StaleVersion
from curation.upkeep import items_changed

if TYPE_CHECKING:
    from communities.models import User

Term = Author | Topic | Tag
BATCH = 200
"""How many items are looked at between two looks at the clock."""
READ = 1_000
"""How many items' files are looked through by one query."""


@dataclass(frozen=True)
class Kind:
    """How one kind of term hangs on items."""

    field: str
    """The word for it in `FormerName` and in `terms.PLACES`."""
    through: type[Model]
    item: str = "item"
    names: tuple[str, ...] = ("name",)
    """The columns that make its name."""
    filled: tuple[str, ...] = ()
    """What a merge takes over where the one that stays has nothing."""


KINDS: dict[type[Model], Kind] = {
    Author: Kind("author", ItemAuthor, filled=("bio", "website")),
    Topic: Kind("topic", ItemTopic, names=("vocabulary", "label"), filled=("description",)),
    Tag: Kind("tag", ItemTag, item="content_object"),
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
    looked_at: int = 0
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
    kind = KINDS[type(term)]
    _hold([term])
    old_name, old_address = str(term), term.get_absolute_url()
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
    items_changed(concerned(term).values_list("pk", flat=True))


@transaction.atomic
def merge(sources: Sequence[Term], target: Term, *, by: "User | None") -> list[int]:
    """Makes `sources` and `target` one, which bears the name and the address of `target`; gives the primary keys of the
    items concerned.

    What the target has nothing of (a biography, a description) it takes from the first that has it. Their addresses
    lead to the target's, their names mean it. Raises ValidationError where there is nothing to merge, or one is gone.
    """
    kind = KINDS[type(target)]
    merged = [source for source in sources if source.pk != target.pk]
    if not merged:
        raise ValidationError("Choose two different ones: there is nothing to merge.")
    _hold([*merged, target])
    pks = {pk for source in merged for pk in concerned(source).values_list("pk", flat=True)}
    for source in merged:
        rows = kind.through._default_manager.filter(**{kind.field: source})
        both = kind.through._default_manager.filter(**{kind.field: target}).values(kind.item)
        rows.filter(**{f"{kind.item}__in": both}).delete()
        rows.update(**{kind.field: target})
        for column in kind.filled:
            setattr(target, column, getattr(target, column) or getattr(source, column))
        FormerName.objects.filter(**{kind.field: source}).update(**{kind.field: target})
        name, address = str(source), source.get_absolute_url()
        source.delete()
        _remember(kind, name, target)
        redirects.moved(address, target.get_absolute_url(), by=by, note=f"{name} became {target}.")
    target.save()
    items_changed(pks)
    return sorted(pks)


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


def concerned(term: Term) -> QuerySet[CuratedItem]:
    """The items that show `term`, or would once their newest words are published."""
    kind = KINDS[type(term)]
    shown = kind.through._default_manager.filter(**{kind.field: term}).values(kind.item)
    waiting = _waiting(kind, [str(term), *_former(kind, term)])
    return CuratedItem.objects.filter(Q(pk__in=shown) | Q(pk__in=waiting)).order_by("pk")


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
    items = concerned(term)
    while batch := list(items.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
        for pk in _naming(kind, batch, old):
            details = {"correlation": correlation, "term": kind.field, "now": str(term)}
            if (outcome := _restate(pk, renamed, by, via, details)) is not None:
                done.outcomes.append(outcome)
            after = pk
            if seconds is not None and time.monotonic() - began > seconds:
                done.after = after
                return done
        after = batch[-1]
        done.looked_at += len(batch)
    return done


def files_behind(term: Term) -> int:
    """How many items have a former name of `term` in their files."""
    kind = KINDS[type(term)]
    old = _former(kind, term)
    return len(_naming(kind, list(concerned(term).values_list("pk", flat=True)), old)) if old else 0


def _restate(pk: int, renamed: Any, by: "User | None", via: str, details: dict[str, Any]) -> Outcome | None:
    for _ in range(3):
        item = CuratedItem.objects.select_related("community", *HELD).get(pk=pk)
        try:
            with transaction.atomic():
                change = publishing.restate(item, renamed, by=by, version=item.version, via=via, details=details)
                if change is None:
                    return None
                items_changed([pk])
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


def _waiting(kind: Kind, names: Sequence[str]) -> list[int]:
    """The items with a newest or scheduled revision, which readers do not see yet, that has one of `names`."""
    # The newest one of an item is never older than its live one; said like this, an index knows them.
    pending = CuratedItem.objects.filter(head_revision__gt=F("live_revision")).order_by()
    scheduled = CuratedItem.objects.filter(scheduled_at__isnull=False).order_by()
    pks = [*pending.values_list("pk", flat=True), *scheduled.values_list("pk", flat=True)]
    return _naming(kind, sorted(set(pks)), names) if pks and names else []


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
def merge_publishers(sources: Sequence[Publisher], target: Publisher, *, by: "User | None") -> list[int]:
    """Makes `sources` and `target` one publisher with the name, the host and the policy of `target`; gives the primary
    keys of the items concerned, whose files stay as they are: their publisher follows from the host of their link.

    Links to the hosts of the others are links to the target from then on. The stricter standing holds: a publisher that
    was blocked does not come in by the back door. Raises ValidationError where there is nothing to merge, or where only
    some of them are blocked.
    """
    merged = [source for source in sources if source.pk != target.pk]
    if not merged:
        raise ValidationError("Choose two different ones: there is nothing to merge.")
    _hold([*merged, target])
    if len({publisher.refusal is None for publisher in (*merged, target)}) > 1:
        raise ValidationError(
            "Some of them are blocked and others are not. Give all of them the same standing first, then merge them."
        )
    pks: list[int] = []
    for source in merged:
        items = CuratedItem.objects.filter(publisher=source)
        pks += items.values_list("pk", flat=True)
        items.update(publisher=target)
        for column in ("credit_line", "notes"):
            setattr(target, column, getattr(target, column) or getattr(source, column))
        PublisherHost.objects.filter(publisher=source).update(publisher=target)
        host, address = source.host, source.get_absolute_url()
        source.delete()
        PublisherHost.objects.create(host=host, publisher=target)
        redirects.moved(address, target.get_absolute_url(), by=by, note=f"{host} became {target}.")
    target.save()
    items_changed(pks)
    return sorted(pks)


# --- Likely duplicates --------------------------------------------------------------------------------------------

TITLES = {"dr", "prof", "professor", "md", "phd", "rn", "mph", "ms", "msc", "mba", "mr", "mrs", "jr", "sr", "by", "do"}
"""What stands before or after a name and makes no other person of it."""


def alike(model: type[Model]) -> Iterator[list[Any]]:
    """Groups of rows of `model` that are likely the same under other spellings, the most used first in each.

    Names are compared without accents, signs, titles and order of words; tags and topics also without a plural s,
    publishers by their shown name and by the last pieces of their host.
    """
    groups: dict[str, list[Any]] = {}
    for row in model._default_manager.order_by("pk").iterator(2000):
        for key in _keys(row):
            groups.setdefault(key, []).append(row)
    seen: set[tuple[int, ...]] = set()
    for key in sorted(groups):
        group = groups[key]
        pks = tuple(row.pk for row in group)
        if len(group) > 1 and pks not in seen:
            seen.add(pks)
            yield group


def _keys(row: Any) -> set[str]:
    match row:
        case Author():
            words = [word for word in _words(row.name) if word not in TITLES]
            return {" ".join(sorted(words))} if words else set()
        case Topic():
            return {_stem(row.label)} - {""}
        case Publisher():
            return {f"name {_stem(row.name)}", f"host {'.'.join(row.host.split('.')[-2:])}"} - {"name "}
        case _:
            return {_stem(row.name)} - {""}


def _words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain.casefold())


def _stem(text: str) -> str:
    return "".join(word.removesuffix("s") if len(word) > 3 else word for word in _words(text))
