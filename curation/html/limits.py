"""What is more than can be shown, so that no text costs more than a moment."""

import re
from typing import Final

from curation.html.characters import xml_safe

MAX_BYTES: Final = 512 * 1024
MAX_TAGS: Final = 20_000
MAX_DEPTH: Final = 500
MAX_TAG_LENGTH: Final = 20_000
MAX_LINES: Final = 20_000
MAX_SPECIALS: Final = 150_000  # characters that are written as entities; the parser slows down on more
MAX_UNFINISHED: Final = 500  # comments without an end in one paragraph; each is looked for up to the paragraph's end

_TABLE_RULE = re.compile(r"[-|: \t>*+.)0-9]*+")


class HtmlTooLarge(ValueError):
    """The text is beyond what is shown; the message says what, the limit, and what to do."""


def readable(text: str) -> str:
    """The text as everything behind reads it. Raises HtmlTooLarge."""
    # Counted in characters first: encoding a huge text only to refuse it would be work for nothing.
    size = len(text) if len(text) > MAX_BYTES else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise HtmlTooLarge(
            f"The text is {size // 1024:,} kB long; at most {MAX_BYTES // 1024} kB can be shown."
            " Shorten it or divide it into several items."
        )
    return xml_safe(text.replace("\r\n", "\n").replace("\r", "\n"))


def check_markdown(text: str) -> None:
    """Refuse what the Markdown renderer would need more than a moment for. Raises HtmlTooLarge."""
    for what, marks, limit in (
        ("lines", "\n", MAX_LINES),
        ("square brackets", "[", MAX_LINES),
        ("emphasis marks (* _ ~)", "*_~", 50_000),
    ):
        count = sum(text.count(mark) for mark in marks)
        if count > limit:
            raise HtmlTooLarge(f"The text has {count:,} {what}; at most {limit:,} can be shown. Shorten it.")
    cells = 0
    for paragraph in text.split("\n\n"):
        for opener, closer in (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">")):
            unfinished = paragraph.count(opener, paragraph.rfind(closer) + 1)
            if unfinished > MAX_UNFINISHED:
                raise HtmlTooLarge(
                    f"One paragraph has {unfinished:,} times “{opener}” without “{closer}”; at most"
                    f" {MAX_UNFINISHED} can be shown. Remove them, or finish them."
                )
        # Short rows are filled up to the columns of the head: a few lines can ask for millions of cells.
        rows = paragraph.split("\n")
        columns = max((row.count("|") for row in rows if "-" in row and _TABLE_RULE.fullmatch(row)), default=0)
        cells += columns * len(rows)
    if cells > MAX_TAGS:
        raise HtmlTooLarge(
            f"The text's tables have {cells:,} cells; at most {MAX_TAGS:,} can be shown. Divide them or leave rows out."
        )
