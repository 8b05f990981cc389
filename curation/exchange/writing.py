"""Writes content files into a folder that other people change too, and never overwrites what they did."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from communities.models import Community
from curation import images, publishing
from curation.exchange import community_pages, keys
from curation.exchange.bases import Base, base_of, goes_home, is_elsewhere, mark
from curation.exchange.exporting import ExportFailed, Outgoing, outgoing, picture_place
from curation.exchange.fingerprints import Row, batches
from curation.exchange.folder import Folder
from curation.exchange.header import Header
from curation.exchange.manifest import Entry, Manifest
from curation.exchange.merge import merge
from curation.frontmatter import Document, FrontMatterError
from curation.models import CuratedItem

if TYPE_CHECKING:
    from communities.models import User

VIA = "export_frontmatter"


@dataclass(frozen=True)
class Written:
    """What became of one file of the export."""

    path: str
    status: str
    """written, unchanged, waiting, merged, removed, differs (with `check`), conflict, kept or error."""
    item: str
    message: str = ""


class Export:
    """One export into `folder`. With `check` it writes nothing, and says what would change; with `bundles` items that
    were born here become folders. `handed_to` is who gets the files by hand.

    What an item and its file have in common moves on only in the file's home: the folder that it came from, or the
    first one that it went to. Otherwise a second copy would make the untouched file at home look like one that somebody
    changed back.

    A manifest beside the files (path, digest, item) tells what we wrote. A file that is neither what we wrote nor what
    was imported was changed by somebody: it is merged by key with ours, or reported and left alone.
    """

    def __init__(
        self,
        folder: Path,
        *,
        check: bool = False,
        bundles: bool = False,
        now: datetime | None = None,
        handed_to: "User | None" = None,
    ) -> None:
        self.check = check
        self.bundles = bundles
        self.handed_to = handed_to
        self.now = now or timezone.now()
        self._folder = Folder(folder, check=check)
        self._manifest = Manifest(self._folder)
        self._met: dict[str, str] = {}
        self._pictures: dict[str, str] = {}

    def run(
        self, items: QuerySet[CuratedItem], communities: Iterable[Community] = (), *, prune: bool = False
    ) -> Iterator[Written]:
        """Writes each of `items`, and its picture, and the pages of `communities`; the caller chooses them, beginning
        with `published()`.

        With `prune`, files that we wrote for items that are no longer among them are removed, unless somebody changed
        them. Raises ExportFailed where another export into the folder is under way, or where the folder or its manifest
        cannot be used; a problem with a single file is reported and stops no other.
        """
        with self._folder.locked():
            self._manifest.read()
            self._folder.tidy()
            try:
                for batch in batches(items, bundles=self.bundles):
                    yield from self._write_batch(batch)
                for community in communities:
                    yield from self._write_community(community)
                if prune:
                    yield from self._prune()
            finally:
                self._manifest.save()

    # --- Items ---

    def _write_batch(self, rows: list[Row]) -> Iterator[Written]:
        """Most files of a second export are as they were; only the items of the others are read whole."""
        changed = [row for row in rows if not self._is_unchanged(row)]
        wanted = CuratedItem.objects.filter(pk__in=[row.pk for row in changed]).select_related(
            "community",
            "head_revision__featured_image",
            "live_revision__featured_image",
            "file_revision",
        )
        items = {item.pk: item for item in wanted}
        exchanged: list[CuratedItem] = []
        for row in rows:
            item = items.get(row.pk)
            if item is None:
                for path in (row.file_path, row.picture):
                    if path:
                        yield Written(path, "unchanged", row.title)
                continue
            try:
                out = outgoing(item, self.now, bundles=self.bundles)
                if out is None:
                    continue
                file, home = self._write_document(item, out, row)
                yield file
                yield from self._write_picture(item, out)
            except (ExportFailed, FrontMatterError, OSError) as error:
                for path in (row.file_path, row.picture):
                    # They are still wanted, though they could not be written now.
                    if path:
                        self._met.setdefault(path.lower(), item.title)
                yield Written(row.file_path or item.slug, "error", item.title, _sentence(error))
                continue
            if self.handed_to is not None and file.status == "written":
                publishing.remark(
                    item, "exported", by=self.handed_to, via="admin", note=f"as {file.path}", revision=out.revision
                )
            news = item.file_revision_id != out.revision.pk
            if news and file.status == "written" and self.handed_to is None:
                publishing.remark(item, "exported", via=VIA, note=f"to {file.path}", revision=out.revision)
            if news and home and file.status in {"written", "unchanged"}:
                item.file_revision = out.revision
                exchanged.append(item)
        if exchanged and not self.check:
            # Files and database have these revisions in common from now on.
            CuratedItem.objects.bulk_update(exchanged, ["file_revision"])

    def _is_unchanged(self, row: Row) -> bool:
        """Whether nothing that the file was made from changed since we wrote it, and nobody changed the file."""
        if row.file_path is None or not self._claim(row.file_path, row.title):
            return False
        entry = self._manifest.get(row.file_path)
        same = False
        if entry is not None and entry["made_from"] == row.made_from(self.now):
            with suppress(ExportFailed):
                same = self._folder.digest(row.file_path) == entry["sha256"] and (
                    not row.picture or self._folder.digest(row.picture) == row.picture_sha256
                )
        if not same:
            del self._met[row.file_path.lower()]
        elif row.picture:
            self._met[row.picture.lower()] = row.title
            self._pictures.setdefault(row.picture.lower(), row.picture_sha256 or "")
        return same

    def _write_document(self, item: CuratedItem, out: Outgoing, row: Row) -> tuple[Written, bool]:
        """What became of the file, and whether it is the one at home that both sides have now."""
        path = f"content/{out.path}"
        if not self._claim(path, item.title):
            raise ExportFailed(
                f"“{self._met[path.lower()]}” goes to this path already, but for the case of its letters. "
                "Rename one of the two files."
            )
        present = self._folder.read(path)
        content = out.document.bytes
        status = "written"
        if present is not None and present != content and _waits_for_review(item, out, present):
            message = "What the file says is imported and waits for review."
            return Written(path, "waiting", item.title, message), False
        entry = self._manifest.get(path)
        home = goes_home(entry, present, item.file_revision.sha256 if item.file_revision else None)
        base = base_of(item, entry)
        if present is not None and present != content and not _is_known(item, base, entry, present):
            content, problem = _merged(
                base.revision.document if base.revision else None, out.document, present, is_item=True
            )
            if problem:
                return Written(path, "conflict", item.title, problem), False
            status = "merged"
        if present == content:
            status = "unchanged"
        elif self.check:
            return Written(path, "differs", item.title), False
        elif status == "merged":
            self._folder.put(path, content)
        else:
            revision = mark(out.revision)
            self._manifest.put(path, content, out.document.sha256, _name(item), revision=revision, home=home)
        is_ours = status != "merged" and content == out.document.bytes
        if is_ours:
            self._manifest.note(
                path, out.document.sha256, _name(item), status, made_from=row.made_from(self.now),
                revision=mark(out.revision), home=home,
            )  # fmt: skip
        return Written(path, status, item.title), is_ours and home

    def _write_picture(self, item: CuratedItem, out: Outgoing) -> Iterator[Written]:
        image = out.revision.featured_image
        path = picture_place(out.path, out.revision.picture_path) if image else None
        if image is None or path is None:
            return
        if self._pictures.setdefault(path.lower(), image.sha256) != image.sha256:
            message = "Another item names another picture by this path. Rename one of the two."
            yield Written(path, "error", item.title, message)
            return
        present = self._folder.digest(path)
        known = self._manifest.sha256(path)
        if present == image.sha256:
            status = "unchanged"
        elif present not in (None, known) and not item.revisions.filter(featured_image__sha256=present).exists():
            message = "Somebody put another picture there. Import it, or take it away."
            yield Written(path, "conflict", item.title, message)
            return
        elif self.check:
            status = "differs"
        else:
            self._manifest.put(path, images.original_bytes(image), image.sha256, _name(item))
            status = "written"
        self._manifest.note(path, image.sha256, _name(item), status)
        self._met[path.lower()] = item.title
        yield Written(path, status, item.title)

    def _write_community(self, community: Community) -> Iterator[Written]:
        path = community_pages.path_of(community)
        try:
            ours = community_pages.outgoing(community)
            content, status, message = ours.bytes, "written", ""
            present = self._folder.read(path)
            page = bytes(community.page)
            entry = self._manifest.get(path)
            base = hashlib.sha256(page).hexdigest()
            known = {base}
            if entry is not None and (is_elsewhere(entry) or not entry["home"]):
                known.add(entry["sha256"])
            home = goes_home(entry, present, base if page else None)
            if present not in (None, content) and hashlib.sha256(present or b"").hexdigest() not in known:
                content, message = _merged(Document.parse(page) if page else None, ours, present or b"")
                status = "conflict" if message else "merged"
            self._met[path.lower()] = community.name
            if status != "conflict":
                if present == content:
                    status = "unchanged"
                elif self.check:
                    status = "differs"
                elif content != ours.bytes:
                    self._folder.put(path, content)
                else:
                    self._manifest.put(path, content, ours.sha256, community.slug, revision=base, home=home)
                if content == ours.bytes and not self.check:
                    self._manifest.note(path, ours.sha256, community.slug, status, revision=base, home=home)
                    if home and page != content:
                        Community.objects.filter(pk=community.pk).update(page=content)
            yield Written(path, status, community.name, message)
            if picture := community_pages.picture_of(community):
                yield self.write(*picture, community.name)
        except (ExportFailed, FrontMatterError, OSError) as error:
            yield Written(path, "error", community.name, _sentence(error))

    # --- Files that are no longer wanted ---

    def _prune(self) -> Iterator[Written]:
        for path in self._manifest.paths():
            entry = self._manifest.get(path)
            if entry is None or path.lower() in self._met or entry["ours"] != "yes":
                continue
            try:
                present = self._folder.digest(path)
                if present is not None and present != entry["sha256"]:
                    yield Written(path, "kept", entry["item"], "Somebody changed it since we wrote it.")
                    continue
                if present is not None:
                    if not self.check:
                        self._folder.remove(path)
                    yield Written(path, "differs" if self.check else "removed", entry["item"])
            except (ExportFailed, OSError) as error:
                yield Written(path, "error", entry["item"], _sentence(error))
                continue
            self._manifest.forget(path)

    # --- The folder ---

    def write(self, path: str, content: bytes, what: str) -> Written:
        """Writes one more file of ours, which belongs to `what`, under the same rules: never over somebody's changes.
        Raises OSError and ExportFailed.
        """
        present = self._folder.digest(path)
        wanted = hashlib.sha256(content).hexdigest()
        self._met[path.lower()] = what
        if present not in (None, wanted, self._manifest.sha256(path)):
            return Written(path, "kept", what, "Somebody changed it since we wrote it.")
        status = "unchanged" if present == wanted else "differs" if self.check else "written"
        if status == "written":
            self._manifest.put(path, content, wanted, what)
        self._manifest.note(path, wanted, what, status)
        return Written(path, status, what)

    def _claim(self, path: str, title: str) -> bool:
        """Takes a path for an item; False where another one has it, be it in other letters' case."""
        if path.lower() in self._met:
            return False
        self._met[path.lower()] = title
        return True


def _is_known(item: CuratedItem, base: Base, entry: Entry | None, present: bytes) -> bool:
    """Whether nobody changed the file on disk since both sides had `base`: it is that, or what we wrote after it. Where
    it is something older, somebody put that back.
    """
    sha256 = hashlib.sha256(present).hexdigest()
    if base.has(sha256):
        return True
    # What we wrote for another item, whose path this was, and nobody changed is ours as well.
    counts = entry is not None and (entry["home"] != "yes" or entry["item"] != _name(item))
    if entry is not None and counts and entry["sha256"] == sha256:
        return True
    newer = {"number__gt": base.revision.number} if base.revision else {}
    return item.revisions.filter(sha256=sha256, **newer).exists()


def _merged(base: Document | None, ours: Document, present: bytes, *, is_item: bool = False) -> tuple[bytes, str]:
    """The bytes of both sides together, or what keeps them apart."""
    if base is None:
        return b"", "A file lies there that we did not write. Import it, or take it away."
    try:
        theirs = Document.parse(present)
        if is_item and keys.is_anothers(Header(theirs.data), Header(ours.data), Header(base.data)):
            return b"", "The file says that it is another item's. Import the folder, so that both are found again."
        result = merge(base, theirs, ours)
    except FrontMatterError as error:
        return b"", f"Somebody changed it, and it cannot be read: {error}"
    if result.conflicts:
        both = ", ".join(conflict.key for conflict in result.conflicts)
        return b"", f"Somebody changed it, and the newsroom too: {both}. Import it and decide with --prefer."
    return result.document.bytes, ""


def _name(item: CuratedItem) -> str:
    return item.md_name or item.upstream_key or item.get_absolute_url()


def _waits_for_review(item: CuratedItem, out: Outgoing, present: bytes) -> bool:
    """Whether the file on disk was imported already, as a revision that readers do not see yet."""
    pending = item.file_revision
    return (
        pending is not None
        and pending.number > out.revision.number
        and pending.sha256 == hashlib.sha256(present).hexdigest()
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)
