"""The reports: what each counts, in how many columns, and who may ask. Every one takes a fixed number of queries."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from communities import access
from communities.models import Community, Role, User
from curation.admin.queues import MISSING, QUEUES
from curation.models import Change, CuratedItem, MissedAddress
from curation.pages import absolute

WAITING = ("draft", "in_review", "changes_requested", "approved")
"""The queues in which an item waits for somebody."""
REVIEWED = {"approve": "approved", "request_changes": "sent_back", "reject": "rejected"}
"""What reviewers do, by the name of the move, and the column that counts it."""


@dataclass(frozen=True)
class Column:
    """One column of a report: the name that programs read, the words that people read, and how it is shown."""

    name: str
    title: str
    kind: str = "text"
    """text, number, days, moment, day, item (a title that leads to the item) or path."""


@dataclass(frozen=True)
class Asked:
    """What somebody asked a report for."""

    user: Any
    permission: str
    since: datetime
    until: datetime
    community: Community | None = None

    @property
    def items(self) -> QuerySet[CuratedItem]:
        """The items that the person may ask about, of the community that they chose."""
        items = access.scope(self.user, CuratedItem.objects.all(), self.permission)
        return items.filter(community=self.community) if self.community else items


@dataclass(frozen=True)
class Bar:
    """One bar of a chart."""

    label: str
    value: float


Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    code: str
    title: str
    about: str
    """What it tells, in a sentence."""
    empty: str
    """What is said where it has nothing."""
    columns: tuple[Column, ...]
    rows: Callable[[Asked], Iterable[Row]]
    number: Callable[[Asked], int] | None = None
    """How many rows there are, where they are too many to be counted one by one."""
    chart: Callable[[list[Row], Asked], list[Bar]] | None = None
    chart_title: str = ""
    has_period: bool = False
    permission: str = "view"
    """What people need for the items that it tells of."""
    least: Role | None = None
    """The least role, in any community, for a report that is about no community's items."""


# --- How long items wait ------------------------------------------------------------------------------------------


def _waiting(asked: Asked) -> list[Row]:
    now = timezone.now()
    entered = (
        Change.objects.filter(item=OuterRef("pk"), to_state=OuterRef("state"))
        .exclude(from_state=F("to_state"))
        .order_by("-pk")
        .values("at")[:1]
    )
    found = []
    for code in WAITING:
        words, rule = QUEUES[code]
        ages: dict[str, list[float]] = defaultdict(list)
        standing = asked.items.filter(rule(now)).order_by().annotate(entered=Subquery(entered))
        for community, at, created in standing.values_list("community__name", "entered", "created_at").iterator(5000):
            ages[community].append(_days(now - (at or created)))
        found += [
            {
                "queue": words, "community": community, "items": len(days), "median": round(median(days), 1),
                "longest": round(max(days), 1), "over_a_week": sum(day > 7 for day in days),
            }
            for community, days in sorted(ages.items())
        ]  # fmt: skip
    return found


def _per_queue(rows: list[Row], asked: Asked) -> list[Bar]:
    return [Bar(words, sum(row["items"] for row in rows if row["queue"] == words))
            for words in (QUEUES[code][0] for code in WAITING)]  # fmt: skip


# --- How long it takes to publish ---------------------------------------------------------------------------------


def _first_shown(asked: Asked) -> QuerySet[CuratedItem]:
    return asked.items.filter(
        publish_at__gte=asked.since, publish_at__lt=min(asked.until, timezone.now()), live_revision__isnull=False
    ).order_by()


def _time_to_publish(asked: Asked) -> list[Row]:
    days: dict[str, list[float]] = defaultdict(list)
    imported: dict[str, int] = defaultdict(int)
    times = _first_shown(asked).values_list("community__name", "created_at", "publish_at")
    for community, created, shown in times.iterator(5000):
        # What was public before it came in took no time here.
        if shown <= created:
            imported[community] += 1
        else:
            days[community].append(_days(shown - created))
    return [
        {
            "community": community, "published": len(days[community]) + imported[community],
            "imported": imported[community],
            "median": round(median(days[community]), 1) if days[community] else None,
            "slowest": round(_percentile(days[community], 0.9), 1) if days[community] else None,
        }
        for community in sorted(days.keys() | imported.keys())
    ]  # fmt: skip


def _per_community(rows: list[Row], asked: Asked) -> list[Bar]:
    return [Bar(row["community"], row["median"] or 0) for row in rows[:20]]


# --- Who does what ------------------------------------------------------------------------------------------------


def _people(asked: Asked) -> list[Row]:
    blank = {"added": 0, "published": 0, "waiting": 0, "approved": 0, "sent_back": 0, "rejected": 0}
    found: dict[tuple[int | None, int], Row] = defaultdict(lambda: dict(blank))
    added = asked.items.filter(created_at__gte=asked.since, created_at__lt=asked.until).order_by()
    for person, community, total, public in added.values_list("created_by", "community").annotate(
        total=Count("pk"), public=Count("pk", filter=CuratedItem.objects.published_rule())
    ):
        found[person, community] |= {"added": total, "published": public, "waiting": total - public}
    deeds = access.scope(
        asked.user, Change.objects.all(), asked.permission, community="item__community_id", owner="item__created_by_id"
    ).filter(action__in=REVIEWED, at__gte=asked.since, at__lt=asked.until, actor__isnull=False)
    if asked.community:
        deeds = deeds.filter(item__community=asked.community)
    for person, community, action, number in (
        deeds.order_by().values_list("actor", "item__community", "action").annotate(number=Count("pk"))
    ):
        found[person, community][REVIEWED[action]] = number
    people = {user.pk: str(user) for user in User.objects.filter(pk__in={person for person, _ in found if person})}
    communities = dict(Community.objects.filter(pk__in={pk for _, pk in found}).values_list("pk", "name"))
    named = [
        {"person": people.get(person, "Import") if person else "Import", "community": communities[community]} | counts
        for (person, community), counts in found.items()
    ]
    return sorted(named, key=lambda row: (row["community"], row["person"]))


def _per_person(rows: list[Row], asked: Asked) -> list[Bar]:
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        totals[row["person"]] += row["added"]
    return [Bar(person, number) for person, number in sorted(totals.items(), key=lambda pair: -pair[1])[:20] if number]


# --- Items that want something ------------------------------------------------------------------------------------

LACKS = {"picture": "A picture", "alt": "Alt text", "description": "A description"}


def _lacking(asked: Asked) -> dict[str, QuerySet[CuratedItem]]:
    """The published items that lack something, by what. Each has an index, so that the others are not looked at."""
    return {words: asked.items.published().filter(MISSING[code][1]).order_by() for code, words in LACKS.items()}


def _missing(asked: Asked) -> Iterator[Row]:
    columns = (
        *ITEM, "publisher__host", "featured_image", "image_alt", "featured_image__alt", "image_decorative",
        "description",
    )  # fmt: skip
    newest_first = [
        items.order_by("-publish_at", "-pk").values_list(*columns).iterator(200) for items in _lacking(asked).values()
    ]
    merged = heapq.merge(*newest_first, key=lambda row: (row[5], row[0]), reverse=True)
    # What lacks several things comes several times, one after the other.
    for _, (row, *_) in groupby(merged, key=itemgetter(0)):
        pk, title, community, slug, path, shown, host, image, alt, own_alt, spared, description = row
        undescribed = image and not (alt or own_alt or spared)
        lacks = [
            words for words, is_so in (("picture", not image), ("alt text", undescribed),
                                       ("description", not description)) if is_so
        ]  # fmt: skip
        yield _item(pk, title, community, slug, path, shown) | {"publisher": host or "", "missing": ", ".join(lacks)}


def _lack_anything(asked: Asked) -> int:
    first, *others = (items.values("pk") for items in _lacking(asked).values())
    return first.union(*others).count()


def _per_lack(rows: list[Row], asked: Asked) -> list[Bar]:
    return [Bar(words, items.count()) for words, items in _lacking(asked).items()]


def _not_exported(asked: Asked) -> QuerySet[CuratedItem]:
    behind = Q(file_revision__isnull=True) | Q(file_revision__lt=F("live_revision"))
    return asked.items.published().filter(behind)


def _unexported(asked: Asked) -> Iterator[Row]:
    rows = _not_exported(asked).order_by("-publish_at", "-pk").values_list(
        *ITEM, "live_revision__number", "file_revision__number"
    )  # fmt: skip
    for *item, live, file in rows.iterator(2000):
        yield _item(*item) | {"revision": live, "exported": file}


def _overdue(asked: Asked) -> QuerySet[CuratedItem]:
    # Few items have such a day: they are found by its index, and then looked at.
    due = CuratedItem.objects.filter(review_by__lte=timezone.localdate()).order_by()
    return asked.items.published().filter(pk__in=due.values("pk"))


def _stale(asked: Asked) -> Iterator[Row]:
    today = timezone.localdate()
    for *item, day in _overdue(asked).order_by("review_by", "pk").values_list(*ITEM, "review_by").iterator(2000):
        yield _item(*item) | {"review_by": day, "overdue": (today - day).days}


ITEM = ("pk", "title", "community__name", "slug", "community__slug", "publish_at")


def _item(pk: int, title: str, community: str, slug: str, place: str, shown: datetime) -> Row:
    return {
        "id": pk, "title": title, "community": community, "published": shown,
        "url": absolute(reverse("item", args=[place, slug])),
    }  # fmt: skip


# --- Addresses that lead nowhere ----------------------------------------------------------------------------------


def _missed(asked: Asked) -> Iterator[Row]:
    for row in MissedAddress.objects.order_by("-count", "path").iterator(2000):
        yield {
            "address": row.path, "times": row.count, "first": row.first_at, "last": row.last_at,
            "linked_from": row.referrer,
        }  # fmt: skip


def _most_missed(rows: list[Row], asked: Asked) -> list[Bar]:
    return [Bar(row["address"], row["times"]) for row in rows[:10]]


ITEM_COLUMNS = (Column("title", "Item", "item"), Column("community", "Community"))
PUBLISHED = Column("published", "Published", "moment")

REPORTS: dict[str, Report] = {
    report.code: report
    for report in (
        Report(
            "waiting",
            "How long items wait",
            "What waits in each queue of each community, and since when.",
            "Nothing waits for anybody.",
            (
                Column("queue", "Queue"), Column("community", "Community"), Column("items", "Items", "number"),
                Column("median", "Half wait longer than", "days"), Column("longest", "Longest", "days"),
                Column("over_a_week", "Over a week", "number"),
            ),
            _waiting,
            chart=_per_queue,
            chart_title="Items that wait, by queue",
        ),
        Report(
            "time-to-publish",
            "Time to publish",
            "From the first draft to the day on which readers saw it, for what was published in the period.",
            "Nothing was published in this period. Choose a longer one.",
            (
                Column("community", "Community"), Column("published", "Published", "number"),
                Column("imported", "Of these imported", "number"), Column("median", "Half took longer than", "days"),
                Column("slowest", "One in ten took longer than", "days"),
            ),
            _time_to_publish,
            chart=_per_community,
            chart_title="Days from draft to publication, in the middle, by community",
            has_period=True,
        ),
        Report(
            "people",
            "Curators and reviewers",
            "Who added how many items in the period and what became of them, and who reviewed how many.",
            "Nobody added or reviewed anything in this period. Choose a longer one.",
            (
                Column("person", "Person"), Column("community", "Community"), Column("added", "Added", "number"),
                Column("published", "Published by now", "number"), Column("waiting", "Not published", "number"),
                Column("approved", "Approved", "number"), Column("sent_back", "Sent back", "number"),
                Column("rejected", "Rejected", "number"),
            ),
            _people,
            chart=_per_person,
            chart_title="Items added, by person",
            has_period=True,
            permission="review",
        ),
        Report(
            "missing",
            "Published without picture, alt text or description",
            "What readers see already, and what it lacks.",
            "Every published item has a picture, an alt text and a description.",
            (*ITEM_COLUMNS, Column("publisher", "Publisher"), Column("missing", "Missing"), PUBLISHED),
            _missing,
            number=_lack_anything,
            chart=_per_lack,
            chart_title="Published items, by what they lack",
        ),
        Report(
            "unexported",
            "Published, not exported yet",
            "What readers see and the content files do not say yet: never exported, or changed since.",
            "The content files say what readers see.",
            (
                *ITEM_COLUMNS, PUBLISHED, Column("revision", "Published revision", "number"),
                Column("exported", "Exported revision", "number"),
            ),
            _unexported,
            number=lambda asked: _not_exported(asked).count(),
        ),
        Report(
            "stale",
            "To be reviewed again",
            "Published items whose day to be looked at again has come.",
            "Nothing is due to be looked at again.",
            (
                *ITEM_COLUMNS, Column("review_by", "Review again by", "day"),
                Column("overdue", "Overdue", "days"), PUBLISHED,
            ),
            _stale,
            number=lambda asked: _overdue(asked).count(),
        ),
        Report(
            "missed-addresses",
            "Missed addresses",
            "What readers asked for and did not find, most often first. Lead them on to where it went.",
            "Nobody missed anything.",
            (
                Column("address", "Address", "path"), Column("times", "Times", "number"),
                Column("first", "First", "moment"), Column("last", "Last", "moment"),
                Column("linked_from", "Linked from"),
            ),
            _missed,
            number=lambda asked: MissedAddress.objects.count(),
            chart=_most_missed,
            chart_title="The addresses that were missed most",
            least=Role.EDITOR,
        ),
    )
}  # fmt: skip
"""Every report by the last piece of its address."""


def _days(length: timedelta) -> float:
    return max(length.total_seconds(), 0) / 86_400


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
