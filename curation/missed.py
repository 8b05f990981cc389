"""Addresses that readers asked for in vain: counted so that somebody can lead them on, and so that nobody waits for it.

Nothing of who asked is kept: no query, no network address, of another site that links here its name alone. Scanners
ask for what no page is called; that is left out, and so is the rarest once there are too many.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from curation.models import Alias, MissedAddress

logger = logging.getLogger(__name__)

MOST_ROWS = 5_000
"""How many addresses are remembered."""
MOST_WAITING = 200
"""How many different addresses wait in memory to be written; more are not counted until these are."""
SECONDS = 10
"""How long they wait at most while others come in."""
LONGEST = 300
PROBES = (
    ".asp", ".aspx", ".bak", ".cfg", ".cgi", ".conf", ".env", ".gz", ".ini", ".jsp", ".log", ".php", ".rar", ".sh",
    ".sql", ".tar", ".yaml", ".yml", ".zip",
)  # fmt: skip
"""Ends of paths that only scanners ask for."""
PROBED = ("/wp-", "/cgi-bin", "/.", "/phpmyadmin", "/xmlrpc", "/vendor/", "/actuator")


class _Seen(NamedTuple):
    times: int
    first_at: datetime
    last_at: datetime
    referrer: str


_waiting: dict[str, _Seen] = {}
_lock = threading.Lock()
_written_at = 0.0


def count(path: str, referrer: str = "", *, clock: Callable[[], float] = time.monotonic) -> bool:
    """Counts a request for `path`, which no page answered; costs no query. `referrer` is the header of that name.

    Returns whether it is time to call `write`: after the answer has gone out, so that no reader waits for it.
    """
    cleaned = clean(path)
    if not cleaned:
        return False
    now = timezone.now()
    with _lock:
        seen = _waiting.get(cleaned)
        if seen is None and len(_waiting) >= MOST_WAITING:
            return True
        first, times = (seen.first_at, seen.times) if seen else (now, 0)
        said = clean_referrer(referrer) or (seen.referrer if seen else "")
        _waiting[cleaned] = _Seen(times + 1, first, now, said)
        return len(_waiting) >= MOST_WAITING or clock() - _written_at >= SECONDS


def write(*, clock: Callable[[], float] = time.monotonic) -> None:
    """Adds what waits to the table. A database that cannot be written to now loses it: it is a count, not history."""
    global _written_at
    with _lock:
        waiting = dict(_waiting)
        _waiting.clear()
        _written_at = clock()
    if not waiting:
        return
    try:
        _add(waiting)
    except DatabaseError:
        logger.warning("%d missed addresses could not be counted.", len(waiting), exc_info=True)


def clean(path: str) -> str:
    """`path` as it is counted; empty where nobody but a machine asks for it, or it names a person."""
    text = Alias.normalised(path)
    if len(text) > LONGEST or not text.isprintable() or any(sign in text for sign in "@\\<>\"'`{}|;$="):
        return ""
    if text.endswith(PROBES) or any(probe in text for probe in PROBED) or "//" in text or ".." in text:
        return ""
    return text


def clean_referrer(referrer: str) -> str:
    """The page of this site that a link was on, or the name of another site; empty for everything else."""
    try:
        parts = urlsplit(referrer)
        host, own = parts.hostname or "", urlsplit(settings.SITE_URL).hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host.isprintable():
        return ""
    return clean(unquote(parts.path)) if host == own else host[:LONGEST]


@transaction.atomic
def _add(waiting: dict[str, _Seen]) -> None:
    known = dict(MissedAddress.objects.filter(path__in=waiting).values_list("path", "pk"))
    for path, pk in known.items():
        seen = waiting[path]
        row = MissedAddress.objects.filter(pk=pk)
        row.update(count=F("count") + seen.times, last_at=seen.last_at)
        if seen.referrer:
            row.update(referrer=seen.referrer)
    new = [path for path in waiting if path not in known]
    if not new:
        return
    _make_room(len(new))
    # Another process may have met the same address meanwhile.
    rows = [
        MissedAddress(path=path, count=seen.times, first_at=seen.first_at, last_at=seen.last_at, referrer=seen.referrer)
        for path, seen in waiting.items()
        if path not in known
    ]
    MissedAddress.objects.bulk_create(rows, ignore_conflicts=True)


def _make_room(number: int) -> None:
    """Forgets the addresses that were asked for least, and those the longest ago, so that `number` more have room."""
    too_many = MissedAddress.objects.count() + number - MOST_ROWS
    if too_many > 0:
        least = MissedAddress.objects.order_by("count", "last_at").values_list("pk", flat=True)
        # A tenth at once, so that this is rare.
        MissedAddress.objects.filter(pk__in=list(least[: too_many + MOST_ROWS // 10])).delete()
