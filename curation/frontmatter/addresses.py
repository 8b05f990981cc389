"""Where Hugo publishes the pages of a site, and which of them get in each other's way."""

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curation.frontmatter.fields import as_text
from curation.frontmatter.lint import ERROR, WARNING, Fields, Finding, is_empty_alias
from curation.frontmatter.site import Site


@dataclass(frozen=True, slots=True)
class Alias:
    """An old address of a page, and where it stands in its file."""

    text: str
    line: int | None
    column: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """What of a file decides where it is published."""

    file: str
    """Its name for people."""
    path: str
    """Below the content folder, with forward slashes."""
    published: bool
    """Whether it is no draft, has not expired, and is built as a page."""
    slug: str
    url: str
    place: tuple[int | None, int | None]
    """Line and column of the key that gives it its address."""
    aliases: tuple[Alias, ...]
    cascades: bool
    """Whether it hands keys down to the pages below it."""

    @classmethod
    def of(cls, fields: Fields, file: str, path: str, *, public: bool) -> "Page":
        """The page of a document. `public` says whether its draft and expiry keys let readers see it."""
        slug, url = as_text(fields.get("slug")), as_text(fields.get("url"))
        named = fields.key("url" if url else "slug")
        aliases = ((text, *fields.place(path)) for path, text in fields.aliases() if not is_empty_alias(text))
        return cls(
            file=file,
            path=path,
            published=public and _is_built(fields),
            slug=slug,
            url=url,
            place=fields.place(named),
            aliases=tuple(Alias(*alias) for alias in aliases),
            cascades=bool(fields.get("cascade")),
        )

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)


def _is_built(fields: Fields) -> bool:
    build, outputs = fields.get("build"), fields.get("outputs")
    render = {name.lower(): value for name, value in build.items()}.get("render") if isinstance(build, dict) else None
    names = [str(name).lower() for name in outputs] if isinstance(outputs, list) else []
    return (
        render is not False
        and render not in {"never", "link"}
        and fields.get("headless") is not True
        and (not names or "html" in names)
    )


def clashes(site: Site, pages: Iterable[Page]) -> Iterator[tuple[str, Finding]]:
    """What is wrong with a page only because of another one of its site, and the file it is told of.

    Of two pages with one address, the later one. Where the configuration gives pages addresses by patterns, only what
    their files say of themselves is compared.
    """
    layout = _Layout(site, list(pages))
    homes: dict[tuple[str, str], str] = {}
    for page in layout.pages:
        address = layout.address(page)
        if address is None:
            continue
        first = homes.setdefault((layout.language(page), address), page.file)
        if first != page.file:
            message = f"this page and {first} have the same address {_shown(address)}, and Hugo publishes one of them"
            yield page.file, Finding(ERROR, "same_address", message, "Give one of them another slug.", *page.place)
    for home, name in layout.without_file():
        homes.setdefault(home, name)
    aliases: dict[tuple[str, str], str] = {}
    for page in layout.pages:
        for alias in page.aliases:
            target = layout.target(page, alias)
            if target is None:
                continue
            home = layout.language(page), target
            first = aliases.setdefault(home, page.file)
            taken = homes.get(home, page.file)
            if taken != page.file:
                message = f"“{alias.text}” is the address of {taken}, which would be lost"
                yield page.file, _of_alias(ERROR, "alias_is_page", message, alias)
            elif first != page.file:
                message = f"“{alias.text}” is an alias of {first} too, and leads to one of the two"
                yield page.file, _of_alias(WARNING, "same_alias", message, alias)


def _of_alias(severity: str, code: str, message: str, alias: Alias) -> Finding:
    return Finding(severity, code, message, "Take it out of one of them.", alias.line, alias.column, "aliases")


def _shown(address: str) -> str:
    return "/" if address == "/" else f"{address}/"


class _Layout:
    """The pages of a site among each other."""

    def __init__(self, site: Site, pages: list[Page]) -> None:
        self._site = site
        self._all = pages
        # All that lies below the folder of a page of its own belongs to that page.
        self._bundles = {page.folder for page in pages if self._name(page) == "index"}
        sections = [page for page in pages if self._name(page) == "_index"]
        self._sections = {page.folder for page in sections}
        # Where what stands in a section moves or hides the pages below it, their own files do not tell where they lie.
        self._unclear = {page.folder for page in sections if page.slug or page.cascades}
        self.pages = [page for page in pages if page.published and not self._is_part(page)]
        """Those that are published."""

    def language(self, page: Page) -> str:
        return self._site.name_of(page.path)[1]

    def address(self, page: Page) -> str | None:
        """Where a page lies, without a slash at its end; None where that cannot be told."""
        if page.url:
            return None if ":" in page.url else _normal(page.url)
        folders = _folders(page.folder)
        name = self._name(page)
        above = folders[:-1] if name == "_index" else folders
        top = folders[-1].split("/")[0].lower()
        if not self._site.plain_addresses or top in self._site.permalinks or self._unclear.intersection(above):
            return None
        parent, name = posixpath.split(page.folder) if name in {"index", "_index"} else (page.folder, name)
        slug = _slug(page.slug) if name and page.slug.strip("-") else None
        return _normal(f"{self._part(parent)}/{self._part(name) if slug is None else slug}")

    def target(self, page: Page, alias: Alias) -> str | None:
        """Where an alias lies; None where that cannot be told."""
        if alias.text.startswith("/"):
            return _normal(alias.text)
        address = self.address(page)
        return None if address is None else _normal(posixpath.join(posixpath.dirname(address), alias.text))

    def without_file(self) -> Iterator[tuple[tuple[str, str], str]]:
        """The pages that need no file, by language and address: the home page, and one for each first folder, whatever
        lies in it."""
        for page in self._all:
            language, (top, slash, _) = self.language(page), page.path.partition("/")
            if "home" not in self._site.disabled:
                yield (language, "/"), "the home page"
            if slash and "section" not in self._site.disabled and top not in self._sections | self._bundles:
                yield (language, _normal(self._part(top))), f"the section “{top}”"

    def _is_part(self, page: Page) -> bool:
        folders = _folders(page.folder)
        return not self._bundles.isdisjoint(folders[:-1] if self._name(page) == "index" else folders)

    def _name(self, page: Page) -> str:
        return self._site.name_of(page.path)[0]

    def _part(self, path: str) -> str:
        """A path of folders and files, as part of an address."""
        text = _cleaned(path.replace(" ", "-"))
        return text if self._site.keeps_case else text.lower()


def _folders(folder: str) -> list[str]:
    """A folder and those that it lies in, the content folder first, which is an empty text."""
    return ["", *(folder[: found.start()] for found in re.finditer("/|$", folder))] if folder else [""]


def _slug(text: str) -> str:
    text = _cleaned(text.strip("-")).strip()
    return re.sub(r"\s*(-+)\s*|\s+", lambda blank: blank[1] or "-", text).lower()


def _cleaned(text: str) -> str:
    """A text without what Hugo takes out of addresses. It keeps the marks that stand on letters."""
    return re.sub(
        r"[^\w\s./\\#+~@%-]", lambda found: found[0] if unicodedata.category(found[0])[0] == "M" else "", text
    )


def _normal(path: str) -> str:
    """A path from the root on, without an index page's name or a slash at its end."""
    normal = posixpath.normpath("/" + path.lstrip("/"))
    return normal.removesuffix("/index.html") or "/"
