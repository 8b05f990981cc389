"""What leaves the newsroom by hand: a zip of content files, a table."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from curation import publishing
from curation.admin import tables
from curation.exchange.exporting import ExportFailed
from curation.exchange.manifest import MANIFEST
from curation.exchange.writing import Export
from curation.models import Batch, BatchLine, CuratedItem

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

PIECE = 500
"""How many rows of a table are read at once."""
COLUMNS = (
    "Title", "Link", "State", "Community", "Publisher", "Authors", "Kind", "Topics", "Tags", "Description",
    "Alt text", "Published from", "Published until", "Review again by", "Curator", "Reviewer", "Changed", "Address",
    "File",
)  # fmt: skip


def as_zip(batch: Batch, lines: QuerySet[BatchLine]) -> HttpResponse:
    """The files of the items of `batch` that can be exported, with their pictures. What cannot stops no other."""
    batch.begun_at = batch.begun_at or timezone.now()
    batch.save(update_fields=["begun_at"])
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with tempfile.TemporaryDirectory(prefix="medigy-export-") as folder:
        export = Export(Path(folder), handed_to=batch.by)
        with publishing.correlated(str(batch.pk)):
            for line in lines:
                line.outcome, line.reason = _exported(export, line)
                line.save(update_fields=["outcome", "reason"])
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file() and path.name != MANIFEST:
                    archive.write(path, path.relative_to(folder))
            if left := [line for line in lines if line.outcome == BatchLine.Outcome.REFUSED]:
                archive.writestr("not-exported.txt", "".join(f"{line.item}: {line.reason}\n" for line in left))
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename=f"items-{timezone.localdate():%Y-%m-%d}.zip")


def _exported(export: Export, line: BatchLine) -> tuple[str, str]:
    try:
        written = list(export.run(CuratedItem.objects.filter(pk=line.item_id)))
    except ExportFailed as error:
        return BatchLine.Outcome.REFUSED, str(error)
    problems = [each.message for each in written if each.status not in {"written", "unchanged"}]
    return (BatchLine.Outcome.REFUSED, " ".join(problems)) if problems else (BatchLine.Outcome.DONE, "")


def as_csv(section: "ItemAdmin", request: HttpRequest, items: QuerySet) -> HttpResponse:
    """A table of what is selected, however much it is, written while it is read."""
    if not items.exists():
        section.message_user(request, "Nothing is selected.", messages.WARNING)
        return redirect(section.address("changelist"))
    lines = tables.csv_lines(COLUMNS, table(items))
    return tables.download(lines, f"items-{timezone.localdate():%Y-%m-%d}.csv", "text/csv")


def table(items: QuerySet) -> Iterator[Sequence[Any]]:
    """What each of `items` has to say under COLUMNS."""
    read = (
        items.select_related("community", "publisher", "featured_image", "created_by", "reviewer")
        .prefetch_related("bylines__author", "topics", "item_tags__tag")
        .defer("body", "body_html", "curator_note")
    )
    now = timezone.now()
    for item in read.iterator(chunk_size=PIECE):
        yield (
            item.title, item.link, item.label(now)[1], item.community.name, item.publisher,
            "; ".join(map(str, item.byline)), item.kind, "; ".join(map(str, item.topics.all())),
            "; ".join(each.tag.name for each in item.item_tags.all()), item.description, item.alt_text,
            _moment(item.publish_at), _moment(item.unpublish_at), item.review_by, item.created_by, item.reviewer,
            _moment(item.updated_at), item.get_absolute_url(), item.path or item.md_name,
        )  # fmt: skip


def _moment(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""
