"""Makes many new items at once: the same rows as one by one, in a number of queries that does not grow with them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Model, OuterRef, Q, Subquery
from django.utils import timezone

from communities.models import Topic
from curation import publishing, upkeep
from curation.exchange import rows
from curation.exchange.prepare import Prepared
from curation.exchange.report import Problem
from curation.models import (
    Alias,
    Author,
    Change,
    CuratedItem,
    ItemAuthor,
    ItemTag,
    ItemTopic,
    Publisher,
    Revision,
    Tag,
)
from curation.workflow import Publication, State

if TYPE_CHECKING:
    from communities.models import User

UNCHECKED = (
    "community", "publisher", "featured_image", "created_by", "head_revision", "live_revision", "file_revision",
    "scheduled_revision", "scheduled_at", "schedule_error", "schedule_attempts", "reviewer", "claimed_at", "review_due",
    "review_after", "gone_to", "accepted_cleaning", "history_hash",
)  # fmt: skip
"""Columns that this module fills from rows at hand, or leaves as they are in every new item."""


@transaction.atomic
def create(
    files: Sequence[Prepared], *, by: "User | None", via: str, at: datetime | None, publish: bool
) -> list[CuratedItem]:
    """A new item for each of `files`, whose community and picture are found; live where `publish` says so and the file
    is no draft.

    The caller has made sure that nothing of theirs is taken: address, file name, path, upstream key, old addresses.
    Raises ValidationError or IntegrityError where it is all the same; then nothing is kept.
    """
    now = at or timezone.now()
    publishers = _publishers(files)
    items = [_item(file, publishers, by, now, publish) for file in files]
    CuratedItem.objects.bulk_create(items)
    revisions = [
        publishing.new_revision(
            item, 1, file.document, file.values, by=by, at=now, from_file=True, note=f"from {file.path}"
        )
        for item, file in zip(items, files, strict=True)
    ]
    Revision.objects.bulk_create(revisions)
    changes = []
    for item, file, revision in zip(items, files, revisions, strict=True):
        item.head_revision = item.file_revision = revision
        imported = publishing.new_change(
            item, "imported", by=by, via=via, at=now, note=f"from {file.path}", previous_hash=""
        )
        changes.append(imported)
        if publish and not file.draft and not _is_blocked(item, file):
            item.state, item.publication, item.live_revision = State.APPROVED, Publication.LIVE, revision
            changes.append(
                publishing.new_change(
                    item, "published", by=None, via=via, at=now, from_state=State.DRAFT,
                    from_publication=Publication.NEVER, previous_hash=imported.hash,
                )
            )  # fmt: skip
    Change.objects.bulk_create(changes)
    _stand(items)
    _connect(items, files)
    upkeep.items_changed(item.pk for item in items)
    return items


def _item(
    file: Prepared, publishers: dict[str, Publisher], by: "User | None", now: datetime, publish: bool
) -> CuratedItem:
    assert file.made is not None
    item = CuratedItem(
        created_by=by, path=file.path, upstream_key=file.upstream_key, created_at=now, updated_at=now, version=1,
        publish_at=file.publish_at, unpublish_at=file.unpublish_at,
    )  # fmt: skip
    rows.fill(item, file.values, publishers.get(file.made.host), file.made)
    if publish and not file.draft and not _is_blocked(item):
        item.publish_at = file.begins(now)
    item.clean_fields(exclude=UNCHECKED)
    return item


def _is_blocked(item: CuratedItem, file: Prepared | None = None) -> bool:
    """Whether nothing of its publisher is published; told in the outcome of `file`, where it is given."""
    blocked = item.publisher is not None and item.publisher.status == Publisher.Status.BLOCKED
    if blocked and file is not None:
        hint = "It came in as a draft."
        file.outcome.problems.append(
            Problem("warning", "publisher_blocked", f"{item.publisher} is blocked.", hint, key="link")
        )
    return blocked


def _stand(items: Sequence[CuratedItem]) -> None:
    """Points the rows at their revisions and their newest lines, which could only be made after them."""
    newest = Change.objects.filter(item=OuterRef("pk")).order_by("-pk").values("hash")[:1]
    first = Revision.objects.filter(item=OuterRef("pk"), number=1).values("pk")
    pks = [item.pk for item in items]
    CuratedItem.objects.filter(pk__in=pks).update(
        head_revision=Subquery(first), file_revision=Subquery(first), history_hash=Subquery(newest)
    )
    live = [item.pk for item in items if item.publication == Publication.LIVE]
    CuratedItem.objects.filter(pk__in=live).update(
        live_revision=F("head_revision"), publication=Publication.LIVE, state=State.APPROVED
    )


def _connect(items: Sequence[CuratedItem], files: Sequence[Prepared]) -> None:
    authors = _found_or_made(
        Author.objects.all(), "name", {name for file in files for name in file.values.authors}, rows.find_author
    )
    tags = _found_or_made(
        Tag.objects.all(), "name", {name for file in files for name in file.values.tags}, rows.find_tag
    )
    topics = _topics({term for file in files for term in file.values.topics})
    pairs = list(zip(items, files, strict=True))
    ItemAuthor.objects.bulk_create(
        ItemAuthor(item=item, author_id=pk, position=position)
        for item, file in pairs
        for position, pk in enumerate(dict.fromkeys(authors[name] for name in file.values.authors))
    )
    ItemTag.objects.bulk_create(
        ItemTag(content_object=item, tag_id=pk)
        for item, file in pairs
        for pk in dict.fromkeys(tags[name] for name in file.values.tags)
    )
    ItemTopic.objects.bulk_create(
        ItemTopic(item=item, topic_id=pk)
        for item, file in pairs
        for pk in dict.fromkeys(topics[term] for term in file.values.topics)
    )
    Alias.objects.bulk_create(
        Alias(path=path, item=item)
        for item, file in pairs
        for path in dict.fromkeys(map(Alias.normalised, file.values.aliases))
    )
    for item, file in pairs:
        if file.values.also_in:
            rows.set_guests(item, file.values.also_in)


def _publishers(files: Sequence[Prepared]) -> dict[str, Publisher]:
    links = {file.made.host: file.values.link for file in files if file.made and file.made.host}
    found = Publisher.objects.behind(links)
    for host in links.keys() - found.keys():
        publisher = rows.publisher_for(links[host])
        assert publisher is not None
        found[host] = publisher
    return found


def _found_or_made(everything: Any, column: str, names: Iterable[str], make: Callable[[str], Model]) -> dict[str, int]:
    """The primary keys by name, whatever their case; one query for those that are there under just this name."""
    found: dict[str, int] = dict(everything.filter(**{f"{column}__in": names}).values_list(column, "pk"))
    return found | {name: make(name).pk for name in sorted(set(names) - found.keys())}


def _topics(terms: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    rule = Q(pk__in=[])
    for vocabulary in {vocabulary for vocabulary, _ in terms}:
        rule |= Q(vocabulary=vocabulary, label__in=[label for other, label in terms if other == vocabulary])
    rows_found = Topic.objects.filter(rule).values_list("vocabulary", "label", "pk")
    found = {(vocabulary, label): pk for vocabulary, label, pk in rows_found}
    return found | {term: rows.find_topic(term).pk for term in sorted(set(terms) - found.keys())}
