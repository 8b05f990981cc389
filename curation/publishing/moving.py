"""Making a move of the rulebook: what is asked is looked at, the item stands elsewhere, the timeline says so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from django.utils import timezone

from communities import access
from curation import checks, links, notices, upkeep, workflow
from curation.models import Change, CuratedItem
from curation.publishing.guards import Answers, checks_refusal, refusal
from curation.publishing.ledger import claim, deed, give_back, record
from curation.publishing.live import drop_schedule, go_live
from curation.publishing.saving import add_head, fill_row, head_of, head_values, revision_values
from curation.workflow import MOVES, Guard, Move, MoveNotAllowed, Publication, State

if TYPE_CHECKING:
    from communities.models import User


@deed
def move(
    item: CuratedItem,
    name: str,
    *,
    by: "User | None",
    version: int,
    note: str = "",
    via: str = "admin",
    at: datetime | None = None,
    **answers: Unpack[Answers],
) -> Change:
    """Makes the move `name` of `workflow.MOVES`; `by` is None for an operator's command, which no role and no check
    restricts. `answers` are to the questions that the move asks beside the note. `at` is when it happened; left out,
    now.

    Raises StaleVersion where the item is no longer at `version`, MoveNotAllowed with a sentence where the move is not
    possible or not permitted, ValidationError where what it brings out cannot be shown, KeyError for an unknown name,
    TypeError for an answer to what is not asked.
    """
    chosen = MOVES[name]
    if unasked := answers.keys() - {question.name for question in chosen.asks}:
        raise TypeError(f"{name} does not ask for {', '.join(sorted(unasked))}")
    claim(item, version)
    if (why := refusal(item, chosen, by, note, answers)) is not None:
        raise MoveNotAllowed(why)
    made = _Made(by, at or timezone.now(), note, answers, State(item.state), Publication(item.publication))
    made.details = _told(answers)
    item.state = chosen.to_state or item.state
    item.publication = chosen.to_publication or item.publication
    if name in EFFECTS:
        EFFECTS[name](item, made)
    if item.state != State.IN_REVIEW:
        item.reviewer = item.claimed_at = item.review_due = None
    if not chosen.quiet:
        item.updated_at = made.at
    item.save()
    tell = partial(record, item, by=by, via=via, permission=chosen.permission, at=made.at)
    change = tell(
        name, note=note, details=made.details, from_state=made.from_state, from_publication=made.from_publication
    )
    notices.moved(item, change)
    if made.dropped:
        tell("unschedule", note=made.why_dropped, details=made.dropped)
    if chosen.quiet:
        give_back(item, version)
    upkeep.items_changed([item.pk])
    return change


def why_not(
    item: CuratedItem, chosen: Move, by: "User | None", note: str | None = None, **answers: Unpack[Answers]
) -> str | None:
    """Why `by` cannot make the move `chosen` now, in a sentence; None where they can.

    `note` and `answers` are what they say to it. Without a note it is told whether the move could be made with good
    answers, and with words that pass the checks.
    """
    return refusal(item, chosen, by, note, answers)


def why_held(item: CuratedItem, chosen: Move) -> str | None:
    """What the checks of its community say against the move `chosen`, for where nobody mends words in the same step."""
    return checks_refusal(item, chosen) if Guard.CHECKS in chosen.guards else None


def allowed_moves(item: CuratedItem, user: "User") -> list[Move]:
    """The moves that `user` can make now, the one that leads forward first."""
    return [chosen for chosen in workflow.possible_moves(item.standing) if why_not(item, chosen, user) is None]


# --- What each move does beside leading elsewhere -------------------------------------------------------------------


@dataclass
class _Made:
    """A move in the making."""

    by: "User | None"
    at: datetime
    note: str
    answers: Answers
    from_state: State
    from_publication: Publication
    details: dict[str, Any] = field(default_factory=dict)
    dropped: dict[str, Any] | None = None
    """The scheduled update that the move has put an end to."""
    why_dropped: str = ""

    def drop(self, item: CuratedItem, why: str) -> None:
        self.dropped, self.why_dropped = drop_schedule(item), why


def _submit(item: CuratedItem, made: _Made) -> None:
    item.reviewer, item.claimed_at = made.answers.get("assignee"), None
    item.review_due = made.answers.get("due")


def _claim(item: CuratedItem, made: _Made) -> None:
    item.reviewer, item.claimed_at = made.by, made.at


def _release(item: CuratedItem, made: _Made) -> None:
    item.reviewer = item.claimed_at = None


def _publish(item: CuratedItem, made: _Made) -> None:
    made.drop(item, "A newer revision was published.")
    if item.live_revision_id != item.head_revision_id:
        item.review_after = False
    go_live(item, head_of(item), made.at)


def _schedule(item: CuratedItem, made: _Made) -> None:
    when = made.answers["when"]
    made.details["revision"] = head_of(item).number
    if made.from_publication == Publication.LIVE:
        made.drop(item, "A newer revision was scheduled.")
        item.scheduled_revision, item.scheduled_at = head_of(item), when
        return
    made.details["before"] = item.publish_at.isoformat() if item.publish_at else None
    item.publish_at = when
    go_live(item, head_of(item), made.at)


def _reschedule(item: CuratedItem, made: _Made) -> None:
    when = made.answers["when"]
    if item.scheduled_revision is not None and item.scheduled_at is not None:
        made.details |= {"revision": item.scheduled_revision.number, "before": item.scheduled_at.isoformat()}
        item.scheduled_at, item.schedule_error, item.schedule_attempts = when, "", 0
    else:
        made.details["before"] = item.publish_at.isoformat() if item.publish_at else None
        item.publish_at = when


def _unschedule(item: CuratedItem, made: _Made) -> None:
    if (dropped := drop_schedule(item)) is not None:
        made.details |= dropped
        return
    # Its first day has not come, so it goes back to where it was when that day was set.
    lines = item.changes.filter(to_publication=Publication.LIVE).exclude(from_publication=Publication.LIVE)
    begun = lines.order_by("-pk").first()
    made.details["when"] = item.publish_at.isoformat() if item.publish_at else None
    if begun is not None and begun.from_publication == Publication.WITHDRAWN:
        item.publication = Publication.WITHDRAWN
        before = begun.details.get("before")
        item.publish_at = datetime.fromisoformat(before) if before else item.publish_at
        return
    item.publication, item.publish_at, shown = Publication.NEVER, None, item.live_revision_id
    item.live_revision = None
    if shown != item.head_revision_id:
        fill_row(item, head_values(item))


def _request_changes(item: CuratedItem, made: _Made) -> None:
    if item.scheduled_revision_id == item.head_revision_id:
        made.drop(item, "Its approval was taken back.")


def _fast_track(item: CuratedItem, made: _Made) -> None:
    made.drop(item, "A newer revision was published.")
    item.review_after = True
    go_live(item, head_of(item), made.at)


def _confirm(item: CuratedItem, made: _Made) -> None:
    item.review_after = False


def _accept_cleaning(item: CuratedItem, made: _Made) -> None:
    values = head_values(item)
    item.accepted_cleaning = checks.fingerprint(values)
    made.details["removed"] = checks.cleaned_away(values)


def _revert(item: CuratedItem, made: _Made) -> None:
    old = item.revisions.get(number=made.answers["revision"] or 0)
    values = revision_values(item, old)
    if made.by is not None and not access.can(made.by, "edit", values.community, owner=item.created_by_id):
        raise MoveNotAllowed(f"Revision {old.number} is of {values.community}, where your role does not include that.")
    note = made.note or f"as revision {old.number}"
    add_head(item, old.document, values, by=made.by, note=note, at=made.at, from_file=old.from_file)


def _withdraw(item: CuratedItem, made: _Made) -> None:
    made.drop(item, "The item was withdrawn.")
    target = made.answers.get("gone_to") or ""
    item.gone_to = links.destination(target) if target.strip() else ""


def _archive(item: CuratedItem, made: _Made) -> None:
    made.drop(item, "The item was archived.")


def _restore(item: CuratedItem, made: _Made) -> None:
    if item.live_revision_id is None:
        item.publication = Publication.NEVER


EFFECTS: dict[str, Callable[[CuratedItem, _Made], None]] = {
    "submit": _submit,
    "claim": _claim,
    "release": _release,
    "publish": _publish,
    "schedule": _schedule,
    "reschedule": _reschedule,
    "unschedule": _unschedule,
    "request_changes": _request_changes,
    "fast_track": _fast_track,
    "confirm": _confirm,
    "accept_cleaning": _accept_cleaning,
    "revert": _revert,
    "withdraw": _withdraw,
    "archive": _archive,
    "restore": _restore,
}


def _told(answers: Answers) -> dict[str, Any]:
    """The answers as the timeline keeps them."""
    told: dict[str, Any] = {}
    for name, answer in answers.items():
        if answer not in (None, ""):
            plain = answer.isoformat() if isinstance(answer, date) else answer
            told[name] = plain if isinstance(plain, str | int) else str(plain)
    return told
