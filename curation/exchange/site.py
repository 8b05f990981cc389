"""Makes a whole Hugo site of the exported content: its settings, its layouts, and an address for every page.

Content files stay as they are. Where Hugo would show one at another address than the newsroom's, or would refuse to
build it, a copy that says it in Hugo's way goes to the same path below `overlay/`, which the site's settings mount over
`content/`. Pages of communities, tags, topics and authors lie there too, since Hugo finds other addresses for names
than we do (and versions of Hugo differ in them).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from curation import counts
from curation.exchange import community_pages, documents
from curation.exchange.exporting import ExportFailed, Outgoing, outgoing
from curation.exchange.folder import replace_file
from curation.exchange.header import Header, as_list, as_text, is_alias
from curation.exchange.journal import Journal
from curation.exchange.writing import Written
from curation.frontmatter import DELETE, Document, FrontMatterError
from curation.frontmatter import Path as KeyPath
from curation.frontmatter.dates import UnreadableDate, read_date, write_date
from curation.models import Alias, CuratedItem

MANIFEST = ".medigy-site.json"
"""Remembers what was written, so that a file which somebody changed is known from one of ours."""
JOURNAL = ".medigy-site.journal"
OVERLAY = PurePosixPath("overlay")
SHIPPED = Path(__file__).parent / "hugo"
STATIC = {
    f"static/{name}": f"medigy/{name}"
    for name in (
        "site.css", "logo.svg", "fonts/newsreader.woff2", "fonts/newsreader-ext.woff2", "fonts/newsreader-italic.woff2",
        "fonts/figtree.woff2", "fonts/figtree-ext.woff2", "fonts/LICENSE-Newsreader.txt", "fonts/LICENSE-Figtree.txt",
    )
}  # fmt: skip

_FOREIGN_CONFIGS = (
    "config", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config.yml", "config.json",
)  # fmt: skip
# An address that Hugo makes of a slug just as we do.
_PLAIN = re.compile(r"[a-z0-9_]+(?:-+[a-z0-9_]+)*")
# What tells Hugo where a page goes, and how, or whether there is one at all; wrong values stop the build of the site.
_STEERING = (
    "_build", "build", "cascade", "headless", "layout", "markup", "outputs", "sitemap", "sites", "url",
)  # fmt: skip
_DATES = ("date", "lastMod", "modified", "publishDate", "pubdate", "published", "expiryDate", "unpublishdate")
_SHORTCODES = {"{{<": "{{&lt;", "{{%": "{{&#37;"}


@dataclass(frozen=True)
class _File:
    path: PurePosixPath
    """Below the folder of the site."""
    content: bytes
    item: str = ""


def write_site(
    folder: Path, *, site_url: str, bundles: bool = False, check: bool = False, now: datetime | None = None
) -> Iterator[Written]:
    """Makes `folder`, to which all published items were exported (with the same `bundles`), a Hugo site that will stand
    at `site_url`; with `check` it only says what would change.

    A file that somebody changed is left as it is: settings and layouts are `unchanged` with a message, stand-ins and
    pages of the overlay `kept`, since they may say what no longer holds. One of ours that is no longer needed is
    `removed`. Raises nothing: a site of somebody else's in `folder` is one `error`, and nothing is written.
    """
    journal = Journal(folder / JOURNAL)
    before = _manifest(folder)
    known = before | _begun(folder, journal)
    if foreign := _foreign(folder, known):
        message = f"There is a Hugo site of its own in {folder} ({foreign}). Name another folder, or leave out --site."
        yield Written(foreign, "error", "", message)
        return
    written: dict[str, str] = {}
    for file in _files(folder, site_url, bundles, now or timezone.now()):
        path = str(file.path)
        result = _put(folder, file, known.get(path), journal, check)
        if result.status in {"written", "unchanged"} and not result.message:
            written[path] = _digest(file.content)
        elif path in known:
            written[path] = known[path]
        yield result
    for path in sorted(known.keys() - written.keys()):
        yield from _remove(folder, path, known[path], check)
    if not check:
        if written != before:
            replace_file(folder / MANIFEST, json.dumps(written, indent=1, sort_keys=True).encode() + b"\n")
        journal.clear()


# --- Files of the site ----------------------------------------------------------------------------------------------


def _files(folder: Path, site_url: str, bundles: bool, now: datetime) -> Iterator[_File]:
    for source in sorted(SHIPPED.rglob("*")):
        if source.is_file():
            content = source.read_bytes()
            if source.name == "hugo.toml":
                content = content.replace(b'"{{ site_url }}"', json.dumps(f"{site_url.rstrip('/')}/").encode())
            yield _File(PurePosixPath(source.relative_to(SHIPPED).as_posix()), content)
    for path, name in STATIC.items():
        yield _File(PurePosixPath(path), Path(finders.find(name) or "").read_bytes())
    taken = set()
    for page in _pages():
        taken.add(Alias.normalised(page.address))
        # What lies in the content already is the newsroom's own, or somebody's.
        if page.needed or not (folder / "content" / page.path).is_file():
            yield _File(OVERLAY / page.path, page.document.bytes)
    yield from _stand_ins(taken, bundles, now)


@dataclass(frozen=True)
class _Page:
    path: str
    """Below the content folder."""
    address: str
    document: Document
    needed: bool = False
    """Whether it says something that a file in the content does not."""


def _pages() -> Iterator[_Page]:
    """The pages that list items: Hugo has one below the first level only where a file asks for it."""
    yield _Page("communities/_index.md", reverse("communities"), Document.new({"title": "Communities"}, ""))
    for community in Community.objects.order_by("slug"):
        own = _Page(
            f"communities/{community.slug}/_index.md",
            community.get_absolute_url(),
            community_pages.outgoing(community),
        )
        content = _Page(
            f"communities/{community.slug}/curated-content/_index.md",
            reverse("curated_content", args=[community.slug]),
            Document.new({"title": "Curated content"}, ""),
        )
        for page in (own, content):
            # Hugo's sections are in small letters; the address in capitals leads there.
            moved = community.slug != community.slug.lower()
            document = documents.with_values(page.document, {"aliases": [page.address]}) if moved else page.document
            yield replace(page, document=document, needed=moved)
    for name, title, rows in (
        ("tags", "Tags", [(tag.slug, tag.name, tag.name, "") for tag in counts.tags()]),
        ("topics", "Topics", [(row.slug, row.label, str(row), row.description) for row in counts.topics()]),
        ("authors", "Authors", [(row.slug, row.name, row.name, row.bio) for row in counts.authors()]),
    ):
        yield _Page(f"{name}/_index.md", f"/{name}/", Document.new({"outputs": ["html"], "title": title}, ""))
        for slug, label, term, description in rows:
            if not slug:
                continue  # A name without a letter or a digit has no page in the newsroom either.
            data = {"outputs": ["html"], "term": term, "title": label}
            document = Document.new(data | ({"description": description} if description else {}), "")
            yield _Page(f"{name}/{slug}/_index.md", f"/{name}/{slug}/", document)


# --- Stand-ins for content files ------------------------------------------------------------------------------------


def _stand_ins(taken: set[str], bundles: bool, now: datetime) -> Iterator[_File]:
    """Copies of the files that Hugo would not show as the newsroom does. `taken` are the addresses of other pages."""
    items = CuratedItem.objects.published(now)
    addresses = items.select_related("community").only("slug", "community__slug").order_by()
    taken = taken | {"/"} | {Alias.normalised(item.get_absolute_url()) for item in addresses.iterator(chunk_size=2000)}
    rows = items.select_related("community", "head_revision", "live_revision").prefetch_related("aliases")
    for item in rows.order_by("path", "md_name", "pk").iterator(chunk_size=200):
        try:
            out = outgoing(item, now, bundles=bundles)
            stand_in = _stand_in(item, out, taken) if out else None
        except (ExportFailed, FrontMatterError):
            continue  # The export has reported it.
        if out and stand_in and stand_in.bytes != out.document.bytes:
            yield _File(OVERLAY / out.path, stand_in.bytes, item.title)


def _stand_in(item: CuratedItem, out: Outgoing, taken: set[str]) -> Document:
    """The document of `item` in Hugo's way; the same bytes where Hugo shows it right as it is."""
    header = Header(out.document.data)
    changes: dict[KeyPath, Any] = {header.key(name): DELETE for name in _STEERING if header.has(name)}
    if header.has("params") and not isinstance(header.get("params"), Mapping):
        changes[header.key("params")] = DELETE
    changes |= _readable_dates(item, header) | _aliases(item, header, taken)
    if not _is_natural(item, out, header):
        changes[header.key("url")] = item.get_absolute_url()
    body = None
    if item.cleaned_away or any(mark in out.document.body for mark in _SHORTCODES):
        body = _clean_body(item)
    return documents.with_values(out.document, changes, body=body)


def _is_natural(item: CuratedItem, out: Outgoing, header: Header) -> bool:
    """Whether Hugo finds the address of the item by itself."""
    *folders, name = out.path.parts
    stem = name.partition(".")[0]
    if stem == "index" and folders:
        stem = folders.pop()  # Hugo takes the folder for the page.
    slug = as_text(header.get("slug")) or stem
    own = ["communities", item.community.slug, "curated-content"]
    return folders == own and slug == item.slug and all(_PLAIN.fullmatch(piece) for piece in (*own, slug))


def _readable_dates(item: CuratedItem, header: Header) -> dict[KeyPath, Any]:
    changes: dict[KeyPath, Any] = {}
    for name in _DATES:
        value = header.get(name)
        try:
            if isinstance(value, bool):
                raise UnreadableDate(str(value))
            read_date(value)
        except UnreadableDate:
            changes[header.key(name)] = DELETE
    shown = item.date or item.publish_at
    if shown and (header.key("date") in changes or header.get("date") in (None, "")):
        changes[header.key("date")] = write_date(shown)
    return changes


def _aliases(item: CuratedItem, header: Header, taken: set[str]) -> dict[KeyPath, Any]:
    """Every old path from the root, and none where another page is: Hugo writes one of the two over the other."""
    value = header.get("aliases")
    old = value.split() if isinstance(value, str) else [as_text(entry) for entry in as_list(value)]
    good = [path for path in old if path.startswith("/") and is_alias(path) and Alias.normalised(path) not in taken]
    present = {path.rstrip("/") for path in good}
    more = sorted(alias.path for alias in item.aliases.all() if alias.path not in present and alias.path not in taken)
    if not more and good == old:
        return {}
    return {header.key("aliases"): good + more or DELETE}


def _clean_body(item: CuratedItem) -> str:
    """The body as our readers get it, as one block of HTML: no blank line ends it, nothing in it is a shortcode."""
    html = re.sub(r"\n(?=[ \t]*\n)", "&#10;", item.body_html)
    for mark, written in _SHORTCODES.items():
        html = html.replace(mark, written)
    return f"\n<div>\n{html.strip()}\n</div>\n"


# --- Writing, but never over somebody's work ------------------------------------------------------------------------


def _put(folder: Path, file: _File, known: str | None, journal: Journal, check: bool) -> Written:
    path = str(file.path)
    try:
        target = _target(folder, path)
        present = target.read_bytes() if target.is_file() else None
        if present == file.content:
            return Written(path, "unchanged", file.item)
        if present is not None and _digest(present) != known:
            message = "Somebody changed it, so it stays as it is. Delete it to get ours."
            return Written(path, "kept" if file.path.is_relative_to(OVERLAY) else "unchanged", file.item, message)
        if check:
            return Written(path, "differs", file.item)
        folder.mkdir(parents=True, exist_ok=True)
        journal.note(path=path, sha256=_digest(file.content))
        replace_file(target, file.content)
    except (ExportFailed, OSError) as error:
        return Written(path, "error", file.item, str(error))
    return Written(path, "written", file.item)


def _remove(folder: Path, path: str, known: str, check: bool) -> Iterator[Written]:
    try:
        target = _target(folder, path)
        if not target.is_file():
            return
        if _digest(target.read_bytes()) != known:
            message = "It is no longer needed, but somebody changed it, so it was left. Delete it."
            yield Written(path, "kept", "", message)
        elif check:
            yield Written(path, "differs", "")
        else:
            target.unlink()
            for parent in target.parents:
                if parent == folder or any(parent.iterdir()):
                    break
                parent.rmdir()
            yield Written(path, "removed", "")
    except (ExportFailed, OSError) as error:
        yield Written(path, "error", "", str(error))


def _target(folder: Path, path: str) -> Path:
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise ExportFailed(f"{target} leads out of {folder}. Put a folder or a file in the place of the link.")
    return target


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _manifest(folder: Path) -> dict[str, str]:
    """Paths and digests of what was written before. Without them everything that is there counts as somebody's."""
    try:
        known = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {path: digest for path, digest in known.items() if isinstance(digest, str)}


def _begun(folder: Path, journal: Journal) -> dict[str, str]:
    """What a run wrote that was killed before it could say so in the manifest."""
    begun = {}
    for entry in journal.read():
        with suppress(ExportFailed, OSError):
            target = _target(folder, entry["path"])
            if target.is_file() and _digest(target.read_bytes()) == entry["sha256"]:
                begun[entry["path"]] = entry["sha256"]
    return begun


def _foreign(folder: Path, known: Mapping[str, str]) -> str:
    """The name of the settings of a Hugo site that we did not make, as far as there is one."""
    if "hugo.toml" in known:
        return ""
    return next((name for name in ("hugo.toml", *_FOREIGN_CONFIGS) if (folder / name).exists()), "")
