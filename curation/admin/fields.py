"""Form fields that give back what they were given: untouched, a value comes through to the last character."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from curation.exchange import header, keys
from curation.frontmatter import Document, FrontMatterError
from curation.frontmatter.dates import UnreadableDate, read_date, write_date
from curation.frontmatter.dump import dump

BREAKS = str.maketrans("", "", "\r\n")


class Line(forms.CharField):
    """One line of text, blanks and all. Browsers take line breaks out of it, which is no change of the person's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and (data or "").translate(BREAKS) != (initial or "").translate(BREAKS)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attributes = super().widget_attrs(widget)
        # What is longer comes back with a sentence, instead of being cut off while it is pasted.
        attributes.pop("maxlength", None)
        return attributes


class Lines(forms.CharField):
    """Text of several lines, whose breaks are \\n whatever the browser makes of them."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.widget.attrs["rows"] = rows
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        return _unix(super().to_python(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and _unix(data or "") != _unix(initial or "")


class Parsed(Lines):
    """Text that stands for another value; `read` makes the value from the text, `write` the text from the value.

    `read` raises ValidationError with a sentence.
    """

    def __init__(self, *, read: Callable[[str], Any], write: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read, self.write = read, write

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else self.write(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Any:
        if self.disabled:
            return value
        return self.read(super().clean(value))


class Moment(Line):
    """A point in time as files write it: `2020-10-05T07:12:38.912541Z`, to the microsecond, or a day alone."""

    def prepare_value(self, value: Any) -> str:
        return write_date(value) if isinstance(value, datetime) else value or ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> datetime | None:
        if self.disabled:
            return value
        try:
            return read_date(super().clean(value).strip())
        except UnreadableDate as error:
            raise ValidationError(str(error)) from error


class LocalTimeInput(forms.DateTimeInput):
    """The browser's picker; for a time that a clock change brings twice, a choice of the two beside it.

    Its value is the text of both: `2027-10-31T02:30 second`.
    """

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed, which = data.get(name), data.get(f"{name}-which")
        return f"{typed} {which}" if typed and which in WHICH and _both(typed) else typed

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed, _, which = (value or "").partition(" ")
        box = super().render(name, typed, attrs, renderer)
        twice = _both(typed)
        if twice is None:
            return box
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((code, " selected" if code == which else "", f"{words}, {moment:%H:%M %Z} (UTC{moment:%z})")
             for (code, words), moment in zip(WHICH.items(), twice, strict=True)),
        )  # fmt: skip
        disabled = bool(attrs and attrs.get("disabled"))
        about = flatatt({"name": f"{name}-which", "aria-label": "Which of the two", "disabled": disabled})
        return format_html("{}<select{}>{}</select>", box, about, options)


class LocalTime(forms.DateTimeField):
    """A minute in the site's time zone. A stored second that the picker cannot show is no change.

    A minute that a clock change skips is refused; one that it brings twice is asked about.
    """

    def __init__(self, **kwargs: Any) -> None:
        help_text = kwargs.pop("help_text", "")
        said = lazy(lambda: f"{help_text} Time zone: {timezone.get_current_timezone_name()}.".strip(), str)()
        super().__init__(**{"required": False, **kwargs, "widget": LocalTimeInput(), "help_text": said})

    def prepare_value(self, value: Any) -> Any:
        local = super().prepare_value(value)
        if not isinstance(local, datetime):
            return local
        typed = local.isoformat(timespec="minutes")
        return f"{typed} {list(WHICH)[local.fold]}" if _both(typed) else typed

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and (data or "") != (self.prepare_value(initial) or "")

    def to_python(self, value: Any) -> datetime | None:
        try:
            moment = self._moment(value)
            return None if moment is None else moment.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("That is too far from today to be kept. Choose a time that is nearer.") from error

    def _moment(self, value: Any) -> datetime | None:
        if not isinstance(value, str):
            return super().to_python(value)
        typed, _, which = value.partition(" ")
        naive = _naive(typed)
        if naive is None:
            return super().to_python(typed)
        zone, name = timezone.get_current_timezone(), timezone.get_current_timezone_name()
        if (twice := _both(typed)) is not None:
            if which not in WHICH:
                raise ValidationError(
                    f"The clock shows {naive:%H:%M} twice on that day in {name}. Choose which of the two is meant."
                )
            return twice[list(WHICH).index(which)]
        moment = naive.replace(tzinfo=zone)
        later = moment.astimezone(UTC).astimezone(zone)
        if later.replace(tzinfo=None) != naive:
            raise ValidationError(
                f"There is no {naive:%H:%M} on that day in {name}: the clock jumps ahead. "
                f"Choose another time, such as {later:%H:%M}."
            )
        return moment


WHICH = {"first": "The first one", "second": "The second one"}
"""Which of the two moments that one reading of the clock stands for."""


def _naive(typed: str) -> datetime | None:
    try:
        return datetime.strptime(typed, "%Y-%m-%dT%H:%M")
    except ValueError:
        return None


def _both(typed: str) -> tuple[datetime, datetime] | None:
    """The two moments that the clock shows `typed` at; None where there is one, or none."""
    naive = _naive(typed)
    if naive is None:
        return None
    zone = timezone.get_current_timezone()
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    # Where a clock jumps ahead the offsets differ too, but the other way round.
    return (first, second) if first.utcoffset() > second.utcoffset() else None


# --- What stands in a text --------------------------------------------------------------------------------------------


def read_names(text: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in text.split("\n") if name.strip()))
    return _no_longer_than(names, 200)


TAG = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?![^,])|([^,]+))')
"""A tag: between quotes, where a doubled one stands for one, or else all there is up to the next comma, quotes too.

combobox.js reads and writes tags in the same way.
"""


def read_tags(text: str) -> list[str]:
    names = ((quoted.replace('""', '"') or plain).strip() for quoted, plain in TAG.findall(text))
    return _no_longer_than(list(dict.fromkeys(filter(None, names))), 100)


def write_tags(names: list[str]) -> str:
    return ", ".join(map(_as_typed, names or []))


def _as_typed(tag: str) -> str:
    doubled = tag.replace('"', '""')
    return f'"{doubled}"' if "," in tag or tag.startswith('"') else tag


def read_topics(text: str) -> list[tuple[str, str]]:
    topics = [header.as_topic(line) for line in text.split("\n") if line.strip()]
    for vocabulary, label in topics:
        if not label:
            raise ValidationError("A topic is empty. Write one a line, like “Medigy: Increase Profitability”.")
        _no_longer_than([vocabulary], 60)
        _no_longer_than([label], 150)
    return list(dict.fromkeys(topics))


def write_topics(topics: list[tuple[str, str]]) -> str:
    return "\n".join(f"{vocabulary}: {label}" if vocabulary else label for vocabulary, label in topics or [])


def read_aliases(text: str) -> list[str]:
    paths = list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))
    for path in paths:
        if not header.is_alias(path):
            raise ValidationError(
                f"“{path}” is no path. Write it from the root of the site, like /news/an-old-address."
            )
    return _no_longer_than(paths, 500)


def write_lines(lines: list[str]) -> str:
    return "\n".join(lines or [])


def read_header(text: str) -> dict[str, Any]:
    """The keys of a piece of front matter that have no field of their own."""
    if not text.strip():
        return {}
    try:
        data = Document.parse(f"---\n{text.strip(chr(10))}\n---\n".encode()).data
    except FrontMatterError as error:
        line = error.line - 1 if error.line else None
        shown = FrontMatterError(error.code, error.message, line=line, column=error.column, key=error.key)
        raise ValidationError(f"{shown}. {error.hint}".strip()) from error
    except UnicodeEncodeError as error:
        raise ValidationError("The text holds half a character, which no file can keep. Type it anew.") from error
    carried = keys.carried(data)
    if carried != data:
        taken = next(key for key in data if carried.get(key) != data[key])
        raise ValidationError(f"“{taken}” has a field of its own in this form. Change it there, and take it out here.")
    return dict(carried)


def write_header(carried: dict[str, Any]) -> str:
    return dump(carried, sort_keys=False) if carried else ""


def _no_longer_than(texts: list[str], limit: int) -> list[str]:
    for text in texts:
        if len(text) > limit:
            raise ValidationError(f"“{text[:40]}…” has {len(text)} characters; at most {limit} are kept. Shorten it.")
    return texts


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
