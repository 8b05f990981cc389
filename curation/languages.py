"""What the language of an item is called, and which way it is written."""

import unicodedata
from functools import lru_cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from curation.frontmatter.languages import HOW, LONGEST, UnreadableLanguage, read_language

__all__ = [
    "HOW", "LONGEST", "UnreadableLanguage", "attributes", "called", "direction", "find", "of_site", "usual", "worded",
]  # fmt: skip

_USUAL = (
    "ar", "bn", "cs", "da", "de", "el", "en", "en-GB", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh-Hans", "zh-Hant",
)  # fmt: skip
_TO_THE_LEFT = frozenset({"Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"})


def find(text: str) -> str:
    """The tag of a language that a person names by its tag or by its name. Raises UnreadableLanguage."""
    try:
        return read_language(text)
    except UnreadableLanguage:
        wanted = text.strip().casefold()
        for tag, info in LANG_INFO.items():
            if wanted in {str(info.get(name, "")).casefold() for name in ("name", "name_local")}:
                return read_language(tag)
        raise


def called(tag: str) -> str:
    """What people call the language of a tag, in English and in itself; the tag where nobody has told us."""
    info = LANG_INFO.get(tag.lower(), {})
    name, own = info.get("name", tag), info.get("name_local", tag)
    return name if name == own else f"{name} ({own})"


def usual() -> list[tuple[str, str]]:
    """The tags that forms suggest, with what people call them, by name."""
    return sorted(((tag, called(tag)) for tag in _USUAL), key=lambda pair: pair[1])


def of_site() -> str:
    """The tag of the language that readers' pages are in."""
    return read_language(settings.LANGUAGE_CODE)


@lru_cache(maxsize=1000)
def attributes(tag: str) -> SafeString:
    """What an element says in HTML whose words are in the language of a tag; nothing for an empty one."""
    return format_html(' lang="{}" dir="{}"', tag, direction(tag)) if tag else SafeString("")


def worded(tag: str) -> SafeString:
    """The attributes of an element whose words are in the language of a tag; without one, browsers tell which way they
    run.
    """
    return attributes(tag) or mark_safe(' dir="auto"')


def direction(tag: str) -> str:
    """Which way a language is written, as the attribute `dir` has it: "auto" lets browsers tell by the first letter."""
    parts = tag.split("-")
    script = next((part for part in parts[1:3] if len(part) == 4 and part.isalpha()), "")
    if script:
        return "rtl" if script in _TO_THE_LEFT else "ltr"
    # By the letters of its own name, since Django takes Azerbaijani for a language that is written to the left.
    own = LANG_INFO.get(parts[0], {}).get("name_local", "")
    ways = (unicodedata.bidirectional(letter) for letter in own)
    first = next((way for way in ways if way in {"L", "R", "AL"}), "")
    return "ltr" if first == "L" else "rtl" if first else "auto"
