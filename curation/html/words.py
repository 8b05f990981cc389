"""The words of HTML, without its marks."""

from curation.html.allowed import INLINE, INLINE_NOISE
from curation.html.characters import xml_safe
from curation.html.tokens import tokens

_SPACES = "\t\n\f\r"


def plain_text(html: str, limit: int | None = None) -> str:
    """Return the words of HTML on one line, entities decoded, no-break spaces kept.

    With `limit` the text ends after the last whole word within that many characters, without an ellipsis.
    """
    parts = []
    for token in tokens(xml_safe(html)):
        if isinstance(token, str):
            parts.append(token)
        elif token.name not in INLINE and token.name not in INLINE_NOISE:
            parts.append(" ")
    text = "".join(parts)
    for sign in _SPACES:
        text = text.replace(sign, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.strip(" ")
    if limit is None or len(text) <= limit:
        return text
    head, space, _ = text[: limit + 1].rpartition(" ")
    return head.rstrip(" ") if space else text[:limit]
