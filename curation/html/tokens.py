"""Reads HTML as an HTML5 tokenizer does, in linear time."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from curation.html.allowed import OPAQUE, RAW
from curation.html.characters import decoded

_NAME = re.compile(r"[a-zA-Z][^ \t\n\f\r/>]*+")
_GAP = re.compile(r"[ \t\n\f\r/]*+")
_ATTRIBUTE = re.compile(
    r"(?P<name>[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+)"
    r"(?P<has_value>[ \t\n\f\r]*+=[ \t\n\f\r]*+"
    r"(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)?))?"
)
_COMMENT_END = re.compile(r"--!?>")
_END_TAG = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE) for name in OPAQUE}


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str]
    closing: bool
    length: int


def tokens(html: str) -> Iterator[str | Tag]:
    """Yield text (entities decoded) and tags as an HTML5 tokenizer finds them, in linear time.

    Comments are left out, and so is what stands inside an element of `OPAQUE`.
    """
    position = text_start = 0
    without_end: set[str] = set()
    while (start := html.find("<", position)) >= 0:
        closing = html.startswith("/", start + 1)
        name_match = _NAME.match(html, start + 1 + closing)
        if not name_match and html[start + 1 : start + 2] not in ("!", "?", "/"):
            position = start + 1
            continue
        if start > text_start:
            yield decoded(html[text_start:start])
        if not name_match:
            position = text_start = _comment_end(html, start)
            continue
        attributes, end = _attributes(html, name_match.end())
        if end < 0:
            return  # a tag that never ends: a browser drops it and the rest
        name = name_match.group().lower()
        yield Tag(name, attributes, closing, end - start)
        position = text_start = end
        if closing or name not in OPAQUE or name in without_end:
            continue
        if html[end - 2] == "/" and name not in RAW:
            continue
        if end_tag := _END_TAG[name].search(html, end):
            position = text_start = end_tag.start()
        elif name in RAW:
            return
        else:
            without_end.add(name)
    if text_start < len(html):
        yield decoded(html[text_start:])


def _comment_end(html: str, start: int) -> int:
    if not html.startswith("<!--", start):
        end = html.find(">", start + 2)
        return end + 1 if end >= 0 else len(html)
    for empty in (">", "->"):
        if html.startswith(empty, start + 4):
            return start + 4 + len(empty)
    match = _COMMENT_END.search(html, start + 4)
    return match.end() if match else len(html)


def _attributes(html: str, position: int) -> tuple[dict[str, str], int]:
    """Read attributes up to and with the tag's ">"; the position is -1 if the tag never ends."""
    found: dict[str, str] = {}
    while True:
        gap = _GAP.match(html, position)
        position = gap.end() if gap else position
        if html.startswith(">", position):
            return found, position + 1
        match = _ATTRIBUTE.match(html, position)
        if not match:
            return found, -1
        value = match["double"] or match["single"] or match["bare"] or ""
        position = match.end()
        if (match["has_value"] or "").strip() == "=" and html[position : position + 1] in ('"', "'"):
            return found, -1
        found.setdefault(match["name"].lower(), decoded(value, in_attribute=True))
