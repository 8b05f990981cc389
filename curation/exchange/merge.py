"""Brings two changed documents together by key, against the last one that both sides had."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from curation.exchange import documents
from curation.frontmatter import DELETE, Document, Path

ABSENT = DELETE
"""Stands for the value of a key that a side does not have."""


@dataclass(frozen=True)
class Conflict:
    """One place that both sides changed, each to something else."""

    path: tuple[str, ...]
    """The key, or the keys that lead to it; empty for the body."""
    base: Any
    file: Any
    database: Any
    """The three values; `ABSENT` where a side has none."""

    @property
    def key(self) -> str:
        return ".".join(self.path) or "(body)"

    def as_json(self) -> dict[str, Any]:
        """The key with its three values; null where a side has none."""
        values = {"base": self.base, "file": self.file, "database": self.database}
        return {"key": self.key} | {side: None if value is ABSENT else value for side, value in values.items()}


@dataclass(frozen=True)
class Merged:
    """What came of it. With conflicts, `document` has the file's values in their places."""

    document: Document
    conflicts: tuple[Conflict, ...]


def merge(
    base: Document, file: Document, database: Document, *, prefer: Literal["file", "database"] | None = None
) -> Merged:
    """The file with what the database changed since `base`.

    What one side changed is taken, also where it took a key away; what both changed alike is fine; what both changed
    otherwise is a conflict, which `prefer` decides. Mappings are merged key by key; lists, single values and the body
    are one unit each. Raises FrontMatterError where the file cannot be edited so.
    """
    theirs, ours = differences(base.data, file.data), differences(base.data, database.data)
    changes: dict[Path, Any] = {}
    conflicts: list[Conflict] = []
    for path, value in ours.items():
        clashing = [other for other in theirs if overlap(path, other)]
        if not clashing:
            changes[path] = value
        elif not alike(_at(file.data, path), value):
            conflict = Conflict(path, _at(base.data, path), _at(file.data, path), value)
            if prefer is None:
                conflicts.append(conflict)
            elif prefer == "database":
                # Where the file changed something around it, all of that is the database's.
                widest = min((path, *clashing), key=len)
                changes[widest] = _at(database.data, widest)
    body, base_body = None, _plain(base)
    if _plain(database) != base_body and _plain(database) != _plain(file):
        if _plain(file) == base_body or prefer == "database":
            body = _plain(database).replace("\n", file.newline)
        elif prefer is None:
            conflicts.append(Conflict((), base_body, _plain(file), _plain(database)))
    return Merged(documents.with_values(file, changes, body=body), tuple(conflicts))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    """What was set (or, with `DELETE`, taken away) to get from `old` to `new`, each at its own path."""
    return {
        (path,) if isinstance(path, str) else tuple(map(str, path)): value
        for path, value in documents.changes_between(old, new).items()
    }


def overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of two places in a header is within the other, or both are the same."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(data, Mapping) or key not in data:
            return ABSENT
        data = data[key]
    return data


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same as files have them: 1 and true are not."""
    return one == other and repr(one) == repr(other)


def _plain(document: Document) -> str:
    """The body whatever its line breaks are: a side that only stores them otherwise has changed nothing."""
    return document.body.replace("\r\n", "\n").replace("\r", "\n")
