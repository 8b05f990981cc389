"""The characters of a text: what XML allows, and what `&…;` stands for."""

import re
from html import unescape

_LEADING_ZEROS = re.compile(r"(&#[xX]?)0++(?=[0-9a-fA-F])")
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9a-fA-F]{8,}+);?")
_REFERENCE_IN_ATTRIBUTE = re.compile(r"&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[a-zA-Z][a-zA-Z0-9]{1,31}+;)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

NOT_HTML = bytes({*range(32), 127} - {*b"\t\n\f\r"})
"""The bytes of ASCII that no page may hold (HTML, section 13.2.3.5), whoever typed or sent them."""


def xml_safe(text: str) -> str:
    """Return the text without what XML 1.0 forbids (section 2.2): one such character breaks a whole feed."""
    return text if text.isprintable() else _NOT_XML.sub("", text)


def decoded(text: str, in_attribute: bool = False) -> str:
    """The text with its entities replaced by what they stand for."""
    if "&" not in text:
        return text
    # int() of thousands of digits is slow, and an error beyond 4,300; no character has a number that long.
    text = _HUGE_REFERENCE.sub("\ufffd", _LEADING_ZEROS.sub(r"\1", text))
    if in_attribute:
        # In an address "&copy=2" is a parameter: there only names that end in ";" are entities.
        return xml_safe(_REFERENCE_IN_ATTRIBUTE.sub(lambda reference: unescape(reference.group()), text))
    return xml_safe(unescape(text))
