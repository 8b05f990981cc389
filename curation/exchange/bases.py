"""What an item and its file last had in common, in the folder that the file lies in."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from curation.exchange.exporting import ExportFailed
from curation.exchange.folder import Folder
from curation.exchange.manifest import Entry, Manifest
from curation.exchange.sources import Source
from curation.models import CuratedItem, Revision


@dataclass(frozen=True)
class Base:
    """What both sides had, as a `revision` and, where an export made the file from it, the digest of that file."""

    revision: Revision | None
    given_out: str = ""

    def has(self, sha256: str) -> bool:
        """Whether a file with this digest is still the one that both had."""
        return sha256 == self.given_out or (self.revision is not None and sha256 == self.revision.sha256)


def base_of(item: CuratedItem, entry: Entry | None) -> Base:
    """The base of `item` in a folder whose manifest has this `entry` for its file.

    An item remembers one revision, that of the folder which its file came from. In any other folder it is what an
    export wrote there, or what an import took since.
    """
    revision = item.file_revision
    if entry is None:
        return Base(revision)
    if is_elsewhere(entry):
        number, _, sha256 = entry["revision"].partition(":")
        is_number = number.isdecimal() and len(number) < 9
        wrote = item.revisions.filter(number=int(number), sha256=sha256).first() if is_number else None
        taken_since = wrote and revision and revision.from_file and revision.number > wrote.number
        revision = revision if wrote is None or taken_since else wrote
    # Another revision that says the same takes the place of this one where a deed was taken back.
    made_it = revision is not None and entry["revision"].partition(":")[2] == revision.sha256
    return Base(revision, entry["sha256"] if made_it else "")


def is_at_home(item: CuratedItem, entry: Entry | None, path: str | None) -> bool:
    """Whether a file at this path of a content folder is the one that the item has in common with it."""
    if entry is not None and entry["home"]:
        return not is_elsewhere(entry)
    return path is not None and path == item.path


def goes_home(entry: Entry | None, present: bytes | None, base: str | None) -> bool:
    """Whether the folder is the one that the item's file came from, or the first one that it goes to. Where we never
    wrote the file, it is told by the file that lies there: it has the digest of the `base`.
    """
    if base is None:
        return True
    if entry is not None and entry["home"]:
        return not is_elsewhere(entry)
    return present is not None and hashlib.sha256(present).hexdigest() == base


def mark(revision: Revision) -> str:
    """How the manifest names a revision; another item's, or another database's, is told apart by its digest."""
    return f"{revision.number}:{revision.sha256}"


def is_elsewhere(entry: Entry | None) -> bool:
    """Whether the file lies in another folder than the one that its item's file came from."""
    return entry is not None and entry["home"] == "no"


class Manifests:
    """The manifests of the folders that files of one run lie in. One that cannot be used tells nothing."""

    def __init__(self) -> None:
        self._read: dict[Path, Manifest] = {}

    def entry(self, source: Source) -> Entry | None:
        """What the last export into its folder noted of a file."""
        if source.site is None or source.relative is None:
            return None
        if source.site not in self._read:
            manifest = Manifest(Folder(source.site, check=True))
            try:
                manifest.read()
            except ExportFailed:
                manifest = Manifest(manifest.folder)
            self._read[source.site] = manifest
        return self._read[source.site].get(f"content/{source.relative}")
