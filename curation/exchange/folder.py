"""A folder that other people change too: read without following links, and written whole or not at all."""

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from curation.exchange.exporting import ExportFailed
from curation.exchange.sources import SourceRefused, read_file

TEMPORARY = ".medigy-"
LARGEST = 64 * 1024 * 1024
"""Bytes of a file on disk that is compared with ours; pictures may be larger than content files."""


class Folder:
    """The folder of an export. With `check` nothing in it is touched."""

    def __init__(self, root: Path, *, check: bool = False) -> None:
        self.root = root
        self.check = check

    def read(self, path: str) -> bytes | None:
        """The bytes on disk; None where there is no file. Raises ExportFailed for a link or a folder in its place."""
        target = self._target(path)
        if not target.exists():
            return None
        try:
            return read_file(target, LARGEST)
        except SourceRefused as error:
            raise ExportFailed(f"{target}: {error}") from error

    def digest(self, path: str) -> str | None:
        content = self.read(path)
        return None if content is None else hashlib.sha256(content).hexdigest()

    def _target(self, path: str) -> Path:
        if ".." in (pieces := PurePosixPath(path)).parts or pieces.is_absolute():
            # The manifest lies among the files, and whoever may change those may have written it.
            raise ExportFailed(
                f"“{path}” leads out of {self.root}. Take it out of the list of what was exported there."
            )
        target = self.root / path
        for place in (target, *target.parents):
            if place == self.root:
                break
            if place.is_symlink():
                raise ExportFailed(f"{place} is a symbolic link, which is not followed. Put a folder or a file there.")
        return target

    def put(self, path: str, content: bytes) -> None:
        replace_file(self._target(path), content)

    def remove(self, path: str) -> None:
        target = self._target(path)
        target.unlink()
        for folder in target.parents:
            if folder == self.root or any(folder.iterdir()):
                break
            folder.rmdir()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps a second export out of the folder; `check`, which writes nothing, may look on."""
        if self.check:
            yield
            return
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise ExportFailed(f"{self.root} cannot be written to: {error.strerror}.") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise ExportFailed(f"Another export into {self.root} is under way. Wait until it is done.") from error
        finally:
            os.close(descriptor)

    def tidy(self) -> None:
        """Takes away what an export that was killed left half written; under the lock nobody else is writing."""
        if self.check:
            return
        places = [(str(self.root), [path.name for path in self.root.iterdir()])]
        for top in ("content", "static", "overlay", "layouts"):
            places += ((folder, names) for folder, _, names in os.walk(self.root / top))
        for folder, names in places:
            for name in names:
                if name.startswith(TEMPORARY) and name.endswith(".tmp"):
                    os.unlink(os.path.join(folder, name))


def replace_file(target: Path, content: bytes) -> None:
    """Writes a file so that everybody finds the old one or the new one, never half of it. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=TEMPORARY, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
