"""What differs between two texts, told by lines or by words."""

import difflib
import re
from dataclasses import dataclass

LONGEST_LINES = 20_000
"""Lines of both texts together, beyond which what differs is not looked for."""
LONGEST_WORDS = 6_000
"""Words and blanks of both texts together, beyond which they are compared by lines."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and what became of it: `same`, `new`, `gone`, or `gap` where something is left out."""

    kind: str
    text: str


def by_lines(old: str, new: str, *, around: int = 2) -> list[Piece]:
    """The lines that went and came with `around` lines about them; empty where nothing did, or there are too many."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) > LONGEST_LINES:
        return []
    kinds = {"-": "gone", "+": "new", "@": "gap", " ": "same"}
    lines = list(difflib.unified_diff(before, after, lineterm="", n=around))[2:]
    return [Piece(kinds[line[0]], "⋯" if line[0] == "@" else line[1:]) for line in lines]


def by_words(old: str, new: str) -> list[Piece] | None:
    """Both texts in one, with the words that went and came; None where they are too long for that."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > LONGEST_WORDS:
        return None
    pieces: list[Piece] = []
    gone = new = ""
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old_text, new_text = "".join(before[i:j]), "".join(after[k:m])
        # A blank between two changes belongs to both: whole phrases are read more easily than words in turns.
        if tag == "equal" and (old_text.strip() or not (gone or new)):
            pieces += _changed(gone, new)
            pieces.append(Piece("same", old_text))
            gone = new = ""
        else:
            gone, new = gone + old_text, new + new_text
    return pieces + _changed(gone, new)


def _changed(gone: str, new: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]
