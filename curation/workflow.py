"""The rulebook: the states of an item, and every move that leads from one to another.

Two axes. *Review* says where the head revision stands; *publication* says what became of the live one. Scheduled and
expired are not stored: they follow from the clock. Buttons, bulk actions, checks and the table in the documentation are
all drawn from `MOVES`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices


class State(TextChoices):
    """Where the head revision stands in review."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class Publication(TextChoices):
    """What became of the item in public."""

    NEVER = "never", "Never published"
    LIVE = "live", "Live"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ARCHIVED = "archived", "Archived"


class MoveNotAllowed(Exception):
    """A move that cannot be made; its text tells the person why, and what to do instead."""


@dataclass(frozen=True)
class Move:
    """One allowed step of the workflow."""

    name: str
    label: str
    """What the button says."""
    done: str
    """What the timeline says: "submitted for review"."""
    permission: str
    """A name in `communities.access.PERMISSIONS`."""
    states: tuple[State, ...]
    """The review states that it can be made from."""
    publications: tuple[Publication, ...]
    """The publication states that it can be made from."""
    to_state: State | None = None
    """The review state that it leads to; None leaves it as it is."""
    to_publication: Publication | None = None
    """The publication state that it leads to; None leaves it as it is."""
    needs_reason: bool = False
    """Whether the person must say why."""
    not_own: bool = False
    """Whether somebody else must make it than the author of the revision, unless the community allows that."""
    primary: bool = False
    """Whether it is the step that leads forward, shown first."""
    pending_only: bool = False
    """Whether it needs a head revision that readers do not see yet."""
    help: str = ""
    """What happens, for the person before the button."""


_ANY_STATE = tuple(State)
_NOT_ARCHIVED = (Publication.NEVER, Publication.LIVE, Publication.WITHDRAWN)

MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move(
            "submit", "Submit for review", "submitted for review", "submit",
            (State.DRAFT, State.CHANGES_REQUESTED), _NOT_ARCHIVED, to_state=State.IN_REVIEW, primary=True,
            help="An editor looks at it next.",
        ),
        Move(
            "approve", "Approve", "approved", "review",
            (State.IN_REVIEW,), _NOT_ARCHIVED, to_state=State.APPROVED, not_own=True, primary=True,
            help="This revision, exactly as it stands, may be published.",
        ),
        Move(
            "publish", "Publish", "published", "publish",
            (State.APPROVED,), _NOT_ARCHIVED, to_publication=Publication.LIVE, primary=True, pending_only=True,
            help="Readers see the approved revision, at once or from its date of publication on.",
        ),
        Move(
            "request_changes", "Request changes", "asked for changes", "review",
            (State.IN_REVIEW, State.APPROVED), _NOT_ARCHIVED, to_state=State.CHANGES_REQUESTED, needs_reason=True,
            pending_only=True, help="It goes back to its author with your reason.",
        ),
        Move(
            "reject", "Reject", "rejected", "review",
            (State.IN_REVIEW, State.CHANGES_REQUESTED), _NOT_ARCHIVED, to_state=State.REJECTED, needs_reason=True,
            help="It leaves every queue. Your reason is kept, for the next person who finds the same link.",
        ),
        Move(
            "reopen", "Reopen", "reopened", "edit",
            (State.REJECTED,), _NOT_ARCHIVED, to_state=State.DRAFT, primary=True, help="It becomes a draft again.",
        ),
        Move(
            "withdraw", "Withdraw", "withdrawn", "publish",
            _ANY_STATE, (Publication.LIVE,), to_publication=Publication.WITHDRAWN, needs_reason=True,
            help="Readers no longer see it; its address says that it is gone.",
        ),
        Move(
            "archive", "Archive", "archived", "archive",
            _ANY_STATE, _NOT_ARCHIVED, to_publication=Publication.ARCHIVED,
            help="It is put away: not public, not in any queue. It can be restored.",
        ),
        Move(
            "restore", "Restore", "restored", "archive",
            _ANY_STATE, (Publication.ARCHIVED,),
            to_state=State.DRAFT, to_publication=Publication.WITHDRAWN, primary=True,
            help="It becomes a draft again. Nothing is published by that.",
        ),
    )
}  # fmt: skip
"""Every move by its name, in the order in which buttons are shown."""

EDITABLE_STATES = (State.DRAFT, State.CHANGES_REQUESTED, State.IN_REVIEW, State.APPROVED)
"""The review states in which an item's words can be changed; a change leads back to draft."""


@dataclass(frozen=True)
class Standing:
    """Where one item stands: all that the rulebook needs to know of it."""

    state: State
    publication: Publication
    pending: bool
    """Whether the head revision is another one than the live one."""
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None


def possible_moves(standing: Standing) -> Iterator[Move]:
    """The moves that can be made from `standing`, whoever makes them, the primary ones first."""
    moves = [move for move in MOVES.values() if refusal(move, standing) is None]
    yield from sorted(moves, key=lambda move: not move.primary)


def refusal(move: Move, standing: Standing) -> str | None:
    """Why `move` cannot be made from `standing`, in a sentence for the person; None where it can."""
    if standing.publication not in move.publications:
        where = Publication(standing.publication).label.lower()
        return f"“{move.label}” is not possible for an item that is {where}."
    if standing.state not in move.states:
        wanted = " or ".join(f"“{state.label}”" for state in move.states)
        return f"“{move.label}” is possible from {wanted}. The item is “{State(standing.state).label}” now."
    if move.pending_only and standing.publication == Publication.LIVE and not standing.pending:
        return f"“{move.label}” is not needed: readers see the newest revision already."
    return None


def editable(standing: Standing) -> bool:
    """Whether the words of an item can be changed as it stands."""
    return standing.publication != Publication.ARCHIVED and standing.state in EDITABLE_STATES


def label(standing: Standing, now: datetime) -> tuple[str, str]:
    """One label for both axes at the time `now`: `(code, words)`, such as `("published", "Published + draft")`.

    The code names what readers meet (or the review state, where they meet nothing) and is what a badge is coloured by.
    """
    state = State(standing.state)
    match standing.publication:
        case Publication.ARCHIVED:
            return "archived", "Archived"
        case Publication.WITHDRAWN:
            code, words = "withdrawn", "Withdrawn"
        case Publication.LIVE if standing.unpublish_at and standing.unpublish_at <= now:
            code, words = "expired", "Expired"
        case Publication.LIVE if standing.publish_at is None or standing.publish_at > now:
            code, words = "scheduled", "Scheduled"
        case Publication.LIVE:
            code, words = "published", "Published"
        case _:
            return state.value, state.label
    return (code, f"{words} + {state.label.lower()}") if standing.pending else (code, words)
