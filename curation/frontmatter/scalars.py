"""What unquoted text means: the resolver table of Hugo 0.152 and later (`goccy/go-yaml`).

PyYAML's own table turns dates into objects, `12:30` into 750 and `yes` into a boolean; Hugo reads all of them as text.
"""

import re
from typing import Any

from curation.frontmatter.refusals import MAX_DIGITS

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FIRST_OF_WORDS = frozenset("~nNtTfF")
_FIRST_OF_NUMBERS = frozenset("0123456789+-.")

# After the sign and all underscores are taken away. `08` and `1e3` are text.
_NUMBER = re.compile(
    r"0b(?P<binary>[01]+)|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)|0(?P<old_octal>[0-7]+)"
    r"|(?P<decimal>0|[1-9][0-9]*)"
    r"|(?P<float>(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
)
_BASES = {"binary": 2, "octal": 8, "hex": 16, "old_octal": 8, "decimal": 10}

SMALLEST_INT, LARGEST_INT = -(2**63), 2**64 - 1

DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?:[Tt]|[ \t]+)\d\d?:\d\d(?::\d\d(?:\.\d*)?)?(?:[ \t]*(?:Z|[-+]\d\d?(?::?\d\d)?))?)?"
)
"""A date, with or without a time, in a form that no reader of front matter takes for something else than a date."""

# Unquoted, these are numbers or booleans to Hugo before 0.152 (yaml.v2), which has YAML 1.1 in mind.
_OTHER_READERS = re.compile(
    r"[yYnN]"
    r"|[-+]*(?:0[bBoOxX][0-9a-fA-F_]*"
    r"|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\._*[0-9][0-9_]*)(?:[eEpP][-+]?[0-9_]+)?"
    r"|\.?(?:[iI][nN][fF]|[nN][aA][nN]))"
)


def resolve(text: str) -> Any:
    """The value of unquoted text: str, int, float, bool or None.

    Infinities, not-a-number and numbers beyond 64 bits stay text: neither JSON nor a database has a place for them.
    Raises ValueError for a number of more than 4,300 digits.
    """
    first = text[:1]
    if first in _FIRST_OF_NUMBERS:
        return _number(text)
    if first in _FIRST_OF_WORDS or not first:
        return _WORDS.get(text, text)
    return text


def is_ambiguous(text: str) -> bool:
    """Whether some Hugo would read this text, unquoted, as something else. What PyYAML itself quotes is apart."""
    # goccy/go-yaml trims more than spaces, and takes any key that ends in << for a merge key.
    if text != text.strip() or text.endswith("<<"):
        return True
    return _OTHER_READERS.fullmatch(text) is not None or not isinstance(resolve(text), str)


def same(one: Any, other: Any) -> bool:
    """Equal in value and type, at any depth; `1`, `1.0` and `True` differ. The order of keys does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _number(text: str) -> str | int | float:
    unsigned = text[1:] if text[0] in "+-" else text
    found = _NUMBER.fullmatch(unsigned.replace("_", ""))
    if found is None:
        return text
    kind = found.lastgroup or "decimal"
    digits = found[kind]
    if len(digits) > MAX_DIGITS:
        raise ValueError(text)
    if kind == "float":
        number = float(digits)
        return text if number == float("inf") else -number if text[0] == "-" else number
    whole = int(digits, _BASES[kind])
    if text[0] == "-":
        whole = -whole
    return whole if SMALLEST_INT <= whole <= LARGEST_INT else text
