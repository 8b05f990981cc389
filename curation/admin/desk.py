"""The desk: what waits for this person, what goes out next, what went out last."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from communities import access
from communities.models import Role
from curation.admin.base import holds
from curation.admin.parts import badge, moment, picture, when
from curation.admin.queues import ORDER, QUEUES
from curation.models import CuratedItem, JobRun
from curation.publishing.scheduling import JOB

SHOWN = 6
"""How many items each panel of the desk shows."""
GRACE = timedelta(minutes=10)
"""How late a scheduled update may be before the desk says so; the job is meant to run every few minutes."""


@dataclass(frozen=True)
class Panel:
    """One queue of the desk: its code in `QUEUES`, and what it is called there."""

    queue: str
    title: str
    empty: str
    """What is said where nothing is in it."""
    mine: bool = False
    """Whether it holds the person's own items alone."""

    def rule(self, user: Any, now: datetime) -> Q:
        rule = QUEUES[self.queue][1](now)
        return rule & Q(created_by=user) if self.mine else rule

    @property
    def address(self) -> str:
        query = {"label": self.queue} | ({"who": "me"} if self.mine else {})
        return reverse("admin:curation_curateditem_changelist", query=query)


PANELS = (
    Panel("draft", "My drafts", "No drafts of yours. Paste a link to begin one.", mine=True),
    Panel("changes_requested", "Changes requested", "Nothing was sent back."),
    Panel("in_review", "Waiting for review", "Nothing waits for a review."),
    Panel("approved", "Approved, to be published", "Nothing is ready to go out."),
    Panel("scheduled", "Scheduled next", "Nothing is scheduled."),
)
PUBLISHED = Panel("published", "Recently published", "Nothing is published yet.")


def desk(user: Any) -> dict[str, Any]:
    """What the front page of the newsroom shows `user`, of the communities they work in.

    One query counts, and one more finds each list that is not empty.
    """
    now = timezone.now()
    items = access.scope(user, CuratedItem.objects.all(), "view")
    # Those who review begin with what waits for them.
    panels = sorted(PANELS, key=lambda panel: holds(user, Role.EDITOR) and panel.queue != "in_review")
    rules = {panel.queue: panel.rule(user, now) for panel in panels}
    work = items.filter(reduce(or_, rules.values()))
    counts = work.aggregate(**{queue: Count("pk", filter=rule) for queue, rule in rules.items()})
    return {
        "desk": [
            {
                "panel": panel,
                "count": counts[panel.queue],
                "lines": _lines(items.filter(rules[panel.queue]), panel) if counts[panel.queue] else [],
            }
            for panel in panels
        ],
        "schedule": schedule(user, items, now),
        "recent": {"panel": PUBLISHED, "lines": _lines(items.filter(PUBLISHED.rule(user, now)), PUBLISHED)},
    }


def schedule(user: Any, items: QuerySet, now: datetime) -> dict[str, Any] | None:
    """When scheduled updates were last brought out, and which of them failed or are overdue; for those who publish."""
    if not holds(user, Role.EDITOR):
        return None
    run = JobRun.objects.filter(name=JOB).first()
    late = items.due(now - GRACE).select_related("community", "scheduled_revision").defer("body", "body_html")
    return {
        "at": moment(run.started_at) if run else "",
        "failed": run.counts.get("failed", 0) if run else 0,
        "unfinished": run is not None and run.finished_at is None,
        "late": [{"item": item, "since": moment(item.scheduled_at)} for item in late.order_by("scheduled_at")[:SHOWN]],
    }


def _lines(items: QuerySet, panel: Panel) -> list[dict[str, Any]]:
    shown = items.select_related("community", "publisher", "featured_image", "created_by").defer(
        "body", "body_html", "curator_note", "description"
    )
    ordered = shown.order_by(*ORDER.get(panel.queue, ["-updated_at"]), "-pk")[:SHOWN]
    return [
        {"item": item, "when": when(item), "picture": picture(item.featured_image), "badge": badge(item.label())}
        for item in ordered
    ]
