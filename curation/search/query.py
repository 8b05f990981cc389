"""The language that people search in, and the words that a text is found by. Plain Python; the same for every database.

    telehealth diabetes     both words, the last one also as a beginning of longer ones where it finds little itself
    "remote monitoring"     one after the other
    -device                 without it
    cardi*                  every word that begins so

Case, accents and punctuation make no difference. A word that has signs within it ("COVID-19") is the phrase of its
parts, and so is a run of characters in a script that puts no spaces between words.
"""

import re
import sys
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property

LONGEST = 300
"""Characters of a question that are read; people do not write more."""
MOST_TERMS = 16
LONGEST_WORD = 60
"""Characters of a word; what is longer is taken for several."""
SHORTEST_BEGINNING = 3
"""Characters from which on the last word is also taken for the beginning of others."""
OFTEN = 1_000
"""A last word that so many items have is whole: to look for all that it begins would take long and find nothing new."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters, each of which is a word of its own here."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]{{1,{LONGEST_WORD}}}")
_ASCII_WORD = re.compile(rf"[a-z0-9]{{1,{LONGEST_WORD}}}")
_PART = re.compile(r'(-?)(?:"([^"]*)(?:"|$)|([^\s"]+))')
_ACCENTS = re.compile("[\u0300-\u036f]")
_OTHER_SCRIPTS = re.compile("[\u0483-\u1fff\u20d0-\u20ff\u2c00-\U0010ffff]")
_MARKS = dict.fromkeys(code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Mn")
"""Accents and other signs that go with a letter."""
_TYPOGRAPHIC = str.maketrans("“”„«»", '"""""')


def fold(text: str) -> str:
    """`text` without case and accents, and with compatible characters made the same."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = _ACCENTS.sub("", apart)
    if _OTHER_SCRIPTS.search(plain):
        plain = plain.translate(_MARKS)
    return unicodedata.normalize("NFC", plain).casefold()


def words(text: str) -> list[str]:
    """The words that `text` is found by, in their order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(fold(text))


def shortened(text: str) -> str:
    """As much of `text` as is looked for where a database compares word by word, and refuses too many or too long."""
    return " ".join(text[:LONGEST].split()[:MOST_TERMS])


@dataclass(frozen=True)
class Term:
    """Words that have to stand one after the other."""

    words: tuple[str, ...]
    is_beginning: bool = False
    """Whether words that go on after the last one count as well."""
    is_unfinished: bool = False
    """Whether they do only as long as the term itself finds little: somebody may still be writing it."""


@dataclass(frozen=True)
class Query:
    """What was asked for, taken apart."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    text: str = ""
    """As it was asked, in one line."""

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    @cached_property
    def single_words(self) -> list[str]:
        """The words that stand for themselves: those that may be misspelt."""
        return [term.words[0] for term in self.wanted if len(term.words) == 1]

    @property
    def has_beginning(self) -> bool:
        """Whether one of its words may go on."""
        return any(term.is_beginning for term in (*self.wanted, *self.unwanted))

    @property
    def is_plain(self) -> bool:
        """Whether it asks for whole words and nothing else: for no phrase, no beginning, and none that is unwanted."""
        return not self.unwanted and not self.has_beginning and all(len(term.words) == 1 for term in self.wanted)

    @property
    def unfinished(self) -> Term | None:
        """The last term, where it may also be a beginning."""
        return next((term for term in self.wanted if term.is_unfinished), None)

    def begun(self) -> "Query":
        """The question with its unfinished term taken for a beginning."""
        return replace(
            self, wanted=tuple(replace(t, is_beginning=t.is_beginning or t.is_unfinished) for t in self.wanted)
        )

    def with_words(self, other: dict[str, str]) -> "Query":
        """The question with some of its single words replaced."""

        def corrected(term: Term) -> Term:
            return Term((other[term.words[0]],)) if len(term.words) == 1 and term.words[0] in other else term

        def in_text(part: re.Match[str]) -> str:
            minus, _, word = part.groups()
            found = words(word or "")
            return other[found[0]] if not minus and len(found) == 1 and found[0] in other else part[0]

        return replace(self, wanted=tuple(map(corrected, self.wanted)), text=_PART.sub(in_text, self.text))


def parse(text: str) -> Query:
    """Takes a question apart. Nothing that anybody can write is an error; what holds no word asks for nothing."""
    # Lone halves of a surrogate pair can be neither sent to a database nor shown.
    text = " ".join("".join(c for c in text[:LONGEST] if c.isprintable() or c.isspace()).split())
    asked = text.translate(_TYPOGRAPHIC)
    wanted: list[Term] = []
    unwanted: list[Term] = []
    parts = [part for part in _PART.finditer(asked) if words(part[2] or part[3] or "")][:MOST_TERMS]
    for number, part in enumerate(parts):
        minus, phrase, word = part.groups()
        found = tuple(words(phrase or word))
        open_ended = (
            phrase is None
            and not minus
            and number == len(parts) - 1
            and len(found[-1]) >= SHORTEST_BEGINNING
            and not asked.endswith(('"', "."))
        )
        starred = word is not None and word.endswith("*") and len(found[-1]) >= SHORTEST_BEGINNING
        (unwanted if minus else wanted).append(Term(found, starred, open_ended and not starred))
    return Query(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)), text)
