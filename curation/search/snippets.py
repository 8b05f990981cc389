"""What of a text is shown where it was found: the place with most of the words, and the words marked.

The marks are the only HTML here that is ours; every text is escaped around them.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from curation.search.query import Query, Term, fold

AROUND = 240
"""Characters of a snippet."""
LOOKED_AT = 200_000
"""Characters of a text that are looked through."""


def marked(text: str, query: Query) -> SafeString:
    """`text` as HTML, its found words marked."""
    return _as_html(text, _places(text, query))


def snippet(texts: Sequence[Callable[[], str]], query: Query) -> tuple[SafeString, int]:
    """The best piece of the first of `texts` in which something was found, and which of them that is; the beginning of
    the first one with words otherwise. None is asked for before it is needed.
    """
    read: list[str] = []
    for number, ask in enumerate(texts):
        read.append(text := ask())
        if places := _places(text, query):
            return _piece(text, places), number
    number = next((number for number, text in enumerate(read) if text), 0)
    return _piece(read[number], []), number


def _places(text: str, query: Query) -> list[tuple[int, int]]:
    pattern = _pattern(query.wanted)
    return [match.span() for match in pattern.finditer(text, 0, LOOKED_AT)] if pattern else []


def _piece(text: str, places: list[tuple[int, int]]) -> SafeString:
    start = _best_start(text, places)
    end = min(len(text), start + AROUND)
    # Whole words, as far as there are spaces to cut at.
    if start and (space := text.find(" ", start, start + 30)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", start, end)) > start:
        end = space
    inside = [(one - start, other - start) for one, other in places if start <= one and other <= end]
    shown = _as_html(text[start:end], inside)
    return mark_safe(f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}")  # noqa: S308


def _best_start(text: str, places: list[tuple[int, int]]) -> int:
    """Where a piece begins that holds as many different words as can be, the first of those that are as good."""
    best, start = 0, 0
    for number, (begin, _) in enumerate(places[:200]):
        inside = [place for place in places[number : number + 40] if place[1] <= begin + AROUND - 60]
        kinds = len({fold(text[one:other]) for one, other in inside})
        if kinds > best:
            best, start = kinds, begin
    return 0 if start < AROUND - 60 and (not places or places[0][1] <= AROUND) and best <= 1 else max(0, start - 60)


def _as_html(text: str, places: list[tuple[int, int]]) -> SafeString:
    parts, at = [], 0
    for begin, end in places:
        parts += [escape(text[at:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308


@lru_cache(maxsize=256)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str] | None:
    """What finds the words of `terms` in a text as it was written, whatever its case and accents."""
    if not terms:
        return None
    longest_first = sorted(terms, key=lambda term: -sum(map(len, term.words)))
    # It begins with a set of characters, so that Python goes over all others at once.
    firsts = "".join(map(_written, {term.words[0][0] for term in terms}))
    return re.compile(f"[{firsts}](?:{'|'.join(map(_term, longest_first))})")


def _term(term: Term) -> str:
    """What finds `term` from behind its first letter on."""
    begun, *words = term.words
    first, letters = begun[0], begun[1:]
    last = term.words[-1][-1]
    spelt = r"[\W_]*".join([_MARKS + "".join(map(_letter, letters)), *("".join(map(_letter, word)) for word in words)])
    before = f"(?<=[{_written(first)}])" + (r"(?<![^\W_].)" if _joins(first) else "")
    after = (r"[^\W_]*" if term.is_beginning or term.is_unfinished else r"(?![^\W_])") if _joins(last) else ""
    return before + spelt + after


def _joins(letter: str) -> bool:
    """Whether a word goes on with the letters beside it: not in scripts without spaces."""
    return letter < "\u0e00" or "\u1100" <= letter < "\u1780" or "\u1800" <= letter < "\u3040" or letter >= "\uac00"


_MARKS = "[\u0300-\u036f]*"


def _letter(letter: str) -> str:
    return f"[{_written(letter)}]{_MARKS}"


def _written(letter: str) -> str:
    """The characters that `letter` may be written as, for a set of them in a pattern."""
    return "".join(map(re.escape, [letter, *_ways().get(letter, [])]))


@lru_cache(maxsize=1)
def _ways() -> dict[str, list[str]]:
    """The characters that each letter may be written as."""
    ways = defaultdict(list)
    for code in range(0x41, 0x2000):
        character = chr(code)
        if unicodedata.category(character)[0] == "L":
            same = fold(character)
            if same != character and len(same) == 1:
                ways[same].append(character)
    return dict(ways)
