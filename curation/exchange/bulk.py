"""Makes many new items at once: the same rows as one by one, in a number of queries that does not grow with them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.models import Model, Q, Value, prefetch_related_objects
from django.db.models.functions import Lower
from django.utils import timezone

from communities.models import Community, Topic
from curation import publishing, upkeep
from curation.exchange import rows
from curation.exchange.prepare import Prepared
from curation.exchange.report import Problem
from curation.models import (
    Alias,
    Author,
    CuratedItem,
    FormerName,
    ItemAuthor,
    ItemTag,
    ItemTopic,
    Publisher,
    Tag,
)
from curation.models.adding import add, add_all, number
from curation.workflow import Publication, State

if TYPE_CHECKING:
    from communities.models import User

M = TypeVar("M", bound=Model)
K = TypeVar("K")

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
    number(items)
    revisions = [
        publishing.new_revision(
            item, 1, file.document, file.values, by=by, at=now, from_file=True, note=f"from {file.path}"
        )
        for item, file in zip(items, files, strict=True)
    ]
    number(revisions)
    changes = []
    for item, file, revision in zip(items, files, revisions, strict=True):
        item.head_revision = item.file_revision = revision
        imported = publishing.new_change(
            item, "imported", by=by, via=via, at=now, note=f"from {file.path}", previous_hash=""
        )
        changes.append(imported)
        item.history_hash = imported.hash
        if publish and not file.draft and not _is_blocked(item, file):
            item.state, item.publication, item.live_revision = State.APPROVED, Publication.LIVE, revision
            published = publishing.new_change(
                item, "published", by=None, via=via, at=now, from_state=State.DRAFT,
                from_publication=Publication.NEVER, previous_hash=imported.hash,
            )  # fmt: skip
            changes.append(published)
            item.history_hash = published.hash
    add_all(items)
    add_all(revisions)
    add_all(changes)
    _connect(items, files)
    _know_themselves(items, now)
    upkeep.items_made(items)
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


def _connect(items: Sequence[CuratedItem], files: Sequence[Prepared]) -> None:
    """Gives the items their people, words and addresses: in the database, and as `with_facts()` would find them."""
    authors = _authors({name for file in files for name in file.values.authors})
    tags = _found_or_made(
        Tag.objects.all(), "name", {name for file in files for name in file.values.tags}, rows.find_tag
    )
    topics = _topics({term for file in files for term in file.values.topics})
    pairs = list(zip(items, files, strict=True))
    bylines: list[tuple[int, int, int]] = []
    tagged: list[tuple[int, int]] = []
    terms: list[tuple[int, int]] = []
    # The same link stands for all items that it leads from: only where it leads to is ever looked at.
    by_author = {author: ItemAuthor(author=author) for author in authors.values()}
    by_tag = {tag: ItemTag(tag=tag) for tag in tags.values()}
    by_topic = {topic: ItemTopic(topic=topic) for topic in topics.values()}
    for item, file in pairs:
        own_authors = dict.fromkeys(authors[name] for name in file.values.authors)
        own_tags = dict.fromkeys(tags[name] for name in file.values.tags)
        own_topics = dict.fromkeys(topics[term] for term in file.values.topics)
        bylines += [(item.pk, author.pk, position) for position, author in enumerate(own_authors)]
        tagged += [(item.pk, tag.pk) for tag in own_tags]
        terms += [(item.pk, topic.pk) for topic in own_topics]
        item._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "bylines": [by_author[author] for author in own_authors],
            "item_tags": [by_tag[tag] for tag in own_tags],
            "item_topics": [by_topic[topic] for topic in own_topics],
            "drawn": [],
            "also_in": [],
        }
    add(ItemAuthor, ("item_id", "author_id", "position"), bylines)
    add(ItemTag, ("content_object_id", "tag_id"), tagged)
    add(ItemTopic, ("item_id", "topic_id"), terms)
    aliases = [
        (path, item.pk, False)
        for item, file in pairs
        for path in dict.fromkeys(map(Alias.normalised, file.values.aliases))
    ]
    add(Alias, ("path", "item_id", "former"), aliases)
    for item, file in pairs:
        if file.values.also_in:
            del item._prefetched_objects_cache["also_in"]  # type: ignore[attr-defined]
            rows.set_guests(item, file.values.also_in)


def _publishers(files: Sequence[Prepared]) -> dict[str, Publisher]:
    hosts = dict.fromkeys(file.made.host for file in files if file.made and file.made.host)
    found = Publisher.objects.behind(hosts)
    new = [Publisher(host=host, name=host[:200]) for host in hosts if host not in found]
    return found | {publisher.host: publisher for publisher in Publisher.objects.bulk_create(new)}


def _know_themselves(items: Sequence[CuratedItem], now: datetime) -> None:
    """Completes what `with_facts()` would have brought along."""
    homes = Community.objects.in_bulk({item.community_id for item in items})
    pictures = [item.featured_image for item in items if item.featured_image is not None]
    prefetch_related_objects(pictures, "renditions")
    for item in items:
        # Not the one that the run began with: it may have another name by now.
        item.community = homes.get(item.community_id, item.community)
        if item.publish_at is not None:
            item.changed = max(item.publish_at, now)  # type: ignore[attr-defined]


def _authors(names: set[str]) -> dict[str, Author]:
    """The authors of these names; those that nobody has are made at once, and all others looked up as ever."""
    found = {author.name: author for author in Author.objects.filter(name__in=names)}
    rest = {name: name for name in sorted(names - found.keys())}
    there = Author.objects.annotate(low=Lower("name")).filter(low__in=_lowered(rest))
    slugs = _free(Author, "author", rest, there.values_list("name", flat=True))
    made = Author.objects.bulk_create(Author(name=name, slug=slugs[name]) for name in slugs)
    found |= {author.name: author for author in made}
    return found | {name: rows.find_author(name) for name in rest if name not in slugs}


def _topics(terms: set[tuple[str, str]]) -> dict[tuple[str, str], Topic]:
    """The same for topics."""
    found = {(topic.vocabulary, topic.label): topic for topic in Topic.objects.filter(_of_terms("label__in", terms))}
    rest = {term: str(Topic(vocabulary=term[0], label=term[1])) for term in sorted(terms - found.keys())}
    there = Topic.objects.annotate(low=Lower("label")).filter(_of_terms("low__in", rest, as_lowered=True))
    slugs = _free(Topic, "topic", rest, map(str, there))
    made = Topic.objects.bulk_create(Topic(vocabulary=term[0], label=term[1], slug=slugs[term]) for term in slugs)
    found |= {(topic.vocabulary, topic.label): topic for topic in made}
    return found | {term: rows.find_topic(term) for term in rest if term not in slugs}


def _of_terms(lookup: str, terms: Iterable[tuple[str, str]], *, as_lowered: bool = False) -> Q:
    labels: dict[str, list[str]] = {}
    for vocabulary, label in terms:
        labels.setdefault(vocabulary, []).append(label)
    rule = Q(pk__in=[])
    for vocabulary, each in labels.items():
        rule |= Q(("vocabulary", vocabulary), (lookup, _lowered(each) if as_lowered else each))
    return rule


def _lowered(names: Iterable[str]) -> list[Lower]:
    return [Lower(Value(name)) for name in names]


def _free(model: type[Model], kind: str, names: dict[K, str], there: Iterable[str]) -> dict[K, str]:
    """The slugs of those of `names` that nothing of `model` has or had, `there` being names like them that are taken,
    and whose slug is nobody's either.
    """
    folded = {key: FormerName.folded(name) for key, name in names.items()}
    former = FormerName.objects.filter(**{"key__in": folded.values(), f"{kind}__isnull": False})
    met = set(map(FormerName.folded, there)) | set(former.values_list("key", flat=True))
    slugs = {key: rows.plain_slug(model, name, kind) for key, name in names.items()}
    taken = set(model._default_manager.filter(slug__in=slugs.values()).values_list("slug", flat=True))
    free = {}
    for key, slug in slugs.items():
        if folded[key] not in met and slug not in taken:
            free[key] = slug
        met.add(folded[key])
        taken.add(slug)
    return free


def _found_or_made(everything: Any, column: str, names: Iterable[str], make: Callable[[str], M]) -> dict[str, M]:
    """By name, whatever their case; one query for those that are there under just this name."""
    found: dict[str, M] = {getattr(row, column): row for row in everything.filter(**{f"{column}__in": names})}
    return found | {name: make(name) for name in sorted(set(names) - found.keys())}
