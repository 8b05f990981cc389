"""What an item looks like as a content file, given out: its path, its bytes, its picture."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.utils import timezone

from curation.exchange import documents
from curation.exchange.header import Header, as_date
from curation.exchange.sources import safe_path
from curation.frontmatter import DELETE, Document
from curation.frontmatter import Path as KeyPath
from curation.frontmatter.dates import write_date
from curation.models import CuratedItem, Revision
from curation.workflow import Publication, State

PUBLISH_KEYS = ("publishDate", "pubdate", "published")
EXPIRY_KEYS = ("expiryDate", "unpublishdate")


class ExportFailed(Exception):
    """A file that cannot be written; the text says which, why, and what to do."""


@dataclass(frozen=True)
class Outgoing:
    """What one item looks like outside."""

    path: PurePosixPath
    """Below the content folder."""
    document: Document
    revision: Revision
    """The revision that it was made from."""


def outgoing(item: CuratedItem, now: datetime | None = None, *, bundles: bool = False) -> Outgoing | None:
    """The file of `item` as it is given out: the live revision of a published item, the newest one of any other.
    None for an item without a revision.

    Keys that tell where the item stands (`draft`, `publishDate`, `expiryDate`) are set where a static site would
    otherwise show it too early, too long, or not at all. A file that was imported and that nobody has touched or judged
    goes back as it came. With `bundles` an item that was born here becomes a folder with an `index.md`. Raises
    ExportFailed where its path cannot be used.
    """
    revision = item.live_revision if item.publication == Publication.LIVE else item.head_revision
    if revision is None:
        return None
    document = revision.document
    changes = _standing_keys(item, revision, Header(document.data), now or timezone.now())
    path = path_of(item.path, item.community.slug, item.md_name, item.slug, bundles=bundles)
    return Outgoing(path, documents.with_values(document, changes), revision)


def is_draft(header: Header) -> bool:
    """Whether the file keeps itself from readers. Every word that any version of Hugo took for a draft counts."""
    word = header.get("draft")
    said = word is True or word == 1 or str(word).strip().lower() in {"true", "yes", "on", "y", "t", "1"}
    published = header.get("published")
    return said or published is False or str(published).strip().lower() in {"false", "no", "off"}


def dates_of(header: Header) -> tuple[datetime | None, datetime | None]:
    """From when and until when the file says that readers see it."""
    return tuple(  # type: ignore[return-value]
        None if isinstance(value := header.get(header.filled(*names)), bool) else as_date(value)
        for names in (PUBLISH_KEYS, EXPIRY_KEYS)
    )


def _standing_keys(item: CuratedItem, revision: Revision, header: Header, now: datetime) -> dict[KeyPath, Any]:
    changes: dict[KeyPath, Any] = {}
    hidden = item.publication != Publication.LIVE
    if revision.from_file and (item.publication, item.state) == (Publication.NEVER, State.DRAFT):
        return {}
    if hidden != is_draft(header):
        changes[header.key("draft")] = hidden
        if not hidden and header.has("published") and isinstance(header.get("published"), bool):
            changes[header.key("published")] = DELETE
    if hidden:
        return changes
    start, end = dates_of(header)
    shown_from = start or as_date(header.get("date"))
    publish_at = item.publish_at or now
    too_early = publish_at > now and shown_from != publish_at
    too_late = publish_at <= now and shown_from is not None and shown_from > now
    if too_early or too_late:
        key = header.filled("publishDate", "pubdate")
        changes[key] = write_date(publish_at, header.get(key))
    if item.unpublish_at != end:
        key = header.filled(*EXPIRY_KEYS)
        changes[key] = DELETE if item.unpublish_at is None else write_date(item.unpublish_at, header.get(key))
    return changes


def path_of(
    came_from: str | None, community: str, md_name: str | None, slug: str, *, bundles: bool = False
) -> PurePosixPath:
    """The path of an item's file below the content folder: where it came from, or, for an item that was born here, its
    place below its community (by slug), under its file name or slug. Raises ExportFailed.
    """
    if came_from:
        path = safe_path(came_from)
        if path is None:
            raise ExportFailed(
                f"The path {came_from!r} of its file cannot be used. Import the file again from another path."
            )
        return path
    name = md_name if md_name and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", md_name) else slug
    folder = PurePosixPath("communities", community, "curated-content")
    return folder / name / "index.md" if bundles else folder / f"{name}.md"


def picture_place(path: PurePosixPath, text: str) -> str | None:
    """Where in the site the picture lies that the file at `path` names by `text`, such as "static/img/a.jpg".

    None where it names none, or one on another server. Raises ExportFailed for a path that leads out.
    """
    if not text or "://" in text or text.startswith("//"):
        return None
    relative = safe_path(text)
    if relative is None:
        raise ExportFailed(f"The path of its picture cannot be used: {text[:100]!r}. Choose the picture again.")
    return f"static/{relative}" if text.startswith("/") else f"content/{path.parent / relative}"
