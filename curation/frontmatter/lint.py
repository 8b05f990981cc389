"""What makes Hugo refuse a content file, publish something else than is meant, or lose it: the rules for one file.

The rules hold for Hugo 0.152 and later, and were tried on 0.168. Where older ones differ, the message says so.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from curation.frontmatter import markdown
from curation.frontmatter.dates import hugo_reads
from curation.frontmatter.document import Document, Path
from curation.frontmatter.errors import DocumentWarning, FrontMatterError
from curation.frontmatter.fields import Header, as_text
from curation.frontmatter.languages import HOW, UnreadableLanguage, read_language
from curation.frontmatter.scalars import is_ambiguous
from curation.frontmatter.site import Site
from curation.frontmatter.split import BOM, next_line

ERROR, WARNING, NOTE = "error", "warning", "note"

_BREAK = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a file that somebody should know, with its place, from 1, where it has one.

    `severity` is error (Hugo fails, hides a page or loses one), warning (something else is published than is meant, or
    may be), or note (whether it matters cannot be told from here).
    """

    severity: str
    code: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of one file: its document (None where it cannot be read), and what is wrong with it."""

    document: Document | None
    findings: tuple[Finding, ...]
    html_line: int | None
    """The line where its Markdown turns into HTML, which Hugo leaves out by default."""


class Fields(Header):
    """The header of a document, and where its keys stand."""

    def __init__(self, document: Document) -> None:
        super().__init__(document.data)
        self.document = document

    def place(self, path: Path) -> tuple[int | None, int | None]:
        """Line and column of a key or an entry, from 1."""
        return self.document.position(path) or (None, None)

    def aliases(self) -> list[tuple[Path, str]]:
        """The old addresses of the page and where they stand. Text is parted at white space, as Hugo does it."""
        key, value = self.key("aliases"), self.get("aliases")
        if not isinstance(value, list):
            return [(key, text) for text in as_text(value).split()]
        if any(isinstance(entry, list | dict) for entry in value):
            return []
        return [((key, index), as_text(entry)) for index, entry in enumerate(value)]


def check(raw: bytes, name: str, site: Site) -> Checked:
    """Everything about one file by itself. `name` is its name or path, whose ending says what its body is."""
    document, findings = _read(raw)
    ending = PurePosixPath(name.lower()).suffix[1:]
    if _MEDIA_TYPES.get(ending) in site.refused:
        findings.append(Finding(ERROR, *_REFUSED_CONTENT))
    html_line = None
    if document is not None:
        fields = Fields(document)
        findings += _warnings(document)
        for rule in RULES:
            for path, message in rule.find(fields, site):
                key = path if isinstance(path, str) else str(path[0])
                findings.append(Finding(rule.severity, rule.code, message, rule.hint, *fields.place(path), key))
        if ending in _MARKDOWN and not as_text(fields.get("markup")):
            html_line = _html_line(document)
    return Checked(document, tuple(findings), html_line)


# --- Reading --------------------------------------------------------------------------------------------------------

# Hugo takes these files all the same. What is too much for us is not too much for it.
_READ_BY_HUGO = frozenset(
    {"no_front_matter", "unsupported_format", "not_utf8", "control_character", "duplicate_key_case"}
    | {"too_large", "too_deep", "number_too_long"}
)


def _read(raw: bytes) -> tuple[Document | None, list[Finding]]:
    findings: list[Finding] = []
    seen: set[str] = set()
    while True:
        try:
            return Document.parse(raw), findings
        except FrontMatterError as error:
            if str(error) in seen:
                return None, findings
            seen.add(str(error))
            place = (error.line, error.column, error.key)
            findings.append(Finding(_severity(raw, error), error.code, error.message, error.hint, *place))
            mended = _mended(raw, error)
            if mended is None:
                return None, findings
            raw = mended


def _severity(raw: bytes, error: FrontMatterError) -> str:
    text = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"{"):
        # JSON to Hugo, which takes the last of two keys. What is no JSON at all is often a shortcode.
        harmless = _READ_BY_HUGO - {"no_front_matter"} | {"duplicate_key"}
    elif text.startswith(b"+++"):
        harmless = _READ_BY_HUGO - {"control_character", "number_too_long"}
    else:
        harmless = _READ_BY_HUGO
    return WARNING if error.code in harmless else ERROR


def _mended(raw: bytes, error: FrontMatterError) -> bytes | None:
    """The file without what Hugo reads over, so that the rest of it is looked at too."""
    if error.code == "not_utf8" and b"\0" not in raw[:4]:
        return raw.decode("utf-8", "replace").encode()
    if error.code == "control_character":
        text = raw.decode()
        index = _index(text, error)
        return text.replace(text[index], "\ufffd").encode() if index else None
    return None


_HINTS = {
    "text_after_delimiter": "Put the text on a line of its own.",
    "number_as_text": "Put it in quotes.",
    "alias_with_space": "Write a list, one path on each line.",
    "tab_in_text": "Put the text in quotes.",
    "empty_anchor": "Give it a value, or take the anchor out.",
    "special_tag": "Take the tag out.",
    "missing_space": "Put a space after the colon.",
}
# An anchor that the end of the front matter, or of a list or mapping in brackets, follows. Others are nothing to Hugo.
_DANGLING = re.compile(r"&[^\s,\[\]{}]++(?:\s|(?<=\s)#[^\r\n]*+)*+(?:---|[,\]}])")


def _warnings(document: Document) -> Iterator[Finding]:
    for warning in document.warnings:
        anchor = warning.code == "empty_anchor"
        if anchor and not _DANGLING.match(document.text, _index(document.text, warning)):
            continue
        hint = _HINTS.get(warning.code, "")
        place = (warning.line, warning.column, warning.key)
        yield Finding(ERROR if anchor else WARNING, warning.code, warning.message, hint, *place)


def _index(text: str, place: DocumentWarning | FrontMatterError) -> int:
    start = len(BOM) if place.line == 1 and text.startswith(BOM) else 0
    for _ in range((place.line or 1) - 1):
        start = next_line(text, start)
    return start + (place.column or 1) - 1


def _html_line(document: Document) -> int | None:
    offset = markdown.html_line(document.body)
    if offset is None:
        return None
    return len(_BREAK.findall(document.text[: len(document.text) - len(document.body)])) + 1 + offset


# --- Rules ----------------------------------------------------------------------------------------------------------

Found = Iterator[tuple[Path, str]]


class Rule(NamedTuple):
    code: str
    severity: str
    find: Callable[[Fields, Site], Found]
    """Yields the place of each mistake, and a sentence."""
    hint: str


# Hugo looks for each of its four dates under these names, up to the first that it can read.
_DATES = (
    ("date", "publishdate", "pubdate", "published", "lastmod", "modified"),
    ("lastmod", "modified", "date", "publishdate", "pubdate", "published"),
    ("publishdate", "pubdate", "published", "date"),
    ("expirydate", "unpublishdate"),
)
_FALSE = frozenset({"0", "f", "false"})


def _unparsable_dates(fields: Fields, site: Site) -> Found:
    bad: dict[str, Any] = {}
    for names in _DATES:
        for name in names:
            value = fields.get(name)
            if value is None or value == "":
                continue
            # A number in JSON is a fraction to Hugo.
            if hugo_reads(value) and not (isinstance(value, int) and fields.document.format == "json"):
                break
            bad[fields.key(name)] = value
    for key, value in bad.items():
        if not (key.lower() == "published" and _is_false(value)):
            yield key, f"Hugo fails on “{_shown(value)}”, which is not a date that it can read"


def _published_switch(fields: Fields, site: Site) -> Found:
    if _is_false(fields.get("published")):
        yield fields.key("published"), "“published” is a date to Hugo, which fails on this, and hides the page"


def _is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.lower() in _FALSE)


def _not_mappings(fields: Fields, site: Site) -> Found:
    for name in ("params", "build"):
        if not isinstance(fields.get(name), dict | None):
            yield fields.key(name), "Hugo fails on anything but keys and values here"


def _old_build(fields: Fields, site: Site) -> Found:
    if fields.has("_build"):
        yield fields.key("_build"), "Hugo fails on this key since 0.145"


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def _whole_addresses(fields: Fields, site: Site) -> Found:
    url = as_text(fields.get("url"))
    # A colon before a word stands for a part of the page, such as :slug.
    if ":" in re.sub(r"(?:^|(?<=/)):(?=[a-z])", "", url):
        yield fields.key("url"), f"“{_shown(url)}” is no path: on schemes and colons Hugo fails, or makes no page"
    for path, alias in fields.aliases():
        if _SCHEME.match(alias):
            yield path, f"“{_shown(alias)}” is a whole address, and aliases are paths on the site"


def is_empty_alias(alias: str) -> bool:
    """Whether an alias names nothing of its own, only the home page or the folder that its page lies in."""
    return not alias.strip("/.")


def _empty_aliases(fields: Fields, site: Site) -> Found:
    for path, alias in fields.aliases():
        if is_empty_alias(alias):
            yield (
                path,
                f"“{alias}” is the home page, on which Hugo fails, or the page of a section, which would be lost",
            )


def _unknown_outputs(fields: Fields, site: Site) -> Found:
    key, value = fields.key("outputs"), fields.get("outputs")
    for index, name in enumerate(value if isinstance(value, list) else as_text(value).split()):
        if as_text(name).lower() not in site.outputs:
            yield (key, index) if isinstance(value, list) else key, f"“{_shown(name)}” is no output format of the site"


def _surely_unknown_outputs(fields: Fields, site: Site) -> Found:
    if site.known and not site.has_theme:
        yield from _unknown_outputs(fields, site)


def _perhaps_unknown_outputs(fields: Fields, site: Site) -> Found:
    if site.has_theme or not site.known:
        yield from _unknown_outputs(fields, site)


_MARKDOWN = frozenset({"md", "markdown", "mdown"})
_MEDIA_TYPES = {"html": "text/html", "htm": "text/html", "org": "text/org"}
_MARKUPS = _MARKDOWN | _MEDIA_TYPES.keys() | {"goldmark", "asciidoc", "asciidocext", "adoc", "ad", "rst"}
_MARKUPS |= {"pandoc", "pdc"}
_REFUSED_CONTENT = (
    "content_denied",
    "Hugo refuses content that is HTML or Org, since 0.162",
    "Make it a .md file, or allow it with security.allowContent in the site's configuration.",
)


def _unknown_markup(fields: Fields, site: Site) -> Found:
    value = as_text(fields.get("markup"))
    if value and value.lower() not in _MARKUPS:
        yield fields.key("markup"), f"Hugo knows no markup “{_shown(value)}”"


def _refused_markup(fields: Fields, site: Site) -> Found:
    if _MEDIA_TYPES.get(as_text(fields.get("markup")).lower()) in site.refused:
        yield fields.key("markup"), _REFUSED_CONTENT[1]


def _not_text(fields: Fields, site: Site) -> Found:
    for name in ("title", "description"):
        value = fields.get(name)
        if isinstance(value, bool | list | dict):
            what = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "true or false"
            yield fields.key(name), f"this is text to Hugo, and here it is {what}"


def _old_lang(fields: Fields, site: Site) -> Found:
    if fields.has("lang"):
        yield fields.key("lang"), "Hugo gave this key up in 0.144: some later versions warn of it, and some fail"


def _unknown_language(fields: Fields, site: Site) -> Found:
    for name in ("language", "lang"):
        try:
            read_language(fields.get(name))
        except UnreadableLanguage as error:
            yield fields.key(name), str(error).removesuffix(".")


def _number_to_old_hugo(fields: Fields, site: Site) -> Found:
    """Text that is a number to Hugo before 0.152. What is one to later versions is a warning of the document's own."""
    for name in ("title", "slug", "description"):
        key, value = fields.key(name), fields.get(name)
        if isinstance(value, str) and value and is_ambiguous(value) and _is_bare(fields, key):
            yield key, f"without quotes Hugo before 0.152 takes “{value}” for something else than text"


def _is_bare(fields: Fields, key: str) -> bool:
    """Whether a short text stands behind its key without quotes."""
    number, _ = fields.place(key)
    line = _BREAK.split(fields.document.text)[number - 1] if number else ""
    return re.search(rf":\s+{re.escape(fields.get(key))}\s*(?:\s#.*)?$", line) is not None


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


_A_DATE = "Write it like 2020-10-05T07:12:38Z or 2020-10-05."
RULES = (
    Rule("unparsable_date", ERROR, _unparsable_dates, _A_DATE),
    Rule("published_switch", ERROR, _published_switch, "Write “draft: true”, and take “published” out."),
    Rule("not_a_mapping", ERROR, _not_mappings, "Put keys and values below it."),
    Rule("old_build", ERROR, _old_build, "Call it “build”."),
    Rule("whole_address", ERROR, _whole_addresses, "Write the path alone, such as /news/an-article/."),
    Rule("empty_alias", ERROR, _empty_aliases, "Take it out."),
    Rule("unknown_output", ERROR, _surely_unknown_outputs, "Define it under outputFormats, or take it out."),
    Rule("unknown_output", WARNING, _perhaps_unknown_outputs, "Hugo fails unless a configuration or theme defines it."),
    Rule("unknown_markup", ERROR, _unknown_markup, "Write “markdown”, or take the key out."),
    Rule("content_denied", ERROR, _refused_markup, _REFUSED_CONTENT[2]),
    Rule("not_text", WARNING, _not_text, "Put text in its place, in quotes."),
    Rule("old_lang", WARNING, _old_lang, "Call it “language”."),
    Rule("unknown_language", WARNING, _unknown_language, HOW),
    Rule("number_as_text", WARNING, _number_to_old_hugo, _HINTS["number_as_text"]),
)
