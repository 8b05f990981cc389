"""Whether Markdown holds HTML, which Hugo leaves out unless the site allows it."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MAX_CHARACTERS = 512 * 1024
_PARSER = MarkdownIt("commonmark", {"html": True})
_HTML = re.compile(r"<[a-z/!?]", re.IGNORECASE)
# At the very beginning nothing can make text of a tag; an address in angle brackets is a link.
_HTML_AT_ONCE = re.compile(r"\s*?^ {0,3}</?(?:p|div|h[1-6]|ul|ol|table|blockquote)[\s/>]", re.IGNORECASE | re.MULTILINE)
# A shortcode's own text is its affair.
_SHORTCODES = re.compile(
    r"\{\{<\s*([\w/.-]+)(?:(?!>\}\}).)*>\}\}.*?\{\{<\s*/\s*\1\s*>\}\}|\{\{[<%].*?[%>]\}\}", re.DOTALL
)


def html_line(body: str) -> int | None:
    """How many lines into a body of Markdown the first block begins that holds HTML; None where none does.

    Comments do not count: nobody misses them. Half a million characters are looked at.
    """
    body = body[:_MAX_CHARACTERS]
    if not _HTML.search(body):
        return None
    if match := _HTML_AT_ONCE.match(body):
        return body.count("\n", 0, match.end())
    text = _SHORTCODES.sub(lambda match: "\n" * match.group().count("\n"), body)
    if not _HTML.search(text):
        return None
    return next((token.map[0] for token in _PARSER.parse(text) if token.map and _holds_html(token)), None)


def _holds_html(token: Token) -> bool:
    if token.type in {"html_block", "html_inline"}:
        return not token.content.lstrip().startswith("<!--")
    return any(_holds_html(child) for child in token.children or ())
