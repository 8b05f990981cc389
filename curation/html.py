"""Body text to safe HTML for readers, to plain text, and to text that XML allows.

`render` is what the product uses for a body: Markdown and HTML go through one renderer, then through `clean`.
`clean` works in two layers. `_Rewriter` reads the markup once and writes it anew with only the elements and
attributes of our list, counting what it takes away; nh3, a real HTML5 parser, then has the last word. So the
parser never meets what is slow or ambiguous (foreign elements, raw text, comments, thousands of attributes),
and its cost is bounded by the limits below.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Final, NamedTuple
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt

MAX_BYTES: Final = 512 * 1024
MAX_TAGS: Final = 20_000
MAX_DEPTH: Final = 500
MAX_TAG_LENGTH: Final = 20_000
MAX_LINES: Final = 20_000
MAX_SPECIALS: Final = 150_000  # characters that are written as entities; the parser slows down on more
MAX_UNFINISHED: Final = 500  # comments without an end in one paragraph; each is looked for up to the paragraph's end
_PASSES: Final = 4

SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
REL: Final = "noopener noreferrer nofollow ugc"
DEFAULT_MEDIA: Final = ("/media/",)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _names("br hr img col")
_FORMATTING = _names("b code em i s small strong u")
_INLINE = _FORMATTING | _names("a abbr cite del img ins kbd mark q samp span sub sup time var")
_BLOCK = _names(
    "p br hr h2 h3 h4 h5 h6 blockquote pre ul ol li dl dt dd figure figcaption"
    " table caption thead tbody tfoot tr th td colgroup col div"
)
_ALLOWED = _INLINE | _BLOCK
_RENAMED = {"h1": "h2", "strike": "s"}  # the page has its own h1

# An end tag is optional for these, so that unclosed ones follow, and do not contain, each other.
_NOT_NESTING = _VOID | _names("a p li dt dd caption thead tbody tfoot tr th td colgroup")

_ATTRIBUTES: dict[str, set[str]] = {
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
_RAW = _names("script style textarea title xmp iframe noembed noframes noscript plaintext")
# What shows nothing useful once its element is gone.
_OPAQUE = _RAW | _names("svg math object applet video audio canvas select template datalist")
_END_TAG = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE) for name in _OPAQUE}

# Wrappers and old formatting: the words stay, nobody misses the element.
_INLINE_NOISE = _names("font big tt nobr wbr acronym bdi bdo ruby rt rp rb rtc data dfn label")
_NOISE = _INLINE_NOISE | _names(
    "html head body center basefont section article header footer main nav aside address hgroup"
    " details summary legend fieldset picture source menu dir"
)
_OFFICE_PREFIXES = _names("o w v m st1")
_LOADING = _names("srcdoc formaction ping background")
_STYLE_THAT_ACTS = ("url(", "position", "expression", "behavior", "binding", "\\", "/*")

_NAME = re.compile(r"[a-zA-Z][^ \t\n\f\r/>]*+")
_GAP = re.compile(r"[ \t\n\f\r/]*+")
_ATTRIBUTE = re.compile(
    r"(?P<name>[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+)"
    r"(?P<has_value>[ \t\n\f\r]*+=[ \t\n\f\r]*+"
    r"(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)?))?"
)
_COMMENT_END = re.compile(r"--!?>")
_SPACES = re.compile(r"[ \t\n\f\r]+")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*+):")
_LEADING_ZEROS = re.compile(r"(&#[xX]?)0++(?=[0-9a-fA-F])")
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9a-fA-F]{8,}+);?")
_REFERENCE_IN_ATTRIBUTE = re.compile(r"&(?:#[0-9]++;?|#[xX][0-9a-fA-F]++;?|[a-zA-Z][a-zA-Z0-9]{1,31}+;)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TABLE_RULE = re.compile(r"[-|: \t>*+.)0-9]*+")
_REMOVED_BY_BROWSERS = str.maketrans("", "", "\t\n\r")

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# The renderer would show the source of a link with an unsafe address; cleaning takes the address and says so.
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]

_CLEANER = nh3.Cleaner(
    tags=_ALLOWED,
    clean_content_tags=_OPAQUE,
    attributes=_ATTRIBUTES,
    tag_attribute_values={"a": {"rel": {REL}}},
    url_schemes=SCHEMES,
    link_rel=None,
)


class HtmlTooLarge(ValueError):
    """The text is beyond what is shown; the message says what, the limit, and what to do."""


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
    text = _readable(body)
    _check_markdown(text)
    html, removed = _clean(_MARKDOWN.render(text), media_prefixes)
    sentences = (f"{count} {one if count == 1 else many}" for (one, many), count in removed.items())
    return Rendered(html.strip(), tuple(sentences))


def clean(html: str, media_prefixes: tuple[str, ...] = DEFAULT_MEDIA) -> str:
    """Reduce HTML to what a page may show.

    A picture stays if its address begins with one of `media_prefixes` (a path or an address, ending in a
    slash); one on another site becomes a link to it, any other its alternative text. Links to other sites get
    `REL`. Raises `HtmlTooLarge`.
    """
    return _clean(_readable(html), media_prefixes)[0]


def plain_text(html: str, limit: int | None = None) -> str:
    """Return the words of HTML on one line, entities decoded, no-break spaces kept.

    With `limit` the text ends after the last whole word within that many characters, without an ellipsis.
    """
    parts = []
    for token in _tokens(xml_safe(html)):
        if isinstance(token, str):
            parts.append(token)
        elif token.name not in _INLINE and token.name not in _INLINE_NOISE:
            parts.append(" ")
    text = _SPACES.sub(" ", "".join(parts)).strip(" ")
    if limit is None or len(text) <= limit:
        return text
    head, space, _ = text[: limit + 1].rpartition(" ")
    return head.rstrip(" ") if space else text[:limit]


def xml_safe(text: str) -> str:
    """Return the text without what XML 1.0 forbids (section 2.2): one such character breaks a whole feed."""
    return _NOT_XML.sub("", text)


def _readable(text: str) -> str:
    # Counted in characters first: encoding a huge text only to refuse it would be work for nothing.
    size = len(text) if len(text) > MAX_BYTES else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise HtmlTooLarge(
            f"The text is {size // 1024:,} kB long; at most {MAX_BYTES // 1024} kB can be shown."
            " Shorten it or divide it into several items."
        )
    return xml_safe(text.replace("\r\n", "\n").replace("\r", "\n"))


def _check_markdown(text: str) -> None:
    """Refuse what the Markdown renderer would need more than a moment for."""
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


def _clean(html: str, media_prefixes: tuple[str, ...]) -> tuple[str, Counter[tuple[str, str]]]:
    """Clean to a fixpoint: what the parser moved about may need a second look (a table inside a link)."""
    first = _Rewriter(media_prefixes)
    cleaned = _CLEANER.clean(first.rewrite(html))
    for _ in range(_PASSES - 1):
        before, cleaned = cleaned, _CLEANER.clean(_Rewriter(media_prefixes).rewrite(cleaned))
        if before == cleaned:
            break
    return cleaned, first.removed


class _Tag(NamedTuple):
    name: str
    attributes: dict[str, str]
    closing: bool
    length: int


def _tokens(html: str) -> Iterator[str | _Tag]:
    """Yield text (entities decoded) and tags as an HTML5 tokenizer finds them, in linear time.

    Comments are left out, and so is what stands inside an element of `_OPAQUE`.
    """
    position = text_start = 0
    without_end: set[str] = set()
    while (start := html.find("<", position)) >= 0:
        closing = html.startswith("/", start + 1)
        name_match = _NAME.match(html, start + 1 + closing)
        if not name_match and html[start + 1 : start + 2] not in ("!", "?", "/"):
            position = start + 1
            continue
        if start > text_start:
            yield _decoded(html[text_start:start])
        if not name_match:
            position = text_start = _comment_end(html, start)
            continue
        attributes, end = _attributes(html, name_match.end())
        if end < 0:
            return  # a tag that never ends: a browser drops it and the rest
        name = name_match.group().lower()
        yield _Tag(name, attributes, closing, end - start)
        position = text_start = end
        if closing or name not in _OPAQUE or name in without_end:
            continue
        if html[end - 2] == "/" and name not in _RAW:
            continue
        if end_tag := _END_TAG[name].search(html, end):
            position = text_start = end_tag.start()
        elif name in _RAW:
            return
        else:
            without_end.add(name)
    if text_start < len(html):
        yield _decoded(html[text_start:])


def _comment_end(html: str, start: int) -> int:
    if not html.startswith("<!--", start):
        end = html.find(">", start + 2)
        return end + 1 if end >= 0 else len(html)
    for empty in (">", "->"):
        if html.startswith(empty, start + 4):
            return start + 4 + len(empty)
    match = _COMMENT_END.search(html, start + 4)
    return match.end() if match else len(html)


def _attributes(html: str, position: int) -> tuple[dict[str, str], int]:
    """Read attributes up to and with the tag's ">"; the position is -1 if the tag never ends."""
    found: dict[str, str] = {}
    while True:
        gap = _GAP.match(html, position)
        position = gap.end() if gap else position
        if html.startswith(">", position):
            return found, position + 1
        match = _ATTRIBUTE.match(html, position)
        if not match:
            return found, -1
        value = match["double"] or match["single"] or match["bare"] or ""
        position = match.end()
        if (match["has_value"] or "").strip() == "=" and html[position : position + 1] in ('"', "'"):
            return found, -1
        found.setdefault(match["name"].lower(), _decoded(value, in_attribute=True))


def _decoded(text: str, in_attribute: bool = False) -> str:
    if "&" not in text:
        return text
    # int() of thousands of digits is slow, and an error beyond 4,300; no character has a number that long.
    text = _HUGE_REFERENCE.sub("\ufffd", _LEADING_ZEROS.sub(r"\1", text))
    if in_attribute:
        # In an address "&copy=2" is a parameter: there only names that end in ";" are entities.
        return xml_safe(_REFERENCE_IN_ATTRIBUTE.sub(lambda reference: unescape(reference.group()), text))
    return xml_safe(unescape(text))


class _Rewriter:
    """Writes HTML anew with only what is allowed, and counts in `removed` what else there was."""

    def __init__(self, media_prefixes: tuple[str, ...]) -> None:
        self.removed: Counter[tuple[str, str]] = Counter()
        self._media_prefixes = media_prefixes
        self._out: list[str] = []
        self._tags = 0
        self._depth = 0
        self._open: list[list[str]] = [[]]  # names of open elements, one list for each table they are in
        self._shapes: set[str] = set()
        self._in_link = False
        self._after_pre = False

    def rewrite(self, html: str) -> str:
        for token in _tokens(html):
            if isinstance(token, str):
                self._text(token)
            else:
                self._tag(token)
        text = "".join(self._out)
        specials = text.count("&") + text.count("\xa0")
        if specials > MAX_SPECIALS:
            raise HtmlTooLarge(
                f"The text has {specials:,} special characters (& < > and no-break spaces);"
                f" at most {MAX_SPECIALS:,} can be shown. Shorten it or divide it into several items."
            )
        return text

    def _text(self, text: str) -> None:
        if self._after_pre:
            # A parser eats one line break here each time, so none would be left in the end.
            text = text.lstrip("\n")
            self._after_pre = not text
        self._out.append(escape(text, quote=False))

    def _tag(self, tag: _Tag) -> None:
        self._count(tag)
        name = _RENAMED.get(tag.name, tag.name)
        if not tag.closing:
            self._note_removed(name, tag.attributes)
        if name not in _ALLOWED or (tag.closing and name in _VOID):
            return
        self._after_pre = name == "pre" and not tag.closing
        if name == "img":
            self._picture(tag.attributes)
        elif tag.closing:
            self._close(name)
        else:
            self._start(name, tag.attributes)

    def _count(self, tag: _Tag) -> None:
        self._tags += 1
        if self._tags > MAX_TAGS:
            raise HtmlTooLarge(
                f"The text has more than {MAX_TAGS:,} HTML tags, which is too many to show."
                " Remove markup or divide it into several items."
            )
        if tag.length > MAX_TAG_LENGTH:
            advice = "Upload the picture instead." if tag.name == "img" else "Remove its attributes."
            raise HtmlTooLarge(
                f"One <{_shown(tag.name)}> tag is {tag.length:,} characters long; at most {MAX_TAG_LENGTH:,}"
                f" can be shown. {advice}"
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in _NOT_NESTING:
            self._open[-1].append(name)
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise HtmlTooLarge(
                    f"The text has more than {MAX_DEPTH} HTML elements inside one another, or never closed."
                    " Close them or paste it as plain text."
                )
            if name == "table":
                self._open.append([])
        kept = _kept(name, attributes)
        if name == "a":
            if self._in_link:
                self._out.append("</a>")
            self._in_link = True
            if _is_external(kept.get("href", "")):
                kept["rel"] = REL
        written = _start_tag(name, kept)
        if name in _FORMATTING:
            # A parser opens again in each paragraph what was not closed, but at most three equal ones:
            # few different ones keep that from multiplying.
            if len(self._shapes) >= 10 and written not in self._shapes:
                written = f"<{name}>"
            self._shapes.add(written)
        self._out.append(written)

    def _close(self, name: str) -> None:
        if name == "a":
            self._in_link = False
        if name == "table" and len(self._open) > 1:
            self._depth -= len(self._open.pop())
        if name in self._open[-1]:
            while self._open[-1].pop() != name:
                self._depth -= 1
            self._depth -= 1
        self._out.append(f"</{name}>")

    def _picture(self, attributes: dict[str, str]) -> None:
        address = _as_browsers_read(attributes.get("src", ""))
        alt = attributes.get("alt", "").strip()
        if self._is_own_picture(address):
            self._out.append(_start_tag("img", {**_kept("img", attributes), "src": address, "alt": alt}))
        elif _is_external(address):
            self.removed["picture from another site (now a link)", "pictures from other sites (now links)"] += 1
            words = escape(alt or "Picture", quote=False)
            link = _start_tag("a", {"href": address, "rel": REL})
            self._out.append(words if self._in_link else f"{link}{words}</a>")
        else:
            self._out.append(escape(alt, quote=False))
            if address and not _scheme(address):
                self.removed["picture outside the media library", "pictures outside the media library"] += 1

    def _is_own_picture(self, address: str) -> bool:
        # Before it asks, a browser resolves "..", also as %2e%2e or after a backslash: /media/../admin/
        steps = unquote(address).replace("\\", "/").split("/")
        return address.startswith(self._media_prefixes) and ".." not in steps

    def _note_removed(self, name: str, attributes: dict[str, str]) -> None:
        prefix = name.partition(":")[0]
        if name not in _ALLOWED and name not in _NOISE and not (":" in name and prefix in _OFFICE_PREFIXES):
            self.removed[f"<{_shown(name)}> element", f"<{_shown(name)}> elements"] += 1
        for key, value in attributes.items():
            acts = key == "style" and any(sign in value.lower() for sign in _STYLE_THAT_ACTS)
            if key.startswith("on") or key in _LOADING or acts:
                self.removed[f"{_shown(key)} attribute", f"{_shown(key)} attributes"] += 1
            elif key in ("href", "src", "cite") and name in _ALLOWED and not _is_fit("href", value):
                scheme = _shown(_scheme(value))
                self.removed[f"{scheme}: address", f"{scheme}: addresses"] += 1


def _kept(name: str, attributes: dict[str, str]) -> dict[str, str]:
    allowed = _ATTRIBUTES["*"] | _ATTRIBUTES.get(name, set())
    return {key: value for key, value in attributes.items() if key in allowed and _is_fit(key, value)}


def _is_fit(key: str, value: str) -> bool:
    if key in _ADDRESSES:
        return _scheme(value) in SCHEMES or not _scheme(value)
    if key in _NUMBERS:
        digits = value.removeprefix("-") if key == "start" else value
        return digits.isascii() and digits.isdecimal() and len(digits) <= 4
    return True


def _as_browsers_read(address: str) -> str:
    return address.translate(_REMOVED_BY_BROWSERS).strip("".join(map(chr, range(0x21))))


def _scheme(address: str) -> str:
    match = _SCHEME.match(_as_browsers_read(address))
    return match.group(1).lower() if match else ""


def _is_external(address: str) -> bool:
    return _scheme(address) in ("http", "https") or _as_browsers_read(address).replace("\\", "/").startswith("//")


def _shown(name: str) -> str:
    """Return a name from the text for a sentence: such names can hold any character, and be of any length."""
    return name if len(name) <= 30 and name.isascii() and re.fullmatch(r"[\w:.+-]+", name) else "unknown"


def _start_tag(name: str, attributes: dict[str, str]) -> str:
    return "".join((f"<{name}", *(f' {key}="{escape(value)}"' for key, value in attributes.items()), ">"))
