"""Values in brackets, as JSON and TOML have them, changed so that their layout, comments and neighbours stay."""

import re
from typing import Any, NamedTuple, Protocol

from curation.frontmatter import scalars
from curation.frontmatter.nodes import FLOW, Node, Tree, is_sorted
from curation.frontmatter.split import line_start

_COMMENT = re.compile(r"[ \t]*+#[^\r\n]*+")
_COMMA = re.compile(r"(?P<above>(?:[^,#]|#[^\r\n]*+)*+),(?P<beside>[ \t]*+#[^\r\n]*+)?+")
_INDENTATION = re.compile(r"[ \t]*+")


class Writer(Protocol):
    """How new text is written in a format."""

    @property
    def gap(self) -> str:
        """What stands between a comma and what follows it on the same line."""

    def value(self, wanted: Any, instead_of: Node | None, indentation: str) -> str:
        """The text of a value, in the style of the one that it replaces. `indentation` is that of its line."""

    def pair(self, name: str, wanted: Any, indentation: str) -> str:
        """A key and its value."""


class _Around(NamedTuple):
    """What stands around an entry: blanks and comments before it, before its comma, and on the line behind that."""

    before: str
    above_comma: str
    beside: str


class _Entry(NamedTuple):
    """An entry that is wanted: which of the old ones it is, its name in a mapping, and its value."""

    old: int | None
    name: str
    value: Any


class Brackets:
    """Changes values of one text."""

    def __init__(self, text: str, newline: str, writer: Writer) -> None:
        self._text = text
        self._newline = newline
        self._writer = writer

    def edited(self, node: Node, wanted: Any) -> str:
        """The text of a node, changed so that it reads as `wanted`."""
        if scalars.same(node.value, wanted):
            return self._text[node.start : node.end]
        if node.style == FLOW and node.pairs and isinstance(wanted, dict) and wanted:
            return self._rebuilt(node, _wanted_pairs(node, wanted))
        if node.style == FLOW and node.items and isinstance(wanted, list) and wanted:
            return self._rebuilt(node, _wanted_items(node.items, wanted))
        return self._writer.value(wanted, node, self._indentation(node.start))

    def _rebuilt(self, node: Node, wanted: list[_Entry]) -> str:
        """A collection put together from the text of the entries that stay and new ones."""
        head, around, has_last_comma, tail = self._around(node)
        first = self._blank(around[0].before)
        others = self._blank(around[-1].before) if len(around) > 1 or "\n" in first else self._writer.gap
        pieces = [self._text[node.start], head]
        beside = head
        for place, entry in enumerate(wanted):
            usual = others if place else first
            own = around[entry.old] if entry.old is not None else _Around(usual, "", "")
            before = own.before
            if not before.strip() and (entry.old == 0) is not (place == 0):
                before = usual
            before = self._off_comment(beside, before, node)
            comma = "," if has_last_comma or place < len(wanted) - 1 else ""
            pieces += before, self._entry_text(node, entry, before), own.above_comma, comma, own.beside
            beside = own.beside
        return "".join(pieces) + self._off_comment(beside, tail, node) + self._text[node.end - 1]

    def _around(self, node: Node) -> tuple[str, list[_Around], bool, str]:
        """What follows the opening bracket on its line, what is around each entry, whether a comma follows the last,
        and what stands before the closing bracket."""
        text, end = self._text, node.end - 1
        spans = [(item.start, item.end) for item in node.items or ()]
        spans += [(key.start, child.end) for key, child in node.pairs or ()]
        comment = _COMMENT.match(text, node.start + 1, end)
        head = comment.group() if comment else ""
        position = node.start + 1 + len(head)
        around = []
        for (start, stop), following in zip(spans, [*(span[0] for span in spans[1:]), end], strict=True):
            comma = _COMMA.match(text, stop, following)
            comment = _COMMENT.match(text, stop, following)
            before = text[position:start]
            if comma:
                around.append(_Around(before, comma["above"], comma["beside"] or ""))
                position = comma.end()
            else:
                around.append(_Around(before, "", comment.group() if comment else ""))
                position = comment.end() if comment else stop
        return head, around, comma is not None, text[position:end]

    def _entry_text(self, node: Node, entry: _Entry, before: str) -> str:
        if entry.old is None:
            indentation = before.rpartition("\n")[2] if "\n" in before else self._indentation(node.start)
            if node.items is not None:
                return self._writer.value(entry.value, None, indentation)
            return self._writer.pair(entry.name, entry.value, indentation)
        if node.items is not None:
            return self.edited(node.items[entry.old], entry.value)
        key, child = (node.pairs or [])[entry.old]
        return self._text[key.start : child.start] + self.edited(child, entry.value)

    def _blank(self, before: str) -> str:
        """The same without comments: a line break and its indentation, or blanks."""
        if "\n" in before:
            return self._newline + before.rpartition("\n")[2]
        return self._writer.gap if before.strip() else before

    def _off_comment(self, comment: str, text: str, node: Node) -> str:
        """`text`, on a line of its own where a comment would swallow it."""
        if not comment or text.lstrip(" \t").startswith(("\r", "\n")):
            return text
        return self._newline + self._indentation(node.start) + text

    def _indentation(self, index: int) -> str:
        found = _INDENTATION.match(self._text, line_start(self._text, index))
        return found.group() if found else ""


def _wanted_pairs(node: Node, wanted: dict[str, Any]) -> list[_Entry]:
    old = {key.value: index for index, (key, _) in enumerate(node.pairs or ())}
    names = [name for name in old if name in wanted] + [name for name in wanted if name not in old]
    if is_sorted(node):
        names.sort()
    return [_Entry(old.get(name), name, wanted[name]) for name in names]


def _wanted_items(items: list[Node], wanted: list[Any]) -> list[_Entry]:
    if items_stay_in_place(items, wanted):
        return [_Entry(index, "", value) for index, value in enumerate(wanted)]
    left = list(range(len(items)))
    entries = []
    for value in wanted:
        found = next((index for index in left if scalars.same(items[index].value, value)), None)
        if found is not None:
            left.remove(found)
        entries.append(_Entry(found, "", value))
    return entries


def items_stay_in_place(items: list[Node], wanted: list[Any]) -> bool:
    """Whether a list becomes another one item by item, none of them having come from another place."""
    values = [item.value for item in items]
    return len(values) == len(wanted) and not any(
        not scalars.same(old, new) and any(scalars.same(new, other) for other in values)
        for old, new in zip(values, wanted, strict=True)
    )


def is_kept(old_header: str, old: Tree, new_header: str, new: Tree) -> bool:
    """Whether every value that stayed the same kept its text."""
    if old.root is None or new.root is None:
        return old.root is new.root
    return _is_kept(old_header, old.root, new_header, new.root)


def _is_kept(old_text: str, old: Node, new_text: str, new: Node) -> bool:
    same = scalars.same(old.value, new.value)
    if (same and old.style == FLOW) or (old.pairs is None and old.items is None):
        return not same or old_text[old.start : old.end] == new_text[new.start : new.end]
    if old.pairs is not None and new.pairs is not None:
        left = {key.value: child for key, child in new.pairs}
        pairs = [(child, left[key.value]) for key, child in old.pairs if key.value in left]
    elif old.items is not None and new.items is not None and len(old.items) == len(new.items):
        pairs = list(zip(old.items, new.items, strict=True))
    else:
        return True
    return all(_is_kept(old_text, before, new_text, after) for before, after in pairs)
