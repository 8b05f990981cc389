"""The calendar: what was published, goes out, ends or wants to be looked at again, by week and by month."""

from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format

from communities import access
from communities.models import Community
from curation.admin import icalendar, tables
from curation.admin.icalendar import Entry
from curation.models import CuratedItem
from curation.pages import absolute
from curation.workflow import Publication

KINDS = {
    "published": "Published",
    "scheduled": "Goes out",
    "update": "Update goes out",
    "ends": "Ends",
    "review": "Look again",
}
"""What can happen on a day, in the order in which a day lists it where two are at the same time."""
PER_DAY = 4
"""How many lines a day of a month shows; the week has more."""
PER_KIND = 1500
"""How many of each kind are read; a month with more is told to be looked at by week."""
FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Event:
    """One thing that happens to an item."""

    kind: str
    at: datetime
    whole_day: bool
    item: CuratedItem

    @property
    def words(self) -> str:
        return KINDS[self.kind]

    @property
    def clock(self) -> str:
        return "" if self.whole_day else f"{self.at:%H:%M}"


@dataclass(frozen=True)
class Day:
    day: date
    is_today: bool
    is_outside: bool
    """Whether it belongs to the month before or after the one that is shown."""
    events: list[Event]
    more: int
    week: str
    """The address of its week."""


def urls(site: Any) -> list[URLPattern]:
    """The address of the calendar within the admin `site`."""
    return [
        path("calendar/", site.admin_view(calendar), name="calendar"),
        path("calendar.ics", site.admin_view(as_file), name="calendar_file"),
    ]


@dataclass(frozen=True)
class Asked:
    """What part of the calendar somebody asked for."""

    day: date
    by_week: bool
    communities: QuerySet[Community]
    community: Community | None
    mine: bool
    items: QuerySet[CuratedItem]

    @property
    def weeks(self) -> list[list[date]]:
        return [_week(self.day)] if self.by_week else Calendar().monthdatescalendar(self.day.year, self.day.month)

    @property
    def title(self) -> str:
        return _title(self.weeks, self.day, self.by_week)

    def happens(self) -> tuple[dict[date, list[Event]], bool]:
        return events(self.items, _midnight(self.weeks[0][0]), _midnight(self.weeks[-1][-1] + timedelta(days=1)))

    def address(self, to: date, view: str, name: str = "admin:calendar") -> str:
        """That of the same of another `view`, or of the one of the day `to`."""
        kept = {"community": self.community.pk if self.community else None, "mine": "1" if self.mine else None}
        query = {"view": view, "day": to.isoformat()} | {name: value for name, value in kept.items() if value}
        return reverse(name, query=query)


def _asked(request: HttpRequest) -> Asked:
    communities = access.communities_where(request.user, "view")
    community = _community(request, communities)
    mine = request.GET.get("mine") == "1"
    items = access.scope(request.user, CuratedItem.objects.all(), "view")
    items = items.filter(community=community) if community else items
    items = items.filter(created_by=request.user) if mine else items
    day = _day(request.GET.get("day", ""), timezone.localdate())
    return Asked(day, request.GET.get("view") == "week", communities, community, mine, items)


def as_file(request: HttpRequest) -> HttpResponse:
    """What the calendar shows, for the person's own calendar."""
    asked = _asked(request)
    happens, _ = asked.happens()
    entries = (
        Entry(
            f"{event.kind}-{event.item.pk}@{urlsplit(settings.SITE_URL).hostname}", event.at, event.whole_day,
            f"{event.words}: {event.item.title}", str(event.item.community),
            absolute(reverse("admin:curation_curateditem_change", args=[event.item.pk])),
        )
        for each in sorted(happens)
        for event in happens[each]
    )  # fmt: skip
    return tables.download(
        icalendar.lines(entries, f"Medigy curation: {asked.title}", timezone.now()),
        f"calendar-{asked.weeks[0][0]:%Y-%m-%d}.ics",
        "text/calendar",
    )


def calendar(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    today, day, by_week, weeks, address = timezone.localdate(), asked.day, asked.by_week, asked.weeks, asked.address
    happens, is_cut = asked.happens()
    view = "week" if by_week else "month"
    before, after = (_week(day)[0] - timedelta(days=7), _week(day)[0] + timedelta(days=7)) if by_week else _months(day)
    shown = [
        [
            Day(
                each, each == today, not by_week and each.month != day.month,
                happens[each] if by_week else happens[each][:PER_DAY],
                0 if by_week else max(0, len(happens[each]) - PER_DAY), address(each, "week"),
            )
            for each in week
        ]
        for week in weeks
    ]  # fmt: skip
    request.current_app = admin.site.name
    return TemplateResponse(
        request,
        "admin/calendar/calendar.html",
        {
            **admin.site.each_context(request),
            "title": asked.title,
            "weeks": shown,
            "weekdays": [(date_format(each, "l"), date_format(each, "D")) for each in weeks[0]],
            "by_week": by_week,
            "day": day,
            "nothing": not any(happens.values()),
            "before": address(before, view),
            "after": address(after, view),
            "now": address(today, view),
            "other_view": address(day, "month" if by_week else "week"),
            "file": address(day, view, "admin:calendar_file"),
            "view": view,
            "communities": asked.communities,
            "community": asked.community,
            "mine": asked.mine,
            "is_cut": is_cut,
            "kinds": KINDS,
            "zone": timezone.get_current_timezone_name(),
        },
    )


def events(items: QuerySet[CuratedItem], begin: datetime, end: datetime) -> tuple[dict[date, list[Event]], bool]:
    """What happens to `items` from `begin` to before `end`, by day in the site's time zone, in four queries; and
    whether there was so much that some of it was left out.
    """
    now = timezone.now()
    found: list[Event] = []
    shown = items.select_related("community").only(
        "title", "community", "publication", "publish_at", "unpublish_at", "scheduled_at", "review_by"
    )
    cut = False
    # Each is found by the index of its dates: whether it is live is looked at afterwards, of the few that are read.
    for column in ("publish_at", "unpublish_at", "scheduled_at", "review_by"):
        rows = shown.filter(publication=Publication.LIVE) if column == "publish_at" else shown
        first, last = (begin.date(), (end - timedelta(days=1)).date()) if column == "review_by" else (begin, end)
        span = {f"{column}__gte": first, f"{column}__{'lte' if column == 'review_by' else 'lt'}": last}
        read = list(rows.filter(**span).order_by(column, "pk")[: PER_KIND + 1])
        cut = cut or len(read) > PER_KIND
        for item in read[:PER_KIND]:
            if (
                item.publication == Publication.ARCHIVED
                if column == "review_by"
                else item.publication != Publication.LIVE
            ):
                continue
            value = getattr(item, column)
            whole = column == "review_by"
            at = _midnight(value) if whole else timezone.localtime(value)
            kind = {"publish_at": "published" if at <= now else "scheduled", "unpublish_at": "ends",
                    "scheduled_at": "update", "review_by": "review"}[column]  # fmt: skip
            found.append(Event(kind, at, whole, item))
    by_day: dict[date, list[Event]] = defaultdict(list)
    for event in sorted(found, key=lambda event: (event.at, event.item.pk)):
        by_day[event.at.date()].append(event)
    return by_day, cut


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST <= day <= LAST else today


def _community(request: HttpRequest, mine: QuerySet[Community]) -> Community | None:
    chosen = request.GET.get("community", "")
    if not chosen:
        return None
    found = mine.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if found is None:
        raise Http404("There is no such community, or you do not work in it.")
    return found


def _week(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def _months(day: date) -> tuple[date, date]:
    """The first days of the months before and after that of `day`."""
    first = day.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _title(weeks: list[list[date]], day: date, by_week: bool) -> str:
    if not by_week:
        return date_format(day, "F Y")
    first, last = weeks[0][0], weeks[0][-1]
    return f"{date_format(first, 'j F' if first.year == last.year else 'j F Y')} to {date_format(last, 'j F Y')}"
