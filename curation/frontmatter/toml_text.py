"""Values written as TOML."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from curation.frontmatter.errors import FrontMatterError
from curation.frontmatter.nodes import Node
from curation.frontmatter.toml_nodes import BARE, DATE

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_NOT_LITERAL = re.compile(r"['\x00-\x08\x0a-\x1f\x7f]")
_NOT_LITERAL_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|''|'\Z|(?:\A|\n)\+\+\+")
_KEYS_OF_DATES = ("date", "lastmod", "modified")
_DELIMITER_INSIDE = re.compile(r"(?:\A|\n)\+\+\+")


class TomlWriter:
    """Writes single values and values in brackets.

    `quotes` are those of text that replaces none; with `bare_dates` new dates have none, under keys of Hugo's dates.
    """

    gap = " "

    def __init__(self, quotes: str, bare_dates: bool, newline: str) -> None:
        self._quotes = quotes
        self._bare_dates = bare_dates
        self._newline = newline

    def value(self, wanted: Any, instead_of: Node | None = None, indentation: str = "") -> str:
        if isinstance(wanted, str):
            return self._string(wanted, instead_of)
        if isinstance(wanted, dict):
            return f"{{ {', '.join(self.pair(*pair, indentation) for pair in wanted.items())} }}" if wanted else "{}"
        if isinstance(wanted, list):
            return f"[{', '.join(self.value(item) for item in wanted)}]"
        if wanted is None:
            raise FrontMatterError(
                "unsupported_value",
                "the new value is empty (null), which TOML has no form for",
                hint="Take the key out, or give it an empty text.",
            )
        return repr(wanted).lower() if isinstance(wanted, bool) else repr(wanted)

    def pair(self, name: str, wanted: Any, indentation: str = "") -> str:
        bare = self._bare_dates and name.lower().endswith(_KEYS_OF_DATES) and _is_date(wanted)
        try:
            text = wanted if bare else self.value(wanted, None, indentation)
            return f"{self.key(name)} = {text}"
        except FrontMatterError as error:
            error.key = error.key or name
            raise

    def key(self, name: str) -> str:
        return name if _BARE_KEY.fullmatch(name) else _basic(name)

    def _string(self, text: str, instead_of: Node | None) -> str:
        style = self._quotes if instead_of is None or isinstance(instead_of.value, list | dict) else instead_of.style
        if style == BARE:
            if instead_of is not None and _is_date(instead_of.value) and _is_date(text):
                return text
            style = self._quotes
        if style == "'" and not _NOT_LITERAL.search(text):
            return f"'{text}'"
        # The line break right behind the quotes is none of the text's own.
        above = "\n" if "\n" in text else ""
        if style == "'''" and not _NOT_LITERAL_LINES.search(text):
            return self._lines(f"'''{above}{text}'''")
        if style == '"""' and not _DELIMITER_INSIDE.search(text):
            lines = "\n".join(_basic(line)[1:-1] for line in text.split("\n"))
            return self._lines(f'"""{above}{lines}"""')
        return _basic(text)

    def _lines(self, text: str) -> str:
        return text.replace("\n", self._newline)


def _is_date(value: Any) -> bool:
    """Whether text is a date, and one that exists."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return False
    try:
        tomllib.loads(f"x = {value}")
    except ValueError:
        return False
    return True


def _basic(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def table(path: tuple[str, ...], values: dict[str, Any], writer: TomlWriter, *, item: bool = False) -> Iterator[str]:
    """The lines of a table with its header, and of the tables in it; those of the root, whose path is empty, without.

    With `item` it is one item of a list of tables.
    """
    inner = {name: value for name, value in values.items() if isinstance(value, dict) or is_tables(value)}
    lines = [writer.pair(name, value) for name, value in values.items() if name not in inner]
    if path and (lines or item or not inner):
        name = ".".join(map(writer.key, path))
        lines.insert(0, f"[[{name}]]" if item else f"[{name}]")
    yield from lines
    separate = bool(lines)
    for name, value in inner.items():
        for child in value if isinstance(value, list) else [value]:
            if separate:
                yield ""
            yield from table((*path, name), child, writer, item=isinstance(value, list))
            separate = True


def is_tables(value: Any) -> bool:
    """Whether a value is a list of mappings alone, which has headers of its own."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
