"""Files that people upload, laid out in a folder as if an operator had them: single ones, or a zip read safely."""

import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol

from curation.exchange.sources import CONTENT_ENDINGS, safe_path

MAX_FILES = 2_000
MAX_BYTES = 100 * 1024 * 1024
"""Of everything together, unpacked."""
MAX_RATIO = 200
"""How many times larger a member may become; text and pictures stay far below."""
_PIECE = 1024 * 1024
_UNREADABLE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error)


class UploadRefused(ValueError):
    """An upload that is not taken; the text says why, and what to do."""


class Upload(Protocol):
    """What Django hands over for an uploaded file."""

    name: str | None

    def open(self) -> IO[bytes]: ...


def lay_out(uploads: Iterable[Upload], folder: Path) -> list[str]:
    """Writes what was uploaded below `folder` and returns the paths to be imported.

    A zip is unpacked: no path leads out of the folder, no link is made, and what is too much is refused before it fills
    the disk. Raises UploadRefused; what was written until then is the caller's to take away.
    """
    budget = _Budget()
    paths: list[str] = []
    # Single files lie side by side, so that a content file finds the picture that came with it.
    single = folder / "files"
    for number, upload in enumerate(uploads):
        name = Path((upload.name or "").replace("\\", "/")).name
        with upload.open() as file:
            if zipfile.is_zipfile(file):
                home = folder / str(number)
                home.mkdir()
                _unpack(file, name, home, budget)
                paths.append(str(_top(home)))
                continue
            file.seek(0)
            if safe_path(name) is None:
                raise UploadRefused(f"The name {name[:80]!r} cannot be used. Rename the file.")
            budget.count(name)
            single.mkdir(exist_ok=True)
            _copy(file, single / name, name, budget)
            if name.lower().endswith(CONTENT_ENDINGS):
                paths.append(str(single / name))
    if not paths:
        raise UploadRefused("No content file was chosen. Choose files that end in .md, or a zip of them.")
    return paths


class _Budget:
    """What is left of the files and bytes that one upload may have."""

    def __init__(self) -> None:
        self.files, self.bytes = MAX_FILES, MAX_BYTES

    def count(self, name: str) -> None:
        self.files -= 1
        if self.files < 0:
            raise UploadRefused(f"There are more than {MAX_FILES:,} files. Upload them in parts.")

    def take(self, size: int) -> None:
        self.bytes -= size
        if self.bytes < 0:
            raise UploadRefused(f"Unpacked, it is more than {MAX_BYTES // 1_048_576} MB. Upload it in parts.")


def _unpack(file: IO[bytes], name: str, home: Path, budget: _Budget) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
                    raise UploadRefused(
                        f"{name} holds {member.filename[:80]!r}, which is a link or a device. Take it out."
                    )
                if member.flag_bits & 1:
                    raise UploadRefused(f"{name} is encrypted. Upload it without a password.")
                path = safe_path(member.filename)
                if path is None or member.filename.startswith("/"):
                    raise UploadRefused(f"{name} holds {member.filename[:80]!r}, a path that leads out. Pack it anew.")
                if member.file_size > MAX_RATIO * max(member.compress_size, 1_000):
                    raise UploadRefused(
                        f"{name} holds {member.filename[:80]!r}, which unpacks far too large. Take it out."
                    )
                budget.count(name)
                target = home / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed:
                    _copy(packed, target, member.filename, budget)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
    ) as error:
        raise UploadRefused(
            f"{name} cannot be unpacked: it is damaged, or packed in an unusual way. Pack it anew."
        ) from error


def _copy(source: IO[bytes], target: Path, name: str, budget: _Budget) -> None:
    try:
        with target.open("xb") as file:
            while piece := source.read(_PIECE):
                budget.take(len(piece))
                file.write(piece)
    except FileExistsError as error:
        raise UploadRefused(f"{name[:80]!r} is there twice. Keep one of the two.") from error


def _top(home: Path) -> Path:
    """The folder that a zip holds alone, as people pack sites; else all of it."""
    inside = list(home.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and inside[0].name != "content":
        return inside[0]
    return home
