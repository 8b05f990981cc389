"""One deed for many items: chosen, looked at, then done to each by itself at the version that was seen.

What one item refuses stops no other. Every line that a batch writes into a timeline carries its key.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from curation import publishing
from curation.exchange.exporting import ExportFailed, outgoing
from curation.exchange.values import ItemValues
from curation.frontmatter import FrontMatterError
from curation.models import Batch, BatchLine, Change, CuratedItem
from curation.publishing import StaleVersion
from curation.workflow import MOVES, NOTE, Move, MoveNotAllowed, Publication, Question, State

if TYPE_CHECKING:
    from communities.models import User

MOST = 500
"""How many items one batch takes; the page that says what will happen to each must still be read."""
SECONDS = 5.0
"""How long `go_on` works before it lets the person see how far it is."""
UNUSED = timedelta(days=1)
"""How long a batch is kept that its maker looked at and did not begin."""
WITH = ("community", "publisher", "created_by", "reviewer", "head_revision", "live_revision", "scheduled_revision")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deed:
    """Something that can be done to many items at once."""

    name: str
    label: str
    done: str
    """What the page afterwards says: “12 items: published”."""
    group: str
    """Among which others the list offers it."""
    help: str
    permission: str
    """A name in `communities.access.PERMISSIONS`, for offering it; each item is asked by itself."""
    asks: tuple[Question, ...] = (NOTE,)
    move: Move | None = None
    """The move that it makes; None for one that changes words, or makes files."""
    change: Callable[[ItemValues, Mapping[str, Any]], ItemValues] | None = None
    """What it makes of an item's words, given the answers."""
    undoes: "Deed | None" = None
    """What it takes back, by its move if it has one."""


@dataclass(frozen=True)
class Forecast:
    """What will become of one item, as it stands now."""

    line: BatchLine
    refusal: str | None
    effect: str = ""
    """What else follows from it."""


# --- What can be done -------------------------------------------------------------------------------------------------


def _add_topics(values: ItemValues, answers: Mapping[str, Any]) -> ItemValues:
    return replace(values, topics=list(dict.fromkeys([*values.topics, *answers["topics"]])))


def _remove_topics(values: ItemValues, answers: Mapping[str, Any]) -> ItemValues:
    return replace(values, topics=[each for each in values.topics if each not in answers["topics"]])


def _add_tags(values: ItemValues, answers: Mapping[str, Any]) -> ItemValues:
    present = {tag.casefold() for tag in values.tags}
    return replace(values, tags=[*values.tags, *(tag for tag in answers["tags"] if tag.casefold() not in present)])


def _remove_tags(values: ItemValues, answers: Mapping[str, Any]) -> ItemValues:
    gone = {tag.casefold() for tag in answers["tags"]}
    return replace(values, tags=[tag for tag in values.tags if tag.casefold() not in gone])


def _move_community(values: ItemValues, answers: Mapping[str, Any]) -> ItemValues:
    target = answers["community"]
    # Its home shows it anyway.
    return replace(values, community=target, also_in=[slug for slug in values.also_in if slug != target.slug])


def _set_review(values: ItemValues, answers: Mapping[str, Any]) -> ItemValues:
    return replace(values, review_by=answers["review_by"])


TOPICS = Question("topics", "Topics", "topics", "at least one topic")
TAGS = Question("tags", "Tags", "tags", "at least one tag")
HOME = Question("community", "New home", "community", "a community")
REVIEW_BY = Question("review_by", "Review again by", "day", help="Left empty, the date is taken away.")

_LIVE_WAITS = "What readers see stays as it is until the new revision is approved and published."

DEEDS: dict[str, Deed] = {
    deed.name: deed
    for deed in (
        *(
            Deed(move.name, move.label, move.done, "Workflow", move.help, move.permission, move.asks, move=move)
            for move in MOVES.values()
            if move.for_many
        ),
        Deed(
            "add_topics", "Add topics", "given topics", "Words",
            f"Each gets the topics that it does not have yet. {_LIVE_WAITS}", "edit", (TOPICS, NOTE),
            change=_add_topics,
        ),
        Deed(
            "remove_topics", "Remove topics", "freed from topics", "Words",
            f"The topics are taken off those that have them. {_LIVE_WAITS}", "edit", (TOPICS, NOTE),
            change=_remove_topics,
        ),
        Deed(
            "add_tags", "Add tags", "given tags", "Words",
            f"Each gets the tags that it does not have yet. {_LIVE_WAITS}", "edit", (TAGS, NOTE), change=_add_tags,
        ),
        Deed(
            "remove_tags", "Remove tags", "freed from tags", "Words",
            f"The tags are taken off those that have them. {_LIVE_WAITS}", "edit", (TAGS, NOTE), change=_remove_tags,
        ),
        Deed(
            "move_community", "Move to another community", "moved", "Words",
            f"Its home changes, and with it its address and who reviews it. The old address leads on. {_LIVE_WAITS}",
            "edit", (HOME, NOTE), change=_move_community,
        ),
        Deed(
            "set_review", "Set the review date", "given a review date", "Words",
            f"Says by when somebody should look whether they still hold. {_LIVE_WAITS}", "edit", (REVIEW_BY, NOTE),
            change=_set_review,
        ),
        Deed(
            "export", "Export files", "exported", "Files",
            "A zip of their content files and pictures, laid out as a Hugo site has them. Nothing else changes.",
            "view", (),
        ),
    )
}  # fmt: skip
"""Everything that can be done to many items at once, by its name, in the order in which it is offered."""


# --- Taking one back --------------------------------------------------------------------------------------------------

UNDO = "undo"
"""The deed of a batch that takes another one back."""
NO_WAY_BACK = {
    "approve": "An approval stands until somebody asks for changes. Choose “Request changes”, and say why.",
    "publish": "Readers have seen it. Choose “Withdraw”, and say why.",
    "fast_track": "Readers have seen it. Choose “Withdraw”, and say why.",
    "request_changes": "Its author was told what to change. “Submit for review” brings it back into review.",
    "reopen": "“Submit for review” brings it to those who can reject it.",
    "reschedule": "Choose “Reschedule”, and the time that its history tells.",
    "unschedule": "Choose “Schedule”, and the time that its history tells.",
    "claim": "Choose “Leave it to others”.",
    "release": "Choose “Review it”.",
    "export": "Files were made, and nothing was changed.",
}
"""Why a deed cannot be taken back for many at once, and what to do instead."""


def why_no_way_back(batch: Batch) -> str | None:
    """Why what `batch` did cannot be taken back at once, in a sentence; None where that can be tried."""
    if batch.undoes is not None:
        return "This took another step back. To do that one again, choose the items in the list."
    deed = DEEDS[batch.deed]
    if deed.change is not None or deed.name == publishing.SUBMITTED or (deed.move and deed.move.way_back):
        return None
    return NO_WAY_BACK.get(deed.name, "Somebody said yes to what they saw. That cannot be taken back.")


def deed_of(batch: Batch) -> Deed:
    """What `batch` does."""
    if batch.undoes is None:
        return DEEDS[batch.deed]
    first = DEEDS[batch.undoes.deed]
    move = MOVES[first.move.way_back] if first.move and first.move.way_back else None
    if move is not None:
        words = f"By “{move.label}”. {move.help}"
    else:
        words = "Each stands again where it stood, and says what it said. The history keeps both."
    return Deed(
        UNDO, f"Undo “{first.label}”", "as before" if move is None else move.done, first.group, words,
        move.permission if move else first.permission, move=move, undoes=first,
    )  # fmt: skip


@transaction.atomic
def begin_undo(first: Batch, items: QuerySet[CuratedItem], by: "User") -> Batch:
    """A batch that takes back what `first` did to those of `items` that it was done to, where nothing has become of
    them since; nothing is done to them yet.
    """
    _forget_unused(by)
    batch = Batch.objects.create(deed=UNDO, by=by, undoes=first, came_from=first.came_from)
    done = first.lines.filter(outcome=BatchLine.Outcome.DONE, item__in=items.order_by().values("pk")).order_by("pk")
    # A deed leaves an item at the version after the one that it was done to.
    lines = [BatchLine(batch=batch, item_id=pk, version=seen + 1) for pk, seen in done.values_list("item", "version")]
    BatchLine.objects.bulk_create(lines)
    return batch


def _line_of(item: CuratedItem, batch: Batch) -> Change:
    """The line that `batch` wrote into the timeline of `item`."""
    deed = DEEDS[batch.deed]
    action = deed.move.name if deed.move else publishing.EDITED
    lines = item.changes.filter(action=action, details__correlation=str(batch.pk))
    return lines.select_related("revision").order_by("-pk")[0]


def _undo_refusal(item: CuratedItem, deed: Deed, batch: Batch) -> str | None:
    assert batch.undoes is not None
    if deed.move is None:
        return publishing.why_not_take_back(item, _line_of(item, batch.undoes), batch.by)
    if deed.move.name == "publish" and item.head_revision_id != item.live_revision_id:
        return "Its newest revision is another one than readers saw. Publish it by itself."
    return publishing.why_not(item, deed.move, batch.by) or publishing.why_held(item, deed.move)


def _undo_effect(item: CuratedItem, deed: Deed, batch: Batch) -> str:
    """What is not as it was before."""
    assert batch.undoes is not None
    if deed.move is None or deed.move.name not in {"restore", "reopen"}:
        return ""
    done = _line_of(item, batch.undoes)
    if done.from_publication == Publication.LIVE:
        return "It was public. It becomes a draft, which readers see once it is published."
    was = State(done.from_state)
    return "" if was == State.DRAFT else f"It was “{was.label}”, and becomes a draft."


# --- A batch ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(deed: str, items: QuerySet[CuratedItem], by: "User", *, came_from: str = "") -> Batch:
    """Remembers the first `MOST` of `items` at the versions at which they are now; nothing is done to them yet.

    `came_from` is the query of the list that they were chosen in.
    """
    _forget_unused(by)
    seen = list(items.values_list("pk", "version")[: MOST + 1])
    left_out = max(0, items.count() - MOST) if len(seen) > MOST else 0
    batch = Batch.objects.create(deed=deed, by=by, came_from=came_from[:2000], left_out=left_out)
    BatchLine.objects.bulk_create([BatchLine(batch=batch, item_id=pk, version=version) for pk, version in seen[:MOST]])
    return batch


def _forget_unused(by: "User") -> None:
    Batch.objects.filter(by=by, begun_at=None, created_at__lt=timezone.now() - UNUSED).delete()


def lines_of(batch: Batch, items: QuerySet[CuratedItem]) -> QuerySet[BatchLine]:
    """The lines of `batch` that are about one of `items`, with all that is shown of them."""
    related = [f"item__{name}" for name in WITH]
    return batch.lines.filter(item__in=items.order_by().values("pk")).select_related(*related).order_by("pk")


def forecast(batch: Batch, lines: QuerySet[BatchLine]) -> list[Forecast]:
    """What would become of each of `lines` now, given good answers."""
    deed = deed_of(batch)
    return [Forecast(line, _refusal(line, deed, batch), _effect(line.item, deed, batch)) for line in lines]


def go_on(batch: Batch, answers: Mapping[str, Any]) -> int:
    """Does the deed to the next of the items that wait for it; says how many still wait.

    `answers` are those to the questions of the deed, cleaned. May be called again, and from two requests at once: each
    item is taken by one of them.
    """
    deed, end = deed_of(batch), time.monotonic() + SECONDS
    waiting = batch.lines.filter(outcome=BatchLine.Outcome.WAITING)
    batch.begun_at = batch.begun_at or timezone.now()
    batch.save(update_fields=["begun_at", "answers"])
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            if BatchLine.objects.filter(pk=pk, outcome=BatchLine.Outcome.WAITING).update(outcome="done"):
                line = BatchLine.objects.select_related(*(f"item__{name}" for name in WITH)).get(pk=pk)
                line.outcome, line.reason = _outcome(line, deed, batch, answers)
                line.save(update_fields=["outcome", "reason"])
        if time.monotonic() > end:
            break
    return waiting.count()


def _outcome(line: BatchLine, deed: Deed, batch: Batch, answers: Mapping[str, Any]) -> tuple[str, str]:
    try:
        with transaction.atomic(), publishing.correlated(str(batch.pk)):
            changed = _make(line, deed, batch, answers)
    except (StaleVersion, MoveNotAllowed, FrontMatterError) as error:
        return BatchLine.Outcome.REFUSED, str(error)
    except ValidationError as error:
        return BatchLine.Outcome.REFUSED, " ".join(error.messages)
    except Exception:
        logger.exception("%s of item %s in batch %s", deed.name, line.item_id, batch.pk)
        return (
            BatchLine.Outcome.REFUSED,
            "This went wrong in a way that nobody foresaw. Tell an operator: it is logged.",
        )
    return (BatchLine.Outcome.DONE, "") if changed else (BatchLine.Outcome.SAME, "It is like that already.")


def _make(line: BatchLine, deed: Deed, batch: Batch, answers: Mapping[str, Any]) -> bool:
    item, by = line.item, batch.by
    if batch.undoes is not None:
        if item.version == line.version and (why := _undo_refusal(item, deed, batch)) is not None:
            raise MoveNotAllowed(why)
        if deed.move is None:
            done, details = _line_of(item, batch.undoes), {"undoes": str(batch.undoes.pk)}
            note = answers.get("note") or deed.label
            publishing.take_back(item, done, by=by, version=line.version, note=note, details=details)
            return True
    if deed.move is not None:
        publishing.move(item, deed.move.name, by=by, version=line.version, **answers)
        return True
    assert deed.change is not None, "files are made by an export"
    values = deed.change(publishing.head_values(item), answers)
    note = answers.get("note") or said(deed, answers)
    return publishing.save(item, values, by=by, version=line.version, note=note) is not None


def said(deed: Deed, answers: Mapping[str, Any]) -> str:
    """What was answered beside the note, in words, such as “Add tags: privacy, consent”."""
    words = []
    for question in deed.asks:
        answer = answers.get(question.name)
        if question != NOTE and answer:
            names = answer if isinstance(answer, list) else [answer]
            words.append(
                ", ".join(": ".join(filter(None, each)) if isinstance(each, tuple) else str(each) for each in names)
            )
    return f"{deed.label}: {'; '.join(words)}"[:500] if words else deed.label


def _refusal(line: BatchLine, deed: Deed, batch: Batch) -> str | None:
    item, by = line.item, batch.by
    if batch.undoes is not None:
        changed = item.version != line.version
        return "It was changed since. What came after would be lost." if changed else _undo_refusal(item, deed, batch)
    if item.version != line.version:
        return "It was changed since you chose it. Look at it, and choose it again."
    if deed.move is not None:
        return publishing.why_not(item, deed.move, by) or publishing.why_held(item, deed.move)
    if deed.change is not None:
        return publishing.why_not_save(item, by)
    try:
        return None if outgoing(item) else "It has no file yet."
    except (ExportFailed, FrontMatterError) as error:
        return str(error)


def _effect(item: CuratedItem, deed: Deed, batch: Batch) -> str:
    if batch.undoes is not None:
        return _undo_effect(item, deed, batch)
    if deed.change is None:
        return ""
    if item.publication == Publication.LIVE:
        return "Readers see the change once it is approved and published."
    return "Its approval is void after that." if item.state == State.APPROVED else ""
