"""The header of a content file: its keys whatever their case is, its values as text or lists."""

import re
from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]
_NOT_HTML = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


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

    def filled(self, *names: str) -> str:
        """The same, of those alone that have a value, as Hugo looks for dates; as `key` where none has."""
        return next((self.key(name) for name in names if self.get(name) not in (None, "")), self.key(*names))

    def get(self, *names: str) -> Any:
        return self.data.get(self.key(*names))

    def has(self, *names: str) -> bool:
        return self.key(*names) in self.data


def as_text(value: Any) -> str:
    """A scalar as Hugo shows it; what is not a scalar shows nothing. Left out are characters that no page may hold
    (HTML, section 13.2.3.5): browsers show nothing of them either, and no database keeps NUL.
    """
    if value is None or isinstance(value, Mapping | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = str(value)
    return text if text.isprintable() else _NOT_HTML.sub("", text)


def as_list(value: Any) -> list[Any]:
    """A list as it is, a scalar as a list of one, nothing as an empty list."""
    if value is None or value == "" or isinstance(value, Mapping):
        return []
    return list(value) if isinstance(value, list) else [value]
