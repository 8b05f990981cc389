"""What can be made of a content file without asking the database: read, checked, cleaned, ready to be placed.

Nothing here needs more than the file, so that a process of its own can do it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from curation import links
from curation.exchange import documents, exporting, keys, rows
from curation.exchange.header import Header, as_text
from curation.exchange.report import Outcome, Problem, placed, problems_of, warnings_of
from curation.exchange.sources import Source, safe_path
from curation.exchange.values import ItemValues
from curation.frontmatter import Document, FrontMatterError


@dataclass
class Prepared:
    """One content file, ready to be placed."""

    source: Source
    outcome: Outcome
    document: Document
    values: ItemValues
    """What it says; its community and its picture are still to be found."""
    made: rows.Made | None = None
    """What follows from its words."""
    upstream_key: str | None = None
    path: str | None = None
    """The path of the file below the content folder."""
    path_is_made: bool = False
    """Whether the path was made from the name of a file that lies in no content folder, and so identifies nothing."""
    slug_is_made: bool = False
    """Whether the file has no slug of its own, so that another one may be chosen where its name's is taken."""
    community: str = ""
    """The slug of the community that it names; empty where it names none."""
    draft: bool = False
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None
    picture_path: str = ""
    credit: str = ""
    focus: tuple[float, float] | None = None

    def begins(self, now: datetime) -> datetime:
        """From when readers see it once it is live; what has ended before it began was only ever seen by nobody."""
        begins = self.publish_at or self.values.date or now
        if self.unpublish_at is not None and self.unpublish_at <= begins:
            return self.unpublish_at - timedelta(seconds=1)
        return begins

    @property
    def header(self) -> Header:
        return Header(self.document.data)


def prepare(source: Source, raw: bytes) -> Prepared | Outcome:
    """The file, ready to be placed; the outcome that tells its errors where it cannot be. Raises nothing."""
    outcome = Outcome(source.shown)
    try:
        document = Document.parse(raw)
    except FrontMatterError as error:
        outcome.status = "error"
        outcome.problems.append(
            Problem("error", error.code, error.message, error.hint or "", error.line, error.column, error.key)
        )
        return outcome
    header = Header(document.data)
    values = documents.read(document, header=header)
    outcome.title = values.title
    outcome.problems = warnings_of(document, header) + _content_problems(values)
    prepared = Prepared(source, outcome, document, values)
    prepared.upstream_key = keys.upstream_key(header)
    prepared.path = _path(source, header)
    prepared.community = keys.community_slug(header) or _community_of(prepared.path)
    prepared.draft = exporting.is_draft(header)
    prepared.publish_at, prepared.unpublish_at = exporting.dates_of(header)
    prepared.picture_path = keys.picture_path(header)
    prepared.credit, prepared.focus = keys.picture_credit(header), keys.picture_focus(header)
    prepared.path_is_made = source.relative is None and not as_text(header.get("basePath")).strip("/")
    prepared.slug_is_made = not values.slug
    values.slug = values.slug or _slug_of(prepared.path)
    if not _has_error(outcome):
        try:
            prepared.made = rows.make(values)
        except ValidationError as error:
            outcome.problems += problems_of(error, document)
    if _has_error(outcome):
        outcome.status = "error"
        outcome.problems = [placed(problem, document) for problem in outcome.problems]
        return outcome
    return prepared


def _has_error(outcome: Outcome) -> bool:
    return any(problem.severity == "error" for problem in outcome.problems)


def _content_problems(values: ItemValues) -> list[Problem]:
    found = []
    if not values.title.strip():
        hint = "Add a `title` that readers will understand."
        found.append(Problem("error", "missing_title", "The file has no title.", hint, key="title"))
    if not values.link:
        hint = "Add `link`, or readers have nowhere to go."
        found.append(Problem("warning", "no_link", "The file has no link to an article.", hint))
    else:
        try:
            links.check(values.link)
        except links.LinkError as error:
            found.append(Problem("error", "bad_link", str(error), key="link"))
    return found


def _path(source: Source, header: Header) -> str | None:
    """The path of the file in the content folder: where it lies, or where the file itself says that it belongs."""
    if source.relative is not None:
        return source.relative
    name = source.file.name if source.file else f"{as_text(header.get('mdName', 'slug')) or 'item'}.md"
    base = as_text(header.get("basePath")).strip("/")
    path = safe_path(f"{base}/{name}" if base else name)
    return path.as_posix() if path else f"{slugify(PurePosixPath(name).stem) or 'item'}.md"


def _slug_of(path: str | None) -> str:
    """The last part of the address as Hugo makes it: the name of the file, or of the folder around an `index.md`."""
    if path is None:
        return ""
    parts = PurePosixPath(path)
    return slugify(parts.parent.name if parts.stem == "index" and parts.parent.name else parts.stem)


def _community_of(path: str | None) -> str:
    """The community below which a file lies, in a content folder laid out as ours."""
    pieces = path.split("/") if path else []
    return pieces[1] if len(pieces) >= 3 and pieces[0] == "communities" else ""
