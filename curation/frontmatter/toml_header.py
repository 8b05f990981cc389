"""TOML front matter: between lines of three plus signs."""

from collections.abc import Iterator
from typing import Any

from curation.frontmatter import toml_splice
from curation.frontmatter.brackets import is_kept
from curation.frontmatter.nodes import Locate, Node, Tree
from curation.frontmatter.toml_nodes import BARE, DATE, TomlTree
from curation.frontmatter.toml_text import TomlWriter, table
from curation.frontmatter.toml_tree import read

__all__ = ["is_kept", "read", "rewrite", "splice"]


def splice(header: str, tree: Tree, wanted: dict[str, Any], newline: str, locate: Locate) -> str:
    assert isinstance(tree, TomlTree)
    return toml_splice.splice(header, tree, wanted, newline, _writer(tree, newline))


def rewrite(header: str, tree: Tree, wanted: dict[str, Any], newline: str) -> str:
    return "".join(line + newline for line in table((), wanted, _writer(tree, newline)))


def _writer(tree: Tree, newline: str) -> TomlWriter:
    """Writes new text in single quotes where all text of the file stands in them, and new dates as the others are."""
    values = list(_single_values(tree.root)) if tree.root else []
    styles = {node.style for node in values}
    bare_dates = any(node.style == BARE and DATE.fullmatch(str(node.value)) for node in values)
    return TomlWriter("'" if "'" in styles and '"' not in styles else '"', bare_dates, newline)


def _single_values(node: Node) -> Iterator[Node]:
    if node.items is None and node.pairs is None:
        yield node
    for child in (*(node.items or ()), *(child for _, child in node.pairs or ())):
        yield from _single_values(child)
