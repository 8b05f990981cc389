"""Places in a text, and what is to stand there instead."""

from curation.frontmatter.split import line_start

Edit = tuple[int, int, str]
"""Where a span begins and ends, and the text in its place."""


class Reformat(Exception):
    """The change has no place in the text as it stands: the front matter has to be written anew."""


def applied(text: str, edits: list[Edit]) -> str:
    """The text with all edits made; those at one place come in their order. Raises Reformat where they overlap."""
    pieces: list[str] = []
    position = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        if start < position:
            raise Reformat
        pieces += text[position:start], new
        position = end
    return "".join(pieces) + text[position:]


def with_comments_above(text: str, start: int) -> int:
    """Where the comment lines begin that stand right above a line that begins at `start`."""
    while start:
        above = line_start(text, start - (2 if text[start - 2 : start] == "\r\n" else 1))
        if not text[above:start].lstrip(" \t").startswith("#"):
            break
        start = above
    return start
