"""What a file changes of an item that is there: merged by key with what the newsroom changed since."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.utils import timezone

from curation import publishing
from curation.exchange import documents, exporting, keys
from curation.exchange.bases import Base
from curation.exchange.header import Header
from curation.exchange.merge import merge
from curation.exchange.prepare import Prepared
from curation.exchange.report import Problem, Refused, changed_keys, conflict_problem
from curation.exchange.sources import MAX_FILE_BYTES, SourceRefused, read_file
from curation.frontmatter import Document, FrontMatterError
from curation.models import CuratedItem, FeaturedImage, Publisher, Revision
from curation.workflow import Publication, State

if TYPE_CHECKING:
    from communities.models import User


@dataclass(frozen=True)
class Updating:
    """How files of one run change items; see `Importer` for what each of these means."""

    publish: bool
    prefer: Literal["file", "database"] | None
    by: "User | None"
    via: str

    def update(self, item: CuratedItem, file: Prepared, common: Base, *, at_home: bool) -> None:
        """Makes the file a new head revision of `item`, together with what was changed here since both had `common`;
        its outcome tells how. Where it says nothing new, and lies `at_home`, what it says is what both have from now
        on: two sides may have become the same by other ways than this one. Raises Refused for a conflict, and what
        `publishing.save` raises.
        """
        outcome, values, document = file.outcome, file.values, file.document
        head, base = item.head_revision, common.revision
        assert head is not None
        theirs = self._their_picture(file, base, head)
        shared = self._shared(item, document, common)
        self._follow(item, file, known=shared is not None)
        if theirs is None and shared is not None:
            same_picture = values.image is None or values.image.pk == shared.featured_image_id
            if at_home and same_picture and shared.pk != item.file_revision_id:
                CuratedItem.objects.filter(pk=item.pk).update(file_revision=shared)
            outcome.status = "unchanged"
            return
        outcome.keys = changed_keys(head.document, document, theirs is None)
        merged, ours_too = document, base is None or base.pk != head.pk
        if ours_too:
            merged = self._merged(base.document if base else Document.new({}), file, head)
        named = bool(keys.picture_path(Header(merged.data)))
        kept = theirs or (head.featured_image if named else None)
        values.image = theirs or (base.featured_image if base and file.picture_path else None)
        # A proposal for readers waits for review; what the newsroom had not finished is not handed in by a file.
        waits = item.live_revision_id is not None and not (ours_too and item.state == State.DRAFT)
        state = State.IN_REVIEW if waits else State.DRAFT if item.state == State.REJECTED else None
        note = f"from {file.path}"
        taken = publishing.save(
            item, values, by=self.by, version=item.version, via=self.via, note=note, action="imported",
            document=document, state=state,
        )  # fmt: skip
        if merged.bytes != document.bytes or kept != values.image:
            both = documents.read(merged, image=kept)
            both.community = values.community
            note += ", with what was changed here meanwhile"
            publishing.save(
                item, both, by=self.by, version=item.version, via=self.via, note=note, action="merged",
                document=merged, state=state,
            )  # fmt: skip
        CuratedItem.objects.filter(pk=item.pk).update(file_revision=taken or head)
        self._take_dates(item, file, base)
        outcome.status = "updated"

    def go_live(self, item: CuratedItem, file: Prepared) -> None:
        """With `publish`: what the file has said to the public already, it says here too.

        Only what stands in the file itself: words that somebody added here wait for their review, and what was
        withdrawn or archived, or is by a blocked publisher, stays away from readers.
        """
        if not self.publish:
            return
        item.refresh_from_db()
        head = item.head_revision
        imported_now = file.outcome.status in {"created", "updated"}
        if file.draft:
            if item.publication == Publication.LIVE and imported_now:
                note = "its file became a draft"
                publishing.move(item, "withdraw", by=None, version=item.version, via=self.via, note=note)
            return
        waiting = item.publication == Publication.NEVER and item.state == State.DRAFT
        if head is None or head.pk == item.live_revision_id or not (imported_now or waiting):
            return
        if head.sha256 != file.document.sha256 or item.publication not in (Publication.NEVER, Publication.LIVE):
            return
        if item.publisher is not None and item.publisher.status == Publisher.Status.BLOCKED:
            hint = "It came in as a draft."
            file.outcome.problems.append(
                Problem("warning", "publisher_blocked", f"{item.publisher} is blocked.", hint, key="link")
            )
            return
        publishing.publish_imported(item, at=item.publish_at or file.begins(timezone.now()), via=self.via)
        if file.outcome.status == "unchanged":
            file.outcome.status = "updated"

    def _their_picture(self, file: Prepared, base: Revision | None, head: Revision) -> FeaturedImage | None:
        """The picture that the file brought since both sides were the same; None where it brought none."""
        theirs, before = file.values.image, base.featured_image_id if base else None
        if theirs is None or theirs.pk in (before, head.featured_image_id):
            return None
        if before is not None and head.featured_image_id != before and self.prefer != "file":
            if self.prefer == "database":
                return None
            file.outcome.conflicts = [{"key": "(picture)", "base": None, "file": str(theirs), "database": "another"}]
            raise Refused(
                "conflict",
                "The file and the newsroom each have another picture since they were last the same.",
                "Nothing was overwritten. Decide with --prefer file or --prefer database.",
                "featuredImage",
            )
        return theirs

    def _follow(self, item: CuratedItem, file: Prepared, *, known: bool) -> None:
        """Notes where the file of an item lies now: it was renamed, or it is the first one of an item born here.

        Another item whose path that was gets the one that is left: where its own file was renamed, too, it is followed
        from there, in whatever order the files come.
        """
        if file.path == item.path or file.path_is_made:
            return
        if item.path is not None:
            source = file.source
            if source.file is None or source.relative is None:
                return
            root = source.file.absolute().parents[source.relative.count("/")]
            if _lies_there(root / item.path, file):
                return
        elif known:
            return
        left, items = item.path, CuratedItem.objects
        other = items.filter(path=file.path).exclude(pk=item.pk).first()
        if other is not None and (self.by is not None or left is None or not _is_named(item, file)):
            # What a person uploads may come from anywhere, and takes no other item's place.
            return
        items.filter(pk=item.pk).update(path=None)
        if other is not None:
            items.filter(pk=other.pk).update(path=left)
        items.filter(pk=item.pk).update(path=file.path)

    def _take_dates(self, item: CuratedItem, file: Prepared, base: Revision | None) -> None:
        """The dates of publication that the file changed, for an item that readers do not see yet; those of a live item
        come with its revision, when that is published.
        """
        before = exporting.dates_of(Header(base.document.data)) if base else (None, None)
        said = (file.publish_at, file.unpublish_at)
        item.refresh_from_db()
        if said == before or item.publication != Publication.NEVER:
            return
        publishing.set_dates(
            item, publish_at=said[0], unpublish_at=said[1], by=None, version=item.version, via=self.via
        )

    def _shared(self, item: CuratedItem, document: Document, base: Base) -> Revision | None:
        """The revision that the file says already: what both had last, what the database had last, or what it would
        give out now. None where the file says something new; so it does where it went back to before what both had.
        """
        head = item.head_revision
        if base.has(document.sha256):
            return base.revision
        if head is not None and head.sha256 == document.sha256:
            return head
        ours = exporting.outgoing(item)
        if ours is None or ours.document.sha256 != document.sha256:
            return None
        return ours.revision if base.revision is None or ours.revision.number >= base.revision.number else None

    def _merged(self, base: Document, file: Prepared, head: Revision) -> Document:
        result = merge(base, file.document, head.document, prefer=self.prefer)
        if result.conflicts:
            file.outcome.conflicts = [conflict.as_json() for conflict in result.conflicts]
            raise Refused.because(*map(conflict_problem, result.conflicts))
        return result.document


def _is_named(item: CuratedItem, file: Prepared) -> bool:
    """Whether the file says by a name whose it is, and not by its path or its link alone."""
    return (item.md_name is not None and item.md_name == file.values.md_name) or (
        item.upstream_key is not None and item.upstream_key == file.upstream_key
    )


def _lies_there(place: Path, file: Prepared) -> bool:
    """Whether there still is a file at the former place of `file`, unless that says that it is another item's."""
    if not place.exists():
        return False
    try:
        there = Document.parse(read_file(place, MAX_FILE_BYTES))
    except (SourceRefused, FrontMatterError):
        return True
    return not keys.is_anothers(Header(there.data), file.header)
