"""The header of a content file: its keys whatever their case is, its values in the forms that files give them."""

from collections.abc import Mapping
from typing import Any

from curation.frontmatter.dates import UnreadableDate, read_date

Data = Mapping[str, Any]


class Header:
    """The keys of a document, found whatever their case is, as Hugo finds them."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self._spelling = {key.lower(): key for key in reversed(list(data))}

    def key(self, *names: str) -> str:
        """The spelling in the file of the first of `names` that it has; otherwise the first name."""
        for name in names:
            if (spelling := self._spelling.get(name.lower())) is not None:
                return spelling
        return names[0]

    def get(self, *names: str) -> Any:
        return self.data.get(self.key(*names))

    def has(self, *names: str) -> bool:
        return self.key(*names) in self.data


def as_text(value: Any) -> str:
    """A scalar as Hugo shows it; what is not a scalar shows nothing. NUL, which no database keeps, is left out."""
    if value is None or isinstance(value, Mapping | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value).replace("\0", "")


def as_list(value: Any) -> list[Any]:
    """A list as it is, a scalar as a list of one, nothing as an empty list."""
    if value is None or value == "" or isinstance(value, Mapping):
        return []
    return list(value) if isinstance(value, list) else [value]


def as_names(value: Any) -> list[str]:
    names = (as_text(name).strip() for name in as_list(value))
    return list(dict.fromkeys(name for name in names if name))


def as_date(value: Any) -> Any:
    """The date, or None where nothing readable stands there: the file keeps its text, and the import reports it."""
    try:
        return read_date(value)
    except UnreadableDate:
        return None


def as_topic(text: str) -> tuple[str, str]:
    """Vocabulary and label of an entry of `communityTopics`, in which the old pipeline wrote # as -hash-."""
    vocabulary, colon, label = text.replace("-hash-", "#").partition(": ")
    return (vocabulary.strip(), label.strip()) if colon and label.strip() else ("", vocabulary.strip())


def topic_text(vocabulary: str, label: str) -> str:
    return (f"{vocabulary}: {label}" if vocabulary else label).replace("#", "-hash-")


def aliases_in(value: Any) -> list[str]:
    """The paths of `aliases`, a list or a text that Hugo splits at white space: those that can be addresses of ours."""
    texts = value.split() if isinstance(value, str) else [as_text(entry).strip() for entry in as_list(value)]
    return [text for text in texts if is_alias(text)]


def is_alias(text: str) -> bool:
    return bool(text.strip("/")) and "//" not in text and "\\" not in text and not any(c.isspace() for c in text)


def read_link(header: Header) -> str:
    value = header.get("link")
    if isinstance(value, Mapping):
        return as_text(value.get("href") or value.get("original")).strip()
    return as_text(value).strip()
