"""Why a move cannot be made now, beyond what the rulebook says by itself: each guard and each answer looked at."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.utils import timezone

from communities import access
from communities.models import Community
from curation import checks, links, redirects, workflow
from curation.models import CuratedItem, Revision
from curation.publishing.saving import head_of, head_values, revision_values
from curation.workflow import LEASE, Guard, Move

if TYPE_CHECKING:
    from communities.models import User


class Answers(TypedDict, total=False):
    """What people answer to the questions of a move, beside the note; by the names in `workflow.Question`."""

    assignee: "User | None"
    due: date | None
    when: datetime | None
    gone_to: str
    revision: int | None


def refusal(
    item: CuratedItem, move: Move, by: "User | None", note: str | None, answers: Mapping[str, Any]
) -> str | None:
    """See `publishing.why_not`."""
    now = timezone.now()
    if (why := workflow.refusal(move, item.standing, now)) is not None:
        return why
    if by is not None:
        for home in _homes(item, move):
            if not access.can(by, move.permission, home, owner=item.created_by_id):
                return f"Your role in {home} does not include “{move.label}”."
            if move.not_own and not home.self_approval and wrote_since_live(item, by):
                return "You wrote this revision or one before it. Ask somebody else: four eyes see more than two."
    for guard in move.guards:
        # Words can be mended in the same step, so nobody is kept from trying; an operator answers for what is there.
        if guard in HOLDS and (guard != Guard.CHECKS or (note is not None and by is not None)):
            why = HOLDS[guard](item, move, by, now)
            if why is not None:
                return why
    return None if note is None else _bad_answer(item, move, {"note": note, **answers}, now)


def _homes(item: CuratedItem, move: Move) -> list[Community]:
    """The communities whose rules hold: the item's home, and, where a move is about what readers will see, the one that
    the newest revision of a live item takes it to.
    """
    if item.row_is_head or not item.standing.pending or move.permission not in {"review", "publish"}:
        return [item.community]
    target = head_values(item).community
    return [item.community] if target is None or target == item.community else [item.community, target]


def wrote_since_live(item: CuratedItem, user: "User") -> bool:
    return _since_live(item).filter(created_by=user).exists()


def publisher_refusal(item: CuratedItem, revision: Revision) -> str | None:
    """Why the publisher of `revision` keeps it from going live; None where it does not."""
    if item.live_revision_id in (None, revision.pk):
        publisher = item.publisher
    else:
        publisher = checks.publisher_behind(revision_values(item, revision))
    return publisher.refusal if publisher else None


def over(item: CuratedItem, now: datetime) -> str | None:
    """Why the dates of `item` keep it from going live; None where they do not."""
    if item.unpublish_at and item.unpublish_at <= now:
        return "“Published until” has passed. Choose a later date, or empty it."
    return None


# --- Guards ---------------------------------------------------------------------------------------------------------


def _unclaimed(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    if by is None:
        return "Only a person can take a review."
    holder = item.claimed_by(now)
    if holder is None or holder == by:
        return None
    return f"{holder} is at it already. Ask them to leave it to you, or wait: a claim lasts 15 minutes."


def _claimed(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    if item.reviewer_id is None:
        return "Nobody has taken this review."
    holder = item.claimed_by(now)
    if by is None or holder is None or holder == by:
        return None
    assert item.claimed_at is not None
    until = timezone.localtime(item.claimed_at + LEASE).strftime("%H:%M %Z")
    return f"{holder} is at it until {until}. Ask them to leave it to others."


def _cleaned(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    values = head_values(item)
    if not checks.cleaned_away(values):
        return "Cleaning takes nothing away from this text."
    if item.accepted_cleaning == checks.fingerprint(values):
        return "The cleaned text is accepted already."
    return None


def _other_hands(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    if by is None or item.community.self_approval:
        return None
    for actor, action in item.changes.order_by("-pk").values_list("actor", "action").iterator():
        if action in {"confirm", "publish", "published"}:
            break
        if action == "fast_track" and actor == by.pk:
            return "You published this correction yourself. Ask somebody else to look at it."
    return None


def _only_own(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    if by is None or not _since_live(item).exclude(created_by=by).exists():
        return None
    return "Somebody else has written here since it was published. Submit it for review instead."


def _older(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    return None if head_of(item).number > 1 else "There is no older revision to go back to."


def _checks(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    return checks_refusal(item, move)


def checks_refusal(item: CuratedItem, move: Move) -> str | None:
    """What the checks of its community say against `move`; None where nothing blocks it."""
    found = [each for each in checks.run(head_values(item), item) if each.blocks(move.name)]
    if not found:
        return None
    return f"“{move.label}” has to wait: {' '.join(each.words for each in found)}"


def _publisher(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    return publisher_refusal(item, head_of(item))


def _not_over(item: CuratedItem, move: Move, by: "User | None", now: datetime) -> str | None:
    return over(item, now)


HOLDS: dict[Guard, Callable[[CuratedItem, Move, "User | None", datetime], str | None]] = {
    Guard.UNCLAIMED: _unclaimed,
    Guard.CLAIMED: _claimed,
    Guard.CLEANED: _cleaned,
    Guard.OTHER_HANDS: _other_hands,
    Guard.ONLY_OWN: _only_own,
    Guard.OLDER: _older,
    Guard.CHECKS: _checks,
    Guard.PUBLISHER: _publisher,
    Guard.NOT_OVER: _not_over,
}
"""What each guard that needs more than where the item stands says against a move; None where it holds."""


def _since_live(item: CuratedItem) -> Any:
    """What was written since the live words were; who renamed a term in it has written nothing."""
    live = item.live_revision
    number = (live.restates or live.number) if live else 0
    return item.revisions.filter(number__gt=number, restates=None)


# --- Answers --------------------------------------------------------------------------------------------------------


def _bad_answer(item: CuratedItem, move: Move, answers: Mapping[str, Any], now: datetime) -> str | None:
    for question in move.asks:
        answer = answers.get(question.name)
        given = bool(answer.strip()) if isinstance(answer, str) else answer is not None
        if question.required and not given:
            return f"“{move.label}” needs {question.missing}."
        if given and question.name in ANSWERS and (why := ANSWERS[question.name](item, answer, now)) is not None:
            return why
    return None


def _bad_assignee(item: CuratedItem, assignee: "User", now: datetime) -> str | None:
    if access.can(assignee, "review", item.community_id):
        return None
    return f"{assignee} may not review in {item.community}. Choose an editor of it."


def _bad_moment(item: CuratedItem, when: datetime, now: datetime) -> str | None:
    if when <= now:
        return "This time has passed. Choose a later one, or publish at once."
    if item.unpublish_at and item.unpublish_at <= when:
        return "At this time “published until” has passed. Choose an earlier one, or a later end."
    return None


def _bad_destination(item: CuratedItem, target: str, now: datetime) -> str | None:
    try:
        target = links.destination(target)
    except links.LinkError as error:
        return str(error)
    if target.rstrip("/") == item.get_absolute_url().rstrip("/"):
        return "This is the item's own address. Lead readers to another one, or to none."
    if not redirects.after(item, target):
        return f"{target} leads back to this item. Lead readers to another address, or to none."
    return None


def _bad_revision(item: CuratedItem, number: int, now: datetime) -> str | None:
    revision = item.revisions.filter(number=number).first()
    if revision is None:
        return f"The item has no revision {number}."
    head = head_of(item)
    if (revision.sha256, revision.featured_image_id) == (head.sha256, head.featured_image_id):
        return f"Revision {number} says the same as the newest one."
    return None


ANSWERS: dict[str, Callable[[CuratedItem, Any, datetime], str | None]] = {
    "assignee": _bad_assignee,
    "when": _bad_moment,
    "gone_to": _bad_destination,
    "revision": _bad_revision,
}
"""What is wrong with an answer, by the name of its question; None where it is fine."""
