"""What the file of each item is made from, so that most of a second export is done without reading a document."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from curation.exchange.exporting import ExportFailed, path_of, picture_place
from curation.models import CuratedItem
from curation.workflow import Publication

BATCH = 200


@dataclass(frozen=True)
class Row:
    """What tells whether the file of one item is still the same."""

    pk: int
    title: str
    file_path: str | None
    """None where the path cannot be used."""
    picture: str | None
    picture_sha256: str | None
    revision_sha256: str
    standing: tuple[Any, ...]
    dates: tuple[datetime | None, ...]

    def made_from(self, now: datetime) -> str:
        """A digest of everything that the file is made from."""
        ahead = [date is not None and date > now for date in self.dates]
        said = [self.revision_sha256, *map(str, self.standing), *map(str, self.dates), *map(str, ahead)]
        return hashlib.sha256("|".join(said).encode()).hexdigest()[:32]


def batches(items: QuerySet[CuratedItem], *, bundles: bool) -> Iterator[list[Row]]:
    """Rows of `items` in the order of their paths, `BATCH` at a time."""
    listed = _rows(items, bundles)
    while batch := list(islice(listed, BATCH)):
        yield batch


def _rows(items: QuerySet[CuratedItem], bundles: bool) -> Iterator[Row]:
    revisions = ("head_revision", "live_revision")
    parts = ("sha256", "from_file", "picture_path", "featured_image__sha256")
    columns = [f"{revision}__{part}" for revision in revisions for part in parts]
    listed = items.order_by("path", "md_name", "pk").values_list(
        "pk", "title", "path", "md_name", "slug", "community__slug", "publication", "state",
        "publish_at", "unpublish_at", "date", *columns,
    )  # fmt: skip
    for pk, title, path, md_name, slug, community, publication, state, start, end, date, *rest in listed.iterator(2000):
        sha256, from_file, picture, picture_sha256 = rest[4:] if publication == Publication.LIVE else rest[:4]
        file_path: str | None = None
        place: str | None = None
        with suppress(ExportFailed):
            below = path_of(path, community, md_name, slug, bundles=bundles)
            place = picture_place(below, picture) if picture_sha256 else None
            file_path = f"content/{below}"
        yield Row(
            pk, title, file_path, place, picture_sha256, sha256 or "",
            (publication, state, from_file), (start, end, date),
        )  # fmt: skip
