"""The desk: what waits for this person, what goes out next, what went out last, what wants care."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from communities import access
from communities.models import Role
from curation import mailing
from curation.admin.parts import badge, moment, picture, when
from curation.admin.queues import (
    CAP,
    MISSING,
    QUEUES,
    WATCHES,
    First,
    Number,
    counts_of,
    looked_up,
    seen_by,
    shown_number,
    waiting_for,
)
from curation.admin.weeks import Week, bars, in_words, last_weeks
from curation.models import CuratedItem, JobRun
from curation.publishing.scheduling import JOB
from curation.workflow import Publication

SHOWN = 6
"""How many items each panel of the desk shows."""


@dataclass(frozen=True)
class Panel:
    """One number of the desk, with the first items behind it."""

    title: str
    query: dict[str, str]
    """The filters of the list that shows all of them."""
    empty: str = ""
    """What is said where nothing is in it."""
    order: tuple[Any, ...] = ("-updated_at",)
    least: Role = Role.CONTRIBUTOR
    """The least role, anywhere, whose work it is."""
    most: Role = Role.LEAD
    """The highest one."""

    def rule(self, user: Any, now: datetime) -> Q:
        rules = {
            "label": lambda code: QUEUES[code][1](now),
            "watch": lambda code: WATCHES[code][1](now),
            "missing": lambda code: MISSING[code][1],
            "waiting": lambda _: waiting_for(user, now),
            "who": lambda _: Q(created_by=user),
        }
        rule = Q()
        for name, code in self.query.items():
            rule &= rules[name](code)
        return rule

    @property
    def address(self) -> str:
        return reverse("admin:curation_curateditem_changelist", query=self.query)


WORK = {
    "waiting": Panel(
        "Waiting for me", {"label": "in_review", "waiting": "me"},
        "Nothing waits for your review.", ("review_due", "updated_at"), least=Role.EDITOR,
    ),
    "changes": Panel(
        "Changes asked of me", {"label": "changes_requested", "who": "me"}, "Nothing of yours was sent back.",
    ),
    "drafts": Panel("My drafts", {"label": "draft", "who": "me"}, "No drafts of yours. Paste a link to begin one."),
    "submitted": Panel(
        "With the editors", {"label": "in_review", "who": "me"}, "Nothing of yours is in review.",
        ("updated_at",), most=Role.CURATOR,
    ),
    "overdue": Panel("Overdue", {"watch": "overdue"}, "Nothing is late.", ("review_due", "scheduled_at")),
    "approved": Panel(
        "Ready to be published", {"label": "approved"}, "Nothing is approved and waits.", least=Role.EDITOR,
    ),
}  # fmt: skip
"""What somebody has to do something about: a number and a list each."""
AHEAD = {
    "coming": Panel(
        "Going out next", {"watch": "coming"}, "Nothing is scheduled.", (Coalesce("scheduled_at", "publish_at"),),
    ),
    "week": Panel("Published this week", {"watch": "week"}, "Nothing since a week ago.", ("-publish_at",)),
}  # fmt: skip
ALARM = {"failed": Panel("Did not go out", {"watch": "failed"}, order=("scheduled_at",), least=Role.EDITOR)}
CARE = {
    "unconfirmed": Panel("Corrections to be confirmed", {"watch": "unconfirmed"}, least=Role.EDITOR),
    "stale": Panel("Going stale: look at them again", {"watch": "stale"}),
    "picture": Panel("Published without a picture", {"label": "published", "missing": "picture"}),
    "alt": Panel("Published without alt text", {"label": "published", "missing": "alt"}),
    "unexported": Panel("Published, not exported yet", {"watch": "unexported"}, least=Role.CURATOR),
}
"""What readers see already and could be better: a number each."""


def desk(user: Any) -> dict[str, Any]:
    """What the front page of the newsroom shows `user`, of the communities they work in.

    Three queries whatever there is: one finds all numbers and the first items behind them, one reads those, and one
    tells of the last run of the job that brings out updates.
    """
    now, role = timezone.now(), access.highest_role(user) or Role.CONTRIBUTOR
    items = seen_by(user)
    panels = {code: panel for code, panel in (WORK | AHEAD | ALARM | CARE).items() if panel.least <= role <= panel.most}
    weeks = last_weeks(now)
    found = _ask(user, items, panels, weeks, now)
    lines = _lines({pk for code in panels for pk in found.get(f"{code}_first", ())})

    def shown(codes: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {
                "code": code,
                "panel": panels[code],
                "number": found[code],
                "words": shown_number(found[code]),
                "lines": [lines[pk] for pk in found.get(f"{code}_first", ()) if pk in lines],
            }
            for code in codes
            if code in panels
        ]

    work = shown(WORK)
    weeks = [replace(week, number=found[week.code]) for week in weeks]
    return {
        "desk": work,
        "ahead": shown(AHEAD),
        "alarms": [alarm for alarm in shown(ALARM) if alarm["number"]],
        "care": shown(CARE),
        "weeks": weeks,
        "weeks_words": in_words(weeks),
        "bars": bars(weeks),
        "nothing_waits": not any(panel["number"] for panel in work),
        "any_item": found["any"],
        "role": role.label.lower(),
        "leads": role == Role.LEAD,
        "unsent": found.get("unsent", 0),
        "schedule": _last_run() if role >= Role.EDITOR else None,
    }


def _ask(user: Any, items: QuerySet, panels: dict[str, Panel], weeks: list[Week], now: datetime) -> dict[str, Any]:
    asked: dict[str, Any] = {"any": Number(items.order_by().values("pk")[:1])}
    for code, panel in panels.items():
        rows = items.filter(panel.rule(user, now))
        asked[code] = counts_of(rows)
        if code not in CARE:
            asked[f"{code}_first"] = First(rows.order_by(*panel.order, "-pk"), SHOWN)
    live = items.filter(publication=Publication.LIVE).order_by().values("pk")
    if access.highest_role(user) == Role.LEAD:
        asked["unsent"] = Number(mailing.troubled(user).order_by().values("pk")[:CAP])
    for week in weeks:
        asked[week.code] = Number(live.filter(publish_at__gte=week.begin, publish_at__lt=min(week.end, now)))
    return looked_up(user, asked)


def _lines(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The items of all panels as they are shown, by their keys."""
    now, today = timezone.now(), timezone.localdate()
    read = CuratedItem.objects.filter(pk__in=list(keys)).order_by().select_related(
        "community", "publisher", "featured_image", "created_by", "reviewer"
    ).defer("body", "body_html", "curator_note", "description")  # fmt: skip
    return {
        item.pk: {
            "item": item,
            "when": when(item),
            "picture": picture(item.featured_image),
            "badge": badge(item.label(now)),
            "out_at": timezone.localtime(out) if (out := item.scheduled_at or item.publish_at) else None,
            "late": item.review_due is not None and item.review_due < today,
            "since": moment(item.scheduled_at) if item.scheduled_at else "",
        }
        for item in read
    }


def _last_run() -> dict[str, Any]:
    """When scheduled updates were last brought out."""
    run = JobRun.objects.filter(name=JOB).first()
    return {
        "at": moment(run.started_at) if run else "",
        "unfinished": run is not None and run.finished_at is None,
    }
