"""The formats of front matter, and what a document asks of each of them."""

from typing import Any, Literal, Protocol, TypeAlias

from curation.frontmatter import json_header, toml_header, yaml_header
from curation.frontmatter.nodes import Locate, Tree

Format: TypeAlias = Literal["yaml", "toml", "json"]


class HeaderFormat(Protocol):
    """How front matter is read and changed, as text without its delimiters."""

    def read(self, header: str, locate: Locate) -> Tree:
        """What it holds, with the place of every value.

        `locate` turns an index in `header` into line and column of the file, for messages. Raises FrontMatterError.
        """

    def splice(self, header: str, tree: Tree, wanted: dict[str, Any], newline: str, locate: Locate) -> str:
        """The text, changed where its values differ from those wanted.

        Raises Reformat where a change has no place in it, FrontMatterError where it would reach too far or cannot be
        written.
        """

    def rewrite(self, header: str, tree: Tree, wanted: dict[str, Any], newline: str) -> str:
        """The values wanted, written anew. Raises FrontMatterError."""

    def is_kept(self, old_header: str, old: Tree, new_header: str, new: Tree) -> bool:
        """Whether every value that stayed the same kept its text."""


HEADERS: dict[Format, HeaderFormat] = {"yaml": yaml_header, "toml": toml_header, "json": json_header}
