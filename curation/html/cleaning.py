"""From a body, Markdown or HTML or both, to the HTML that readers get.

The rewriter reads the markup once and writes it anew with only the elements and attributes of our list, counting what
it takes away; nh3, a real HTML5 parser, then has the last word. So the parser never meets what is slow or ambiguous
(foreign elements, raw text, comments, thousands of attributes), and its cost is bounded by our limits.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import nh3
from markdown_it import MarkdownIt

from curation.html.allowed import ALLOWED, ATTRIBUTES, OPAQUE, REL, SCHEMES
from curation.html.limits import check_markdown, readable
from curation.html.rewriting import Rewriter

DEFAULT_MEDIA: Final = ("/media/",)
_PASSES: Final = 4

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# The renderer would show the source of a link with an unsafe address; cleaning takes the address and says so.
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]

_CLEANER = nh3.Cleaner(
    tags=ALLOWED,
    clean_content_tags=OPAQUE,
    attributes=ATTRIBUTES,
    tag_attribute_values={"a": {"rel": {REL}}},
    url_schemes=SCHEMES,
    link_rel=None,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What readers get of a body.

    `removed` says in short sentences what cleaning took away ("2 <script> elements"). It is empty when only
    noise went: classes, comments, wrappers, colours.
    """

    html: str
    removed: tuple[str, ...]


def render(body: str, media_prefixes: tuple[str, ...] = DEFAULT_MEDIA) -> Rendered:
    """Turn a body, Markdown (CommonMark, tables, strikethrough) or HTML or both, into clean HTML.

    `media_prefixes` is explained at `clean`. Raises `HtmlTooLarge`.
    """
    text = readable(body)
    check_markdown(text)
    html, removed = _clean(_MARKDOWN.render(text), media_prefixes)
    sentences = (f"{count} {one if count == 1 else many}" for (one, many), count in removed.items())
    return Rendered(html.strip(), tuple(sentences))


def clean(html: str, media_prefixes: tuple[str, ...] = DEFAULT_MEDIA) -> str:
    """Reduce HTML to what a page may show.

    A picture stays if its address begins with one of `media_prefixes` (a path or an address, ending in a
    slash); one on another site becomes a link to it, any other its alternative text. Links to other sites get
    `REL`. Raises `HtmlTooLarge`.
    """
    return _clean(readable(html), media_prefixes)[0]


def _clean(html: str, media_prefixes: tuple[str, ...]) -> tuple[str, Counter[tuple[str, str]]]:
    """Clean to a fixpoint: what the parser moved about may need a second look (a table inside a link)."""
    first = Rewriter(media_prefixes)
    cleaned = _CLEANER.clean(first.rewrite(html))
    for _ in range(_PASSES - 1):
        before, cleaned = cleaned, _CLEANER.clean(Rewriter(media_prefixes).rewrite(cleaned))
        if before == cleaned:
            break
    return cleaned, first.removed
