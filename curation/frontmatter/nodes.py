"""The tree that front matter is read into: values that know where their text stands."""

from collections.abc import Callable
from typing import Any

from curation.frontmatter import refusals
from curation.frontmatter.errors import FrontMatterError

BLOCK, FLOW, ALIAS, PLAIN = "block", "flow", "*", ""
"""Styles of nodes; quoted and block scalars have their indicator for a style: `'`, `"`, `|`, `>`."""

Locate = Callable[[int], tuple[int, int]]


class Node:
    """A value and the span of its text in the front matter, anchor and tag included.

    A block collection's `end` is not used: libyaml puts it at the next token, after comments that are not its own.
    """

    __slots__ = ("anchor", "end", "items", "merged", "pairs", "start", "style", "tag", "value")

    def __init__(
        self, start: int, end: int, value: Any, style: str, anchor: str | None = None, tag: str | None = None
    ) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.style = style
        self.anchor = anchor
        self.tag = tag
        self.pairs: list[tuple[Node, Node]] | None = None
        self.items: list[Node] | None = None
        self.merged: dict[str, Any] | None = None

    def find(self, name: str) -> tuple["Node", "Node"] | None:
        """The key and the value that this mapping itself holds under a name."""
        return next((pair for pair in self.pairs or () if pair[0].value == name and not is_merge(pair[0])), None)


class Tree:
    """Front matter as read: its root mapping (None when it is empty) and the names of anchors used elsewhere."""

    __slots__ = ("aliased", "root")

    def __init__(self, root: Node | None, aliased: frozenset[str]) -> None:
        self.root = root
        self.aliased = aliased


def is_merge(key: Node) -> bool:
    """Whether a key is the merge key `<<`, which brings in the keys of other mappings."""
    return key.value == "<<" and key.style == PLAIN and key.tag is None


def is_sorted(node: Node) -> bool:
    """Whether the keys of a mapping stand in the order of their characters."""
    names = [key.value for key, _ in node.pairs or ()]
    return names == sorted(names)


def check_keys(node: Node, locate: Locate) -> None:
    """Refuses a mapping, with a FrontMatterError, two of whose keys are the same, or the same to Hugo."""
    seen: dict[str, Node] = {}
    for key, _ in node.pairs or ():
        first = seen.setdefault(key.value.lower(), key)
        if first is not key:
            line, column = locate(key.start)
            code, message, hint = refusals.duplicate(first.value, locate(first.start)[0], key.value)
            raise FrontMatterError(code, message, hint=hint, line=line, column=column, key=key.value)
