"""Checks the content files of Hugo sites: what would fail, be lost, or come out as something else than is meant."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from curation.exchange import exporting, keys
from curation.exchange.header import Header, as_text
from curation.exchange.keys import upstream_key
from curation.exchange.sources import Source, SourceRefused, safe_path
from curation.frontmatter.addresses import Page, clashes
from curation.frontmatter.lint import ERROR, NOTE, WARNING, Fields, Finding, check
from curation.frontmatter.site import BadConfiguration, Site


@dataclass(frozen=True)
class Report:
    """A finding and the file that it is about."""

    path: str
    finding: Finding

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path} | asdict(self.finding)


@dataclass
class _Group:
    """The files of one site, and what is kept of them."""

    site: Site
    folder: Path | None
    pages: list[Page] = field(default_factory=list)
    names: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """By language, a key, and what other systems call an item in it: its file."""
    with_html: list[tuple[str, int]] = field(default_factory=list)
    """Files whose Markdown holds HTML, and the line where it begins."""


class Checker:
    """One run over any number of files, of any number of sites.

    `now` decides which pages have expired: they are in nobody's way.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._groups: dict[Path | None, _Group] = {}
        self._order: dict[str, int] = {}
        self._seen: set[Path] = set()
        self._reports: list[Report] = []

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return len(self._order)

    def add(self, source: Source) -> None:
        """Looks at a file by itself, and keeps of it what the others are compared with."""
        if source.file is not None:
            path = source.file.absolute()
            if path in self._seen:
                return
            self._seen.add(path)
        group = self._group(source)
        source = _read_instead(group, source)
        self._order[source.shown] = len(self._order)
        self._reports += [Report(source.shown, finding) for finding in self._findings(group, source)]

    def reports(self) -> list[Report]:
        """All there is to say, in the order in which the files were added, and of each file from top to bottom."""
        everything = [*self._reports, *(report for group in self._groups.values() for report in _of_all(group))]

        def place(report: Report) -> tuple[int, int, int, str]:
            found = report.finding
            return self._order.get(report.path, -1), found.line or 0, found.column or 0, found.code

        return sorted(everything, key=place)

    def _findings(self, group: _Group, source: Source) -> Iterator[Finding]:
        try:
            raw = source.read()
        except SourceRefused as error:
            yield Finding(ERROR, "unreadable", str(error))
            return
        # What comes by standard input has no name; content is Markdown.
        checked = check(raw, "-.md" if source.file is None else source.file.name, group.site)
        yield from checked.findings
        if checked.html_line is not None:
            group.with_html.append((source.shown, checked.html_line))
        if checked.document is None:
            return
        fields = Fields(checked.document)
        yield from _missing_picture(group, source, fields)
        yield from _known_already(group, source, fields)
        if source.relative is not None:
            public = not exporting.is_draft(fields) and not self._has_expired(fields)
            group.pages.append(Page.of(fields, source.shown, source.relative, public=public))

    def _group(self, source: Source) -> _Group:
        if source.site not in self._groups:
            site = Site()
            try:
                site = Site.load(source.site) if source.site else site
            except BadConfiguration as error:
                self._reports.append(Report(str(error.file), Finding(WARNING, "bad_configuration", str(error))))
            self._groups[source.site] = _Group(site, source.site)
        return self._groups[source.site]

    def _has_expired(self, header: Header) -> bool:
        end = exporting.dates_of(header)[1]
        return end is not None and end <= self._now


def _read_instead(group: _Group, source: Source) -> Source:
    """The file that Hugo reads in the place of this one: a site can mount other folders over its content."""
    if group.folder is None or source.relative is None:
        return source
    for name in group.site.content:
        file = group.folder / name / source.relative
        if name == "content":
            break
        if file.is_file():
            return replace(source, file=file, shown=str(file))
    return source


def _missing_picture(group: _Group, source: Source, fields: Fields) -> Iterator[Finding]:
    text = keys.picture_path(fields)
    if not text or "://" in text or text.startswith(("//", "data:")):
        return
    roots: list[Path] = []
    if group.folder is not None:
        roots += [group.folder / name for name in (*group.site.static, "assets")]
    if source.file is not None and not text.startswith("/"):
        roots.append(source.file.parent)
        if group.folder is not None and source.relative is not None:
            roots += [(group.folder / name / source.relative).parent for name in group.site.content]
    if not roots:
        return
    for written in (text, unquote(text.partition("?")[0].partition("#")[0])):
        relative = safe_path(written)
        if relative is not None and any((root / relative).is_file() for root in roots):
            return
    message = f"there is no picture {text[:300]}, neither beside the file nor in the static folder of the site"
    yield _at(fields, "featuredImage", WARNING, "missing_picture", message, "Put it there, or correct its path.")


def _known_already(group: _Group, source: Source, fields: Fields) -> Iterator[Finding]:
    """Where another file of the site is the same item, as an import tells."""
    # Translations of an item are one item.
    language = group.site.name_of(source.shown)[1]
    for key, name in (("mdName", as_text(fields.get("mdName")).strip()), ("id", upstream_key(fields) or "")):
        first = group.names.setdefault((language, key, name), source.shown) if name else source.shown
        if first != source.shown:
            key = key if fields.has(key) else "dropmark.editURL"
            message = f"{first} is the same item: both are “{name[:100]}”"
            yield _at(fields, key, WARNING, "duplicate_upstream", message, "Keep one of the two files.")
            return


def _at(fields: Fields, key: str, severity: str, code: str, message: str, hint: str) -> Finding:
    return Finding(severity, code, message, hint, *fields.place(fields.key(key)), fields.key(key))


def _of_all(group: _Group) -> Iterator[Report]:
    for path, finding in clashes(group.site, group.pages):
        yield Report(path, finding)
    if group.with_html and not group.site.raw_html:
        path, line = group.with_html[0]
        count = len(group.with_html)
        which = "this file" if count == 1 else f"this file and {count - 1:,} more"
        yield Report(
            path,
            Finding(
                WARNING if group.site.known else NOTE,
                "html_in_body",
                f"Hugo leaves out the HTML in the body of {which}, unless the site's configuration allows it",
                "Set markup.goldmark.renderer.unsafe = true.",
                line,
                1,
            ),
        )
