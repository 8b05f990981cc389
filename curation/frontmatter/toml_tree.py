"""TOML read into values that know where their text stands.

`tomllib` decides what is TOML, but tells no places, cuts nanoseconds off, and nests as deep as it is told to. So the
text is gone through first without recursion, which finds the place of everything and holds to the bounds; where that
meets something that it cannot read, `tomllib`, which gets no further, says why.
"""

import re
import tomllib
from typing import NoReturn

from curation.frontmatter import refusals, scalars
from curation.frontmatter.errors import FrontMatterError
from curation.frontmatter.nodes import BLOCK, FLOW, Locate, Node, check_keys
from curation.frontmatter.refusals import MAX_DEPTH, MAX_DIGITS, MAX_NODES
from curation.frontmatter.split import line_start
from curation.frontmatter.toml_nodes import BARE, DATE, DOTTED, Statement, Table, TomlTree
from curation.frontmatter.toml_syntax import explain

_BLANKS = re.compile(r"[ \t]*+")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_REST_OF_LINE = re.compile(r"[ \t]*+(?:#[^\r\n]*+)?+(?=\r?\n|\Z)")
_KEY = re.compile(r"""(?P<bare>[A-Za-z0-9_-]++)|"(?:[^"\\\r\n]++|\\.)*+"|'[^'\r\n]*+'""")
_TEXT = re.compile(
    r'''"""(?:[^"\\]++|\\[\s\S]|""?(?!"))*+"{3,5}'''
    r"""|\'\'\'(?:[^']++|''?(?!'))*+'{3,5}"""
    r"""|"(?:[^"\\\r\n]++|\\.)*+"|'[^'\r\n]*+'"""
)
_OTHER = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} (?=[0-9]{2}:))?+[A-Za-z0-9_+.:-]++")
_NUMBER = re.compile(
    r"[+-]?(?:0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|(?P<decimal>[0-9][0-9_]*(?P<rest>(?:\.[0-9_]+)?(?:[eE][+-]?[0-9_]+)?)))"
)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")


def read(header: str, locate: Locate) -> TomlTree:
    """The tree of a front matter; `locate` as everywhere. Raises FrontMatterError."""
    return _Reader(header, locate).tree()


class _Stopped(Exception):
    """Something that is not TOML, or not to us: `tomllib` is to say what."""


class _Reader:
    def __init__(self, text: str, locate: Locate) -> None:
        self._text = text
        self._locate = locate
        self._at = 0
        self._count = 0
        self._root = Table(0, 0, (), level=1)
        self._root.header = 0
        self._section = self._root
        self._sections: list[Table] = []

    def tree(self) -> TomlTree:
        unreadable = _UNREADABLE.search(self._text)
        if unreadable:
            self._fail(*refusals.control_character(unreadable.group()[0]), unreadable.start())
        stopped = False
        try:
            while self._statement():
                pass
        except _Stopped:
            stopped = True
        try:
            tomllib.loads(self._text)
        except (ValueError, RecursionError) as error:
            explanation = explain(self._text, str(error))
            self._fail(explanation.code, explanation.message, explanation.hint, explanation.at)
        if stopped:
            self._fail("syntax", "the front matter cannot be read from here on", "", self._at)
        _settle(self._root, self._locate)
        return TomlTree(self._root, self._sections)

    # -- lines

    def _statement(self) -> bool:
        self._skip(_BLANK_LINES)
        if self._at == len(self._text):
            return False
        start = line_start(self._text, self._at)
        if self._text.startswith("[", self._at):
            self._header(start)
            self._section.end_of_lines = self._end_of_line()
            return True
        keys = self._keys()
        self._expect("=")
        self._skip(_BLANKS)
        level = self._section.level + len(keys) - 1
        self._bound(level, keys[0].start)
        value = self._value(level)
        end = self._end_of_line()
        self._section.end_of_lines = end
        self._assign(Statement(start, end, keys, value))
        return True

    def _header(self, start: int) -> None:
        closing = "]]" if self._text.startswith("[[", self._at) else "]"
        self._at += len(closing)
        keys = self._keys()
        self._expect(closing)
        table = self._root
        for key in keys[:-1]:
            table = self._inner(table, key, own_level=0)
        last = keys[-1]
        found = table.find(last.value)
        path = (*table.path, last.value)
        if closing == "]":
            if found is None:
                section = Table(last.start, last.end, path, table.level + 1)
                table.add(last, section)
            elif isinstance(found[1], Table) and found[1].header is None and not found[1].statements:
                section = found[1]
            else:
                self._duplicate(found[0], last)
        else:
            if found is None:
                items = Node(last.start, last.end, [], BLOCK)
                items.items = []
                table.add(last, items)
            elif found[1].style == BLOCK and found[1].items is not None:
                items = found[1]
            else:
                self._duplicate(found[0], last)
            section = Table(last.start, last.end, path, table.level + 2)
            assert items.items is not None
            items.items.append(section)
        self._bound(section.level, start)
        section.header = start
        self._section = section
        self._sections.append(section)

    def _assign(self, statement: Statement) -> None:
        table = self._section
        table.statements.append(statement)
        for depth, key in enumerate(statement.keys[:-1], 1):
            table = self._inner(table, key, own_level=depth)
            table.statements.append(statement)
        last = statement.keys[-1]
        found = table.find(last.value)
        if found:
            self._duplicate(found[0], last)
        table.add(last, statement.value)

    def _inner(self, table: Table, key: Node, own_level: int) -> Table:
        """The table below `table` that a part of a header or of a dotted key names, made where there is none."""
        found = table.find(key.value)
        if found is None:
            inner = Table(key.start, key.end, (*table.path, key.value), table.level + 1, own_level)
            table.add(key, inner)
            return inner
        node = found[1]
        if node.style == BLOCK and node.items:
            node = node.items[-1]
        if not isinstance(node, Table):
            raise _Stopped
        return node

    def _keys(self) -> list[Node]:
        keys: list[Node] = []
        while True:
            self._skip(_BLANKS)
            found = _KEY.match(self._text, self._at)
            if found is None:
                raise _Stopped
            name = found["bare"] or self._string(found.group())
            keys.append(self._node(Node(found.start(), found.end(), name, BARE)))
            self._bound(len(keys), found.start())
            self._at = found.end()
            self._skip(_BLANKS)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    # -- values

    def _value(self, level: int) -> Node:
        """The value that stands here, in a table that is nested `level` deep."""
        opened: list[Node] = []
        levels = [level]
        waiting: list[list[Node]] = []
        while True:
            if self._text.startswith(("[", "{"), self._at):
                node = self._node(Node(self._at, self._at, None, FLOW))
                opened.append(node)
                levels.append(levels[-1] + 1)
                self._bound(levels[-1], node.start)
                if self._text[self._at] == "[":
                    node.items = []
                else:
                    node.pairs = []
                self._at += 1
                if not self._goes_on(node, waiting, levels):
                    node = self._closed(opened, levels)
                else:
                    continue
            else:
                node = self._scalar()
            while opened:
                parent = opened[-1]
                if parent.items is not None:
                    parent.items.append(node)
                else:
                    _put(parent, waiting.pop(), node)
                self._skip(_BLANK_LINES)
                if self._text.startswith(",", self._at):
                    self._at += 1
                    if self._goes_on(parent, waiting, levels):
                        break
                node = self._closed(opened, levels)
            else:
                return node

    def _goes_on(self, node: Node, waiting: list[list[Node]], levels: list[int]) -> bool:
        """Whether another entry follows in a collection; its key is read already."""
        self._skip(_BLANK_LINES)
        if self._text.startswith("]" if node.items is not None else "}", self._at):
            return False
        if node.pairs is not None:
            keys = self._keys()
            self._expect("=")
            self._skip(_BLANKS)
            waiting.append(keys)
            self._bound(levels[-1] + len(keys) - 1, keys[0].start)
        return True

    def _closed(self, opened: list[Node], levels: list[int]) -> Node:
        node = opened.pop()
        levels.pop()
        self._expect("]" if node.items is not None else "}")
        node.end = self._at
        return node

    def _scalar(self) -> Node:
        start = self._at
        found = _TEXT.match(self._text, start)
        if found:
            quotes = found.group()[:3]
            style = quotes if quotes in {'"""', "'''"} else quotes[0]
            value: object = self._string(found.group())
        else:
            found = _OTHER.match(self._text, start)
            if found is None:
                raise _Stopped
            style, value = BARE, self._bare(found.group())
        self._at = found.end()
        return self._node(Node(start, self._at, value, style))

    def _string(self, written: str) -> str:
        if "\\" not in written and written[:3] not in {'"""', "'''"}:
            return written[1:-1]
        try:
            value = tomllib.loads(f"x = {written}")["x"]
        except ValueError:
            raise _Stopped from None
        assert isinstance(value, str)
        return value

    def _bare(self, written: str) -> object:
        """A number or a word; a date as Hugo's own text has it, and infinities as text."""
        if written in {"true", "false"}:
            return written == "true"
        if DATE.fullmatch(written):
            return written.upper()
        if written.lstrip("+-") in {"inf", "nan"}:
            return written
        found = _NUMBER.fullmatch(written)
        if found is None:
            raise _Stopped
        if len(written) > MAX_DIGITS:
            self._fail(*refusals.number_too_long(len(written)), self._at)
        digits = written.replace("_", "")
        try:
            if found["rest"]:
                decimal = float(digits)
                return written if decimal in (float("inf"), float("-inf")) else decimal
            whole = int(digits, 0)
        except ValueError:
            raise _Stopped from None
        if not scalars.SMALLEST_INT <= whole < 2**63:
            hint = "Put it in quotes if it is text."
            self._fail("number_too_long", "TOML has no numbers beyond 64 bits", hint, self._at)
        return whole

    # -- text

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _expect(self, mark: str) -> None:
        if not self._text.startswith(mark, self._at):
            raise _Stopped
        self._at += len(mark)

    def _end_of_line(self) -> int:
        found = _REST_OF_LINE.match(self._text, self._at)
        if found is None:
            raise _Stopped
        self._at = found.end()
        return self._at

    # -- bounds and refusals

    def _node(self, node: Node) -> Node:
        self._count += 1
        if self._count > MAX_NODES:
            self._fail(*refusals.TOO_MANY_NODES, node.start)
        return node

    def _bound(self, level: int, index: int) -> None:
        if level > MAX_DEPTH:
            self._fail(*refusals.TOO_DEEP, index)

    def _duplicate(self, first: Node, second: Node) -> NoReturn:
        line = self._locate(first.start)[0]
        self._fail(*refusals.duplicate(first.value, line, second.value), second.start, second.value)

    def _fail(self, code: str, message: str, hint: str, index: int, key: str | None = None) -> NoReturn:
        line, column = self._locate(index)
        raise FrontMatterError(code, message, hint=hint, line=line, column=column, key=key)


def _put(mapping: Node, keys: list[Node], value: Node) -> None:
    """Puts a value into an inline table, whose keys can be dotted."""
    if len(keys) > 1:
        mapping.style = DOTTED
    for key in keys[:-1]:
        found = mapping.find(key.value)
        if found is None:
            inner = Node(key.start, key.end, None, DOTTED)
            inner.pairs = []
            assert mapping.pairs is not None
            mapping.pairs.append((key, inner))
            mapping = inner
        elif found[1].pairs is None:
            raise _Stopped
        else:
            mapping = found[1]
    assert mapping.pairs is not None
    mapping.pairs.append((keys[-1], value))


def _settle(node: Node, locate: Locate) -> None:
    """Gives collections their values, once all that goes into them is known."""
    if node.items is not None:
        for item in node.items:
            _settle(item, locate)
        node.value = [item.value for item in node.items]
    elif node.pairs is not None:
        for _, child in node.pairs:
            _settle(child, locate)
        check_keys(node, locate)
        node.value = {key.value: child.value for key, child in node.pairs}
