"""The deeds of the workflow: save a revision, make a move, set the dates. Each writes its line into the timeline.

Every deed is one transaction and carries the version of the item that it started from, so that nobody overwrites what
they have not seen.
"""

import copy
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities import access
from communities.models import Community
from curation import workflow
from curation.exchange import documents, keys, rows
from curation.exchange.header import Header
from curation.exchange.values import ItemValues
from curation.frontmatter import Document, FrontMatterError
from curation.models import Change, CuratedItem, Publisher, Revision
from curation.workflow import MOVES, Move, MoveNotAllowed, Publication, State

if TYPE_CHECKING:
    from communities.models import User


class StaleVersion(Exception):
    """Somebody else saved the item since the version that a deed started from.

    `item` is the item as it is now, `last` the newest line of its timeline.
    """

    def __init__(self, item: CuratedItem) -> None:
        self.item = item
        self.last = item.changes.first()
        who = self.last.actor_name if self.last else "Somebody"
        super().__init__(
            f"{who} changed this item after you opened it. Nothing of yours was saved yet, and nothing is lost."
        )


P = ParamSpec("P")
R = TypeVar("R")


def _deed(function: Callable[Concatenate[CuratedItem, P], R]) -> Callable[Concatenate[CuratedItem, P], R]:
    """One transaction; when it is refused, the caller's item says again what is kept."""

    @wraps(function)
    def deed(item: CuratedItem, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return function(item, *args, **kwargs)
        except (StaleVersion, MoveNotAllowed, ValidationError):
            item.refresh_from_db()
            raise

    return deed


# --- Saving ---------------------------------------------------------------------------------------------------------


@transaction.atomic
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
    Raises ValidationError with sentences by field.
    """
    publisher = _publisher(values)
    values.slug = values.slug or ("" if document else rows.slug_for(values))
    at = at or timezone.now()
    item = CuratedItem(
        created_by=by, path=path, upstream_key=upstream_key, created_at=at,
        publish_at=publish_at, unpublish_at=unpublish_at,
    )  # fmt: skip
    rows.fill(item, values, publisher)
    _validate(item)
    item.save()
    rows.connect(item, values)
    made = document or documents.new(values, str(publisher or ""))
    _add_revision(item, made, values, by=by, note=note, at=at, from_file=document is not None)
    item.version = 1
    item.save(update_fields=["head_revision", "version", "updated_at"])
    _record(item, action, by=by, via=via, note=note, at=at)
    return item


@_deed
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
) -> Revision | None:
    """A new head revision of `item`; None where `values` change nothing.

    Readers meet it at once only in an item that was never published, whose row and head are one; a live item's row
    stays as it is until the revision is published. `state` is where the revision stands then; left out, an approval is
    void, and every other state stays. `document` is a file's, kept to the byte.

    Raises StaleVersion where the item is no longer at `version`, MoveNotAllowed where it cannot be edited as it stands,
    ValidationError with sentences by field.
    """
    _claim(item, version)
    if not workflow.editable(item.standing):
        raise MoveNotAllowed(_not_editable(item))
    before = head_values(item)
    from_file = document is not None
    document = document or _document(item, before, values)
    head = _head(item)
    if document.bytes == bytes(head.content) and before.image == values.image:
        # Nothing to keep, so other people's forms stay good: the version that was claimed is given back.
        CuratedItem.objects.filter(pk=item.pk).update(version=version)
        item.version = version
        return None
    publisher = _publisher(values)
    target = item if item.row_is_head else copy.copy(item)
    rows.fill(target, values, publisher)
    _validate(target)
    rows.check_aliases(item, values.aliases)
    from_state = State(item.state)
    item.state = state or (State.DRAFT if from_state == State.APPROVED else from_state)
    if item.row_is_head:
        item.save()
        rows.connect(item, values)
    now = timezone.now()
    _add_revision(item, document, values, by=by, note=note, at=now, from_file=from_file)
    item.save(update_fields=["head_revision", "state", "updated_at"])
    _record(item, action, by=by, via=via, note=note, from_state=from_state, at=now)
    return item.head_revision


def head_values(item: CuratedItem) -> ItemValues:
    """What the newest revision of `item` says: what its form shows."""
    return revision_values(item, _head(item))


def revision_values(item: CuratedItem, revision: Revision) -> ItemValues:
    """What one revision of `item` says, with its picture and its community."""
    document = revision.document
    values = documents.read(document, image=revision.featured_image)
    slug = keys.community_slug(Header(document.data))
    home = item.community
    values.community = home if slug in ("", home.slug) else Community.objects.filter(slug=slug).first() or home
    return values


# --- Moving ---------------------------------------------------------------------------------------------------------


@_deed
def move(
    item: CuratedItem,
    name: str,
    *,
    by: "User | None",
    version: int,
    note: str = "",
    via: str = "admin",
    at: datetime | None = None,
) -> Change:
    """Makes the move `name` of `workflow.MOVES`; `by` is None for an operator's command, which may do everything.
    `at` is when it happened; left out, now.

    Raises StaleVersion where the item is no longer at `version`, MoveNotAllowed with a sentence where the move is not
    possible or not permitted, KeyError for an unknown name.
    """
    chosen = MOVES[name]
    _claim(item, version)
    if (why := why_not(item, chosen, by, note)) is not None:
        raise MoveNotAllowed(why)
    from_state, from_publication = State(item.state), Publication(item.publication)
    now = at or timezone.now()
    if chosen.to_state is not None:
        item.state = chosen.to_state
    if chosen.to_publication == Publication.LIVE:
        _go_live(item, now)
    elif chosen.name == "restore" and item.live_revision_id is None:
        item.publication = Publication.NEVER
    elif chosen.to_publication is not None:
        item.publication = chosen.to_publication
    item.updated_at = now
    item.save()
    return _record(
        item, name, by=by, via=via, note=note, from_state=from_state, from_publication=from_publication, at=now
    )


def why_not(item: CuratedItem, chosen: Move, by: "User | None", note: str | None = None) -> str | None:
    """Why `by` cannot make the move `chosen` now, in a sentence; None where they can.

    `note` is what they say to it; None asks whether the move could be made with a good reason.
    """
    if (why := workflow.refusal(chosen, item.standing)) is not None:
        return why
    if by is not None:
        if not access.can(by, chosen.permission, item.community_id, owner=item.created_by_id):
            return f"Your role in {item.community} does not include “{chosen.label}”."
        if chosen.not_own and not item.community.self_approval and _wrote_since_live(item, by):
            return "You wrote this revision or one before it. Ask somebody else: four eyes see more than two."
    if chosen.needs_reason and note is not None and not note.strip():
        return f"“{chosen.label}” needs a reason: say in a sentence why."
    if chosen.to_publication == Publication.LIVE:
        if item.unpublish_at and item.unpublish_at <= timezone.now():
            return "“Published until” has passed. Choose a later date, or empty it."
        publisher = _publisher_of_head(item)
        if publisher is not None and publisher.status == Publisher.Status.BLOCKED:
            return f"{publisher} is blocked: nothing of it is published. Ask a lead, or choose another source."
    return None


def allowed_moves(item: CuratedItem, user: "User") -> list[Move]:
    """The moves that `user` can make now, the one that leads forward first."""
    return [chosen for chosen in workflow.possible_moves(item.standing) if why_not(item, chosen, user) is None]


@_deed
def set_dates(
    item: CuratedItem,
    *,
    publish_at: datetime | None,
    unpublish_at: datetime | None,
    by: "User | None",
    version: int,
    via: str = "admin",
) -> Change | None:
    """Sets from when and until when readers see a published item; None where that changes nothing.

    Raises StaleVersion, MoveNotAllowed where `by` may not publish, ValidationError where the end lies before the start.
    """
    if publish_at is None and item.publication == Publication.LIVE:
        publish_at = item.publish_at
    if (publish_at, unpublish_at) == (item.publish_at, item.unpublish_at):
        return None
    _claim(item, version)
    if by is not None and not access.can(by, "publish", item.community_id):
        raise MoveNotAllowed(f"Your role in {item.community} does not include setting dates of publication.")
    item.publish_at, item.unpublish_at, item.updated_at = publish_at, unpublish_at, timezone.now()
    _validate(item)
    item.save(update_fields=["publish_at", "unpublish_at", "updated_at"])
    words = f"from {_shown(publish_at, 'publication')} until {_shown(unpublish_at, 'further notice')}"
    return _record(item, "rescheduled", by=by, via=via, note=words)


# --- What the deeds have in common ----------------------------------------------------------------------------------


def publish_imported(item: CuratedItem, *, at: datetime, via: str, note: str = "") -> Change:
    """Makes the head revision live as an operator's import does: what a file of a site that is public already says.

    `at` is from when readers see it. Called within the transaction that saved the revision.
    """
    from_state, from_publication = State(item.state), Publication(item.publication)
    item.state, item.publish_at = State.APPROVED, at
    _go_live(item, at)
    item.version += 1
    item.save()
    return _record(
        item,
        "published",
        by=None,
        via=via,
        note=note,
        from_state=from_state,
        from_publication=from_publication,
    )


def _claim(item: CuratedItem, version: int) -> None:
    """Takes the item for this transaction: one statement that succeeds for one of all who start from `version`."""
    if not CuratedItem.objects.filter(pk=item.pk, version=version).update(version=F("version") + 1):
        raise StaleVersion(CuratedItem.objects.select_related("community").get(pk=item.pk))
    item.refresh_from_db()


def _go_live(item: CuratedItem, now: datetime) -> None:
    """Makes the head revision what readers see."""
    if item.live_revision_id not in (None, item.head_revision_id):
        address = item.get_absolute_url()
        values = head_values(item)
        rows.fill(item, values, _publisher(values))
        _validate(item)
        item.save()
        rows.connect(item, values)
        if item.get_absolute_url() != address:
            rows.keep_former_address(item, address)
    item.publication = Publication.LIVE
    item.live_revision_id = item.head_revision_id
    item.publish_at = item.publish_at or now


def _document(item: CuratedItem, before: ItemValues, values: ItemValues) -> Document:
    """The document for `values`: made anew for an item that was born here, edited in place for one from a file."""
    publisher = _publisher(values)
    brand = str(publisher or "")
    values.slug = values.slug or rows.slug_for(values)
    if item.live_revision_id is not None and (before.slug, before.community) != (
        values.slug,
        values.community,
    ):
        # Files tell the old address too, so that a static site made from them keeps it.
        address = item.get_absolute_url().rstrip("/")
        if address not in values.aliases:
            values.aliases = [*values.aliases, address]
    if item.path is None:
        return documents.new(values, brand)
    try:
        return documents.changed(_head(item).document, before, values, brand)
    except FrontMatterError as error:
        raise ValidationError(f"The item's file cannot be changed in this way: {error}") from error


def _head(item: CuratedItem) -> Revision:
    assert item.head_revision is not None, "every saved item has a revision"
    return item.head_revision


def _publisher(values: ItemValues) -> Publisher | None:
    try:
        return rows.publisher_for(values.link)
    except ValueError as error:
        raise ValidationError({"link": str(error)}) from error


def _publisher_of_head(item: CuratedItem) -> Publisher | None:
    if item.live_revision_id in (None, item.head_revision_id):
        return item.publisher
    return _publisher(head_values(item))


def _wrote_since_live(item: CuratedItem, user: "User") -> bool:
    live = item.live_revision.number if item.live_revision else 0
    return item.revisions.filter(created_by=user, number__gt=live).exists()


def _validate(item: CuratedItem) -> None:
    item.full_clean(exclude=["created_by", "head_revision", "live_revision", "file_revision", "tags"])


def new_revision(
    item: CuratedItem,
    number: int,
    document: Document,
    values: ItemValues,
    *,
    by: "User | None",
    at: datetime,
    from_file: bool,
    note: str = "",
) -> Revision:
    """A revision of `item` with everything that follows from its document; not saved."""
    return Revision(
        item=item, number=number, content=document.bytes, sha256=document.sha256, featured_image=values.image,
        picture_path=keys.picture_path(Header(document.data))[:1000], from_file=from_file,
        created_at=at, created_by=by, note=note,
    )  # fmt: skip


def new_change(
    item: CuratedItem,
    action: str,
    *,
    by: "User | None",
    via: str,
    at: datetime,
    note: str = "",
    from_state: State | str | None = None,
    from_publication: Publication | str | None = None,
    previous_hash: str,
) -> Change:
    """A line of the timeline of `item`, as it stands after the deed `action`; not saved.

    `previous_hash` is that of the line before it, empty for the first.
    """
    change = Change(
        item=item, at=at, actor=by, actor_name=str(by) if by else "Operator", action=action, via=via,
        note=note.strip(), revision=item.head_revision, from_state=from_state or item.state, to_state=item.state,
        from_publication=from_publication or item.publication, to_publication=item.publication,
        previous_hash=previous_hash,
    )  # fmt: skip
    change.hash = change.digest()
    return change


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


def _record(
    item: CuratedItem,
    action: str,
    *,
    by: "User | None",
    via: str,
    note: str = "",
    from_state: State | None = None,
    from_publication: Publication | None = None,
    at: datetime | None = None,
) -> Change:
    last = item.changes.order_by("-pk").values_list("hash", flat=True).first()
    change = new_change(
        item, action, by=by, via=via, at=at or timezone.now(), note=note, from_state=from_state,
        from_publication=from_publication, previous_hash=last or "",
    )  # fmt: skip
    change.save()
    return change


def _not_editable(item: CuratedItem) -> str:
    if item.publication == Publication.ARCHIVED:
        return "The item is archived. Restore it before you edit it."
    return "The item was rejected. Reopen it before you edit it."


def _shown(moment: datetime | None, otherwise: str) -> str:
    return timezone.localtime(moment).strftime("%-d %B %Y %H:%M %Z") if moment else otherwise
