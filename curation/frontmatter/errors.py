"""What can be wrong with a document: the error that refuses it, the warning that lets it pass."""

from dataclasses import dataclass


def _place(line: int | None, column: int | None, key: str | None) -> str:
    parts = []
    if line is not None:
        parts.append(f"line {line}")
    if column is not None:
        parts.append(f"column {column}")
    if key is not None:
        parts.append(f"key “{key}”")
    return ", ".join(parts)


def _sentence(message: str, line: int | None, column: int | None, key: str | None) -> str:
    place = _place(line, column, key)
    return f"{place[0].upper()}{place[1:]}: {message}" if place else message


class FrontMatterError(Exception):
    """A file, or a change of one, that is refused.

    `code` is for programs and never changes; `str()` is one sentence for people, with the place in it. Lines and
    columns count from 1 in the whole file, not in its front matter.

    Codes of files: `no_front_matter`, `no_closing_delimiter`, `unsupported_format`, `not_utf8`, `control_character`,
    `too_large`, `too_deep`, `too_many_nodes`, `number_too_long`, `root_not_mapping`, `duplicate_key`,
    `duplicate_key_case`, `complex_key`, `bad_indentation`, `bad_merge`, `unknown_alias`, `recursive_alias`,
    `document_marker`, `syntax`.

    Codes of changes: `anchor_shared`, `inherited_key`, `no_such_place`, `unsupported_value`, and those above when
    the changed file would be refused.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        line: int | None = None,
        column: int | None = None,
        key: str | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
        self.key = key

    def __str__(self) -> str:
        return _sentence(self.message, self.line, self.column, self.key)


@dataclass(frozen=True, slots=True)
class DocumentWarning:
    """Something that a person should know about a file that is read all the same.

    Codes: `text_after_delimiter`, `control_character`, `draft_word`, `number_as_text`, `alias_with_space`, and those
    for places where Hugo reads something else than is written: `tab_in_text`, `empty_anchor`, `special_tag`,
    `missing_space`.
    """

    code: str
    message: str
    line: int
    column: int
    key: str | None = None

    def __str__(self) -> str:
        return _sentence(self.message, self.line, self.column, self.key)
