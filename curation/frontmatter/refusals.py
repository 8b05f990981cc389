"""Bounds of front matter and what is refused alike in all of its formats: code, sentence, and what to do."""

from typing import NamedTuple

MAX_DEPTH = 64
MAX_NODES = 10_000
MAX_DIGITS = 4300
"""As many as Python itself converts: a longer "number" is an attack on whoever does."""


class Refusal(NamedTuple):
    code: str
    message: str
    hint: str


TOO_DEEP = Refusal(
    "too_deep",
    f"values are nested more than {MAX_DEPTH} levels deep",
    "Front matter is flat: a list or a mapping in another is usually enough.",
)
TOO_MANY_NODES = Refusal(
    "too_many_nodes",
    f"the front matter holds more than {MAX_NODES:,} values, with aliases written out",
    "Keep data of this size in a file of its own.",
)


def number_too_long(length: int) -> Refusal:
    return Refusal(
        "number_too_long",
        f"a number of {length:,} digits is too long to be read",
        "Put it in quotes if it is text.",
    )


def control_character(character: str) -> Refusal:
    return Refusal(
        "control_character",
        f"the character U+{ord(character):04X} is not allowed in front matter",
        "Delete it, or write it as an escape in double quotes.",
    )


def duplicate(first: str, line: int, second: str) -> Refusal:
    """Two keys of one mapping, the first of them on `line`, that are the same, or the same to Hugo."""
    if first == second:
        return Refusal("duplicate_key", f"the key stands here and on line {line}", "Keep one of the two.")
    return Refusal(
        "duplicate_key_case",
        f"“{first}” on line {line} is the same key to Hugo, which would read one of the two",
        "Keep one of the two.",
    )
