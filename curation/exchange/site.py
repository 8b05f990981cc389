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
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from curation import counts, images
from curation.exchange import community_pages, documents
from curation.exchange.exporting import ExportFailed, Outgoing, outgoing, picture_place
from curation.exchange.folder import replace_file
from curation.exchange.header import Header, as_text, is_alias, written_aliases
from curation.exchange.journal import Journal
from curation.exchange.places import Places, file_of
from curation.exchange.writing import Written
from curation.frontmatter import DELETE, Document, FrontMatterError
from curation.frontmatter import Path as KeyPath
from curation.frontmatter.dates import UnreadableDate, read_date, write_date
from curation.models import CuratedItem

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
# What else moves, hides or breaks the page of a community, which says all that it needs in other keys.
_STEERING_PAGES = (
    *_DATES, "draft", "isCJKLanguage", "kind", "lang", "linkTitle", "menu", "menus", "path", "resources", "slug",
    "translationKey", "type", "weight",
)  # fmt: skip
# Hugo passes over files with such names, or makes no address of them that browsers understand.
_ODD_PICTURE = re.compile(r"(^|/)[.#]|[%#?]|~$")
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
    pages = list(_pages())
    items = CuratedItem.objects.published(now)
    taken = _taken(folder, pages, items)
    for path in STATIC:
        taken.add(path.removeprefix("static"))
    for page in pages:
        if page.is_community:
            page = _in_hugos_way(page, taken)
        # What lies in the content already is the newsroom's own, or somebody's.
        if page.needed or not (folder / "content" / page.path).is_file():
            yield _File(OVERLAY / page.path, page.document.bytes)
    yield from _stand_ins(items, taken, bundles, now)


def _taken(folder: Path, pages: list["_Page"], items: QuerySet[CuratedItem]) -> Places:
    """Every file that the built site has before any old address gets one."""
    taken = Places.of(folder)
    for page in pages:
        taken.add_list(page.address)
    rows = items.select_related("community").only("slug", "path", "community__slug").order_by()
    for item in rows.iterator(chunk_size=2000):
        address = item.get_absolute_url()
        taken.add_page(address)
        path = folder / "content" / (item.path or "")
        if path.name.startswith("index."):
            # What lies beside the page of a folder moves along with it.
            for file in path.parent.rglob("*"):
                taken.add(f"{address}/{file.relative_to(path.parent).as_posix()}")
    return taken


@dataclass(frozen=True)
class _Page:
    path: str
    """Below the content folder."""
    address: str
    document: Document
    needed: bool = False
    """Whether it says something that a file in the content does not."""
    is_community: bool = False


def _pages() -> Iterator[_Page]:
    """The pages that list items: Hugo has one below the first level only where a file asks for it."""
    yield _Page("communities/_index.md", reverse("communities"), Document.new({"title": "Communities"}, ""))
    for community in Community.objects.order_by("slug"):
        own = _Page(
            f"communities/{community.slug}/_index.md",
            community.get_absolute_url(),
            community_pages.outgoing(community),
            is_community=True,
        )
        content = _Page(
            f"communities/{community.slug}/curated-content/_index.md",
            reverse("curated_content", args=[community.slug]),
            Document.new({"title": "Curated content"}, ""),
        )
        for page in (own, content):
            # Hugo's sections are in small letters; the address in capitals leads there.
            moved = community.slug != community.slug.lower()
            if moved and not page.is_community:
                page = replace(page, document=documents.with_values(page.document, {"aliases": [page.address]}))
            yield replace(page, needed=moved)
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


def _in_hugos_way(page: _Page, taken: Places) -> _Page:
    """The page of a community without what would move, hide or break it; the same where its file does nothing of it."""
    header = Header(page.document.data)
    changes: dict[KeyPath, Any] = {
        header.key(name): DELETE for name in (*_STEERING, *_STEERING_PAGES) if header.has(name)
    }
    if header.has("params") and not isinstance(header.get("params"), Mapping):
        changes[header.key("params")] = DELETE
    old = written_aliases(header.get("aliases"))
    aliases = [path for path in old if path.startswith("/") and is_alias(path) and _takes(taken, path, set())]
    if page.needed:
        aliases.append(page.address)
    if aliases != old or (header.has("aliases") and not aliases):
        changes[header.key("aliases")] = aliases or DELETE
    body = None
    if any(mark in page.document.body for mark in _SHORTCODES):
        body = documents.body_in(page.document, _without_shortcodes(documents.body_of(page.document)))
    document = documents.with_values(page.document, changes, body=body)
    return replace(page, document=document, needed=page.needed or document.bytes != page.document.bytes)


# --- Stand-ins for content files ------------------------------------------------------------------------------------


def _stand_ins(items: QuerySet[CuratedItem], taken: Places, bundles: bool, now: datetime) -> Iterator[_File]:
    """Copies of the files that Hugo would not show as the newsroom does. `taken` are the files of other pages."""
    rows = items.select_related("community", "head_revision", "live_revision__featured_image")
    for item in rows.prefetch_related("aliases").order_by("path", "md_name", "pk").iterator(chunk_size=200):
        try:
            out = outgoing(item, now, bundles=bundles)
            if out is None:
                continue
            stand_in = _stand_in(item, out, taken)
            if picture := _picture(out):
                yield picture
                key = Header(stand_in.data).key("featuredImage")
                place: KeyPath = (key, "href") if isinstance(stand_in.data.get(key), Mapping) else key
                stand_in = documents.with_values(stand_in, {place: f"/{picture.path.relative_to('static')}"})
        except (ExportFailed, FrontMatterError):
            continue  # The export has reported it.
        if stand_in.bytes != out.document.bytes:
            yield _File(OVERLAY / out.path, stand_in.bytes, item.title)


def _picture(out: Outgoing) -> _File | None:
    """A copy of a picture beside its page under another name, where Hugo makes nothing good of the one that it has."""
    image = out.revision.featured_image
    place = picture_place(out.path, out.revision.picture_path) if image else None
    if image is None or place is None or not place.startswith("content/") or not _ODD_PICTURE.search(place):
        return None
    path = PurePosixPath("static", "pictures", image.sha256 + PurePosixPath(place).suffix.lower())
    if _ODD_PICTURE.search(str(path)):
        path = path.with_suffix("")
    return _File(path, images.original_bytes(image))


def _stand_in(item: CuratedItem, out: Outgoing, taken: Places) -> Document:
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


def _aliases(item: CuratedItem, header: Header, taken: Places) -> dict[KeyPath, Any]:
    """Every old path from the root, and none that needs a file of another page: Hugo writes one of the two over the
    other, or fails.
    """
    old, own = written_aliases(header.get("aliases")), set[str]()
    good = [path for path in old if path.startswith("/") and is_alias(path) and _takes(taken, path, own)]
    present = {path.rstrip("/") for path in good}
    paths = sorted(alias.path for alias in item.aliases.all())
    more = [path for path in paths if path not in present and _takes(taken, path, own)]
    if not more and good == old:
        return {}
    return {header.key("aliases"): good + more or DELETE}


def _takes(taken: Places, alias: str, own: set[str]) -> bool:
    """Takes the place of an old address, where it is free or one of the item's `own`."""
    file = file_of(alias)
    if file not in own:
        if not taken.is_free(file):
            return False
        taken.add(file)
        own.add(file)
    return True


def _clean_body(item: CuratedItem) -> str:
    """The body as our readers get it, as one block of HTML: no blank line ends it, nothing in it is a shortcode."""
    html = re.sub(r"\n(?=[ \t]*\n)", "&#10;", item.body_html)
    return f"\n<div>\n{_without_shortcodes(html).strip()}\n</div>\n"


def _without_shortcodes(text: str) -> str:
    for mark, written in _SHORTCODES.items():
        text = text.replace(mark, written)
    return text


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
