"""Taking back what was just done to an item, where it can be as if it had never been: new words, and a hand-in.

What is left in the history is both: the deed, and that it was taken back.
"""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from communities import access
from curation import upkeep
from curation.exchange import keys
from curation.exchange.header import Header
from curation.models import Change, CuratedItem, Revision
from curation.publishing.ledger import claim, deed, new_revision, record
from curation.publishing.saving import fill_row, head_of, revision_values, why_not_save
from curation.workflow import MoveNotAllowed, State

if TYPE_CHECKING:
    from communities.models import User

TAKEN_BACK = "taken back"
"""The name of the deed in the timeline."""
EDITED, SUBMITTED = "edited", "submit"
"""The deeds that can be taken back, by their names in the timeline."""


@deed
def take_back(
    item: CuratedItem,
    done: Change,
    *,
    by: "User | None",
    version: int,
    via: str = "admin",
    note: str = "",
    details: dict[str, Any] | None = None,
) -> Change:
    """Takes back the newest deed that was done to `item`, of which `done` is the line: the words of the revision before
    are said again, by a revision that stands where that one stood, live, scheduled or approved; or the item is as it
    was before it was handed in.

    The caller has seen that nothing has become of the item since. Raises StaleVersion, MoveNotAllowed with a sentence,
    ValidationError where the item cannot say again what it said, as when its address is another one's now.
    """
    claim(item, version)
    if (why := why_not_take_back(item, done, by)) is not None:
        raise MoveNotAllowed(why)
    from_state, now = State(item.state), timezone.now()
    if done.action == EDITED:
        _say_again(item, _former(item, done), by, note)
    item.state = done.from_state
    if item.state != State.IN_REVIEW:
        item.reviewer = item.claimed_at = item.review_due = None
    item.updated_at = now
    item.save()
    permission = "edit" if done.action == EDITED else "submit"
    change = record(
        item,
        TAKEN_BACK,
        by=by,
        via=via,
        permission=permission,
        note=note,
        details=details,
        from_state=from_state,
        at=now,
    )
    upkeep.items_changed([item.pk])
    return change


def why_not_take_back(item: CuratedItem, done: Change, by: "User | None") -> str | None:
    """Why `by` cannot take back what `done` tells of, in a sentence; None where they can."""
    if done.revision_id != item.head_revision_id:
        return "It was changed since."
    if done.action == SUBMITTED:
        return _why_not_submitted(item, by)
    former = _former(item, done)
    if item.row_is_head and not _home_of(former) and _home_of(head_of(item)):
        return "Its file did not say before in which community it lives. Change it by itself."
    return why_not_save(item, by, revision_values(item, former).community)


def _why_not_submitted(item: CuratedItem, by: "User | None") -> str | None:
    if item.state != State.IN_REVIEW:
        return f"It is “{State(item.state).label}” now."
    if by is not None and not access.can(by, "submit", item.community_id, owner=item.created_by_id):
        return f"Your role in {item.community} does not include handing in this item, nor taking that back."
    holder = item.claimed_by()
    return None if holder in (None, by) else f"{holder} is at its review. Ask them to leave it to others."


def _former(item: CuratedItem, done: Change) -> Revision:
    """The revision before the one that `done` tells of."""
    assert done.revision is not None, "every deed is about a revision"
    return item.revisions.select_related("featured_image").get(number=done.revision.number - 1)


def _home_of(revision: Revision) -> str:
    return keys.community_slug(Header(revision.document.data))


def _say_again(item: CuratedItem, former: Revision, by: "User | None", note: str) -> None:
    values = revision_values(item, former)
    number, was_live = head_of(item).number + 1, item.live_revision_id == former.pk
    again = new_revision(
        item, number, former.document, values, by=by, at=timezone.now(), from_file=former.from_file, note=note
    )
    if not was_live:
        # Whoever wrote these words is still who wrote them.
        again.restates = former.restates or former.number
    if item.row_is_head:
        fill_row(item, values)
    again.save()
    for column in ("live_revision", "scheduled_revision", "file_revision"):
        if getattr(item, f"{column}_id") == former.pk:
            setattr(item, column, again)
    item.head_revision = again
