"""What readers' browsers may be given: elements, attributes, addresses. Everything else goes, or becomes its words."""

import re
from typing import Final

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
REL: Final = "noopener noreferrer nofollow ugc"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names("br hr img col")
FORMATTING = _names("b code em i s small strong u")
INLINE = FORMATTING | _names("a abbr cite del img ins kbd mark q samp span sub sup time var")
BLOCK = _names(
    "p br hr h2 h3 h4 h5 h6 blockquote pre ul ol li dl dt dd figure figcaption"
    " table caption thead tbody tfoot tr th td colgroup col div"
)
ALLOWED = INLINE | BLOCK
RENAMED = {"h1": "h2", "strike": "s"}  # the page has its own h1

# An end tag is optional for these, so that unclosed ones follow, and do not contain, each other.
NOT_NESTING = VOID | _names("a p li dt dd caption thead tbody tfoot tr th td colgroup")

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "hreflang"},
    "img": {"src", "alt", "title", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed", "type"},
    "time": {"datetime"},
    "del": {"datetime", "cite"},
    "ins": {"datetime", "cite"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "col": {"span"},
}
_ADDRESSES = _names("href cite")
_NUMBERS = _names("width height colspan rowspan span start")

# What a browser reads as text up to the end tag, and without an end tag up to the end of the page.
RAW = _names("script style textarea title xmp iframe noembed noframes noscript plaintext")
# What shows nothing useful once its element is gone.
OPAQUE = RAW | _names("svg math object applet video audio canvas select template datalist")

# Wrappers and old formatting: the words stay, nobody misses the element.
INLINE_NOISE = _names("font big tt nobr wbr acronym bdi bdo ruby rt rp rb rtc data dfn label")
NOISE = INLINE_NOISE | _names(
    "html head body center basefont section article header footer main nav aside address hgroup"
    " details summary legend fieldset picture source menu dir"
)
OFFICE_PREFIXES = _names("o w v m st1")
LOADING = _names("srcdoc formaction ping background")
STYLE_THAT_ACTS = ("url(", "position", "expression", "behavior", "binding", "\\", "/*")

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*+):")
_REMOVED_BY_BROWSERS = str.maketrans("", "", "\t\n\r")


def allowed_of(name: str, attributes: dict[str, str]) -> dict[str, str]:
    """Of an element's attributes those that it may have."""
    allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(name, set())
    return {key: value for key, value in attributes.items() if key in allowed and is_fit(key, value)}


def is_fit(key: str, value: str) -> bool:
    """Whether an attribute may have this value."""
    if key in _ADDRESSES:
        return scheme_of(value) in SCHEMES or not scheme_of(value)
    if key in _NUMBERS:
        digits = value.removeprefix("-") if key == "start" else value
        return digits.isascii() and digits.isdecimal() and len(digits) <= 4
    return True


def as_browsers_read(address: str) -> str:
    """The address without what browsers take away before they look at it."""
    return address.translate(_REMOVED_BY_BROWSERS).strip("".join(map(chr, range(0x21))))


def scheme_of(address: str) -> str:
    """In small letters, without the colon; empty for an address on this site."""
    match = _SCHEME.match(as_browsers_read(address))
    return match.group(1).lower() if match else ""


def is_external(address: str) -> bool:
    return scheme_of(address) in ("http", "https") or as_browsers_read(address).replace("\\", "/").startswith("//")
