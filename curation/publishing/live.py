"""What readers see: a revision becomes the live one, and what was scheduled for later is dropped."""

from datetime import datetime, timedelta
from typing import Any

from curation import upkeep
from curation.exchange import exporting, rows
from curation.exchange.header import Header
from curation.models import Change, CuratedItem, Revision
from curation.publishing.ledger import claim, record
from curation.publishing.saving import fill_row, head_of, revision_values
from curation.workflow import Publication, State


def go_live(item: CuratedItem, revision: Revision, now: datetime) -> None:
    """Makes `revision` what readers see, from now on or from the item's date of publication on.

    The caller saves the item's own columns. Raises ValidationError where the row cannot say what the revision says.
    """
    if item.live_revision_id not in (None, revision.pk):
        address = item.get_absolute_url()
        _take_dates(item, revision)
        fill_row(item, revision_values(item, revision))
        if item.get_absolute_url() != address:
            rows.keep_former_address(item, address)
    item.publication = Publication.LIVE
    item.live_revision = revision
    item.publish_at = item.publish_at or now
    item.gone_to = ""


def _take_dates(item: CuratedItem, revision: Revision) -> None:
    """The dates of publication, where `revision` says others than the live one: a file changed them."""
    assert item.live_revision is not None
    before, said = (exporting.dates_of(Header(one.document.data)) for one in (item.live_revision, revision))
    if said == before:
        return
    begin, end = said[0] or item.publish_at, said[1]
    if begin is not None and end is not None and end <= begin:
        begin = end - timedelta(seconds=1)
    item.publish_at, item.unpublish_at = begin, end


def drop_schedule(item: CuratedItem) -> dict[str, Any] | None:
    """Takes the scheduled update off `item`; says which revision was to go out when, None where there was none."""
    if item.scheduled_revision is None or item.scheduled_at is None:
        return None
    dropped = {"revision": item.scheduled_revision.number, "when": item.scheduled_at.isoformat()}
    item.scheduled_revision = item.scheduled_at = None
    item.schedule_error, item.schedule_attempts = "", 0
    return dropped


def publish_imported(item: CuratedItem, *, at: datetime, via: str, note: str = "") -> Change:
    """Makes the head revision live as an operator's import does: what a file of a site that is public already says.

    `at` is from when readers see it. Called within the transaction that saved the revision.
    """
    claim(item, item.version)
    from_state, from_publication = State(item.state), Publication(item.publication)
    item.state = State.APPROVED
    if item.live_revision_id is None:
        item.publish_at = at
    item.reviewer = item.claimed_at = item.review_due = None
    go_live(item, head_of(item), at)
    dropped = drop_schedule(item)
    item.save()
    change = record(
        item, "published", by=None, via=via, permission="publish", note=note,
        from_state=from_state, from_publication=from_publication,
    )  # fmt: skip
    if dropped:
        record(
            item, "unschedule", by=None, via=via, permission="publish", details=dropped,
            note="A newer revision was published.",
        )  # fmt: skip
    upkeep.items_changed([item.pk])
    return change
