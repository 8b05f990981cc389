"""Who else has an item open, told to those who have it open, too. It never locks anything.

Somebody is there from opening the form until they leave it, or until 15 minutes after the last sign of them.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Case, F, Value, When
from django.utils import timezone

from curation.models import CuratedItem, Presence
from curation.models.presence import LEASE

NOW = timedelta(minutes=1)
"""How long after the last key somebody is said to be typing."""


def here(item: CuratedItem, user: Any, *, typing: bool = False) -> None:
    """Takes note that `user` has `item` open, and whether they are changing it: one statement, two the first time."""
    now = timezone.now()
    came_back = When(seen_at__lt=now - LEASE, then=Value(now))
    seen: dict[str, Any] = {"seen_at": now, "opened_at": Case(came_back, default=F("opened_at"))}
    # An old sign of typing goes with the stay that it belongs to.
    seen["typed_at"] = now if typing else Case(When(seen_at__lt=now - LEASE, then=None), default=F("typed_at"))
    if not Presence.objects.filter(item=item, user=user).update(**seen):
        Presence.objects.filter(seen_at__lt=now - LEASE).delete()
        new = Presence(item=item, user=user, opened_at=now, seen_at=now, typed_at=now if typing else None)
        Presence.objects.bulk_create([new], ignore_conflicts=True)


def left(item: CuratedItem, user: Any) -> None:
    """Takes note that `user` has closed `item`."""
    Presence.objects.filter(item=item, user=user).delete()


def others(item: CuratedItem, user: Any) -> list[str]:
    """Who else has `item` open, a sentence each, whoever came first at the top."""
    there = Presence.objects.filter(item=item, seen_at__gte=timezone.now() - LEASE).exclude(user=user)
    return [_told(each) for each in there.select_related("user").order_by("opened_at", "pk")]


def _told(presence: Presence) -> str:
    now = timezone.now()
    opened = timezone.localtime(presence.opened_at)
    since = opened.strftime("%H:%M" if opened.date() == timezone.localtime(now).date() else "%-d %B, %H:%M")
    words = f"{presence.user} has it open since {since}"
    if presence.typed_at is None:
        return f"{words}."
    minutes = int((now - presence.typed_at) / NOW)
    if not minutes:
        return f"{words}, typing now."
    return f"{words}, typing {minutes} minute{'' if minutes == 1 else 's'} ago."
