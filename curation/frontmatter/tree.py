"""YAML read into values that know where their text stands.

One pass over libyaml's events builds everything: values as Hugo reads them, spans for splicing, and the bounds. Events
come from an iterative parser, so a file of 30,000 brackets is refused at the 65th; libyaml's own loader is recursive
and takes the process with it. Aliases are counted as what they stand for, so that nothing grows later on.
"""

import re
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from curation.frontmatter import refusals, scalars
from curation.frontmatter.errors import FrontMatterError
from curation.frontmatter.nodes import ALIAS, BLOCK, FLOW, PLAIN, Locate, Node, Tree, is_merge
from curation.frontmatter.refusals import MAX_DEPTH, MAX_NODES
from curation.frontmatter.syntax import explain

_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

# Characters that YAML does not allow.
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def read(header: str, locate: Locate) -> Tree:
    """The tree of a front matter.

    `locate` turns an index in `header` into line and column of the file, for messages. Raises FrontMatterError.
    """
    return _Builder(header, locate).tree()


class _Builder:
    def __init__(self, header: str, locate: Locate) -> None:
        self._header = header
        self._locate = locate
        self._root: Node | None = None
        self._open: list[Node] = []
        # For each open collection: the key that waits for its value, the height so far, the count when it began.
        self._keys: list[Node | None] = []
        self._heights: list[int] = []
        self._counts: list[int] = []
        self._count = 0
        # Anchor -> its node, how many nodes it stands for, how deep they nest.
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._aliased: set[str] = set()

    def tree(self) -> Tree:
        # libyaml would swallow a byte order mark here, and every index would be off by one.
        if self._header.startswith("\ufeff"):
            self._unreadable()
        try:
            # What `yaml.parse` does, without asking twice for each event.
            loader = _LOADER(self._header)
            kind: type[Event] | None = None
            while kind is not StreamEndEvent:
                event: Any = loader.get_event()
                kind = type(event)
                if kind is ScalarEvent:
                    self._scalar(event)
                elif kind is MappingEndEvent or kind is SequenceEndEvent:
                    self._close(event)
                elif kind is MappingStartEvent or kind is SequenceStartEvent:
                    self._begin(event)
                elif kind is AliasEvent:
                    self._alias(event)
                elif kind is DocumentStartEvent or kind is DocumentEndEvent:
                    self._document(event)
        except yaml.reader.ReaderError:
            self._unreadable()
        except yaml.MarkedYAMLError as error:
            at, code, message, hint = explain(self._header, error)
            # libyaml looks ahead, and has a bound of its own at a thousand levels.
            if "nesting depth" in message:
                self._check_bounds(MAX_DEPTH + 1, at)
            self._fail(code, message, hint, at)
        except (yaml.YAMLError, RecursionError, OverflowError, ValueError) as error:
            self._fail("syntax", f"the front matter cannot be read ({error})", "", 0)
        return Tree(self._root, frozenset(self._aliased))

    def _scalar(self, event: ScalarEvent) -> None:
        text, style, tag = event.value, event.style, event.tag
        start, end = event.start_mark.index, event.end_mark.index  # type: ignore[union-attr]
        if tag is not None:
            value = self._tagged(text, style, tag, start)
        elif style or (self._open and self._keys[-1] is None and self._open[-1].pairs is not None):
            value = text
        else:
            value = self._resolve(text, start)
        self._count += 1
        node = Node(start, end, value, style or PLAIN, event.anchor, tag)
        self._attach(node, 0)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1, 0)

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        start = event.start_mark.index  # type: ignore[union-attr]
        mapping = type(event) is MappingStartEvent
        if not self._open:
            if not mapping:
                self._not_a_mapping("a list", start)
        elif self._open[-1].pairs is not None and self._keys[-1] is None:
            self._complex_key(start)
        node = Node(start, start, None, FLOW if event.flow_style else BLOCK, event.anchor, event.tag)
        if mapping:
            node.pairs = []
        else:
            node.items = []
        self._open.append(node)
        self._keys.append(None)
        self._heights.append(0)
        self._counts.append(self._count)
        self._count += 1
        self._check_bounds(len(self._open), start)

    def _close(self, event: Event) -> None:
        node = self._open.pop()
        self._keys.pop()
        height = self._heights.pop() + 1
        size = self._count - self._counts.pop()
        node.end = event.end_mark.index  # type: ignore[union-attr]
        if node.items is not None:
            node.value = [item.value for item in node.items]
        else:
            self._close_mapping(node)
        if node.anchor is not None:
            self._anchors[node.anchor] = (node, size, height)
        self._attach(node, height)

    def _close_mapping(self, node: Node) -> None:
        value: dict[str, Any] = {}
        for key, child in node.pairs or ():
            name = key.value
            if name == "<<" and is_merge(key):
                self._merge(node, key, child)
            elif name in value:
                self._duplicate(name, node, key)
            else:
                value[name] = child.value
                if name[:1] > "\x7f" and name[0].isspace() and key.style == PLAIN:
                    self._fail(
                        "bad_indentation",
                        "this line is indented with a character that looks like a space and is none "
                        f"(U+{ord(name[0]):04X})",
                        "Indent with ordinary spaces.",
                        key.start,
                        name.strip(),
                    )
        if len(set(map(str.lower, value))) != len(value):
            seen: set[str] = set()
            for key, _ in node.pairs or ():
                if key.value.lower() in seen:
                    self._duplicate(key.value, node, key)
                seen.add(key.value.lower())
        node.value = value if node.merged is None else node.merged | value

    def _merge(self, node: Node, key: Node, child: Node) -> None:
        if node.merged is not None:
            self._duplicate("<<", node, key)
        # With one alias or a list of them; what comes first wins.
        sources = child.value if isinstance(child.value, list) else [child.value]
        node.merged = {}
        for source in reversed(sources):
            if not isinstance(source, dict):
                self._fail(
                    "bad_merge",
                    "<< takes the keys of another mapping, and its value is none",
                    "Write << : *name, where name marks a mapping above.",
                    child.start,
                    "<<",
                )
            node.merged |= source

    def _alias(self, event: AliasEvent) -> None:
        name = event.anchor or ""
        start, end = event.start_mark.index, event.end_mark.index  # type: ignore[union-attr]
        if any(node.anchor == name for node in self._open):
            self._fail("recursive_alias", f"*{name} stands inside the value that it stands for", "", start)
        if name not in self._anchors:
            self._fail("unknown_alias", f"*{name} stands for &{name}, which is not written above", "", start)
        target, size, height = self._anchors[name]
        self._aliased.add(name)
        if self._open[-1].pairs is not None and self._keys[-1] is None and not isinstance(target.value, str):
            self._complex_key(start)
        self._count += size
        self._check_bounds(len(self._open) + height, start)
        self._attach(Node(start, end, target.value, ALIAS), height)

    def _document(self, event: DocumentStartEvent | DocumentEndEvent) -> None:
        # Hugo stops reading at `...`, and at a second document.
        if event.explicit:
            self._fail(
                "document_marker",
                "a line with ... or with a % directive ends the front matter for Hugo",
                "Take the line out.",
                event.start_mark.index,  # type: ignore[union-attr]
            )

    def _attach(self, node: Node, height: int) -> None:
        if self._count > MAX_NODES:
            self._check_bounds(0, node.start)
        if not self._open:
            if node.pairs is None:
                self._not_a_mapping("no value at all" if node.value is None else "a single value", node.start)
            self._root = node
            return
        if height >= self._heights[-1]:
            self._heights[-1] = height
        parent = self._open[-1]
        if parent.items is not None:
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = node
        else:
            parent.pairs.append((key, node))  # type: ignore[union-attr]
            self._keys[-1] = None

    def _resolve(self, text: str, start: int) -> Any:
        try:
            return scalars.resolve(text)
        except ValueError:
            self._fail(*refusals.number_too_long(len(text)), start)

    def _tagged(self, text: str, style: str | None, tag: str, start: int) -> Any:
        """What is tagged is text; YAML's own tags decide the type where the text allows it."""
        if tag in {"!", "tag:yaml.org,2002:str"}:
            return text
        if self._open and self._keys[-1] is None and self._open[-1].pairs is not None:
            return text
        kind = _TYPES.get(tag)
        if kind is None:
            return text if style or text else None
        value = self._resolve(text, start)
        if kind is float and type(value) is int:
            return float(value)
        return value if isinstance(value, kind) else text

    def _check_bounds(self, depth: int, index: int) -> None:
        if depth > MAX_DEPTH:
            self._fail(*refusals.TOO_DEEP, index)
        if self._count > MAX_NODES:
            self._fail(*refusals.TOO_MANY_NODES, index)

    def _complex_key(self, index: int) -> NoReturn:
        self._fail("complex_key", "a key is text; this one is a list, a mapping or a reference to one", "", index)

    def _not_a_mapping(self, what: str, index: int) -> NoReturn:
        self._fail(
            "root_not_mapping",
            f"front matter is lines such as “title: Some words”, and this is {what}",
            "Give every value a key.",
            index,
        )

    def _duplicate(self, name: str, node: Node, second: Node) -> NoReturn:
        first = next(key for key, _ in node.pairs or () if key.value.lower() == name.lower())
        line = self._locate(first.start)[0]
        self._fail(*refusals.duplicate(first.value, line, name), second.start, name)

    def _unreadable(self) -> NoReturn:
        found = _UNREADABLE.search(self._header, 0)
        index = found.start() if found else 0
        self._fail(*refusals.control_character(self._header[index]), index)

    def _fail(self, code: str, message: str, hint: str, index: int, key: str | None = None) -> NoReturn:
        if key is None:
            pending = (node.value for node in reversed(self._keys) if node is not None)
            key = next(pending, None)
        line, column = self._locate(index)
        raise FrontMatterError(code, message, hint=hint, line=line, column=column, key=key) from None


_TYPES: dict[str, type | tuple[type, ...]] = {
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:bool": bool,
    "tag:yaml.org,2002:null": type(None),
}
