"""YAML front matter: between lines of three dashes."""

from typing import Any

from curation.frontmatter import dump, scalars
from curation.frontmatter.nodes import BLOCK, Node, Tree, is_merge, is_sorted
from curation.frontmatter.splice import content_end, splice
from curation.frontmatter.tree import read

__all__ = ["is_kept", "read", "rewrite", "splice"]


def rewrite(header: str, tree: Tree, wanted: dict[str, Any], newline: str) -> str:
    return dump.dump(wanted, sort_keys=tree.root is None or is_sorted(tree.root)).replace("\n", newline)


def is_kept(old_header: str, old: Tree, new_header: str, new: Tree) -> bool:
    return _is_kept(old_header, old.root, new_header, new.root)


def _is_kept(old_text: str, old: Node | None, new_text: str, new: Node | None) -> bool:
    left = {key.value: (key, child) for key, child in (new.pairs or ()) if not is_merge(key)} if new else {}
    for key, child in (old.pairs or ()) if old else ():
        if is_merge(key) or key.value not in left:
            continue
        new_key, new_child = left[key.value]
        if scalars.same(child.value, new_child.value):
            before = old_text[key.start : content_end(old_text, key, child)]
            if before != new_text[new_key.start : content_end(new_text, new_key, new_child)]:
                return False
        elif child.style == new_child.style == BLOCK and not _is_kept(old_text, child, new_text, new_child):
            return False
    return True
