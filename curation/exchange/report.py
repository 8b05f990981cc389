"""What an import has to say about a file, each thing with its place in it."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError

from curation.exchange import exporting
from curation.exchange.codecs import CODECS, LANGUAGE_KEYS
from curation.exchange.header import Header, is_alias, written_aliases
from curation.exchange.merge import ABSENT, Conflict
from curation.frontmatter import Document
from curation.frontmatter.dates import UnreadableDate, read_date
from curation.frontmatter.languages import HOW, UnreadableLanguage, read_language


@dataclass(frozen=True)
class Problem:
    """Something about a file that somebody should know; an error keeps the file out, a warning does not."""

    severity: str
    code: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    key: str | None = None


@dataclass
class Outcome:
    """What became of one file."""

    path: str
    status: str = ""
    """created, updated, unchanged, conflict or error."""
    title: str = ""
    keys: list[str] = field(default_factory=list)
    """The keys that an update changes; "(body)" for the body."""
    live: bool = False
    """Whether readers see it now, or will at its time."""
    problems: list[Problem] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    """Of keys that the file and the newsroom both changed: key, base, file, database."""
    item: int | None = None
    """The primary key of the item that the file was taken for. It means nothing to others, and less after a dry run."""

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        del said["item"]
        return said


class Refused(Exception):
    """Carries what keeps a file out."""

    def __init__(self, code: str, message: str, hint: str = "", key: str | None = None) -> None:
        super().__init__(message)
        self.problems = [Problem("error", code, message, hint, key=key)]

    @classmethod
    def because(cls, *problems: Problem) -> "Refused":
        refused = cls(problems[0].code, problems[0].message)
        refused.problems = list(problems)
        return refused


def changed_keys(old: Document, new: Document, picture_is_same: bool) -> list[str]:
    before, after = old.data, new.data
    changed = [key for key in before if key not in after or before[key] != after[key]]
    changed += [key for key in after if key not in before]
    if old.body != new.body:
        changed.append("(body)")
    if not picture_is_same:
        changed.append("(picture)")
    return changed or ["(layout)"]


def warnings_of(document: Document, header: Header) -> list[Problem]:
    found = [
        Problem("warning", warning.code, warning.message, "", warning.line, warning.column, warning.key)
        for warning in document.warnings
    ]
    for names in (
        ("date",),
        ("lastMod", "lastmod", "modified"),
        exporting.PUBLISH_KEYS,
        exporting.EXPIRY_KEYS,
    ):
        key = header.filled(*names)
        try:
            if not isinstance(header.get(key), bool):
                read_date(header.get(key))
        except UnreadableDate as error:
            found.append(Problem("warning", "unparsable_date", str(error), "The file keeps its text.", key=key))
    if unusable := [text for text in written_aliases(header.get("aliases")) if not is_alias(text)]:
        told = ", ".join(f"“{text[:80]}”" for text in unusable[:10])
        words = f"Nothing leads on from {told}, which can be no address of this site."
        hint = "Write the path alone, from the root of the site, such as /news/an-article/."
        found.append(Problem("warning", "unusable_alias", words, hint, key=header.key("aliases")))
    try:
        read_language(header.get(*LANGUAGE_KEYS))
    except UnreadableLanguage as error:
        key = header.key(*LANGUAGE_KEYS)
        found.append(Problem("warning", "unknown_language", str(error), f"{HOW} The file keeps its text.", key=key))
    return found


def conflict_problem(conflict: Conflict) -> Problem:
    base, theirs, ours = (
        "nothing" if value is ABSENT else repr(value)[:120]
        for value in (conflict.base, conflict.file, conflict.database)
    )
    return Problem(
        "error",
        "conflict",
        f"{conflict.key} was {base}; the file says {theirs}, the newsroom says {ours}.",
        "Nothing was overwritten. Decide with --prefer file or --prefer database, or make the two alike.",
        key=conflict.path[0] if conflict.path else None,
    )


def placed(problem: Problem, document: Document | None) -> Problem:
    """The problem with the line and column of its key, where the document has that key."""
    place = document.position(problem.key) if document is not None and problem.key and not problem.line else None
    return replace(problem, line=place[0], column=place[1]) if place else problem


_KEYS_OF_FIELD = {codec.field: codec.keys for codec in CODECS}
_KEYS_OF_FIELD |= {"link": ("link",), "featured_image": ("featuredImage",)}


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """What a refusal of the database's own rules says, each at the key of `document` that it is about."""

    def key_of(field: str) -> str | None:
        keys = _KEYS_OF_FIELD.get(field, ())
        return next((key for key in keys if document.position(key)), next(iter(keys), None))

    if not hasattr(error, "error_dict"):
        return [Problem("error", "invalid", message) for message in error.messages]
    return [
        Problem("error", "invalid", message, key=key_of(name))
        for name, messages in error.message_dict.items()
        for message in messages
    ]
