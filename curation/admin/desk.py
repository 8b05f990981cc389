"""The desk: what waits for this person, what goes out next, what went out last."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from communities import access
from communities.models import Role
from curation.admin.base import holds
from curation.admin.parts import badge, picture, when
from curation.admin.queues import ORDER, QUEUES
from curation.models import CuratedItem

SHOWN = 6
"""How many items each panel of the desk shows."""


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
        "recent": {"panel": PUBLISHED, "lines": _lines(items.filter(PUBLISHED.rule(user, now)), PUBLISHED)},
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
