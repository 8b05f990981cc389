"""The element of one address in a map of the site, as https://www.sitemaps.org/protocol.html has it."""

from html import escape

SITE = "\x1a"
"""Stands in an element for the address of the site, which is put there when it is read. Nothing else can hold this
character: XML has no place for it.
"""


def entry(path: str, changed: str = "", image: str = "", more: str = "") -> str:
    """The element of the page at `path`.

    `changed` is when what it shows changed last, in UTC as databases write it, empty where that is not known to be
    true; `image` the path or the address of its picture, `more` what else is said of it, as XML.
    """
    if image:
        more += f"<image:image><image:loc>{address(image)}</image:loc></image:image>"
    return f"<url><loc>{address(path)}</loc>{last_change(changed)}{more}</url>"


def last_change(at: str) -> str:
    """The element for a moment in UTC as databases write it; nothing where it is empty."""
    return f"<lastmod>{at[:10]}T{at[11:19]}Z</lastmod>" if at else ""


def address(path: str) -> str:
    """The address of a path on the site, as XML; what is an address already stays as it is."""
    return escape(SITE + path if path.startswith("/") else path)
