"""JSON front matter: one object at the beginning of the file."""

import json
import re
from functools import cached_property
from typing import Any, NoReturn

from curation.frontmatter import refusals, scalars
from curation.frontmatter.brackets import Brackets, is_kept
from curation.frontmatter.errors import FrontMatterError
from curation.frontmatter.nodes import FLOW, Locate, Node, Tree, check_keys
from curation.frontmatter.refusals import MAX_DEPTH, MAX_DIGITS, MAX_NODES

__all__ = ["is_kept", "read", "rewrite", "splice"]

# Styles of nodes that are no collection.
_TEXT, _BARE = '"', "bare"

_BLANKS = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]++|\\.)*+)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?P<decimals>(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+)(?![0-9A-Za-z.+-])")
_WORDS = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"[A-Za-z]++|\S")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE_BEYOND_ASCII = re.compile(r"(?<!\\)(?:\\\\)*+\\u(?!00[0-7])[0-9a-fA-F]{4}")


def read(header: str, locate: Locate) -> Tree:
    return Tree(_Reader(header, locate).root(), frozenset())


def splice(header: str, tree: Tree, wanted: dict[str, Any], newline: str, locate: Locate) -> str:
    assert tree.root is not None
    return Brackets(header, newline, _Writer(header, tree.root, newline)).edited(tree.root, wanted)


def rewrite(header: str, tree: Tree, wanted: dict[str, Any], newline: str) -> str:
    assert tree.root is not None
    return _Writer(header, tree.root, newline).value(wanted, tree.root, "")


class _Reader:
    """Reads without recursion, so that brackets in brackets cost nothing before they are refused."""

    def __init__(self, text: str, locate: Locate) -> None:
        self._text = text
        self._locate = locate
        self._at = 0
        self._count = 0
        self._open: list[Node] = []
        # For each open object: the key that waits for its value.
        self._keys: list[Node | None] = []

    def root(self) -> Node:
        while True:
            node = self._collection_or_scalar()
            while node is not None:
                self._skip()
                if not self._open:
                    if self._at < len(self._text):
                        self._fail("syntax", "something follows the object where only the body can", "", self._at)
                    return node
                node = self._attached(node)

    def _collection_or_scalar(self) -> Node | None:
        """The value that stands here; None where it is a collection whose first value is to come."""
        self._skip()
        start, mark = self._at, self._text[self._at : self._at + 1]
        if mark not in ("{", "["):
            return self._scalar(start)
        node = self._node(Node(start, start, None, FLOW))
        self._at += 1
        if mark == "{":
            node.pairs = []
        else:
            node.items = []
        self._open.append(node)
        self._keys.append(None)
        if len(self._open) > MAX_DEPTH:
            self._fail(*refusals.TOO_DEEP, start)
        self._skip()
        if self._text.startswith("}" if mark == "{" else "]", self._at):
            return self._closed()
        if mark == "{":
            self._keys[-1] = self._key()
        return None

    def _attached(self, node: Node) -> Node | None:
        """Puts a value where it belongs. The collection around it, where it was the last; None where more follows."""
        parent, key = self._open[-1], self._keys[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif key is not None and parent.pairs is not None:
            parent.pairs.append((key, node))
        if self._text.startswith("}" if parent.items is None else "]", self._at):
            return self._closed()
        if not self._text.startswith(",", self._at):
            self._fail("syntax", "a comma is missing before this", "", self._at)
        comma = self._at
        self._at += 1
        self._skip()
        if self._text.startswith(("}", "]"), self._at):
            self._fail("syntax", "nothing follows this comma", "Take it out.", comma)
        if parent.items is None:
            self._keys[-1] = self._key()
        return None

    def _closed(self) -> Node:
        node = self._open.pop()
        self._keys.pop()
        self._at += 1
        node.end = self._at
        if node.items is not None:
            node.value = [item.value for item in node.items]
        else:
            check_keys(node, self._locate)
            node.value = {key.value: child.value for key, child in node.pairs or ()}
        return node

    def _key(self) -> Node:
        if not self._text.startswith('"', self._at):
            hint = "Put keys in double quotes; JSON has no comments."
            self._fail("syntax", "a key in double quotes is expected here", hint, self._at)
        key = self._string(self._at)
        self._skip()
        if not self._text.startswith(":", self._at):
            self._fail("syntax", "a colon is missing between key and value", "", self._at, key.value)
        self._at += 1
        return key

    def _scalar(self, start: int) -> Node:
        if self._text.startswith('"', start):
            return self._string(start)
        number = _NUMBER.match(self._text, start)
        if number:
            self._at = number.end()
            return self._node(Node(start, self._at, self._number(number), _BARE))
        word = _WORD.match(self._text, start)
        found = word.group() if word else ""
        if found not in _WORDS:
            if found in {"NaN", "Infinity", "-"}:
                message, hint = "JSON has no such number", "Put it in quotes if it is text."
            elif found in {"/", "#"}:
                message, hint = "JSON has no comments", "Take it out."
            else:
                message, hint = "a value is expected here", "Put text in double quotes."
            self._fail("syntax", message, hint, start)
        self._at = start + len(found)
        return self._node(Node(start, self._at, _WORDS[found], _BARE))

    def _string(self, start: int) -> Node:
        found = _STRING.match(self._text, start)
        if found is None:
            self._fail(
                "syntax",
                "a quote is opened here, and the text is not closed on its line or holds a tab",
                "Close it; write line breaks in text as \\n and tabs as \\t.",
                start,
            )
        value = found[1]
        if "\\" in value:
            try:
                value = json.loads(found.group())
            except ValueError:
                hint = "Write \\\\ for a backslash."
                self._fail("syntax", "a backslash begins an escape that does not exist", hint, start)
            if _SURROGATE.search(value):
                message = "an escape stands for half a character (a surrogate)"
                self._fail("syntax", message, "Write the character itself.", start)
        self._at = found.end()
        return self._node(Node(start, self._at, value, _TEXT))

    def _number(self, found: re.Match[str]) -> int | float | str:
        """Numbers that neither a database nor Hugo has a place for stay text."""
        text = found.group()
        if len(text) > MAX_DIGITS:
            self._fail(*refusals.number_too_long(len(text)), found.start())
        if found["decimals"]:
            decimal = float(text)
            return text if decimal in (float("inf"), float("-inf")) else decimal
        whole = int(text)
        return whole if scalars.SMALLEST_INT <= whole <= scalars.LARGEST_INT else text

    def _node(self, node: Node) -> Node:
        self._count += 1
        if self._count > MAX_NODES:
            self._fail(*refusals.TOO_MANY_NODES, node.start)
        return node

    def _skip(self) -> None:
        found = _BLANKS.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _fail(self, code: str, message: str, hint: str, index: int, key: str | None = None) -> NoReturn:
        key = key or next((node.value for node in reversed(self._keys) if node is not None), None)
        line, column = self._locate(index)
        raise FrontMatterError(code, message, hint=hint, line=line, column=column, key=key)


class _Writer:
    """Writes as the rest of the object is written: indentation, blanks, lists on one line, escapes."""

    def __init__(self, text: str, root: Node, newline: str) -> None:
        self._text = text
        self._root = root
        self._newline = newline
        self._ascii = text.isascii() and _ESCAPE_BEYOND_ASCII.search(text) is not None

    def value(self, wanted: Any, instead_of: Node | None, indentation: str) -> str:
        if not wanted or not isinstance(wanted, dict | list):
            return json.dumps(wanted, ensure_ascii=self._ascii)
        opening, closing = ("{", "}") if isinstance(wanted, dict) else ("[", "]")
        own = instead_of is not None and (instead_of.pairs or instead_of.items)
        on_one_line = not self._is_tall(instead_of) if own and instead_of else self._is_flat(wanted)
        inner = indentation if on_one_line else indentation + self._step
        if isinstance(wanted, dict):
            entries = [self.pair(name, child, inner) for name, child in wanted.items()]
        else:
            entries = [self.value(child, None, inner) for child in wanted]
        if on_one_line:
            return f"{opening}{f',{self.gap}'.join(entries)}{closing}"
        line = self._newline + inner
        return f"{opening}{line}{f',{line}'.join(entries)}{self._newline}{indentation}{closing}"

    def pair(self, name: str, wanted: Any, indentation: str) -> str:
        return json.dumps(name, ensure_ascii=self._ascii) + self._colon + self.value(wanted, None, indentation)

    @cached_property
    def gap(self) -> str:
        return "" if self._colon == ":" else " "

    @cached_property
    def _colon(self) -> str:
        if not self._root.pairs:
            return ": "
        key, child = self._root.pairs[0]
        colon = self._text[key.end : child.start]
        return colon if not set(colon) - {" ", ":"} else ": "

    @cached_property
    def _step(self) -> str:
        """The indentation of one level."""
        if not self._root.pairs:
            return "  "
        before = self._text[: self._root.pairs[0][0].start]
        return before.rpartition("\n")[2] if "\n" in before else "  "

    @cached_property
    def _tall_root(self) -> bool:
        return not self._root.pairs or self._is_tall(self._root)

    @cached_property
    def _tall_lists(self) -> bool:
        """Whether lists have a line for each of their items: as those that are there, else as the object itself."""
        lists = [node for _, node in self._root.pairs or () if node.items]
        return any(map(self._is_tall, lists)) if lists else self._tall_root

    def _is_flat(self, wanted: dict[str, Any] | list[Any]) -> bool:
        if isinstance(wanted, dict):
            return not self._tall_root
        return not self._tall_lists

    def _is_tall(self, node: Node) -> bool:
        """Whether the entries of a collection stand on lines of their own."""
        first = node.pairs[0][0] if node.pairs else (node.items or [node])[0]
        return not {"\r", "\n"}.isdisjoint(self._text[node.start : first.start])
