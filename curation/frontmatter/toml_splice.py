"""A change of values turned into a change of the lines of TOML that are about them."""

from bisect import bisect
from collections.abc import Iterable
from typing import Any

from curation.frontmatter import scalars
from curation.frontmatter.brackets import Brackets, items_stay_in_place
from curation.frontmatter.edits import Edit, applied, with_comments_above
from curation.frontmatter.errors import FrontMatterError
from curation.frontmatter.nodes import BLOCK, Node
from curation.frontmatter.split import next_line
from curation.frontmatter.toml_nodes import Statement, Table, TomlTree
from curation.frontmatter.toml_text import TomlWriter, is_tables, table


def splice(header: str, tree: TomlTree, wanted: dict[str, Any], newline: str, writer: TomlWriter) -> str:
    """The front matter `header`, changed so that it reads as `wanted`.

    Raises Reformat, or FrontMatterError `unsupported_value` for an empty value, which TOML has no form for.
    """
    return _Splice(header, tree, newline, writer).result(wanted)


class _Splice:
    def __init__(self, header: str, tree: TomlTree, newline: str, writer: TomlWriter) -> None:
        self._text = header
        self._tree = tree
        self._newline = newline
        self._writer = writer
        self._brackets = Brackets(header, newline, writer)
        # At one place lines come first, since they belong to the table above it, and what is to end the text last.
        self._line_edits: list[Edit] = []
        self._header_edits: list[Edit] = []
        self._last_edits: list[Edit] = []

    def result(self, wanted: dict[str, Any]) -> str:
        root = self._tree.root
        assert isinstance(root, Table)
        self._table(root, wanted)
        return applied(self._text, self._line_edits + self._header_edits + self._last_edits)

    # -- walking

    def _table(self, node: Table, wanted: dict[str, Any]) -> None:
        changed = {
            name: child
            for name, (_, child) in node.names.items()
            if name in wanted and not scalars.same(child.value, wanted[name])
        }
        moved = {name for name, child in changed.items() if not _stays(child, wanted[name])}
        for name, (_, child) in node.names.items():
            if name not in wanted or name in moved:
                self._delete(node, child)
        self._insert(node, {name: wanted[name] for name in wanted if name not in node.names or name in moved})
        for name, child in changed.items():
            if name not in moved:
                self._change(name, child, wanted[name])

    def _change(self, name: str, child: Node, wanted: Any) -> None:
        if isinstance(child, Table):
            self._table(child, wanted)
        elif child.style == BLOCK:
            self._tables(child, wanted)
        else:
            try:
                self._put(child.start, child.end, self._brackets.edited(child, wanted))
            except FrontMatterError as error:
                error.key = error.key or name
                raise

    def _tables(self, node: Node, wanted: list[dict[str, Any]]) -> None:
        """Changes a list of tables: those that stay are kept, new ones come after them; without any, one by one."""
        items = [item for item in node.items or () if isinstance(item, Table)]
        kept: list[int] = []
        for value in [] if items_stay_in_place(node.items or [], wanted) else wanted:
            after = kept[-1] + 1 if kept else 0
            found = next((at for at in range(after, len(items)) if scalars.same(items[at].value, value)), None)
            if found is None:
                break
            kept.append(found)
        if not kept:
            kept = list(range(min(len(items), len(wanted))))
            for item, value in zip(items, wanted, strict=False):
                self._table(item, value)
        for at in set(range(len(items))) - set(kept):
            self._delete_lines(items[at])
        end = next_line(self._text, max(section.end_of_lines for section in self._sections_in(items[-1])))
        for value in wanted[len(kept) :]:
            lines = table(items[0].path, value, self._writer, item=True)
            self._header_edits.append((end, end, self._newline + self._lines(lines)))

    # -- lines that go

    def _delete(self, parent: Table, child: Node) -> None:
        if child.style != BLOCK:
            statement = next(line for line in parent.statements if line.value is child)
            self._put(statement.start, next_line(self._text, statement.end), "")
            return
        for part in [child] if isinstance(child, Table) else child.items or []:
            if isinstance(part, Table):
                self._delete_lines(part)

    def _delete_lines(self, node: Table) -> None:
        """Takes out a table and all tables in it: the lines below their headers, and what dotted keys make."""
        sections = self._sections_in(node)
        for section in sections:
            assert section.header is not None
            end = next_line(self._text, section.end_of_lines)
            # One of the empty lines above and below is enough.
            while end < len(self._text) and not self._text[end : next_line(self._text, end)].strip():
                end = next_line(self._text, end)
            self._put(section.header, end, "")
        if node.header is None:
            for statement in node.statements:
                self._put(statement.start, next_line(self._text, statement.end), "")

    def _sections_in(self, node: Table) -> list[Table]:
        """The tables with headers that a table consists of, itself included."""
        found = [node] if node.header is not None else []
        for _, child in node.pairs or ():
            for part in [child] if isinstance(child, Table) else (child.items or []) if child.style == BLOCK else []:
                if isinstance(part, Table):
                    found += self._sections_in(part)
        return found

    # -- lines that come

    def _insert(self, node: Table, added: dict[str, Any]) -> None:
        """Adds keys: in sorted place where the keys are sorted, else after the last of them; tables at the end."""
        tables = {}
        if node is self._tree.root:
            tables = {
                name: value for name, value in added.items() if is_tables(value) or (value and isinstance(value, dict))
            }
        lines = {name: value for name, value in added.items() if name not in tables}
        if lines:
            self._insert_lines(node, lines)
        if tables:
            end = len(self._text)
            apart = (self._text or lines) and not self._text.endswith(self._newline * 2)
            text = (self._newline if apart else "") + self._lines(table((), tables, self._writer))
            self._last_edits.append((end, end, text))

    def _insert_lines(self, node: Table, added: dict[str, Any]) -> None:
        statements = node.statements
        if not statements and node.header is None:
            self._insert_header(node, added)
            return
        names = [statement.keys[node.own_level].value for statement in statements]
        in_order = names == sorted(names)
        for name in sorted(added) if in_order else added:
            place = bisect(names, name) if in_order else len(names)
            if statements:
                model = statements[max(place - 1, 0)]
                text = self._text[model.start : model.keys[0].start] + self._prefix(model, node)
                text += self._pair(name, added[name], model) + self._newline
                at = next_line(self._text, model.end) if place else with_comments_above(self._text, model.start)
            else:
                at, text = self._place_without_lines(node), self._writer.pair(name, added[name]) + self._newline
            self._put(at, at, text)
        if not statements and node is self._tree.root and self._tree.sections:
            self._put(at, at, self._newline)

    def _place_without_lines(self, node: Table) -> int:
        """Where the first line of a table goes: below its header, or above all headers for the root."""
        if node is not self._tree.root:
            return next_line(self._text, node.end_of_lines)
        if not self._tree.sections:
            return len(self._text)
        return with_comments_above(self._text, self._tree.sections[0].header or 0)

    def _insert_header(self, node: Table, added: dict[str, Any]) -> None:
        """A header of its own for a table that only stands in the headers of others: right above the first of them."""
        first = min(section.header or 0 for section in self._sections_in(node))
        at = with_comments_above(self._text, first)
        name = ".".join(map(self._writer.key, node.path))
        lines = [f"[{name}]", *(self._writer.pair(*pair) for pair in added.items()), ""]
        self._header_edits.append((at, at, self._lines(lines)))

    def _pair(self, name: str, value: Any, model: Statement) -> str:
        text = self._writer.pair(name, value)
        spaced = self._text[model.keys[-1].end : model.value.start] != "="
        return text if spaced else text.replace(" = ", "=", 1)

    def _prefix(self, model: Statement, node: Table) -> str:
        """The parts of a dotted key that lead from its header to a table."""
        if not node.own_level:
            return ""
        return self._text[model.keys[0].start : model.keys[node.own_level - 1].end] + "."

    # -- text

    def _lines(self, lines: Iterable[str]) -> str:
        return "".join(line + self._newline for line in lines)

    def _put(self, start: int, end: int, text: str) -> None:
        self._line_edits.append((start, end, text))


def _stays(child: Node, wanted: Any) -> bool:
    """Whether a value can be changed where it stands."""
    if isinstance(child, Table):
        # Nothing would be left of a table without a header.
        return isinstance(wanted, dict) and (bool(wanted) or child.header is not None)
    return child.style != BLOCK or is_tables(wanted)
