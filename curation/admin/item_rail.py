"""What stands beside the form of an item: what can be done with it, what is worth knowing, what happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from curation import checks, publishing, why
from curation.admin.parts import badge, moment
from curation.exchange.values import ItemValues
from curation.models import Batch, Change, CuratedItem, PreviewNote
from curation.workflow import MOVES

TIMELINE = 15
"""How many of the newest lines of its timeline stand beside an item."""
GUESTS = 5
"""How many of the newest notes of people without an account stand beside an item."""
DEEDS = {name: move.done for name, move in MOVES.items()} | {
    "created": "added it",
    "edited": "changed the words",
    "rescheduled": "set the dates",
    "put_forward": "put it forward",
    "imported": "imported it",
    "exported": "exported it",
    "noted": "left a note",
    "agreed": "agreed",
    "disagreed": "asked for a change",
    publishing.RENAMED: "renamed a term in it",
    publishing.TAKEN_BACK: "took back what was done before",
}
"""What the timeline says of each action."""


@dataclass(frozen=True)
class Hint:
    """One thing worth knowing about an item before it goes on; `field` is where to see to it."""

    words: str
    field: str


def rail(item: CuratedItem, values: ItemValues, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """The context of the rail beside `item`, whose form says `values` and offers `steps`."""
    now = timezone.now()
    first = [step for step in steps if step["move"].primary][:1]
    return {
        "badge": badge(item.label(now)),
        "first_step": first,
        "other_steps": [step for step in steps if step not in first],
        "held_by": item.claimed_by(now),
        "hints": hints(values),
        "findings": checks.run(values, item),
        "conditions": why.conditions(item, now),
        "remarks": why.remarks(item, now),
        "timeline": told(timeline(item)[:TIMELINE]),
        "is_public": item.is_published(now),
        "guest_notes": guest_notes(item),
    }


def guest_notes(item: CuratedItem) -> QuerySet:
    """The newest of what people without an account said of the item."""
    notes = PreviewNote.objects.filter(link__item=item).select_related("link__revision")
    return notes.defer("link__revision__content").order_by("-pk")[:GUESTS]


def timeline(item: CuratedItem) -> QuerySet:
    """The lines of the item's timeline, the newest first."""
    return item.changes.select_related("revision").defer("revision__content").order_by("-pk")


def told(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Lines of a timeline as people read them."""
    changes = list(changes)
    steps = _steps(changes)
    return [
        {
            "change": change,
            "step": steps.get(change.details.get("correlation", "")),
            "did": DEEDS.get(change.action, change.action.replace("_", " ")),
            "answers": list(_answers(change.details)),
            "at": moment(change.at),
        }
        for change in changes
    ]


def _steps(changes: list[Change]) -> dict[str, dict[str, Any]]:
    """The steps for many items that wrote some of `changes`, by their keys; how many other items each was about."""
    keys = {key for change in changes if (key := change.details.get("correlation"))}
    batches = Batch.objects.filter(pk__in=keys).annotate(number=Count("lines")) if keys else []
    return {
        str(batch.pk): {
            "address": reverse("admin:curation_curateditem_batch", args=[batch.pk]), "others": batch.number - 1,
        }
        for batch in batches
    }  # fmt: skip


def _answers(details: dict[str, Any]) -> Iterator[str]:
    """What was answered beside the note, in words."""
    if "when" in details:
        at = timezone.localtime(datetime.fromisoformat(details["when"]))
        yield f"for {at:%-d %B %Y, %H:%M %Z}"
    if "assignee" in details:
        yield f"to {details['assignee']}"
    if "due" in details:
        yield f"by {date.fromisoformat(details['due']):%-d %B %Y}"
    if "gone_to" in details:
        yield f"its address leads to {details['gone_to']}"


def hints(values: ItemValues) -> list[Hint]:
    """What is worth knowing beside what the checks of the community find."""
    found: list[Hint] = []
    if values.image is None:
        found.append(Hint("It has no picture.", "upload"))
    if not values.topics:
        found.append(Hint("It has no topics, so readers do not find it by one.", "topics"))
    return found
