"""The files that a built site has: an old address that needs one of them leads nowhere, or stops the build."""

import os
import posixpath
from pathlib import Path

from curation.exchange.sources import CONTENT_ENDINGS
from curation.models import Alias


class Places:
    """Files of a built site by their paths from its root on, whatever the case of their letters."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        for path in ("index.html", "sitemap.xml", "robots.txt"):
            self.add(path)

    @classmethod
    def of(cls, folder: Path) -> "Places":
        """With what lies in the folder of a site and goes to readers as it is, and the pages of its first folders."""
        places = cls()
        for top in ("static", "content"):
            for parent, folders, names in os.walk(folder / top):
                below = Path(parent).relative_to(folder / top)
                if top == "content" and below == Path():
                    for name in folders:
                        # One with a page of its own is that page, which lies elsewhere.
                        if not any((folder / top / name).glob("index.*")):
                            places.add_list(name.replace(" ", "-"))
                for name in names:
                    if top == "static" or not name.lower().endswith(CONTENT_ENDINGS):
                        places.add((below / name).as_posix())
        return places

    def add(self, path: str) -> None:
        path = _normal(path)
        if path not in self._files:
            self._files.add(path)
            self._folders.update(_parents(path))

    def add_page(self, address: str) -> None:
        self.add(f"{address}/index.html")

    def add_list(self, address: str) -> None:
        """A page that lists others: with a feed, and with further pages below `page/`."""
        self.add_page(address)
        self.add(f"{address}/feed.rss")
        self.add(f"{address}/page")

    def is_free(self, path: str) -> bool:
        """Whether a file can be written there, and no folder needs to be where a file is."""
        path = _normal(path)
        return path not in self._files and path not in self._folders and self._files.isdisjoint(_parents(path))


def file_of(alias: str) -> str:
    """The file that Hugo writes for an old address."""
    path = _normal(alias)
    return path if path.endswith(".html") else posixpath.join(path, "index.html")


def _normal(path: str) -> str:
    return posixpath.normpath(Alias.normalised(path))


def _parents(path: str) -> list[str]:
    found = []
    while (path := posixpath.dirname(path)) != "/":
        found.append(path)
    return found
