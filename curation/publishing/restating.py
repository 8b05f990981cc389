"""The same words again with another name for a term: what is live stays live, what is approved stays approved."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from curation.exchange import documents, rows
from curation.frontmatter import Document, FrontMatterError
from curation.models import Change, CuratedItem, Revision
from curation.publishing.ledger import claim, deed, give_back, new_revision, record
from curation.publishing.saving import head_of

if TYPE_CHECKING:
    from communities.models import User

RENAMED = "term renamed"
"""The name of the deed in the timeline."""


@deed
def restate(
    item: CuratedItem,
    renamed: Callable[[Document], Document],
    *,
    by: "User | None",
    version: int,
    via: str = "admin",
    note: str = "",
    details: dict[str, Any] | None = None,
) -> Change | None:
    """Says again what `item` says, through `renamed`, which puts another name for an author, topic or tag into a
    document; None where no document changes by it.

    The live revision, the one that is scheduled and the newest one each get a successor that stands where they stood:
    review, publication and dates stay, and whoever wrote the words is still who wrote them. Raises StaleVersion where
    the item is no longer at `version`, ValidationError where its file cannot be edited.
    """
    claim(item, version)
    head = head_of(item)
    held = {revision.pk: revision for revision in (item.live_revision, item.scheduled_revision, head) if revision}
    said = {pk: _through(revision, renamed) for pk, revision in held.items()}
    if not any(said[pk].bytes != bytes(held[pk].content) for pk in held):
        give_back(item, version)
        return None
    now, number, successors = timezone.now(), head.number, {}
    for pk, revision in sorted(held.items(), key=lambda pair: pair[1].number):
        # The newest one always follows, so that it is still the one with the highest number.
        if said[pk].bytes == bytes(revision.content) and pk != head.pk:
            continue
        number += 1
        values = documents.read(said[pk], image=revision.featured_image)
        successor = new_revision(item, number, said[pk], values, by=by, at=now, from_file=revision.from_file, note=note)
        successor.restates = revision.restates or revision.number
        successor.save()
        successors[pk] = successor
    if item.live_revision_id in successors or item.row_is_head:
        shown = item.live_revision_id or head.pk
        rows.connect(item, documents.read(said[shown], image=held[shown].featured_image))
    for column in ("live_revision", "scheduled_revision", "head_revision"):
        setattr(item, column, successors.get(getattr(item, f"{column}_id"), getattr(item, column)))
    item.updated_at = now
    item.save(update_fields=["live_revision", "scheduled_revision", "head_revision", "updated_at"])
    return record(item, RENAMED, by=by, via=via, permission="edit", note=note, details=details, at=now)


def _through(revision: Revision, renamed: Callable[[Document], Document]) -> Document:
    try:
        return renamed(revision.document)
    except FrontMatterError as error:
        raise ValidationError(f"Its file cannot be changed in this way: {error}") from error
