"""What `tomllib` says of a mistake, said to the person who wrote the file."""

import re

from curation.frontmatter.syntax import Explanation

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
# What tomllib stops in where something looks like a date and is none.
_NO_DATE = re.compile(r"[0-9]{4}-|-[0-9]{2}(?:T|t| [0-9])")
_QUOTES = "Put text in quotes."
_CLOSE = "Look for a missing bracket, comma or quote, here or above."

# What tomllib says -> what it means, and what to do.
_PROBLEMS = {
    "Expected '=' after a key": ("this line is neither “key = value” nor a [table]", "Write key = value."),
    "Invalid initial character for a key part": ("a key is expected here", "Write key = value."),
    "Invalid statement": ("a line cannot begin with this", "Write key = value, or # before a comment."),
    "Invalid value": ("a value is expected here", _QUOTES),
    "Expected newline or end of document": ("something follows a value on its line", _QUOTES),
    "Unclosed array": ("a [list] is not closed", _CLOSE),
    "Unclosed inline table": ("an inline {table} is not closed", _CLOSE),
    "Unterminated string": ("a quote is opened and never closed", _CLOSE),
    "Expected \"'": ("a quote is opened and never closed", _CLOSE),
    "Illegal character": ("a quote is opened and not closed on its line", _CLOSE),
    "Found invalid character": ("a quote is opened and not closed on its line", _CLOSE),
    "Unescaped '\\'": ("a backslash begins an escape that does not exist", "Write \\\\, or use single quotes."),
    "Invalid hex value": ("a backslash begins an escape that does not exist", "Write \\\\, or use single quotes."),
    "Escaped character is not": ("an escape stands for half a character (a surrogate)", "Write the character itself."),
    "Expected ']": ("the name of a table is not closed", "Write [name]."),
    "Invalid date": ("this day or time does not exist", "Write it like 2020-10-05T07:12:38Z or 2020-10-05."),
}
_TWICE = ("Cannot ", "Duplicate inline table key")


def explain(header: str, error: str) -> Explanation:
    """Where the mistake is in `header` (an index), its code, one sentence, and what to do."""
    place = _PLACE.search(error)
    problem = error[: place.start()] if place else error
    index = len(header.rstrip())
    if place and place["line"]:
        index = 0
        for _ in range(int(place["line"]) - 1):
            index = header.index("\n", index) + 1
        index = min(index + int(place["column"]) - 1, len(header))
    if problem.startswith(_TWICE):
        return Explanation(index, "duplicate_key", "the key stands above already", "Keep one of the two.")
    if _NO_DATE.search(header, max(index - 4, 0), index + 1):
        problem = "Invalid date or datetime"
    for beginning, (message, hint) in _PROBLEMS.items():
        if problem.startswith(beginning):
            return Explanation(index, "syntax", message, hint)
    return Explanation(index, "syntax", problem[:1].lower() + problem[1:], "")
