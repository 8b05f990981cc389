"""Events as a file in the form of iCalendar (RFC 5545), which calendars on every desk and telephone take."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST = 75
"""Bytes of a line; what is longer goes on in the next one, behind a space."""


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar."""

    uid: str
    """The same each time, so that a calendar knows it again."""
    at: datetime
    whole_day: bool
    summary: str
    description: str
    url: str


def lines(entries: Iterable[Entry], name: str, now: datetime) -> Iterator[str]:
    """A calendar with `entries`, called `name`, as it is `now`."""
    yield from map(_folded, ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Medigy//Curation//EN"))
    yield _folded(f"X-WR-CALNAME:{_text(name)}")
    for entry in entries:
        yield from map(_folded, _event(entry, now))
    yield _folded("END:VCALENDAR")


def _event(entry: Entry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_moment(now)}"
    if entry.whole_day:
        yield f"DTSTART;VALUE=DATE:{entry.at:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.at + timedelta(days=1):%Y%m%d}"
    else:
        yield f"DTSTART:{_moment(entry.at)}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    yield f"URL:{entry.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """`words` as a value: nothing in them ends it or begins another line."""
    plain = " ".join(words.split())
    printable = "".join(sign for sign in plain if sign.isprintable())
    return printable.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """`line` in pieces of at most `LONGEST` bytes, of which none ends within a sign."""
    pieces, piece, size = [], "", 0
    for sign in line:
        weight = len(sign.encode())
        if size + weight > LONGEST:
            pieces.append(piece)
            piece, size = "", 1
        piece, size = piece + sign, size + weight
    return "\r\n ".join([*pieces, piece]) + "\r\n"
