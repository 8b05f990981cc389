"""Dates of publication, and the updates of live items that go out by themselves.

That an item appears and disappears on time follows from its dates when it is read, and needs nothing that runs. Only
the update of a live item, which has to fill its row anew, waits for `publish_due`.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities import access
from curation import notices, upkeep
from curation.models import Change, CuratedItem, JobRun
from curation.publishing import guards
from curation.publishing.ledger import claim, deed, record
from curation.publishing.live import drop_schedule, go_live
from curation.publishing.saving import validate
from curation.workflow import MoveNotAllowed, Publication

if TYPE_CHECKING:
    from communities.models import User

logger = logging.getLogger(__name__)

JOB = "publish_due"
"""The name of the job, for `JobRun` and for the timeline."""


@deed
def set_dates(
    item: CuratedItem,
    *,
    publish_at: datetime | None,
    unpublish_at: datetime | None,
    by: "User | None",
    version: int,
    via: str = "admin",
    at: datetime | None = None,
) -> Change | None:
    """Sets from when and until when readers see a published item; None where that changes nothing. `at` is when it
    happened; left out, now.

    Raises StaleVersion, MoveNotAllowed where `by` may not publish, ValidationError where the end lies before the start.
    """
    if publish_at is None and item.publication == Publication.LIVE:
        publish_at = item.publish_at
    if (publish_at, unpublish_at) == (item.publish_at, item.unpublish_at):
        return None
    claim(item, version)
    if by is not None and not access.can(by, "publish", item.community_id):
        raise MoveNotAllowed(f"Your role in {item.community} does not include setting dates of publication.")
    before = {"publish_at": item.publish_at, "unpublish_at": item.unpublish_at}
    item.publish_at, item.unpublish_at, item.updated_at = publish_at, unpublish_at, at or timezone.now()
    validate(item)
    item.save(update_fields=["publish_at", "unpublish_at", "updated_at"])
    words = f"from {_shown(publish_at, 'publication')} until {_shown(unpublish_at, 'further notice')}"
    details = {f"{name}_before": moment.isoformat() for name, moment in before.items() if moment}
    upkeep.items_changed([item.pk])
    return record(item, "rescheduled", by=by, via=via, permission="publish", note=words, details=details, at=at)


@deed
def put_forward(
    item: CuratedItem, *, until: datetime | None, by: "User | None", version: int, via: str = "admin"
) -> Change | None:
    """Puts `item` among what editors chose, on the front page and its community's, until then; None takes it out again.
    Returns None where that changes nothing.

    Raises StaleVersion, and MoveNotAllowed where `by` may not publish.
    """
    if until == item.featured_until:
        return None
    claim(item, version)
    if by is not None and not access.can(by, "publish", item.community_id):
        raise MoveNotAllowed(f"Your role in {item.community} does not include putting items forward.")
    item.featured_until = until
    item.save(update_fields=["featured_until"])
    upkeep.items_changed([item.pk])
    words = f"until {_shown(until, '')}" if until else "no longer"
    return record(item, "put_forward", by=by, via=via, permission="publish", note=words)


@dataclass(frozen=True)
class Applied:
    """What became of one update that was due."""

    item: CuratedItem
    revision: int
    error: str = ""
    """Why it did not go out, in a sentence; empty where it did."""

    def as_json(self) -> dict[str, Any]:
        """The item by key, address and title, with what became of its update."""
        return {
            "item": self.item.pk, "url": self.item.get_absolute_url(), "title": self.item.title,
            "revision": self.revision, "status": "failed" if self.error else "published", "error": self.error or None,
        }  # fmt: skip


def publish_due(now: datetime | None = None) -> Iterator[Applied]:
    """Brings out the updates that are due at `now`, one transaction each, the longest overdue first.

    One that fails stays scheduled, says why on its item, and keeps no other from going out. Two runs at once share the
    work: each update goes out once. The run is remembered as `JobRun` “publish_due”.
    """
    now = now or timezone.now()
    run = JobRun.begin(JOB)
    counts = {"published": 0, "failed": 0}
    for pk in list(CuratedItem.objects.due(now).values_list("pk", flat=True)):
        applied = _apply(pk, now)
        if applied is not None:
            counts["failed" if applied.error else "published"] += 1
            yield applied
    run.finish(counts)


@dataclass(frozen=True)
class Overdue:
    """A scheduled update that should be out by now, and is not."""

    item: CuratedItem
    since: timedelta

    def as_json(self) -> dict[str, Any]:
        """The item by key, address and title, since when it is overdue, and why where that is known."""
        return {
            "item": self.item.pk, "url": self.item.get_absolute_url(), "title": self.item.title,
            "scheduled_at": self.item.scheduled_at, "minutes": int(self.since.total_seconds() // 60),
            "attempts": self.item.schedule_attempts, "error": self.item.schedule_error or None,
        }  # fmt: skip


def overdue(grace: timedelta, now: datetime | None = None) -> list[Overdue]:
    """The updates that are overdue by more than `grace`, and those that have failed, the longest overdue first."""
    now = now or timezone.now()
    due = CuratedItem.objects.due(now).select_related("community")
    found = [Overdue(item, now - item.scheduled_at) for item in due]
    return [each for each in found if each.since > grace or each.item.schedule_error]


def _apply(pk: int, now: datetime) -> Applied | None:
    """Brings out the update of one item; None where another run is at it, or somebody took it back."""
    number = 0
    try:
        with transaction.atomic():
            # A run that meets an item in the hands of another one leaves it to that; SQLite has one writer at a time.
            items = CuratedItem.objects.due(now).select_for_update(skip_locked=True, of=("self",))
            item = items.select_related("community", "scheduled_revision").filter(pk=pk).first()
            if item is None or item.scheduled_revision is None:
                return None
            number = item.scheduled_revision.number
            _bring_out(item, now)
    except Exception as error:  # whatever goes wrong with one item stays with it, and keeps no other back
        return _failed(pk, number, error)
    return Applied(item, number)


def _bring_out(item: CuratedItem, now: datetime) -> None:
    claim(item, item.version)
    revision, scheduled_at = item.scheduled_revision, item.scheduled_at
    assert revision is not None
    assert scheduled_at is not None
    if why := guards.publisher_refusal(item, revision) or guards.over(item, now):
        raise MoveNotAllowed(why)
    drop_schedule(item)
    item.review_after = False
    go_live(item, revision, now)
    item.updated_at = now
    item.save()
    change = record(
        item, "publish", by=None, actor_name="Schedule", via=JOB, permission="publish", revision=revision, at=now,
        details={"when": scheduled_at.isoformat(), "revision": revision.number},
    )  # fmt: skip
    notices.moved(item, change)
    upkeep.items_changed([item.pk])


@transaction.atomic
def _failed(pk: int, number: int, error: Exception) -> Applied:
    """Says on the item what kept its update from going out; it stays scheduled, and the next run tries again."""
    if isinstance(error, ValidationError):
        words = " ".join(error.messages)
    elif isinstance(error, MoveNotAllowed):
        words = str(error)
    else:
        logger.exception("The scheduled update of item %s did not go out.", pk)
        words = f"Something went wrong in the program: {error}"
    still_scheduled = CuratedItem.objects.filter(pk=pk, scheduled_revision__number=number)
    still_scheduled.update(schedule_error=words, schedule_attempts=F("schedule_attempts") + 1)
    item = CuratedItem.objects.select_related("community").get(pk=pk)
    if item.schedule_attempts == 1:  # the same every minute would be no news
        notices.update_failed(item, words)
    return Applied(item, number, words)


def _shown(moment: datetime | None, otherwise: str) -> str:
    return timezone.localtime(moment).strftime("%-d %B %Y %H:%M %Z") if moment else otherwise
