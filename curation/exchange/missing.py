"""The items whose file is no longer in the folders that were imported."""

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from curation import publishing
from curation.exchange.report import Outcome, Problem
from curation.models import CuratedItem
from curation.workflow import MoveNotAllowed, Publication

if TYPE_CHECKING:
    from communities.models import User


def without_file(
    folders: list[str], *, present: Container[str], seen: Container[int], failed: bool
) -> Iterator[tuple[CuratedItem, str]]:
    """The items whose file was in one of `folders` of the content folder, and is not there any more; each with what
    makes that doubtful, or nothing.

    `present` are the paths that were found, `seen` the items that a file was taken for, and `failed` says whether one
    could not be taken. It is safe to say only where all files could be read, some of them were known before (so that it
    is the folder the items came from), and not most of them went.
    """
    for folder in folders:
        rows = CuratedItem.objects.exclude(publication=Publication.ARCHIVED).filter(file_revision__isnull=False)
        # Compared here, since databases differ in whether case counts.
        paths = rows.filter(path__isnull=False).values_list("pk", "path")
        inside = [(pk, path) for pk, path in paths if path and path.startswith(folder)]
        gone = [pk for pk, path in inside if path not in present and pk not in seen]
        doubt = (
            "some files could not be read"
            if failed
            else "most of the items would go: is this the folder that they came from?"
            if len(gone) * 2 > len(inside)
            else ""
        )
        for pk in gone:
            yield CuratedItem.objects.select_related("community").get(pk=pk), doubt


def outcome_of(item: CuratedItem, doubt: str, *, archive: bool, by: "User | None", via: str) -> Outcome:
    """Tells of an item without a file; with `archive` it is archived, unless there is a `doubt`."""
    outcome = Outcome(str(item.path), status="missing", title=item.title)
    if archive and doubt:
        outcome.problems.append(Problem("warning", "not_archived", f"It was not archived: {doubt}"))
    elif archive:
        note = "its file is no longer in the content folder"
        try:
            publishing.move(item, "archive", by=by, version=item.version, via=via, note=note)
            outcome.status = "archived"
        except (MoveNotAllowed, publishing.StaleVersion) as error:
            outcome.problems.append(Problem("warning", "not_archived", f"It was not archived: {error}"))
    outcome.live = item.publication == Publication.LIVE
    return outcome
