"""Finds the content files that an operator names, and reads them without following anything out of their folder."""

import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MAX_FILE_BYTES = 5 * 1024 * 1024
CONTENT_ENDINGS = (".md", ".markdown", ".mdown", ".html", ".htm", ".org")
# Not content of a Hugo site: templates, and what a build or a tool leaves behind.
_COMMUNITY_PAGE = re.compile(r"communities/[^/]+/_index\.md")
_CONTROL = re.compile(r"[\x00-\x1f]")
_SKIPPED_FOLDERS = {"archetypes", "themes", "layouts", "public", "resources", "node_modules"}


class SourceRefused(ValueError):
    """A path that cannot be read; the text says why, and what to do."""


@dataclass(frozen=True)
class Source:
    """One content file to be read."""

    file: Path | None
    """None for standard input."""
    shown: str
    """The path as people know it."""
    relative: str | None
    """The path below the content folder, with forward slashes; None where the file lies in no content folder."""
    site: Path | None
    """The folder of the Hugo site that it belongs to."""

    def read(self) -> bytes:
        """The bytes of the file. Raises SourceRefused, also for links, pipes and devices."""
        if self.file is None:
            return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        if not _is_utf8(self.file):
            raise SourceRefused("Its name, or that of a folder around it, is not UTF-8. Rename it.")
        return read_file(self.file, MAX_FILE_BYTES)


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of a regular file, one more than `limit` at most. Raises SourceRefused."""
    try:
        # Not to be hung by a pipe, not to be led astray by a link that was put there a moment ago.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise SourceRefused("It is a symbolic link, which is not followed. Name the file itself.") from error
        raise SourceRefused(f"It cannot be read: {error.strerror}.") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SourceRefused("It is not a regular file.")
        return file.read(limit + 1)


def find(paths: Sequence[str], *, sections: bool = False) -> Iterator[Source]:
    """The content files of `paths` (files, folders, Hugo sites, or "-" for standard input), in a stable order.

    With `sections` the own pages of sections (`_index.*`), which are no items, are among them.

    Raises SourceRefused for a path that does not exist; what lies below a folder and is no content file is passed over.
    """
    met: set[Path] = set()
    for text in paths:
        if text == "-":
            yield Source(None, "standard input", None, None)
            continue
        path = Path(text)
        if path.is_dir():
            found = _in_folder(path, sections)
        elif path.exists() or path.is_symlink():
            found = iter([_source(path, *_content_folder(path.absolute().parent))])
        else:
            raise SourceRefused(f"There is no file or folder {text}. Check the path.")
        for source in found:
            # A path may be named twice, by itself and by its folder.
            if source.file is not None and source.file.absolute() not in met:
                met.add(source.file.absolute())
                yield source


def folders_of(paths: Sequence[str]) -> list[str]:
    """The folders below a content folder that `paths` name whole, each with a slash at its end; "" for all of it."""
    found = []
    for path in (Path(text) for text in paths if text != "-"):
        if path.is_dir():
            site_content = (path / "content").absolute()
            root, _ = (site_content, path) if site_content.is_dir() else _content_folder(path.absolute())
            start = site_content if site_content.is_dir() else path.absolute()
            if root is not None:
                below = start.relative_to(root).as_posix()
                found.append("" if below == "." else f"{below}/")
    return found


def _in_folder(folder: Path, sections: bool) -> Iterator[Source]:
    site: Path | None
    root: Path | None
    if (folder / "content").is_dir():
        site, root, start = folder.absolute(), folder.absolute() / "content", folder / "content"
    else:
        root, site = _content_folder(folder.absolute())
        start = folder
    for current, folders, files in os.walk(start):
        # Below the content folder they are sections like others.
        is_top = root is None and Path(current) == start
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not (is_top and name in _SKIPPED_FOLDERS)
        )
        for name in sorted(files):
            if not name.lower().endswith(CONTENT_ENDINGS) or name.startswith("."):
                continue
            source = _source(Path(current) / name, root, site)
            # A section's own page is not an item; that of a community is the community's.
            if sections or not name.startswith("_index.") or _COMMUNITY_PAGE.fullmatch(source.relative or ""):
                yield source


def _content_folder(folder: Path) -> tuple[Path | None, Path | None]:
    """The nearest folder called `content` that `folder` is or lies in, and the site around it."""
    for candidate in (folder, *folder.parents):
        if candidate.name == "content":
            return candidate, candidate.parent
    return None, None


def _source(path: Path, root: Path | None, site: Path | None) -> Source:
    relative = None
    if root is not None and path.absolute().is_relative_to(root) and _is_utf8(path):
        relative = path.absolute().relative_to(root).as_posix()
    return Source(path, str(path).encode(errors="backslashreplace").decode(), relative, site)


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def safe_path(text: str) -> PurePosixPath | None:
    """`text` as a path that stays below the folder it is joined to; None where it does not, or is no name of a file."""
    if not text or "\\" in text or _CONTROL.search(text) or len(text.encode()) > 1000:
        return None
    path = PurePosixPath(text.lstrip("/"))
    pieces = path.parts
    if not pieces or any(piece in {".", ".."} or len(piece.encode()) > 255 for piece in pieces):
        return None
    return path
