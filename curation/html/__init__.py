"""Body text to safe HTML for readers, to plain text, and to text that XML allows.

`render` is what the product uses for a body: Markdown and HTML go through one renderer, then through `clean`.
"""

from curation.html.allowed import REL
from curation.html.characters import NOT_HTML, xml_safe
from curation.html.cleaning import DEFAULT_MEDIA, Rendered, clean, render
from curation.html.limits import MAX_BYTES, HtmlTooLarge
from curation.html.words import plain_text

__all__ = [
    "DEFAULT_MEDIA",
    "MAX_BYTES",
    "NOT_HTML",
    "REL",
    "HtmlTooLarge",
    "Rendered",
    "clean",
    "plain_text",
    "render",
    "xml_safe",
]
