"""Which known words a misspelt one may have meant. Plain Python.

Every known word is kept under some keys: its first letters, and those with each one of them left out. Two words that
differ by one letter there (wrong, missing, too many, swapped) share a key, so that a look-up finds them.
"""

from collections.abc import Iterable

SHORTEST, LONGEST = 4, 30
"""Letters of a word that has a spelling; shorter ones are too much like all others."""
COMPARED = 8
"""Letters at the beginning that keys are made of; behind them words may differ as far as `may_differ` allows."""


def has_spelling(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def keys(word: str) -> set[str]:
    """What `word` is kept and looked for under."""
    head = word[:COMPARED]
    return {head, *(head[:at] + head[at + 1 :] for at in range(len(head)))}


def may_differ(word: str) -> int:
    """How many mistakes a word of this length can have and still be made out."""
    return 1 if len(word) < 6 else 2


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[tuple[int, str]]:
    """The `known` words that `word` may have meant, each with its distance, the nearest first."""
    limit = may_differ(word)
    found = []
    for other in set(known):
        if other != word and abs(len(other) - len(word)) <= limit:
            far = distance(word, other)
            if far <= limit:
                found.append((far, other[0] != word[0], other))
    return [(far, other) for far, _, other in sorted(found)[:most]]


def distance(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        two_before, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, two_before[to - 2] + 1)
            row.append(cost)
    return row[-1]
