"""Writes HTML anew with only what is allowed, and says what else there was."""

import re
from collections import Counter
from html import escape
from urllib.parse import unquote

from curation.html.allowed import (
    ALLOWED,
    FORMATTING,
    LOADING,
    NOISE,
    NOT_NESTING,
    OFFICE_PREFIXES,
    REL,
    RENAMED,
    STYLE_THAT_ACTS,
    VOID,
    allowed_of,
    as_browsers_read,
    is_external,
    is_fit,
    scheme_of,
)
from curation.html.limits import MAX_DEPTH, MAX_SPECIALS, MAX_TAG_LENGTH, MAX_TAGS, HtmlTooLarge
from curation.html.tokens import Tag, tokens


class Rewriter:
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
        for token in tokens(html):
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

    def _tag(self, tag: Tag) -> None:
        self._count(tag)
        name = RENAMED.get(tag.name, tag.name)
        if not tag.closing:
            self._note_removed(name, tag.attributes)
        if name not in ALLOWED or (tag.closing and name in VOID):
            return
        self._after_pre = name == "pre" and not tag.closing
        if name == "img":
            self._picture(tag.attributes)
        elif tag.closing:
            self._close(name)
        else:
            self._start(name, tag.attributes)

    def _count(self, tag: Tag) -> None:
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
        if name not in NOT_NESTING:
            self._open[-1].append(name)
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise HtmlTooLarge(
                    f"The text has more than {MAX_DEPTH} HTML elements inside one another, or never closed."
                    " Close them or paste it as plain text."
                )
            if name == "table":
                self._open.append([])
        kept = allowed_of(name, attributes)
        if name == "a":
            if self._in_link:
                self._out.append("</a>")
            self._in_link = True
            if is_external(kept.get("href", "")):
                kept["rel"] = REL
        written = _start_tag(name, kept)
        if name in FORMATTING:
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
        address = as_browsers_read(attributes.get("src", ""))
        alt = attributes.get("alt", "").strip()
        if self._is_own_picture(address):
            self._out.append(_start_tag("img", {**allowed_of("img", attributes), "src": address, "alt": alt}))
        elif is_external(address):
            self.removed["picture from another site (now a link)", "pictures from other sites (now links)"] += 1
            words = escape(alt or "Picture", quote=False)
            link = _start_tag("a", {"href": address, "rel": REL})
            self._out.append(words if self._in_link else f"{link}{words}</a>")
        else:
            self._out.append(escape(alt, quote=False))
            if address and not scheme_of(address):
                self.removed["picture outside the media library", "pictures outside the media library"] += 1

    def _is_own_picture(self, address: str) -> bool:
        # Before it asks, a browser resolves "..", also as %2e%2e or after a backslash: /media/../admin/
        steps = unquote(address).replace("\\", "/").split("/")
        return address.startswith(self._media_prefixes) and ".." not in steps

    def _note_removed(self, name: str, attributes: dict[str, str]) -> None:
        prefix = name.partition(":")[0]
        if name not in ALLOWED and name not in NOISE and not (":" in name and prefix in OFFICE_PREFIXES):
            self.removed[f"<{_shown(name)}> element", f"<{_shown(name)}> elements"] += 1
        for key, value in attributes.items():
            acts = key == "style" and any(sign in value.lower() for sign in STYLE_THAT_ACTS)
            if key.startswith("on") or key in LOADING or acts:
                self.removed[f"{_shown(key)} attribute", f"{_shown(key)} attributes"] += 1
            elif key in ("href", "src", "cite") and name in ALLOWED and not is_fit("href", value):
                scheme = _shown(scheme_of(value))
                self.removed[f"{scheme}: address", f"{scheme}: addresses"] += 1


def _shown(name: str) -> str:
    """Return a name from the text for a sentence: such names can hold any character, and be of any length."""
    return name if len(name) <= 30 and name.isascii() and re.fullmatch(r"[\w:.+-]+", name) else "unknown"


def _start_tag(name: str, attributes: dict[str, str]) -> str:
    return "".join((f"<{name}", *(f' {key}="{escape(value)}"' for key, value in attributes.items()), ">"))
