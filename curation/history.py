"""Whether the timelines say what they said when they were written.

Each line carries the hash of the one before it, and the item that of its newest one: what was altered, moved, put in
between or taken away afterwards no longer fits. Each line also names the SHA-256 of its revision's document.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from curation.models import Change, CuratedItem, Revision

TRIGGERS = {
    "sqlite": {f"{table}_is_kept_on_{event}" for table in ("curation_change", "curation_revision")
               for event in ("update", "delete")},
    "postgresql": {f"{table}_{name}" for table in ("curation_change", "curation_revision")
                   for name in ("is_kept", "is_not_emptied")},
}  # fmt: skip
"""The triggers by which the database refuses to alter history, by its vendor."""
_INSTALLED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
}


@dataclass(frozen=True)
class Break:
    """A place where history does not hold."""

    item: int | None
    """The primary key of the item; None where it is about the database as a whole."""
    line: int | None
    """Which line of its timeline, the oldest being 1; None where it is about the whole of it."""
    change: int | None
    """The primary key of that line."""
    code: str
    words: str

    def as_json(self) -> dict[str, Any]:
        return {"item": self.item, "line": self.line, "change": self.change, "code": self.code, "message": self.words}


@dataclass
class Verification:
    """One walk through all timelines; `counts` are of what was looked at so far."""

    counts: dict[str, int] = field(default_factory=lambda: {"items": 0, "changes": 0, "revisions": 0})

    def run(self) -> Iterator[Break]:
        """Yields every place where history does not hold. Reads row by row, so that memory does not grow."""
        yield from self._protection()
        yield from self._timelines()
        yield from self._documents()

    def _protection(self) -> Iterator[Break]:
        with connection.cursor() as cursor:
            cursor.execute(_INSTALLED[connection.vendor])
            missing = TRIGGERS[connection.vendor] - {name for (name,) in cursor.fetchall()}
        if missing:
            yield Break(
                None,
                None,
                None,
                "unprotected",
                f"The database would let history be altered: {', '.join(sorted(missing))} are gone.",
            )

    def _timelines(self) -> Iterator[Break]:
        without = CuratedItem.objects.filter(changes__isnull=True).order_by("pk").values_list("pk", flat=True)
        for pk in without.iterator():
            self.counts["items"] += 1
            yield Break(pk, None, None, "no_lines", "The item has no line at all; the one that began it is missing.")
        changes = Change.objects.select_related("item", "revision").only(
            *(column.attname for column in Change._meta.concrete_fields), "item__history_hash", "revision__sha256"
        )  # fmt: skip
        before: Change | None = None
        line = 0
        for change in changes.order_by("item_id", "pk").iterator(chunk_size=1000):
            if before is None or before.item_id != change.item_id:
                if before is not None:
                    yield from self._end(before, line)
                before, line = None, 0
                self.counts["items"] += 1
            line += 1
            self.counts["changes"] += 1
            yield from self._line(before, change, line)
            before = change
        if before is not None:
            yield from self._end(before, line)

    def _line(self, before: Change | None, change: Change, line: int) -> Iterator[Break]:
        def broken(code: str, words: str) -> Break:
            said = f"{change.at:%Y-%m-%d %H:%M:%S} UTC, “{change.action}” by {change.actor_name}: {words}"
            return Break(change.item_id, line, change.pk, code, said)

        if change.digest() != change.hash:
            yield broken("altered", "it does not say what it said when it was written.")
        if change.previous_hash != (before.hash if before else ""):
            yield broken("out_of_order", "it does not follow the line before it: one was taken away, put in or moved.")
        if change.sha256 and change.revision is not None and change.sha256 != change.revision.sha256:
            yield broken("other_document", f"it was about another document than revision {change.revision_id} is now.")

    def _end(self, last: Change, line: int) -> Iterator[Break]:
        if last.hash != last.item.history_hash:
            yield Break(last.item_id, line, last.pk, "cut_off", "Lines after this one are missing, or were put in.")

    def _documents(self) -> Iterator[Break]:
        rows = Revision.objects.order_by("item_id", "number").values_list("item_id", "number", "sha256", "content")
        for item, number, sha256, content in rows.iterator(chunk_size=100):
            self.counts["revisions"] += 1
            # SQLite keeps whatever somebody puts into a column.
            raw = content.encode() if isinstance(content, str) else bytes(content)
            if hashlib.sha256(raw).hexdigest() != sha256:
                yield Break(item, None, None, "altered_document", f"Revision {number} is not the file that it was.")
