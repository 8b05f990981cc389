"""Why readers see an item, or do not: every condition with its value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import timezone

from curation import links
from curation.models import Alias, CuratedItem
from curation.workflow import Publication, State


@dataclass(frozen=True)
class Condition:
    """One thing that has to hold for readers to see an item."""

    name: str
    holds: bool
    value: str
    """How it stands, in words."""

    def as_json(self) -> dict[str, Any]:
        return {"condition": self.name, "holds": self.holds, "value": self.value}


@dataclass(frozen=True)
class Found:
    """An item, and by what it was found."""

    item: CuratedItem
    by: str


def conditions(item: CuratedItem, now: datetime | None = None) -> list[Condition]:
    """Every condition of `CuratedItemQuerySet.published`; readers see `item` at `now` where all of them hold."""
    now = now or timezone.now()
    begins, ends = item.publish_at, item.unpublish_at
    return [
        Condition("It was published and not taken back", item.publication == Publication.LIVE, _publication(item)),
        Condition("“Published from” has come", begins is not None and begins <= now, _told(begins, now)),
        Condition("“Published until” lies ahead", ends is None or ends > now, _told(ends, now)),
    ]


def remarks(item: CuratedItem, now: datetime | None = None) -> list[str]:
    """What else is worth knowing about what readers see of `item`, in sentences."""
    return list(_remarks(item, now or timezone.now()))


def find(text: str) -> list[Found]:
    """The items that `text` names: an address or path of the site (old ones too), the last part of one, the link of an
    article, a file name, or the path of a file below the content folder.
    """
    text = text.strip()
    items = CuratedItem.objects.select_related("community", "head_revision", "live_revision", "scheduled_revision")
    path = urlsplit(text).path if "://" in text else text
    if (found := _at_path(items, path)) is not None:
        return [found]
    try:
        key = links.canonical(text)
    except links.LinkError:
        key = ""
    slug = text.strip("/")
    rules = {
        "its address": Q(slug__iexact=slug),
        "its file": Q(path=text.lstrip("/").removeprefix("content/")) | Q(md_name=slug.removesuffix(".md")),
        "its link": Q(link_key=key) if key else Q(pk__in=[]),
    }
    seen: dict[int, Found] = {}
    for by, rule in rules.items():
        for item in items.filter(rule).order_by("pk"):
            seen.setdefault(item.pk, Found(item, by))
    return list(seen.values())


def _at_path(items: Any, path: str) -> Found | None:
    try:
        match = resolve(path if path.endswith("/") else f"{path}/")
    except Resolver404:
        match = None
    if match is not None and match.url_name == "item":
        rule = Q(community__slug=match.kwargs["community"], slug=match.kwargs["slug"].lower())
        if (item := items.filter(rule).first()) is not None:
            return Found(item, "its address")
    alias = Alias.objects.filter(path=Alias.normalised(path)).first() if path.startswith("/") else None
    return Found(items.get(pk=alias.item_id), "an old address") if alias else None


def _publication(item: CuratedItem) -> str:
    state = State(item.state).label.lower()
    match Publication(item.publication):
        case Publication.LIVE:
            return f"live, revision {item.live_revision.number if item.live_revision else '?'}"
        case Publication.NEVER:
            return f"never published; its newest revision is: {state}"
        case Publication.WITHDRAWN:
            return (
                f"withdrawn; its address leads to {item.gone_to}" if item.gone_to else "withdrawn; its address is gone"
            )
        case _:
            return "archived"


def _remarks(item: CuratedItem, now: datetime) -> Iterator[str]:
    head, live, scheduled = item.head_revision, item.live_revision, item.scheduled_revision
    if item.publication == Publication.LIVE and head is not None and live is not None and head.pk != live.pk:
        yield (
            f"Readers see revision {live.number}. The newest one is {head.number}: {State(item.state).label.lower()}."
        )
    if scheduled is not None and item.scheduled_at is not None:
        yield f"Revision {scheduled.number} goes out on {_told(item.scheduled_at, now)}."
    if item.schedule_error:
        yield f"That failed {item.schedule_attempts} times: {item.schedule_error}"
    if item.review_after:
        yield "Its last correction was published without a review, and waits to be confirmed."
    if item.is_published(now):
        shown = item.also_in.count()
        yield f"Readers find it at {item.get_absolute_url()}{f' and in {shown} more communities' if shown else ''}."


def _told(moment: datetime | None, now: datetime) -> str:
    """A time in the site's zone, and how far away it is."""
    if moment is None:
        return "not set"
    seconds = int(abs((moment - now).total_seconds()))
    size, unit = next((size, unit) for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
                      if seconds >= size or size == 1)  # fmt: skip
    number = seconds // size
    words = f"{number:,} {unit}{'' if number == 1 else 's'}"
    local = timezone.localtime(moment).strftime("%-d %B %Y %H:%M:%S %Z")
    return f"{local}, {f'in {words}' if moment > now else f'{words} ago'}"
