"""Values written as YAML that every reader takes for the same values: PyYAML, and Hugo before and after 0.152.

PyYAML's safe dumper wrote the files of the older pipeline, so its form is kept; it is made to quote more.
"""

import re
import sys
from collections.abc import Mapping
from typing import Any

import yaml

from curation.frontmatter import scalars
from curation.frontmatter.errors import FrontMatterError

WIDTH = 80
UNFOLDED = sys.maxsize
"""A width at which no line is folded."""

_STR = "tag:yaml.org,2002:str"
# Readers disagree on whether these end a line: they go in as escapes.
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]")
# Where a line of single-quoted text begins with such a quote, goccy/go-yaml loses the space after it.
_LONE_QUOTE = re.compile(r"\s' ")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Styled(str):
    """Text that asks for a style: `'`, `"`, `|`, `>`, or "" for none. It gets it where the text allows it."""

    __slots__ = ("style",)
    style: str


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """Text is quoted where this is not its tag: where some reader would take it for something else."""
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
        if tag == _STR and kind is yaml.ScalarNode and implicit[0] and scalars.is_ambiguous(value):
            return "!ambiguous"
        return tag

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        return '"' if style == "'" and _LONE_QUOTE.search(self.event.value) else style  # type: ignore[union-attr]


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ODD_BREAKS.search(text) else getattr(text, "style", None)
    # Under the tag that a reader without quotes would find, PyYAML sees no need of them.
    tag = _STR if style != "" else dumper.resolve(yaml.ScalarNode, text, (True, False))
    return dumper.represent_scalar(tag, str(text), style=style or None)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Styled, _represent_text)


def dump(value: Any, *, width: int = WIDTH, flow: bool = False, sort_keys: bool = True) -> str:
    """YAML text of a mapping or a list, with its last line break. Lines fold at `width` characters."""
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=flow,
        sort_keys=sort_keys,
        width=UNFOLDED if flow else width,
    )
    return text


def styled(text: str, style: str) -> str:
    """The same text for `dump`, asking for a style: `'`, `"`, `|`, `>`, or "" for no quotes."""
    result = _Styled(text)
    result.style = style
    return result


def plain(value: Any, key: str = "", depth: int = 0) -> Any:
    """A copy of a value made of nothing but dict, list, str, int, float, bool and None.

    Raises FrontMatterError `unsupported_value` for what front matter has no form for, naming `key`.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = str.__str__(value)
        if _SURROGATE.search(text):
            raise _unsupported("half a character (a surrogate), which no file can hold", key)
        return text
    if isinstance(value, int):
        if not scalars.SMALLEST_INT <= value <= scalars.LARGEST_INT:
            raise _unsupported("a number beyond 64 bits; pass it as text", key)
        return int(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise _unsupported(f"{value}, which is no number that can be kept", key)
        return float(value)
    if depth > 63:
        raise FrontMatterError("too_deep", "the value is nested more than 64 levels deep", key=key or None)
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise _unsupported(f"a mapping with the key {name!r}, and keys are text", key)
        return {plain(name, key): plain(child, key or name, depth + 1) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain(child, key, depth + 1) for child in value]
    raise _unsupported(f"a {type(value).__name__}; pass dates and the like as text", key)


def _unsupported(what: str, key: str) -> FrontMatterError:
    return FrontMatterError("unsupported_value", f"the new value is {what}", key=key or None)
