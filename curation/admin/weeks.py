"""What was published week by week, as a small chart."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

WEEKS = 12
HEIGHT, STEP, BAR = 96, 28, 20
"""Measures of the chart, in units of its own drawing."""


@dataclass(frozen=True)
class Week:
    """One week from a Monday on, in the site's time zone."""

    begin: datetime
    end: datetime
    number: int = 0

    @property
    def code(self) -> str:
        return f"week_{self.begin:%Y%m%d}"

    @property
    def address(self) -> str:
        """The list of what was published in it."""
        return reverse("admin:curation_curateditem_changelist", query={"published": f"{self.begin:%Y-%m-%d}"})


@dataclass(frozen=True)
class Bar:
    week: Week
    x: int
    y: int
    height: int
    running: bool
    """Whether it is the week that is not over yet."""


def week_of(day: datetime) -> tuple[datetime, datetime]:
    """Monday of the week of `day` and of the next one, at the beginning of the day in the site's time zone."""
    local = timezone.localtime(day).date()
    monday = local - timedelta(days=local.weekday())
    begin, end = (
        timezone.make_aware(datetime.combine(each, time.min)) for each in (monday, monday + timedelta(days=7))
    )
    return begin, end


def last_weeks(now: datetime) -> list[Week]:
    """The last `WEEKS` weeks, the oldest first; the last one is running. Their numbers are still to be counted."""
    return [Week(*week_of(now - timedelta(days=7 * ago))) for ago in reversed(range(WEEKS))]


def bars(weeks: list[Week]) -> list[Bar]:
    """How the weeks are drawn; the highest number fills the height, and one that is not 0 can always be seen."""
    top = max((week.number for week in weeks), default=0) or 1
    drawn = []
    for place, week in enumerate(weeks):
        height = max(round(HEIGHT * week.number / top), 3 if week.number else 0)
        drawn.append(Bar(week, place * STEP, HEIGHT - height, height, week is weeks[-1]))
    return drawn


def in_words(weeks: list[Week]) -> str:
    """What the chart shows, for people who do not see it."""
    *before, running = weeks
    if not any(week.number for week in weeks):
        return f"Published per week: nothing in the last {len(weeks)} weeks."
    best = max(before, key=lambda week: week.number)
    total = sum(week.number for week in weeks)
    return (
        f"Published per week: {total} in the last {len(weeks)} weeks. This week so far {running.number}, "
        f"the week before {before[-1].number}. Most were {best.number}, in the week of {best.begin:%-d %B}."
    )
