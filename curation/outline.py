"""What a text is made of, as its readers meet it: headings, links, own words and quoted ones."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

QUOTES = frozenset({"blockquote", "q"})


@dataclass
class Outline:
    headings: list[int] = field(default_factory=list)
    """Their levels, in their order."""
    empty_links: int = 0
    own_words: int = 0
    quoted_words: int = 0


def outline(html: str) -> Outline:
    """The outline of cleaned HTML (see `html.render`)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Outline()
        self._quotes = 0
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in QUOTES:
            self._quotes += 1
        elif tag == "a":
            self._link = ""
        elif tag == "img" and self._link is not None:
            self._link += dict(attrs).get("alt") or ""
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.found.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        if tag in QUOTES:
            self._quotes = max(0, self._quotes - 1)
        elif tag == "a" and self._link is not None:
            self.found.empty_links += not self._link.strip()
            self._link = None

    def handle_data(self, data: str) -> None:
        words = len(data.split())
        if self._quotes:
            self.found.quoted_words += words
        else:
            self.found.own_words += words
        if self._link is not None:
            self._link += data


_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>""")
_LEVELS = frozenset(f"h{level}" for level in range(1, 7))


def in_order(html: str) -> str:
    """Cleaned HTML whose headings begin at the second level, below that of its page, and leave no level out.

    Each keeps its place among the others: what stood below another heading stands right below it, equals stay equals.
    """
    above: list[int] = []
    """The levels, as they were written, of the headings that the last one stands below, and its own."""

    def mended(tag: re.Match[str]) -> str:
        closing, name, attributes = tag.groups()
        if name not in _LEVELS:
            return tag[0]
        if not closing:
            level = int(name[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        return f"<{closing}h{min(len(above) + 1, 6)}{attributes}>"

    return _TAG.sub(mended, html) if any(f"<{level}" in html for level in _LEVELS) else html


def with_tables_in(html: str, opening: Callable[[int], str]) -> str:
    """Cleaned HTML with each table, but those within another, in an element that `opening` begins from its number."""
    depth = number = 0

    def put_in(tag: re.Match[str]) -> str:
        nonlocal depth, number
        closing, name, _ = tag.groups()
        if name != "table":
            return tag[0]
        depth += -1 if closing else 1
        if closing:
            return tag[0] if depth else f"{tag[0]}</div>"
        if depth > 1:
            return tag[0]
        number += 1
        return f"{opening(number)}{tag[0]}"

    # Tags are read whole: what looks like a table within an attribute is none.
    return _TAG.sub(put_in, html) if "<table" in html else html
