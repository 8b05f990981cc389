"""The tree that TOML is read into: tables and the lines that make them."""

import re
from typing import NamedTuple

from curation.frontmatter.nodes import BLOCK, Node, Tree

BARE, DOTTED = "bare", "dotted"
"""Styles of nodes, beside `block` for tables, `flow` for brackets, and the quotes of text: a number, date or word; an
inline table with dotted keys, or what those stand for."""

DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
    r"|[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
)
"""A date, a time, or both, as TOML has them without quotes."""


class Statement(NamedTuple):
    """A line `key = value`, however many lines its value has."""

    start: int
    """Where its line begins."""
    end: int
    """Where its last line ends, before the line break and with the comment on it."""
    keys: list[Node]
    value: Node


class Table(Node):
    """A mapping that stands below a header, that is made by dotted keys, or both.

    Its own span is that of the part of the header or key that names it first.
    """

    __slots__ = ("end_of_lines", "header", "level", "names", "own_level", "path", "statements")

    def __init__(self, start: int, end: int, path: tuple[str, ...], level: int, own_level: int = 0) -> None:
        super().__init__(start, end, {}, BLOCK)
        self.pairs = []
        self.path = path
        """The keys that lead here, for its header."""
        self.level = level
        """How deep it is nested; 1 is the root."""
        self.own_level = own_level
        """How many parts of a dotted key lead here from the header above it."""
        self.names: dict[str, tuple[Node, Node]] = {}
        self.header: int | None = None
        """Where the line of its header begins; the root's is 0."""
        self.end_of_lines = 0
        """Where the last line below its own header ends that says something."""
        self.statements: list[Statement] = []
        """The lines that lead into it from the header above them."""

    def find(self, name: str) -> tuple[Node, Node] | None:
        return self.names.get(name)

    def add(self, key: Node, child: Node) -> None:
        assert self.pairs is not None
        self.pairs.append((key, child))
        self.names[key.value] = (key, child)


class TomlTree(Tree):
    """Front matter as read, with the tables that have headers, in the order of the text."""

    __slots__ = ("sections",)

    def __init__(self, root: Table, sections: list[Table]) -> None:
        super().__init__(root, frozenset())
        self.sections = sections
