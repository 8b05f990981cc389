"""What the configuration of a Hugo site says about its content files: how they are read, where they are published."""

import json
import posixpath
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.frontmatter.errors import FrontMatterError
from curation.frontmatter.split import MAX_HEADER_BYTES, locate
from curation.frontmatter.tree import read

_ENDINGS = ("toml", "yaml", "yml", "json")
_BUILT_IN_OUTPUTS = """
    404 alias amp calendar css csv gotmpl html json markdown robots rss sitemap sitemapindex webappmanifest
"""
_REFUSED = ["! ^text/html$", "! ^text/org$"]


class BadConfiguration(ValueError):
    """A configuration file that cannot be read; `file` names it, the text says why."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"The site's configuration cannot be read: {reason}")
        self.file = file


@dataclass(frozen=True)
class Site:
    """A site, as far as its content files are concerned. Without a configuration, what Hugo does by itself."""

    known: bool = False
    """Whether there is a configuration."""
    raw_html: bool = False
    """Whether HTML in Markdown is published (`markup.goldmark.renderer.unsafe`)."""
    refused: frozenset[str] = frozenset({"text/html", "text/org"})
    """The media types that content may not have (`security.allowContent`)."""
    outputs: frozenset[str] = frozenset(_BUILT_IN_OUTPUTS.split())
    """The names of its output formats."""
    has_theme: bool = False
    """Whether a theme or a module can add to its output formats."""
    languages: frozenset[str] = frozenset({"en"})
    default_language: str = "en"
    disabled: frozenset[str] = frozenset()
    """The kinds of pages that it has not."""
    permalinks: frozenset[str] = frozenset()
    """The sections whose pages have addresses by a pattern of their own."""
    plain_addresses: bool = True
    """Whether the addresses of all other pages follow from their paths and slugs."""
    keeps_case: bool = False
    """Whether addresses keep the capitals of paths."""
    content: tuple[str, ...] = ("content",)
    """The folders of its content files. Where two hold a file of one path, the first one's is read."""
    static: tuple[str, ...] = ("static",)
    """The folders whose files are published as they are."""

    @classmethod
    def load(cls, folder: Path) -> "Site":
        """The site in a folder. Raises BadConfiguration."""
        config: dict[str, Any] = {}
        for file, key in _files(folder):
            content = _lowered(_parsed(file))
            _merge(config, {key: content} if key else content)
        return cls.of(config) if config else cls()

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Site":
        """The site with this configuration, whose keys are in lower case."""
        default = str(config.get("defaultcontentlanguage") or "en").lower()
        permalinks = config.get("permalinks")
        sections = _keys(permalinks, depth=2)
        return cls(
            known=True,
            raw_html=_at(config, "markup", "goldmark", "renderer", "unsafe") is True,
            refused=_refused(_at(config, "security", "allowcontent")),
            outputs=cls.outputs | _keys(config.get("outputformats")),
            has_theme=bool(config.get("theme") or _at(config, "module", "imports")),
            languages=_keys(config.get("languages")) | {default},
            default_language=default,
            disabled=frozenset(str(kind).lower() for kind in _listed(config.get("disablekinds"))),
            permalinks=sections,
            plain_addresses=not (
                config.get("uglyurls")
                or config.get("cascade")
                or isinstance(permalinks, list)
                or any("/" in section for section in sections)
            ),
            keeps_case=config.get("disablepathtolower") is True,
            content=_mounted(config, "content") or cls.content,
            static=_mounted(config, "static") or tuple(map(str, _listed(config.get("staticdir")))) or cls.static,
        )

    def name_of(self, path: str) -> tuple[str, str]:
        """The name of a content file without its endings, and its language, which one of them may tell."""
        stem = posixpath.splitext(posixpath.basename(path))[0]
        name, _, ending = stem.rpartition(".")
        known = bool(name) and ending.lower() in self.languages
        return (name, ending.lower()) if known else (stem, self.default_language)


def _files(folder: Path) -> list[tuple[Path, str]]:
    """The configuration files of a site, in the order in which Hugo reads them, and the key whose value each holds."""
    found = [(folder / f"{name}.{ending}", "") for name in ("hugo", "config") for ending in _ENDINGS]
    found = [(file, key) for file, key in found if file.is_file()][:1]
    for environment in ("_default", "production"):
        for file in sorted((folder / "config" / environment).glob("*.*")):
            name, _, ending = file.name.lower().rpartition(".")
            if ending in _ENDINGS and "." not in name and file.is_file():
                found.append((file, "" if name in {"hugo", "config"} else name))
    return found


def _parsed(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_HEADER_BYTES + 1)
        if len(raw) > MAX_HEADER_BYTES:
            raise BadConfiguration(file, f"it has more than {MAX_HEADER_BYTES:,} bytes.")
        text = raw.decode("utf-8-sig")
        if file.suffix.lower() == ".toml":
            content: Any = tomllib.loads(text.replace("\r\n", "\n"))
        elif file.suffix.lower() == ".json":
            content = json.loads(text)
        else:
            root = read(text, lambda index: locate(text, index)).root
            content = root.value if root else {}
    except (OSError, ValueError, RecursionError, FrontMatterError) as error:
        if isinstance(error, BadConfiguration):
            raise
        raise BadConfiguration(file, str(error)) from error
    if not isinstance(content, dict):
        raise BadConfiguration(file, "it is no list of keys and values.")
    return content


def _lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key).lower(): _lowered(child) for key, child in value.items()}
    return [_lowered(child) for child in value] if isinstance(value, list) else value


def _merge(config: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            _merge(config[key], value)
        else:
            config[key] = value


def _at(config: Mapping[str, Any], *keys: str) -> Any:
    value: Any = config
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _mounted(config: Mapping[str, Any], target: str) -> tuple[str, ...]:
    """The folders that are mounted as one of the site's."""
    mounts = (mount for mount in _listed(_at(config, "module", "mounts")) if isinstance(mount, dict))
    return tuple(str(mount.get("source")) for mount in mounts if mount.get("target") == target)


def _keys(value: Any, depth: int = 1) -> frozenset[str]:
    if not isinstance(value, dict):
        return frozenset()
    return frozenset(value) | frozenset(
        key for child in value.values() for key in (_keys(child, depth - 1) if depth > 1 else ())
    )


def _listed(value: Any) -> list[Any]:
    if value is None or isinstance(value, dict):
        return []
    return value if isinstance(value, list) else [value]


def _refused(rules: Any) -> frozenset[str]:
    """What a list of patterns keeps out; those that begin with `!` refuse, and the others are what is allowed."""
    patterns = [str(rule) for rule in (_REFUSED if rules is None else _listed(rules))]
    against = [pattern[1:].strip() for pattern in patterns if pattern.startswith("!")]
    allowed = [pattern for pattern in patterns if not pattern.startswith("!")]
    return frozenset(
        kind
        for kind in Site.refused
        if any(_matches(pattern, kind) for pattern in against)
        or (allowed and not any(_matches(pattern, kind) for pattern in allowed))
    )


def _matches(pattern: str, kind: str) -> bool:
    try:
        return re.search(pattern, kind) is not None
    except re.error:
        return False
