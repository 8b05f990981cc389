"""Saving what an item says: each time a new head revision, which readers see at once only where they see nothing."""

import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from communities import access
from communities.models import Community
from curation import notices, upkeep, workflow
from curation.exchange import documents, keys, rows
from curation.exchange.header import Header
from curation.exchange.values import ItemValues
from curation.frontmatter import Document, FrontMatterError
from curation.models import Alias, CuratedItem, Publisher, Revision
from curation.publishing.ledger import claim, deed, give_back, kept_whole, new_revision, record
from curation.workflow import MoveNotAllowed, Publication, State

if TYPE_CHECKING:
    from communities.models import User

JUST_NOW = timedelta(minutes=15)
"""How long a form that is sent once more is taken for a button that was pressed twice."""
NOT_VALIDATED = [
    "publisher", "created_by", "head_revision", "live_revision", "file_revision", "scheduled_revision", "scheduled_at",
    "reviewer", "state", "publication", "tags",
]  # fmt: skip
"""Columns that deeds set themselves, and no person or file: looking them up again would hold up the next writer."""


def create(
    values: ItemValues,
    *,
    by: "User | None",
    via: str = "admin",
    note: str = "",
    action: str = "created",
    document: Document | None = None,
    path: str | None = None,
    upstream_key: str | None = None,
    publish_at: datetime | None = None,
    unpublish_at: datetime | None = None,
    at: datetime | None = None,
) -> CuratedItem:
    """A new item with its first revision, as a draft.

    An item that comes from a file brings its `document`, kept to the byte, the `path` of the file in the content folder
    and the `upstream_key` that another system knows it by; otherwise its document is made from `values`. `publish_at`
    and `unpublish_at` say from when and until when readers may see it, once it is published. `at` is when it happened;
    left out, now.
    Raises ValidationError with sentences by field, MoveNotAllowed where `by` may not add items to that community.
    """
    if by is not None and not access.can(by, "create", values.community):
        raise MoveNotAllowed(f"Your role in {values.community} does not include adding items.")
    moment = at or timezone.now()

    def make() -> CuratedItem:
        publisher = publisher_of(values)
        values.slug = values.slug or ("" if document else rows.slug_for(values))
        item = CuratedItem(
            created_by=by, path=path, upstream_key=upstream_key, created_at=moment,
            publish_at=publish_at, unpublish_at=unpublish_at,
        )  # fmt: skip
        rows.fill(item, values, publisher)
        validate(item)
        item.save()
        rows.connect(item, values)
        made = document or documents.new(values, str(publisher or ""))
        item.upstream_key = keys.upstream_key(Header(made.data)) or item.upstream_key
        _add_revision(item, made, values, by=by, note=note, at=moment, from_file=document is not None)
        item.version = 1
        item.save(update_fields=["head_revision", "version", "updated_at", "upstream_key"])
        record(item, action, by=by, via=via, permission="create", note=note, at=moment)
        upkeep.items_changed([item.pk])
        return item

    return kept_whole(make)


def made_already(values: ItemValues, *, by: "User", note: str = "") -> CuratedItem | None:
    """The item that `by` has just made of exactly these words and this note, as by the first of two presses of a
    button; None where there is none.
    """
    first = Revision.objects.filter(
        number=1, item__created_at__gte=timezone.now() - JUST_NOW, item__community=values.community, created_by=by,
        note=note, featured_image=values.image, from_file=False,
    ).select_related("item__publisher")  # fmt: skip
    for revision in first.order_by("-pk"):
        said = replace(values, slug=values.slug or documents.read(revision.document).slug)
        if documents.new(said, str(revision.item.publisher or "")).bytes == bytes(revision.content):
            return revision.item
    return None


@deed
def save(
    item: CuratedItem,
    values: ItemValues,
    *,
    by: "User | None",
    version: int,
    via: str = "admin",
    note: str = "",
    action: str = "edited",
    document: Document | None = None,
    state: State | None = None,
    at: datetime | None = None,
) -> Revision | None:
    """A new head revision of `item`; None where `values` change nothing.

    Readers meet it at once only in an item that was never published, whose row and head are one; a live item's row
    stays as it is until the revision is published. `state` is where the revision stands then; left out, an approval is
    void, and every other state stays. A review goes along to another home: whoever was asked keeps it where they may
    review there, too; otherwise it is for any editor. `document` is a file's, kept to the byte; `at` is when it
    happened, or now.

    Raises StaleVersion where the item is no longer at `version`, MoveNotAllowed where it cannot be edited as it stands
    or `by` may not edit it (or take it to another community), ValidationError with sentences by field.
    """
    claim(item, version)
    # A proposal that is handed in anew, as a file's is, begins again after a rejection.
    begins_again = state is not None and item.publication != Publication.ARCHIVED
    if (why := why_not_save(item, by, values.community, begins_again=begins_again)) is not None:
        raise MoveNotAllowed(why)
    before, home = head_values(item), item.community_id
    from_file = document is not None
    document = document or _document(item, before, values)
    item.upstream_key = keys.upstream_key(Header(document.data)) or item.upstream_key
    if document.bytes == bytes(head_of(item).content) and before.image == values.image:
        give_back(item, version)
        return None
    from_state = State(item.state)
    item.state = state or (State.DRAFT if from_state == State.APPROVED else from_state)
    now = at or timezone.now()
    add_head(item, document, values, by=by, note=note, at=now, from_file=from_file)
    moved = item.community_id != home
    if moved and item.reviewer is not None and not access.can(item.reviewer, "review", item.community_id):
        item.reviewer = item.claimed_at = None
    item.save(update_fields=["head_revision", "state", "updated_at", "upstream_key", "reviewer", "claimed_at"])
    record(item, action, by=by, via=via, permission="edit", note=note, from_state=from_state, at=now)
    if action == "edited":
        notices.notify("edited", [item.reviewer_id], by=by, item=item, note=note, at=now)
        if moved and item.state == State.IN_REVIEW and item.reviewer is None:
            notices.brought(item, by=by, at=now)
    upkeep.items_changed([item.pk])
    return item.head_revision


def why_not_save(
    item: CuratedItem, by: "User | None", community: Community | None = None, *, begins_again: bool = False
) -> str | None:
    """Why `by` cannot save other words for `item`, which take it to `community` if that is another one than its home,
    in a sentence; None where they can.
    """
    if not workflow.editable(item.standing) and not begins_again:
        return _not_editable(item)
    for place in (item.community, community or item.community):
        if by is not None and not access.can(by, "edit", place, owner=item.created_by_id):
            return f"Your role in {place} does not include changing this item."
    return None


def head_of(item: CuratedItem) -> Revision:
    assert item.head_revision is not None, "every saved item has a revision"
    return item.head_revision


def head_values(item: CuratedItem) -> ItemValues:
    """What the newest revision of `item` says: what its form shows."""
    return revision_values(item, head_of(item))


def revision_values(item: CuratedItem, revision: Revision) -> ItemValues:
    """What one revision of `item` says, with its picture and its community; where its file says no address, the one
    that the item has by the file's name.
    """
    document = revision.document
    values = documents.read(document, image=revision.featured_image)
    values.slug = values.slug or item.slug
    slug = keys.community_slug(Header(document.data))
    home = item.community
    values.community = home if slug in ("", home.slug) else Community.objects.filter(slug=slug).first() or home
    return values


def add_head(
    item: CuratedItem,
    document: Document,
    values: ItemValues,
    *,
    by: "User | None",
    note: str,
    at: datetime,
    from_file: bool,
) -> None:
    """Makes `document`, which says `values`, the head revision of `item`, and fills the row where readers have never
    seen it. The caller saves the item's own columns. Raises ValidationError with sentences by field.
    """
    target = item if item.row_is_head else copy.copy(item)
    rows.fill(target, values, publisher_of(values))
    validate(target)
    rows.check_aliases(item, values.aliases)
    if item.row_is_head:
        item.save()
        rows.connect(item, values)
    _add_revision(item, document, values, by=by, note=note, at=at, from_file=from_file)


def fill_row(item: CuratedItem, values: ItemValues) -> None:
    """Makes the row of `item` say `values`, all of it. Raises ValidationError with sentences by field."""
    rows.fill(item, values, publisher_of(values))
    validate(item)
    item.save()
    rows.connect(item, values)


def publisher_of(values: ItemValues) -> Publisher | None:
    """The publisher behind the link of `values`, made where it is met for the first time. Raises ValidationError."""
    try:
        return rows.publisher_for(values.link)
    except ValueError as error:
        raise ValidationError({"link": str(error)}) from error


def validate(item: CuratedItem) -> None:
    item.full_clean(exclude=NOT_VALIDATED)


def _add_revision(
    item: CuratedItem,
    document: Document,
    values: ItemValues,
    *,
    by: "User | None",
    note: str,
    at: datetime,
    from_file: bool,
) -> None:
    number = item.head_revision.number + 1 if item.head_revision else 1
    item.updated_at = at
    item.head_revision = new_revision(item, number, document, values, by=by, at=at, from_file=from_file, note=note)
    item.head_revision.save()


def _document(item: CuratedItem, before: ItemValues, values: ItemValues) -> Document:
    """The document for `values`: made anew for an item that was born here, edited in place for one from a file."""
    brand = str(publisher_of(values) or "")
    values.slug = values.slug or rows.slug_for(values)
    if item.live_revision_id is not None and (before.slug, before.community) != (values.slug, values.community):
        # Files tell the old address too, so that a static site made from them keeps it.
        address = item.get_absolute_url().rstrip("/")
        elsewhere = Alias.objects.filter(path=Alias.normalised(address)).exclude(item=item).exists()
        if address not in values.aliases and not elsewhere:
            values.aliases = [*values.aliases, address]
    if item.path is None:
        return documents.new(values, brand)
    try:
        return documents.changed(head_of(item).document, before, values, brand)
    except FrontMatterError as error:
        raise ValidationError(f"The item's file cannot be changed in this way: {error}") from error


def _not_editable(item: CuratedItem) -> str:
    if item.publication == Publication.ARCHIVED:
        return "The item is archived. Restore it before you edit it."
    return "The item was rejected. Reopen it before you edit it."
