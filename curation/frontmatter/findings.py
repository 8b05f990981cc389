"""What a person should know of a file that is read all the same."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from curation.frontmatter.errors import DocumentWarning
from curation.frontmatter.nodes import ALIAS, FLOW, PLAIN, Node, Tree, is_merge
from curation.frontmatter.split import Parts, line_end, locate

MAX_WARNINGS = 100
"""As many as anybody reads, of one front matter."""

_TEXT_KEYS = frozenset({"title", "linktitle", "slug", "description", "summary"})
_DRAFT_WORDS = frozenset({"y", "yes", "on"})
# `\t` is left out: it is at home in a body.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_OTHER_TYPES = tuple(f"tag:yaml.org,2002:{name}" for name in ("timestamp", "binary", "set", "omap", "pairs"))


def find_warnings(parts: Parts, tree: Tree) -> tuple[DocumentWarning, ...]:
    """The warnings of a document, in the order of the file."""
    text = "".join(parts)
    offset = len(parts.opening)

    def warning(code: str, message: str, index: int, key: str | None = None) -> DocumentWarning:
        return DocumentWarning(code, message, *locate(text, index), key)

    findings = _of_fields(tree, parts.format)
    if parts.format == "yaml":
        findings = chain(findings, _of_values(parts.header, tree.root))
    found = [
        warning(code, message, offset + index, key) for code, message, index, key in islice(findings, MAX_WARNINGS)
    ]
    after = parts.body[: line_end(parts.body, 0)]
    if not parts.closing.endswith(("\r", "\n")) and after.strip():
        found.append(
            warning(
                "text_after_delimiter",
                f"the line that ends the front matter goes on after {parts.delimiter or '}'}, "
                "and the rest of it is body",
                offset + len(parts.header) + len(parts.closing),
            )
        )
    control = _CONTROL.search(parts.body)
    if control:
        found.append(
            warning(
                "control_character",
                f"the body holds the control character U+{ord(control.group()):04X}",
                len(text) - len(parts.body) + control.start(),
            )
        )
    return tuple(sorted(found, key=lambda item: (item.line, item.column)))


_Finding = tuple[str, str, int, str | None]


def _of_fields(tree: Tree, written_in: str) -> Iterator[_Finding]:
    for key, node in (tree.root.pairs or ()) if tree.root else ():
        name, value = key.value, node.value
        if name.lower() in _TEXT_KEYS and isinstance(value, int | float) and not isinstance(value, bool):
            yield "number_as_text", f"without quotes this is the number {value}", node.start, name
        elif name.lower() == "draft" and isinstance(value, str) and value.lower() in _DRAFT_WORDS:
            others = "to Hugo before 0.152, but public to later ones" if written_in == "yaml" else "public to Hugo"
            message = f"“{value}” is a draft here and {others}; write true or false"
            yield "draft_word", message, node.start, name
        elif name.lower() == "aliases" and isinstance(value, str) and len(value.split()) > 1:
            yield "alias_with_space", "Hugo takes this for several paths, parted by spaces", node.start, name


def _of_values(header: str, node: Node | None, key: Node | None = None) -> Iterator[_Finding]:
    """Where Hugo reads something else than is written in YAML, at any depth."""
    if node is None:
        return
    name = key.value if key else None
    if node.value is None and node.anchor:
        yield "empty_anchor", f"Hugo refuses an anchor (&{node.anchor}) without a value", node.start, name
    elif node.tag in _OTHER_TYPES:
        yield "special_tag", "this tag gives a value that Hugo reads as something else", node.start, name
    elif node.style == PLAIN and "\t" in header[node.start : node.end]:
        yield "tab_in_text", "Hugo drops the tab in text without quotes", node.start, name
    for child_key, child in node.pairs or ():
        missing = node.style == FLOW and child_key.style == PLAIN and child.start == child.end
        if missing and ":" in child_key.value:
            message = "without a space after its colon this is one long key here, but a key and a value to Hugo"
            yield "missing_space", message, child_key.start, child_key.value
        if child.style != ALIAS and not is_merge(child_key):
            yield from _of_values(header, child, child_key)
    for item in node.items or ():
        if item.style != ALIAS:
            yield from _of_values(header, item, key)
