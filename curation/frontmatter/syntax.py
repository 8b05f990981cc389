"""What libyaml says of a mistake, said to the person who wrote the file."""

from typing import NamedTuple

import yaml

from curation.frontmatter import split


class Explanation(NamedTuple):
    at: int
    code: str
    message: str
    hint: str


_QUOTES = "Put the whole value in quotes."
_CLOSE = "Look for a missing closing bracket or comma, here or above."

# What libyaml or PyYAML says -> what it means, and what to do.
_PROBLEMS = {
    "mapping values are not allowed": (
        "a colon with a space after it stands inside a value, or this line is indented too far",
        "Put the value in quotes, or line the key up with its neighbours.",
    ),
    "block sequence entries are not allowed": ("a list cannot begin on the line of its key", _QUOTES),
    "could not find expected ':'": (
        "this line is neither “key: value” nor a part of the value above",
        "Indent it if it belongs to the value above.",
    ),
    "did not find expected key": (
        "a new key is expected here",
        "Line keys up with their neighbours; write a quote inside single quotes twice ('').",
    ),
    "did not find expected '-' indicator": (
        "a list item is expected here, and this line does not begin with a dash",
        "Line the items of a list up.",
    ),
    "did not find expected ',' or ']'": ("a [list] is not closed", _CLOSE),
    "did not find expected ',' or '}'": ("a {mapping} is not closed", _CLOSE),
    "did not find expected node content": ("a value is expected here", _QUOTES),
    "found unknown escape character": (
        "a backslash in double quotes begins an escape that does not exist",
        "Write \\\\ for a backslash, or use single quotes.",
    ),
    "found invalid unicode character escape code": (
        "an escape stands for half a character (a surrogate)",
        "Write the character itself.",
    ),
    "found undefined tag handle": ("a value begins with ! and an unknown tag", _QUOTES),
    "did not find expected alphabetic or numeric character": (
        "a value that begins with * or & is a reference",
        _QUOTES,
    ),
    "found unknown directive name": ("a line of front matter cannot begin with %", _QUOTES),
}


def explain(header: str, error: yaml.MarkedYAMLError) -> Explanation:
    """Where the mistake is in `header` (an index), its code, one sentence, and what to do."""
    mark = error.problem_mark or error.context_mark
    problem, context = error.problem or "the front matter cannot be read", error.context or ""
    index = mark.index if mark is not None else 0
    if "quoted scalar" in context and "unexpected end" in problem and error.context_mark is not None:
        return Explanation(
            error.context_mark.index,
            "syntax",
            "a quote is opened here and never closed",
            "Close it, or write a quote inside single quotes twice ('').",
        )
    if "cannot start any token" in problem:
        return _bad_beginning(header, index)
    if "<document start>" in problem:
        return Explanation(
            index,
            "document_marker",
            "the line above ends the front matter: it begins with ... or %",
            "Take that line out.",
        )
    for beginning, (message, hint) in _PROBLEMS.items():
        if beginning in problem.lower() or beginning in problem:
            return Explanation(index, "syntax", message, hint)
    return Explanation(index, "syntax", f"{context}{', ' if context else ''}{problem}", "")


def _bad_beginning(header: str, index: int) -> Explanation:
    character = header[index : index + 1]
    if character == "\t":
        return Explanation(
            index, "bad_indentation", "this line is indented with a tab", "Indent with spaces: YAML allows no tabs."
        )
    if not header[split.line_start(header, index) : index].strip():
        message = f"a line cannot begin with {character}"
    else:
        message = f"a value cannot begin with {character}"
    return Explanation(index, "syntax", message, _QUOTES)
