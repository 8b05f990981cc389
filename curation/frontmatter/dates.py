"""Dates as content files write them: which of them Hugo takes, what they mean, and how to write another one alike."""

import re
from datetime import UTC, datetime, timedelta, timezone

# What is usual: RFC 3339 with any fraction, the same with a blank or without a zone, or a date alone. Go itself prints
# the name of the zone behind its number.
_STAMP = re.compile(
    r"(?P<date>(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d))"
    r"(?:(?P<sep>[T ])(?P<time>\d\d?:\d\d:\d\d)(?:[.,](?P<fraction>\d+))?"
    r"(?P<blank> ?)(?P<zone>Z|[+-]\d\d:?\d\d)?(?P<name> [A-Z]{3,5})?)?",
    re.ASCII,
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_TIME = r"(?P<time>\d\d?:\d\d:\d\d)(?:[.,](?P<fraction>\d+))?"
# A zone by name counts as UTC, to Hugo too.
_NAME = "(?-i:[A-Z]{3,5})"
_ZONE = rf"(?:{_NAME}|(?P<zone>[+-]\d{{4}}))"
_WEEKDAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_WORDY = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"(?P<day>\d\d) {_MONTH} (?P<year>\d{{4}})",
        rf"{_WEEKDAY}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} {_ZONE}",
        rf"(?P<day>\d\d) {_MONTH} (?P<year>\d\d) (?P<time>\d\d?:\d\d) {_ZONE}",
        rf"(?:mon|tues|wednes|thurs|fri|satur|sun)day, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} {_ZONE}",
        rf"{_WEEKDAY} {_MONTH} (?P<day>[ \d]?\d) {_TIME}(?: {_NAME})? (?P<year>\d{{4}})",
        rf"{_WEEKDAY} {_MONTH} (?P<day>\d\d) {_TIME} (?P<zone>[+-]\d{{4}}) (?P<year>\d{{4}})",
    )
)


class UnreadableDate(ValueError):
    """The text is not a date that Hugo can read."""


def hugo_reads(value: object) -> bool:
    """Whether Hugo takes a value of `date` and the like: a date, seconds since 1970, or nothing."""
    if value is None or value == "":
        return True
    if not isinstance(value, str):
        return isinstance(value, int) and not isinstance(value, bool)
    try:
        _moment(value)
    except UnreadableDate:
        return False
    return True


def read_date(value: object) -> datetime | None:
    """The instant that a date in a file means, in UTC; without a zone it is taken as UTC, as Hugo does.

    Nanoseconds are cut to microseconds. Nothing (None or an empty text) is None. Raises UnreadableDate for what Hugo
    could not read either, blanks around it apart, and for a year that databases have no place for.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, UTC)
        else:
            moment = _moment(value.strip() if isinstance(value, str) else value).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _unreadable(value) from error
    # Databases and browsers agree on years of four digits; a day of slack keeps every time zone within them.
    if not datetime(1, 1, 2, tzinfo=UTC) < moment < datetime(9999, 12, 30, tzinfo=UTC):
        raise _unreadable(value)
    return moment


def write_date(moment: datetime, like: object = None) -> str:
    """`moment` as text in the way that the text `like` was written: its zone, its separator, its digits.

    Without a pattern it is the old pipeline's way: UTC, microseconds, `Z`.
    """
    match = _stamp(like.strip()) if isinstance(like, str) else None
    if match is None:
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    local = moment.astimezone(_zone(match["zone"]))
    if match["time"] is None:
        if local.time() == datetime.min.time():
            return local.date().isoformat()
        return local.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    # Not strftime, which writes the year 800 with three digits.
    text = f"{local.date().isoformat()}{match['sep']}{local:%H:%M:%S}"
    digits = len(match["fraction"] or "")
    if local.microsecond and digits < 6:
        digits = 6
    if digits:
        text += "." + f"{local.microsecond:06d}".ljust(digits, "0")[:digits]
    return text + match["blank"] + (match["zone"] or "") + (match["name"] or "")


def _stamp(text: str) -> re.Match[str] | None:
    match = _STAMP.fullmatch(text)
    if match is None or not (match["blank"] or match["name"]):
        return match
    # A zone stands apart only where the time does, and its name only behind its bare number.
    apart = match["blank"] and match["sep"] == " " and (match["zone"] or "Z") != "Z"
    return match if apart and not (match["name"] and ":" in match["zone"]) else None


def _moment(value: object) -> datetime:
    """The date that a text is, with its zone, in every form that Hugo knows but those without a year."""
    match = None
    if isinstance(value, str):
        match = _stamp(value) or next((found for form in _WORDY if (found := form.fullmatch(value))), None)
    if match is None:
        raise _unreadable(value)
    parts = match.groupdict()
    month, year = parts["month"].lower(), int(parts["year"])
    if len(parts["year"]) == 2:
        year += 1900 if year >= 69 else 2000
    hour, minute, second = ((parts.get("time") or "0:0") + ":0").split(":")[:3]
    try:
        return datetime(
            year,
            _MONTHS.index(month) + 1 if month in _MONTHS else int(month),
            int(parts["day"]),
            int(hour),
            int(minute),
            int(second),
            int((parts.get("fraction") or "")[:6].ljust(6, "0")),
            _zone(parts.get("zone")),
        )
    except ValueError as error:
        raise _unreadable(value) from error


def _zone(text: str | None) -> timezone:
    if not text or text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))


def _unreadable(value: object) -> UnreadableDate:
    shown = str(value)
    return UnreadableDate(
        f"{shown[:40]!r} is not a date that can be read. Write it like 2020-10-05T07:12:38Z or 2020-10-05."
    )
