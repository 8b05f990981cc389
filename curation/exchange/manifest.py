"""The manifest beside exported files: what we wrote, from what, and for which item."""

import json
from contextlib import suppress

from curation.exchange.exporting import ExportFailed
from curation.exchange.folder import Folder
from curation.exchange.journal import Journal

MANIFEST = ".medigy-export.json"
JOURNAL = ".medigy-export.journal"

Entry = dict[str, str]
"""sha256, item, made_from, and whether the file is ours: one that somebody else wrote, and that was found the same,
stays theirs. `revision` is what it was made from, and `home` whether this is the folder that the file came from, or the
first one that it went to: what is in any other, such as a second copy, says nothing about that one."""
_ALWAYS = ("sha256", "item", "made_from", "ours")
_SINCE_THEN = ("revision", "home")
"""Manifests that were written before do not have them."""


class Manifest:
    """The entries of a folder by path, as they were `read` and until they are `save`d."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._files: dict[str, Entry] = {}
        self._before = ""
        self._journal = Journal(folder.root / JOURNAL)

    def read(self) -> None:
        """Raises ExportFailed where it is not what an export wrote."""
        content = self.folder.read(MANIFEST)
        self._files = {} if content is None else self._parsed(content)
        self._before = self._state()
        for entry in self._journal.read():
            with suppress(ExportFailed):
                if self.folder.digest(entry["path"]) == entry["sha256"]:
                    self.note(
                        entry["path"], entry["sha256"], entry.get("item", ""), "written",
                        revision=entry.get("revision", ""), home=entry.get("home") != "no",
                    )  # fmt: skip

    def save(self) -> None:
        """Writes it, where it changed."""
        if self.folder.check:
            return
        if self._state() != self._before:
            files = {path: self._files[path] for path in self.paths()}
            text = json.dumps({"files": files}, ensure_ascii=False, indent=1)
            self.folder.put(MANIFEST, f"{text}\n".encode())
        self._journal.clear()

    def paths(self) -> list[str]:
        return sorted(self._files)

    def get(self, path: str) -> Entry | None:
        return self._files.get(path)

    def sha256(self, path: str) -> str | None:
        """The digest of what we wrote there last."""
        return self._files.get(path, {}).get("sha256")

    def put(self, path: str, content: bytes, sha256: str, item: str, *, revision: str = "", home: bool = True) -> None:
        """Writes a file of ours, which is to be entered as soon as all is done that belongs to it; should we be killed
        before that, the next run knows it nevertheless. Raises OSError and ExportFailed.
        """
        self._journal.note(path=path, sha256=sha256, item=item, revision=revision, home="yes" if home else "no")
        self.folder.put(path, content)

    def note(
        self,
        path: str,
        sha256: str,
        item: str,
        status: str,
        *,
        made_from: str = "",
        revision: str = "",
        home: bool = True,
    ) -> None:
        """Enters a file that was found with this `status`, or written."""
        if self.folder.check:
            return
        ours = status == "written" or self._files.get(path, {}).get("ours") == "yes"
        self._files[path] = {
            "sha256": sha256, "item": item, "made_from": made_from, "ours": "yes" if ours else "no",
            "revision": revision, "home": "yes" if home else "no",
        }  # fmt: skip

    def forget(self, path: str) -> None:
        if not self.folder.check:
            del self._files[path]

    def _state(self) -> str:
        return json.dumps(self._files, sort_keys=True)

    def _parsed(self, content: bytes) -> dict[str, Entry]:
        try:
            files = json.loads(content)["files"]
            return {
                str(path): {part: str(entry[part]) for part in _ALWAYS}
                | {part: str(entry.get(part, "")) for part in _SINCE_THEN}
                for path, entry in files.items()
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            sentence = "is not what an export wrote. Bring it back as it was, or take it away."
            raise ExportFailed(f"{self.folder.root / MANIFEST} {sentence}") from error
