"""A content file: front matter and body, kept to the byte."""

import enum
import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

from curation.frontmatter import dump, scalars
from curation.frontmatter.edits import Reformat
from curation.frontmatter.errors import DocumentWarning, FrontMatterError
from curation.frontmatter.findings import find_warnings
from curation.frontmatter.headers import HEADERS, Format, HeaderFormat
from curation.frontmatter.nodes import Tree, is_merge
from curation.frontmatter.split import Parts, decode, locate, split

Path: TypeAlias = str | tuple[str | int, ...]
"""Where a value stands: one top-level key (dots belong to it), or the keys and list indexes that lead to it."""


class _Deletion(enum.Enum):
    DELETE = "delete"


DELETE: Final = _Deletion.DELETE
"""As a value in `Document.with_values`: take the key out."""


class Document:
    """One content file. It never changes; a change makes another one.

    Make one with `parse` or `new`.
    """

    def __init__(self, raw: bytes, text: str, parts: Parts, tree: Tree, reformatted: bool) -> None:
        self._raw = raw
        self._text = text
        self._parts = parts
        self._tree = tree
        self._reformatted = reformatted

    @classmethod
    def parse(cls, raw: bytes) -> "Document":
        """The document that the bytes of a file are. Raises FrontMatterError where Hugo could not read it either,
        where two readers would not agree on it, or where it is too large."""
        text = decode(raw)
        parts = split(text)
        offset = len(parts.opening)
        try:
            tree = HEADERS[parts.format].read(parts.header, lambda index: locate(text, offset + index))
        except FrontMatterError as error:
            if parts.delimiter and not parts.opening.endswith(("\r", "\n")):
                error.hint = (
                    f"Nothing but {parts.delimiter} should stand on the first line: "
                    "what follows is read as front matter."
                )
            raise
        return cls(raw, text, parts, tree, reformatted=False)

    @classmethod
    def new(cls, data: Mapping[str, Any], body: str = "") -> "Document":
        """A document made from nothing, in YAML: keys sorted, lines folded at 80, an empty line before the body.

        Values are text, numbers, booleans, None, lists and mappings; dates are text. Raises FrontMatterError.
        """
        values = dump.plain(data)
        _check_body(body)
        text = f"---\n{dump.dump(values)}---\n\n{body}"
        document = cls.parse(text.encode())
        if not scalars.same(document._values, values):
            raise _cannot_be_written()
        return document

    @property
    def bytes(self) -> bytes:
        """The file."""
        return self._raw

    @property
    def text(self) -> str:
        """The file as text, a byte order mark included."""
        return self._text

    @property
    def format(self) -> Format:
        """What its front matter is written in: `"yaml"`, `"toml"` or `"json"`."""
        return self._parts.format

    @property
    def header(self) -> str:
        """The front matter: what stands between its delimiters, with its last line break, or the JSON object."""
        return self._parts.header

    @property
    def body(self) -> str:
        """Everything after the line break that follows the front matter; often it begins with an empty line."""
        return self._parts.body

    @property
    def newline(self) -> str:
        r"""The line break of the front matter: `"\n"`, `"\r\n"` or `"\r"`."""
        return self._parts.newline

    @property
    def data(self) -> dict[str, Any]:
        """The values as Hugo reads them, in the order of the file; dates are text. A fresh copy each time."""
        return {name: _copy(value) for name, value in self._values.items()}

    @property
    def reformatted(self) -> bool:
        """Whether a change found no place in the text, so that the whole front matter was written anew."""
        return self._reformatted

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the file, in hexadecimal."""
        return hashlib.sha256(self._raw).hexdigest()

    @cached_property
    def warnings(self) -> tuple[DocumentWarning, ...]:
        """What a person should know of this file, in its order."""
        return find_warnings(self._parts, self._tree)

    def position(self, path: Path) -> tuple[int, int] | None:
        """Line and column, from 1, of a key or list item; None where there is none.

        Of a key that comes from another mapping, the place of the `<<` that brings it.
        """
        node, place = self._tree.root, None
        for step in _steps(path):
            if node is None:
                return None
            if isinstance(step, str):
                found = node.find(step)
                if found:
                    place, node = found[0].start, found[1]
                elif step in (node.merged or {}):
                    merge = next(key for key, _ in node.pairs or () if is_merge(key))
                    place, node = merge.start, None
                else:
                    return None
            elif node.items is None or not 0 <= step < len(node.items):
                return None
            else:
                node = node.items[step]
                place = node.start
        return None if place is None else self._locate(place)

    def with_values(self, changes: Mapping[Path, Any], *, body: str | None = None) -> "Document":
        """This document with other values, and with another body unless that is None.

        Only the text of what differs changes: lists and mappings are compared part by part, so that a whole mapping
        can be given of which one value is new. `DELETE` takes a key out. Missing mappings on the way are made. New
        keys go in sorted place where the keys are sorted, else at the end, and before all tables of TOML. A date that
        TOML has without quotes stays without them. The body is written as it is given, with whatever line breaks it
        has.

        Raises FrontMatterError for a change that would reach other values (`anchor_shared`, `inherited_key`), has no
        place (`no_such_place`) or cannot be written (`unsupported_value`), and for a result that cannot be read.
        """
        wanted = self.data
        for path, value in changes.items():
            _change(wanted, _steps(path), value)
        parts = self._parts if body is None or body == self.body else _with_body(self._parts, body)
        if not scalars.same(wanted, self._values):
            return self._spliced(parts, wanted) or self._rewritten(parts, wanted)
        return self if parts is self._parts else self._result(parts, self._reformatted)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __repr__(self) -> str:
        return f"<Document of {len(self._raw)} bytes: {', '.join(self._values)[:60]}>"

    @property
    def _values(self) -> dict[str, Any]:
        """The values themselves, for reading only."""
        return self._tree.root.value if self._tree.root else {}

    @property
    def _format(self) -> HeaderFormat:
        return HEADERS[self.format]

    def _locate(self, index: int) -> tuple[int, int]:
        return locate(self._text, len(self._parts.opening) + index)

    def _spliced(self, parts: Parts, wanted: dict[str, Any]) -> "Document | None":
        """The document with its front matter changed in place; None where that does not read as it should."""
        try:
            header = self._format.splice(parts.header, self._tree, wanted, self.newline, self._locate)
        except Reformat:
            return None
        try:
            result = self._result(parts._replace(header=header), self._reformatted)
        except FrontMatterError:
            return None
        kept = result.format == self.format and self._format.is_kept(
            self.header, self._tree, result.header, result._tree
        )
        return result if kept and result._holds(parts, wanted) else None

    def _rewritten(self, parts: Parts, wanted: dict[str, Any]) -> "Document":
        """The document with a front matter written anew."""
        header = self._format.rewrite(parts.header, self._tree, wanted, self.newline)
        opening = parts.opening
        if parts.delimiter and not opening.endswith(("\r", "\n")):
            opening += self.newline
        parts = parts._replace(opening=opening, header=header)
        result = self._result(parts, reformatted=True)
        if not result._holds(parts, wanted):
            raise _cannot_be_written()
        return result

    @classmethod
    def _result(cls, parts: Parts, reformatted: bool) -> "Document":
        result = cls.parse("".join(parts).encode())
        result._reformatted = reformatted
        return result

    def _holds(self, parts: Parts, wanted: dict[str, Any]) -> bool:
        frame = (parts.opening, parts.closing, parts.body)
        own = (self._parts.opening, self._parts.closing, self._parts.body)
        return frame == own and scalars.same(self._values, wanted)


def _steps(path: Path) -> tuple[str | int, ...]:
    return (path,) if isinstance(path, str) else path


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(child) for name, child in value.items()}
    return [_copy(child) for child in value] if isinstance(value, list) else value


def _change(data: dict[str, Any], steps: tuple[str | int, ...], value: Any) -> None:
    """Sets or removes one value in plain data."""
    place: Any = data
    name = ".".join(map(str, steps))
    for step in steps[:-1]:
        if isinstance(place, dict) and isinstance(step, str) and place.get(step) is None:
            if value is DELETE:
                return
            place[step] = {}
        place = place[step] if _has(place, step) else None
    last = steps[-1] if steps else None
    if isinstance(place, dict) and isinstance(last, str):
        if value is DELETE:
            place.pop(last, None)
        else:
            place[dump.plain(last, name)] = dump.plain(value, name)
    elif isinstance(place, list) and isinstance(last, int) and _has(place, last):
        if value is DELETE:
            del place[last]
        else:
            place[last] = dump.plain(value, name)
    else:
        raise FrontMatterError("no_such_place", "the front matter has no place of this name", key=name)


def _has(place: Any, step: str | int | None) -> bool:
    if isinstance(place, list):
        return isinstance(step, int) and 0 <= step < len(place)
    return isinstance(place, dict) and step in place


def _check_body(body: str) -> None:
    try:
        body.encode()
    except UnicodeEncodeError as error:
        raise FrontMatterError(
            "unsupported_value",
            f"the body holds half a character (a surrogate, U+{ord(body[error.start]):04X}), which no file can hold",
        ) from None


def _with_body(parts: Parts, body: str) -> Parts:
    _check_body(body)
    closing = parts.closing
    if body and not closing.endswith(("\r", "\n")):
        closing += parts.newline
    # A lone CR before a body that begins with LF would become one line break with it.
    if closing.endswith("\r") and body.startswith("\n"):
        closing += "\n"
    return parts._replace(closing=closing, body=body)


def _cannot_be_written() -> FrontMatterError:
    return FrontMatterError("unsupported_value", "the new values cannot be written as front matter that reads the same")
