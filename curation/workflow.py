"""The rulebook: the states of an item, and every move that leads from one to another.

Two axes. *Review* says where the head revision stands; *publication* says what became of the live one. Scheduled and
expired are not stored: they follow from the clock. Buttons, bulk actions, checks and the tables in the documentation
are all drawn from `MOVES`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.db.models import TextChoices

LEASE = timedelta(minutes=15)
"""How long a review stays with the person who claimed it; after that anybody may take it over."""


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


class Guard(TextChoices):
    """What has to hold for a move, beside states and permission. The first four follow from where the item stands;
    `curation.publishing.guards` looks after the others.
    """

    PENDING = "pending", "There is a revision that readers do not see yet."
    NOT_SCHEDULED = "not_scheduled", "The newest revision is not scheduled already."
    SCHEDULED = "scheduled", "Something is scheduled: the first day, or an update of a live item."
    UNCONFIRMED = "unconfirmed", "A fast-tracked correction waits for a second pair of eyes."
    UNCLAIMED = "unclaimed", "Nobody else has claimed the review within the last 15 minutes."
    CLAIMED = "claimed", "The review is claimed by the person, or by somebody whose 15 minutes are over."
    CLEANED = "cleaned", "Cleaning takes something away from the text, and nobody has accepted that yet."
    OTHER_HANDS = "other_hands", "The correction was fast-tracked by somebody else, unless the community allows it."
    ONLY_OWN = "only_own", "All that readers do not see yet was written by the person who makes the move."
    CHECKS = "checks", "No check of the community blocks it."
    OLDER = "older", "There is an older revision."
    PUBLISHER = "publisher", "The publisher is not blocked."
    NOT_OVER = "not_over", "“Published until” has not passed."


class MoveNotAllowed(Exception):
    """A move that cannot be made; its text tells the person why, and what to do instead."""


@dataclass(frozen=True)
class Question:
    """What a move asks of the person who makes it."""

    name: str
    """The keyword under which `curation.publishing.move` takes the answer."""
    label: str
    kind: Literal["text", "person", "day", "moment", "address", "revision", "topics", "tags", "community"]
    missing: str = ""
    """What is said, after “needs”, where an answer is required and there is none; empty where it may be left out."""
    help: str = ""

    @property
    def required(self) -> bool:
        return bool(self.missing)


NOTE = Question("note", "Note", "text", help="For the timeline, and for who comes next.")
REASON = Question("note", "Reason", "text", "a reason: say in a sentence why")
ASSIGNEE = Question("assignee", "Reviewer", "person", help="Who should look at it. Left empty: any editor.")
DUE = Question("due", "Due", "day", help="By when. Left empty: no hurry.")
MOMENT = Question("when", "When", "moment", "a day and a time", "From then on readers see it.")
GONE_TO = Question(
    "gone_to", "Lead readers to", "address",
    help="A path of this site, like /communities/telehealth/, or a web address. Left empty: its address says that it "
    "is gone.",
)  # fmt: skip
REVISION = Question("revision", "Revision", "revision", "the revision to go back to")


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
    asks: tuple[Question, ...] = (NOTE,)
    guards: tuple[Guard, ...] = ()
    not_own: bool = False
    """Whether somebody else must make it than the author of the revision, unless the community allows that."""
    primary: bool = False
    """Whether it is the step that leads forward, shown first."""
    way_back: str = ""
    """The name of the move that leads back, where there is one; what that does not bring back is told before."""
    quiet: bool = False
    """Whether it changes nothing that others could overwrite, so that their open forms stay good."""
    help: str = ""
    """What happens, for the person before the button."""

    @property
    def needs_reason(self) -> bool:
        """Whether the person must say why."""
        return REASON in self.asks

    @property
    def for_many(self) -> bool:
        """Whether it can be made for many items at once: what it must be told is the same for all of them."""
        return not any(question.kind == "revision" for question in self.asks)


_ANY_STATE = tuple(State)
_NOT_ARCHIVED = (Publication.NEVER, Publication.LIVE, Publication.WITHDRAWN)
_GOES_LIVE = (Guard.CHECKS, Guard.PUBLISHER, Guard.NOT_OVER)

EDITABLE_STATES = (State.DRAFT, State.CHANGES_REQUESTED, State.IN_REVIEW, State.APPROVED)
"""The review states in which an item's words can be changed; a change leads back to draft."""

MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move(
            "submit", "Submit for review", "submitted for review", "submit",
            (State.DRAFT, State.CHANGES_REQUESTED), _NOT_ARCHIVED, to_state=State.IN_REVIEW,
            asks=(NOTE, ASSIGNEE, DUE), guards=(Guard.CHECKS,), primary=True, help="An editor looks at it next.",
        ),
        Move(
            "approve", "Approve", "approved", "review",
            (State.IN_REVIEW,), _NOT_ARCHIVED, to_state=State.APPROVED, guards=(Guard.CHECKS,), not_own=True,
            primary=True, help="This revision, exactly as it stands, may be published.",
        ),
        Move(
            "publish", "Publish", "published", "publish",
            (State.APPROVED,), _NOT_ARCHIVED, to_publication=Publication.LIVE,
            guards=(Guard.PENDING, *_GOES_LIVE), primary=True,
            help="Readers see the approved revision, at once or from its date of publication on.",
        ),
        Move(
            "confirm", "Confirm the correction", "confirmed the correction", "review",
            _ANY_STATE, (Publication.LIVE,), guards=(Guard.UNCONFIRMED, Guard.OTHER_HANDS), primary=True,
            help="You have looked at what was corrected without a review, and it can stay.",
        ),
        Move(
            "schedule", "Schedule", "scheduled", "publish",
            (State.APPROVED,), _NOT_ARCHIVED, to_publication=Publication.LIVE,
            asks=(MOMENT, NOTE), guards=(Guard.PENDING, Guard.NOT_SCHEDULED, *_GOES_LIVE),
            way_back="unschedule",
            help="Readers see the approved revision from a time that you choose, whatever is written until then.",
        ),
        Move(
            "reschedule", "Reschedule", "rescheduled", "publish",
            _ANY_STATE, (Publication.LIVE,), asks=(MOMENT, NOTE), guards=(Guard.SCHEDULED,),
            help="The same revision, at another time.",
        ),
        Move(
            "unschedule", "Unschedule", "unscheduled", "publish",
            _ANY_STATE, (Publication.LIVE,), guards=(Guard.SCHEDULED,),
            help="Nothing happens by itself any more. What readers see now stays.",
        ),
        Move(
            "claim", "Review it", "took the review", "review",
            (State.IN_REVIEW,), _NOT_ARCHIVED, guards=(Guard.UNCLAIMED,), quiet=True,
            help="For 15 minutes others see that you are at it.",
        ),
        Move(
            "release", "Leave it to others", "left the review to others", "review",
            (State.IN_REVIEW,), _NOT_ARCHIVED, guards=(Guard.CLAIMED,), quiet=True,
            help="Others see that nobody is at it.",
        ),
        Move(
            "request_changes", "Request changes", "asked for changes", "review",
            (State.IN_REVIEW, State.APPROVED), _NOT_ARCHIVED, to_state=State.CHANGES_REQUESTED,
            asks=(REASON,), guards=(Guard.PENDING,), help="It goes back to its author with your reason.",
        ),
        Move(
            "reject", "Reject", "rejected", "review",
            (State.IN_REVIEW, State.CHANGES_REQUESTED), _NOT_ARCHIVED, to_state=State.REJECTED, asks=(REASON,),
            way_back="reopen",
            help="It leaves every queue. Your reason is kept, for the next person who finds the same link.",
        ),
        Move(
            "reopen", "Reopen", "reopened", "edit",
            (State.REJECTED,), _NOT_ARCHIVED, to_state=State.DRAFT, primary=True, help="It becomes a draft again.",
        ),
        Move(
            "fast_track", "Publish the correction", "published a correction", "publish",
            (State.DRAFT,), (Publication.LIVE,), to_state=State.APPROVED,
            asks=(REASON,), guards=(Guard.PENDING, Guard.ONLY_OWN, *_GOES_LIVE),
            help="For a small correction of your own: readers see it at once, and somebody else looks at it after.",
        ),
        Move(
            "accept_cleaning", "Accept the cleaned text", "accepted the cleaned text", "review",
            EDITABLE_STATES, _NOT_ARCHIVED, guards=(Guard.CLEANED,), quiet=True,
            help="Readers may be given the text without what cleaning takes away from it.",
        ),
        Move(
            "revert", "Revert", "went back", "edit",
            EDITABLE_STATES, _NOT_ARCHIVED, to_state=State.DRAFT, asks=(REVISION, NOTE), guards=(Guard.OLDER,),
            help="A new draft that says what an older revision said. Readers see it once it is published.",
        ),
        Move(
            "withdraw", "Withdraw", "withdrawn", "publish",
            _ANY_STATE, (Publication.LIVE,), to_publication=Publication.WITHDRAWN, asks=(REASON, GONE_TO),
            way_back="publish",
            help="Readers no longer see it; its address says that it is gone, or leads where you say.",
        ),
        Move(
            "archive", "Archive", "archived", "archive",
            _ANY_STATE, _NOT_ARCHIVED, to_publication=Publication.ARCHIVED, way_back="restore",
            help="It is put away: not public, not in any queue. It can be restored.",
        ),
        Move(
            "restore", "Restore", "restored", "archive",
            _ANY_STATE, (Publication.ARCHIVED,), way_back="archive",
            to_state=State.DRAFT, to_publication=Publication.WITHDRAWN, primary=True,
            help="It becomes a draft again. Nothing is published by that.",
        ),
    )
}  # fmt: skip
"""Every move by its name, in the order in which buttons are shown."""


@dataclass(frozen=True)
class Standing:
    """Where one item stands: all that the rulebook needs to know of it."""

    state: State
    publication: Publication
    pending: bool
    """Whether the head revision is another one than the live one."""
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None
    scheduled_at: datetime | None = None
    """When an update of the live item goes out, if one is scheduled."""
    head_scheduled: bool = False
    """Whether that update is the head revision."""
    unconfirmed: bool = False
    """Whether a fast-tracked correction waits for somebody else to look at it."""

    def is_scheduled(self, now: datetime) -> bool:
        """Whether readers will see something of it, or something else of it, at a time to come or overdue."""
        if self.publication != Publication.LIVE:
            return False
        return self.scheduled_at is not None or self.publish_at is None or self.publish_at > now


def possible_moves(standing: Standing, now: datetime | None = None) -> Iterator[Move]:
    """The moves that can be made from `standing`, whoever makes them, the primary ones first."""
    moves = [move for move in MOVES.values() if refusal(move, standing, now) is None]
    yield from sorted(moves, key=lambda move: not move.primary)


def refusal(move: Move, standing: Standing, now: datetime | None = None) -> str | None:
    """Why `move` cannot be made from `standing` at the time `now`, in a sentence for the person; None where it can."""
    if standing.publication not in move.publications:
        where = Publication(standing.publication).label.lower()
        return f"“{move.label}” is not possible for an item that is {where}."
    if standing.state not in move.states:
        wanted = " or ".join(f"“{state.label}”" for state in move.states)
        return f"“{move.label}” is possible from {wanted}. The item is “{State(standing.state).label}” now."
    for guard in move.guards:
        match guard:
            case Guard.PENDING if standing.publication == Publication.LIVE and not standing.pending:
                return f"“{move.label}” is not needed: readers see the newest revision already."
            case Guard.NOT_SCHEDULED if standing.head_scheduled:
                return "The newest revision is scheduled already. To change the time, choose “Reschedule”."
            case Guard.SCHEDULED if not standing.is_scheduled(now or datetime.now(UTC)):
                return "Nothing is scheduled."
            case Guard.UNCONFIRMED if not standing.unconfirmed:
                return "There is no correction that waits to be confirmed."
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
    if standing.scheduled_at is not None:
        words += " + scheduled update"
    if standing.pending and not standing.head_scheduled:
        words += f" + {state.label.lower()}"
    return code, words
