"""A change of values turned into a change of text that touches nothing else.

The tree of the old front matter and the values that are wanted are walked side by side; where they differ, the span of
the smallest differing value is replaced. Whether the outcome is right is not for this module to say: its caller reads
the result again and compares.
"""

from bisect import bisect
from functools import cached_property
from typing import Any

from curation.frontmatter import dump, scalars
from curation.frontmatter.edits import Edit, Reformat, applied, with_comments_above
from curation.frontmatter.errors import FrontMatterError
from curation.frontmatter.nodes import ALIAS, BLOCK, FLOW, PLAIN, Locate, Node, Tree, is_merge, is_sorted
from curation.frontmatter.split import line_end, line_start, next_line
from curation.frontmatter.tree import read


def splice(header: str, tree: Tree, wanted: dict[str, Any], newline: str, locate: Locate) -> str:
    """The front matter `header`, changed so that it reads as `wanted`.

    Raises Reformat, or FrontMatterError `anchor_shared` or `inherited_key` for a change that would reach further
    than it says.
    """
    return _Splice(header, tree, newline, locate).result(wanted)


class _Splice:
    def __init__(self, header: str, tree: Tree, newline: str, locate: Locate) -> None:
        self._text = header
        self._tree = tree
        self._newline = newline
        self._locate = locate
        self._edits: list[Edit] = []
        self._sorted = tree.root is None or is_sorted(tree.root)

    def result(self, wanted: dict[str, Any]) -> str:
        root = self._tree.root
        if root is None:
            self._put(len(self._text), len(self._text), self._block(wanted, 0))
        else:
            if root.style == FLOW and root.value.keys() != wanted.keys():
                raise Reformat
            self._mapping(root, wanted, None, None)
        return applied(self._text, self._edits)

    # -- walking

    def _edit(self, node: Node, wanted: Any, key: Node | None, parent: Node) -> None:
        """Changes a value. `key` is its key, None for the item of a list; `parent` holds it."""
        if scalars.same(node.value, wanted):
            return
        if node.anchor in self._tree.aliased:
            self._refuse_shared(key, node)
        if node.pairs and isinstance(wanted, dict) and wanted:
            self._mapping(node, wanted, key, parent)
        elif node.items and isinstance(wanted, list) and wanted:
            self._sequence(node, wanted)
        else:
            self._replace(node, wanted, key, parent)

    def _mapping(self, node: Node, wanted: dict[str, Any], key: Node | None, parent: Node | None) -> None:
        pairs = node.pairs or []
        own = {pair[0].value: pair for pair in pairs if not is_merge(pair[0])}
        merged = node.merged or {}
        removed = {name for name in node.value if name not in wanted}
        for name in removed & merged.keys():
            line, column = self._locate(node.start)
            raise FrontMatterError(
                "inherited_key",
                "this key comes from another mapping (<<) and cannot be removed here",
                hint="Remove it there, or give it another value here.",
                line=line,
                column=column,
                key=name,
            )
        added = {
            name: value
            for name, value in wanted.items()
            if name not in own and not (name in merged and scalars.same(merged[name], value))
        }
        if parent is not None and node.style == FLOW and (added or removed):
            self._rebuild_flow_mapping(node, wanted, key, own)
        elif parent is not None and pairs[0][0].value in removed and not self._begins_line(pairs[0][0]):
            self._replace(node, wanted, key, parent)
        else:
            above = None
            for name, (own_key, child) in own.items():
                if name in removed:
                    self._refuse_shared(own_key, own_key, child)
                    self._delete(own_key, child, above)
                else:
                    self._edit(child, wanted[name], own_key, node)
                    above = child
            if added:
                self._insert(pairs, added)

    def _sequence(self, node: Node, wanted: list[Any]) -> None:
        items = node.items or []
        values = [item.value for item in items]
        if len(items) == len(wanted) and not any(
            not scalars.same(old, new) and any(scalars.same(new, other) for other in values)
            for old, new in zip(values, wanted, strict=True)
        ):
            for item, value in zip(items, wanted, strict=True):
                self._edit(item, value, None, node)
        elif node.style == FLOW:
            chunks = self._reuse(items, wanted, [self._text[item.start : item.end] for item in items])
            self._put(node.start, node.end, f"[{', '.join(chunks)}]")
        else:
            self._rebuild_block_sequence(node, items, wanted)

    # -- entries of mappings

    def _delete(self, key: Node, child: Node, above: Node | None) -> None:
        """Takes an entry out. `above` is the value that will stand above its place."""
        start = line_start(self._text, self._entry_start(key))
        end = next_line(self._text, content_end(self._text, key, child))
        # A block that keeps its empty lines would take those below for its own.
        if above is not None and _keeps_lines(self._text, _last_part(None, above)[1]):
            while end < len(self._text) and not self._text[end : line_end(self._text, end)].strip():
                end = next_line(self._text, end)
        self._put(start, end, "")

    def _insert(self, pairs: list[tuple[Node, Node]], added: dict[str, Any]) -> None:
        """Adds entries to a block mapping: in sorted place where its keys are sorted, else at the end."""
        first = pairs[0][0]
        column = self._column(self._entry_start(first))
        names = [key.value for key, _ in pairs]
        in_order = names == sorted(names)
        for name in sorted(added) if in_order else added:
            text = self._block({name: added[name]}, column)
            place = bisect(names, name) if in_order else len(pairs)
            if place:
                at = next_line(self._text, content_end(self._text, *pairs[place - 1]))
                self._put(at, at, " " * column + text)
            elif self._begins_line(first):
                at = with_comments_above(self._text, line_start(self._text, first.start))
                self._put(at, at, " " * column + text)
            else:
                at = self._entry_start(first)
                self._put(at, at, text + " " * column)

    def _rebuild_flow_mapping(
        self, node: Node, wanted: dict[str, Any], key: Node | None, own: dict[str, tuple[Node, Node]]
    ) -> None:
        self._refuse_shared(key, node)
        if node.merged is not None:
            raise Reformat
        names = [name for name in own if name in wanted] + [name for name in wanted if name not in own]
        if is_sorted(node):
            names.sort()
        chunks = []
        for name in names:
            if name in own and scalars.same(own[name][1].value, wanted[name]):
                own_key, child = own[name]
                chunks.append(self._text[own_key.start : content_end(self._text, own_key, child)])
            else:
                chunks.append(self._flow({name: wanted[name]}))
        self._put(node.start, node.end, f"{{{', '.join(chunks)}}}")

    # -- items of lists

    def _rebuild_block_sequence(self, node: Node, items: list[Node], wanted: list[Any]) -> None:
        """Puts a list together from the text of the items that stay, comments above them included, and new ones."""
        column = self._column(self._dash(items[0]))
        start = self._dash(items[0]) - column
        chunks: list[str] = []
        for item in items:
            end = line_end(self._text, content_end(self._text, None, item))
            chunks.append(self._text[start:end])
            start = next_line(self._text, end)
        # The first may stand behind another dash.
        chunks[0] = " " * column + chunks[0][column:]
        lines = self._newline.join(self._reuse(items, wanted, chunks, column))
        self._put(self._dash(items[0]), end, lines.lstrip(" \r\n"))

    def _reuse(self, items: list[Node], wanted: list[Any], chunks: list[str], column: int | None = None) -> list[str]:
        """A chunk of text for each wanted item: its old one, or a new one (block style at `column`, else flow)."""
        left = list(range(len(items)))
        result = []
        for value in wanted:
            found = next((index for index in left if scalars.same(items[index].value, value)), None)
            if found is not None:
                left.remove(found)
                result.append(chunks[found])
            elif column is None:
                result.append(self._flow([value]))
            else:
                result.append(" " * column + self._block([value], column).removesuffix(self._newline))
        for index in left:
            self._refuse_shared(None, items[index])
        return result

    # -- single values

    def _replace(self, node: Node, wanted: Any, key: Node | None, parent: Node) -> None:
        self._refuse_shared(key, node)
        empty = node.start == node.end
        if parent.style == FLOW:
            text = self._flow([self._in_style(node, wanted, flow=True)])
            if empty:
                gap = self._text[key.end : node.start] if key else ""
                text = (": " if ":" not in gap else " " if gap.endswith(":") else "") + text
            self._put(node.start, node.end, text)
            return
        if empty and self._text[node.start - 1 : node.start] not in {":", "-"}:
            raise Reformat
        if key is None:
            column, mark = self._column(self._dash(node)), self._dash(node) + 1
            text = self._block([self._in_style(node, wanted)], column, node)[1:]
        else:
            column, mark = self._column(self._entry_start(key)), self._text.index(":", key.end) + 1
            # A stand-in as long as the key, for lines to fold where they would; PyYAML wants keys below 128.
            name = "k" * min(key.end - key.start, 100)
            text = self._block({name: self._in_style(node, wanted)}, column, node)[len(name) + 1 :]
        self._put_value(node, text.removesuffix(self._newline), mark, content_end(self._text, key, node))

    def _put_value(self, node: Node, text: str, mark: int, end: int) -> None:
        """Puts `text` (“ value”, or a line break and a block) after a colon or dash; a comment there stays."""
        mark_line_end = line_end(self._text, mark)
        below = node.start > mark_line_end
        block = text.startswith(self._newline)
        if below:
            if not block:
                self._put(mark, mark, text)
            self._put(mark_line_end, end, text if block else "")
        elif block and node.style not in {"|", ">"} and not node.pairs and not node.items:
            value_line_end = line_end(self._text, end)
            self._put(mark, end, "")
            self._put(value_line_end, value_line_end, text)
        elif node.start == node.end or block or node.pairs or node.items:
            self._put(mark, end, text)
        else:
            self._put(node.start, end, text.removeprefix(" "))

    def _in_style(self, node: Node, wanted: Any, flow: bool = False) -> Any:
        """The wanted value, asking for the style of the old one where it is text and reads back right in it."""
        if not isinstance(wanted, str) or node.pairs is not None or node.items is not None:
            return wanted
        if node.style == PLAIN:
            dates = isinstance(node.value, str) and scalars.DATE.fullmatch(node.value)
            return dump.styled(wanted, PLAIN) if dates and scalars.DATE.fullmatch(wanted) else wanted
        if node.style == ALIAS or (node.style in {"|", ">"} and wanted.endswith("\n\n")):
            return wanted
        if node.style in {"'", '"'} and self._quotes_by_need:
            return wanted
        candidate = dump.styled(wanted, node.style)
        try:
            tree = read(dump.dump({"k": candidate}, flow=flow), lambda _: (1, 1))
        except FrontMatterError:
            return wanted
        return candidate if tree.root is not None and tree.root.value == {"k": wanted} else wanted

    @cached_property
    def _quotes_by_need(self) -> bool:
        """Whether quotes stand only where our own writing has the same: then a new value has them by need, too."""

        def differs(node: Node) -> bool:
            if node.style in {"'", '"'}:
                return not dump.dump([node.value]).startswith(f"- {node.style}")
            return any(map(differs, node.items or ())) or any(differs(child) for _, child in node.pairs or ())

        return self._tree.root is None or not differs(self._tree.root)

    # -- text

    def _put(self, start: int, end: int, text: str) -> None:
        self._edits.append((start, end, text))

    def _block(self, value: Any, column: int, instead_of: Node | None = None) -> str:
        """Block style text of a value that stands at a column; its first line without the indentation."""
        width = max(dump.WIDTH - column, dump.WIDTH // 2)
        if instead_of is not None and self._is_long_line(instead_of):
            width = dump.UNFOLDED
        lines = dump.dump(value, width=width, sort_keys=self._sorted).split("\n")
        return (self._newline).join([lines[0], *(" " * column + line if line else "" for line in lines[1:])])

    def _flow(self, value: Any) -> str:
        """Flow style text of what is in a list or a mapping, without its brackets."""
        text = dump.dump(value, flow=True, sort_keys=self._sorted)
        return text.strip()[1:-1].replace("\n", self._newline)

    def _is_long_line(self, node: Node) -> bool:
        """Whether a single value stands unfolded on a line where our own would have been folded."""
        end = line_end(self._text, node.start)
        return node.pairs is None and node.items is None and node.end <= end and self._column(node.end) > dump.WIDTH

    def _column(self, index: int) -> int:
        return index - line_start(self._text, index)

    def _begins_line(self, key: Node) -> bool:
        start = self._entry_start(key)
        return not self._text[line_start(self._text, start) : start].strip(" ")

    def _entry_start(self, key: Node) -> int:
        """Where an entry begins: at its key, or at the question mark before it."""
        start = line_start(self._text, key.start)
        before = self._text[start : key.start].rstrip(" ")
        return start + len(before) - 1 if before.endswith("?") else key.start

    def _dash(self, item: Node) -> int:
        return self._text.rindex("-", 0, item.start)

    # -- what a change must not reach

    def _refuse_shared(self, key: Node | None, *nodes: Node) -> None:
        """Refuses a change of values that are used again elsewhere, by their anchor."""
        for node in nodes:
            if node.anchor in self._tree.aliased:
                line, column = self._locate(node.start)
                raise FrontMatterError(
                    "anchor_shared",
                    f"this value is used again elsewhere, as *{node.anchor}, and a change would reach there too",
                    hint=f"Write the value out where *{node.anchor} stands, then change it.",
                    line=line,
                    column=column,
                    key=key.value if key else None,
                )
            self._refuse_shared(key, *(node.items or ()), *(child for pair in node.pairs or () for child in pair))


def content_end(text: str, key: Node | None, node: Node) -> int:
    """Where the text of a value ends (`key` is its key, None for an item of a list), before its last line break."""
    key, node = _last_part(key, node)
    if node.style in {"|", ">"}:
        value = text[node.start : node.end]
        own = value.removesuffix("\n").removesuffix("\r") if _keeps_lines(text, node) else value.rstrip(" \t\r\n")
        return node.start + len(own)
    if key is not None and node.start == node.end and text[node.start - 1 : node.start] != ":":
        return key.end
    return node.end


def _last_part(key: Node | None, node: Node) -> tuple[Node | None, Node]:
    """The last value inside a block collection, however deep, and its key."""
    while node.style == BLOCK:
        key, node = node.pairs[-1] if node.pairs else (None, (node.items or [])[-1])
    return key, node


def _keeps_lines(text: str, node: Node) -> bool:
    """Whether the empty lines below a block scalar are part of it (`|+`, `>+`)."""
    return node.style in {"|", ">"} and "+" in text[node.start : line_end(text, node.start)].partition("#")[0]
