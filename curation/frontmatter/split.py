"""A file cut into front matter and body where Hugo cuts it (`parser/pageparser/pagelexer_intro.go`)."""

import re
from typing import Literal, NamedTuple

from curation.frontmatter.errors import FrontMatterError

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_HEADER_BYTES = 256 * 1024

BOM = "\ufeff"

_CLOSING = {"---": re.compile(r"[\r\n]---"), "+++": re.compile(r"[\r\n]\+\+\+")}
_SHORTCODES = ("{{<", "{{%")
# What an object of JSON is cut by: texts, so that what they hold does not count, and braces.
_BRACES = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|[{}]', re.DOTALL)
_BREAK = re.compile(r"\r\n?|\n")
_BREAK_OR_END = re.compile(r"\r\n?|\n|\Z")


class Parts(NamedTuple):
    """The pieces of a file; joined, they are the file."""

    opening: str
    """Byte order mark, blank lines, `---` or `+++` and its line break; JSON has no delimiter."""
    header: str
    """The front matter, with its last line break; JSON with its braces, without a line break after them."""
    closing: str
    """`---` or `+++` and its line break, for JSON a line break alone; text that follows on the same line is body."""
    body: str

    @property
    def delimiter(self) -> str:
        """What the front matter stands between: `---`, `+++`, or nothing around JSON."""
        return self.opening.lstrip(BOM + " \t\r\n")[:3]

    @property
    def format(self) -> Literal["yaml", "toml", "json"]:
        delimiter = self.delimiter
        return "yaml" if delimiter == "---" else "toml" if delimiter else "json"

    @property
    def newline(self) -> str:
        """The line break of the front matter: what the file's first one is."""
        found = _BREAK.search(self.opening.lstrip(BOM + " \t\r\n") + self.header + self.closing)
        return found.group() if found else "\n"


def decode(raw: bytes) -> str:
    """The text of a file. Raises FrontMatterError `too_large` or `not_utf8`."""
    if len(raw) > MAX_FILE_BYTES:
        raise FrontMatterError(
            "too_large",
            f"the file has {len(raw):,} bytes, more than the {MAX_FILE_BYTES:,} that are read",
            hint="Content files are text: keep pictures and data beside them.",
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        utf16 = raw[:2] in {b"\xff\xfe", b"\xfe\xff"}
        before = raw[: error.start].decode("utf-8")
        line, column = locate(before, len(before))
        raise FrontMatterError(
            "not_utf8",
            f"byte {error.start} (0x{raw[error.start]:02X}) is not UTF-8 text"
            + ("; the file is UTF-16" if utf16 else ""),
            hint="Save the file as UTF-8.",
            line=line,
            column=column,
        ) from None
    if "\x00" in text[:4]:
        raise FrontMatterError(
            "not_utf8", "the file is UTF-16, not UTF-8 text", hint="Save the file as UTF-8.", line=1, column=1
        )
    return text


def split(text: str) -> Parts:
    """The pieces of a file.

    Raises FrontMatterError `no_front_matter`, `no_closing_delimiter`, `unsupported_format` or `too_large`.
    """
    start = len(text) - len(text.lstrip(BOM + " \t\r\n"))
    if text.startswith(("---", "+++"), start):
        delimiter = text[start : start + 3]
        header_start = _after_break(text, start + len(delimiter))
        # From one before, so that the line break of the first delimiter counts.
        found = _CLOSING[delimiter].search(text, header_start - 1)
        if found is None:
            raise _no_closing(text, start, header_start)
        header_end = found.start() + 1
        body_start = _after_break(text, header_end + len(delimiter))
    elif text.startswith("{", start) and not text.startswith(_SHORTCODES, start):
        header_start, header_end = start, _end_of_object(text, start)
        body_start = _after_break(text, header_end)
    else:
        raise _no_front_matter(text, start)
    header = text[header_start:header_end]
    if len(header) * 4 > MAX_HEADER_BYTES and len(header.encode()) > MAX_HEADER_BYTES:
        raise FrontMatterError(
            "too_large",
            f"the front matter has more than the {MAX_HEADER_BYTES:,} bytes that are read",
            hint="Long text belongs below the front matter.",
            line=locate(text, header_start)[0],
        )
    return Parts(text[:header_start], header, text[header_end:body_start], text[body_start:])


def locate(text: str, index: int) -> tuple[int, int]:
    """Line and column, both from 1, of the character at `index`. CRLF is one line break; a BOM takes no column."""
    line, line_start = 1, len(BOM) if text.startswith(BOM) and index else 0
    for found in _BREAK.finditer(text, 0, index):
        line, line_start = line + 1, found.end()
    return line, index - line_start + 1


def line_start(text: str, index: int) -> int:
    """Where the line that holds `index` begins."""
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def line_end(text: str, index: int) -> int:
    """Where the line that holds `index` ends, before its line break."""
    found = _BREAK_OR_END.search(text, index)
    return found.start() if found else len(text)


def next_line(text: str, index: int) -> int:
    """Where the line after the one that holds `index` begins."""
    return _after_break(text, line_end(text, index))


def _after_break(text: str, index: int) -> int:
    index += text.startswith("\r", index)
    return index + text.startswith("\n", index)


def _end_of_object(text: str, start: int) -> int:
    """Where the object of JSON ends that begins at `start`: after the brace that matches its first."""
    level = 0
    for found in _BRACES.finditer(text, start):
        character = text[found.start()]
        if character == "{":
            level += 1
        elif character == "}":
            level -= 1
            if not level:
                return found.end()
    line, column = locate(text, start)
    raise FrontMatterError(
        "no_closing_delimiter",
        "the front matter begins here with { and no } ends it",
        hint="Look for a missing } or a text without its second quote.",
        line=line,
        column=column,
    )


def _no_front_matter(text: str, start: int) -> FrontMatterError:
    line, column = locate(text, start)
    if text.startswith("#+", start):
        return FrontMatterError(
            "unsupported_format",
            "this is Org front matter, and only YAML, TOML and JSON are read",
            hint="Put the front matter between two --- lines, as YAML.",
            line=line,
            column=column,
        )
    return FrontMatterError(
        "no_front_matter",
        "the file does not begin with a --- line, so it has no front matter",
        hint="Begin the file with a --- line, then keys such as title, then another --- line.",
        line=line,
        column=column,
    )


def _no_closing(text: str, start: int, header_start: int) -> FrontMatterError:
    line, column = locate(text, start)
    delimiter = text[start : start + 3]
    if delimiter == "---" and re.search(r"^\.\.\.[ \t]*$", text[header_start:], re.MULTILINE):
        hint = "A ... line ends front matter for Jekyll; Hugo needs a --- line."
    else:
        hint = f"Put a {delimiter} line between the front matter and the body."
    return FrontMatterError(
        "no_closing_delimiter",
        f"the front matter begins here and no later line begins with {delimiter}",
        hint=hint,
        line=line,
        column=column,
    )
