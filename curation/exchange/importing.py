"""Takes content files in: each becomes an item, a new revision of one, or a report of what keeps it from that."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.models import Community
from curation import publishing
from curation.exchange import bulk, community_pages, documents, exporting, keys
from curation.exchange.claims import Claims
from curation.exchange.header import Header
from curation.exchange.merge import merge
from curation.exchange.pictures import Pictures
from curation.exchange.prepare import Prepared, prepare
from curation.exchange.report import Outcome, Problem, Refused, changed_keys, conflict_problem, placed, problems_of
from curation.exchange.sources import Source, SourceRefused, find, folders_of
from curation.frontmatter import Document, FrontMatterError
from curation.models import CuratedItem, FeaturedImage, Revision
from curation.workflow import MoveNotAllowed, Publication, State

if TYPE_CHECKING:
    from communities.models import User

VIA = "import_frontmatter"
BATCH = 200
"""Files that are looked up, and new items that are made, at once."""

Read = tuple[Source, bytes]


class Importer:
    """One run over any number of files.

    `community` is the home of items whose files name none; `media_root` where pictures lie (left out: the site's
    `static/` and the file's own folder); `publish` brings files in live, as their own dates and `draft` say. `prefer`
    decides where the file and the item were both changed; left out, such a file is a conflict. `missing` tells of items
    whose file is no longer in the folders named, or archives them. `dry_run` does everything and keeps nothing;
    `atomic` keeps nothing where one file fails. `workers` is the number of processes that read files. `by` and `at` say
    whose work new items are and since when; left out, an operator's, and now.
    """

    def __init__(
        self,
        *,
        community: str = "",
        media_root: Path | None = None,
        publish: bool = False,
        prefer: Literal["file", "database"] | None = None,
        missing: Literal["report", "archive"] | None = None,
        dry_run: bool = False,
        atomic: bool = False,
        workers: int = 1,
        by: "User | None" = None,
        at: datetime | None = None,
    ) -> None:
        self.community = community
        self.publish = publish
        self.prefer = prefer
        self.missing = missing
        self.dry_run = dry_run
        self.atomic = atomic
        self.workers = workers
        self.by = by
        self.at = at
        self.counts: Counter[str] = Counter()
        self.kept = not dry_run
        """Whether what the run did was kept, once it is over."""
        self._pictures = Pictures(media_root)
        self._communities: dict[str, Community] = {}
        self._seen: dict[int, str] = {}

    def run(self, paths: Sequence[str]) -> Iterator[Outcome]:
        """Takes the files of `paths` (see `sources.find`) in their order. What is made of a file is made whole or not
        at all, its picture included, and a bad one stops no other. Raises SourceRefused for a path that is not there.
        """
        with ExitStack() as stack:
            if self.dry_run or self.atomic:
                stack.enter_context(self._all_or_nothing())
            pool = stack.enter_context(ProcessPoolExecutor(self.workers)) if self.workers > 1 else None
            sources = find(paths)
            while batch := list(islice(sources, BATCH)):
                yield from self._take_batch(batch, pool)
            if self.missing is not None:
                yield from self._without_file(folders_of(paths))

    def take(self, source: Source) -> Outcome:
        """Takes one file."""
        return next(iter(self._take_batch([source], None)))

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """One transaction around all, so that files meet what the files before them made, and it can be undone."""
        written: list[FeaturedImage] = []
        self._pictures.keep = written
        try:
            with transaction.atomic():
                yield
                failed = self.counts["error"] + self.counts["conflict"]
                if self.dry_run or failed:
                    self.kept = False
                    transaction.set_rollback(True)
        except BaseException:
            self.kept = False
            raise
        finally:
            if not self.kept:
                self._pictures.taken = written
                self._pictures.forget()

    def _take_batch(self, batch: Sequence[Source], pool: ProcessPoolExecutor | None) -> list[Outcome]:
        outcomes: dict[str, Outcome] = {}
        read: list[Read] = []
        for source in batch:
            try:
                read.append((source, source.read()))
            except SourceRefused as error:
                outcomes[source.shown] = Outcome(
                    source.shown, status="error", problems=[Problem("error", "unreadable", str(error))]
                )
        for source, raw in [pair for pair in read if community_pages.is_page(pair[0].relative)]:
            outcomes[source.shown] = community_pages.take(source, raw, self._pictures, prefer=self.prefer)
            self._communities.clear()
        read = [pair for pair in read if pair[0].shown not in outcomes]
        read = self._without_unchanged(read, outcomes)
        if pool is not None and len(read) > 1:
            chunk = max(1, len(read) // (self.workers * 2))
            made: Iterable[Prepared | Outcome] = pool.map(_prepare, read, chunksize=chunk)
        else:
            made = map(_prepare, read)
        files: list[Prepared] = []
        for result in made:
            if isinstance(result, Prepared):
                files.append(result)
            else:
                outcomes[result.path] = result
        fresh, others = self._sorted_out(files, outcomes)
        others = self._create(fresh, outcomes) + others
        for file in others:
            outcomes[file.source.shown] = self._take(file)
        in_order = [outcomes[source.shown] for source in batch]
        self.counts.update(outcome.status for outcome in in_order)
        return in_order

    def _without_unchanged(self, read: list[Read], outcomes: dict[str, Outcome]) -> list[Read]:
        """The files that are not, to the byte, what the database had last: most files of a second run end here."""
        columns = (
            "path", "pk", "title", "publication", "state", "head_revision__sha256", "file_revision__sha256",
            "head_revision__picture_path", "head_revision__featured_image__sha256",
        )  # fmt: skip
        paths = [source.relative for source, _ in read if source.relative]
        rows = CuratedItem.objects.filter(path__in=paths).values_list(*columns) if paths else []
        known = {row[0]: row[1:] for row in rows}
        rest = []
        for source, raw in read:
            row = known.get(source.relative or "")
            if row is None or row[0] in self._seen:
                rest.append((source, raw))
                continue
            pk, title, publication, state, head, base, picture, picture_sha256 = row
            waiting = self.publish and publication == Publication.NEVER and state == State.DRAFT
            same = hashlib.sha256(raw).hexdigest() in (head, base)
            if waiting or not same or not self._pictures.is_same(source, picture or "", picture_sha256):
                rest.append((source, raw))
                continue
            self._seen[pk] = source.shown
            live = publication == Publication.LIVE
            outcomes[source.shown] = Outcome(source.shown, status="unchanged", title=title, live=live)
        return rest

    def _without_file(self, folders: list[str]) -> Iterator[Outcome]:
        """The items whose file was in one of `folders` of the content folder, and was not met in this run."""
        for folder in folders:
            rows = CuratedItem.objects.exclude(publication=Publication.ARCHIVED).filter(file_revision__isnull=False)
            for item in rows.filter(path__startswith=folder).order_by("path").select_related("community"):
                if item.pk in self._seen:
                    continue
                self._seen[item.pk] = str(item.path)
                outcome = Outcome(str(item.path), status="missing", title=item.title)
                if self.missing == "archive":
                    note = "its file is no longer in the content folder"
                    publishing.move(item, "archive", by=None, version=item.version, via=VIA, note=note)
                    outcome.status = "archived"
                outcome.live = item.publication == Publication.LIVE
                self.counts[outcome.status] += 1
                yield outcome

    # --- New items, many at once ---

    def _sorted_out(self, files: list[Prepared], outcomes: dict[str, Outcome]) -> tuple[list[Prepared], list[Prepared]]:
        """The files that can be made at once, since nothing that they claim is anybody else's, and all others."""
        if len(files) < 2:
            return [], files
        taken = Claims.in_database(files)
        fresh, others = [], []
        for file in files:
            claims = Claims.of(file, file.community or self.community)
            community = self._known_community(file.community or self.community)
            if taken.meets(claims) or claims.twice:
                others.append(file)
            elif community is None:
                # The first file of a community makes it.
                outcomes[file.source.shown] = self._take(file)
            else:
                file.values.community = community
                fresh.append(file)
            taken.add(claims)
        return fresh, others

    def _create(self, files: list[Prepared], outcomes: dict[str, Outcome]) -> list[Prepared]:
        """Makes the new items in one transaction; the files that are left when that does not go."""
        if not files:
            return []
        notes = [list(file.outcome.problems) for file in files]
        try:
            with transaction.atomic():
                self._pictures.look_up([(file.source, file.picture_path) for file in files])
                for file in files:
                    file.values.image = self._picture(file)
                items = bulk.create(files, by=self.by, via=VIA, at=self.at, publish=self.publish)
        except (ValidationError, IntegrityError):
            self._pictures.forget()
            self._communities.clear()
            for file, problems in zip(files, notes, strict=True):
                file.outcome.problems, file.values.community, file.values.image = problems, None, None
            return files
        except BaseException:
            self._pictures.forget()
            raise
        self._pictures.done()
        for item, file in zip(items, files, strict=True):
            file.outcome.status, file.outcome.live = "created", item.publication == Publication.LIVE
            file.outcome.problems = [placed(problem, file.document) for problem in file.outcome.problems]
            self._seen[item.pk] = file.source.shown
            outcomes[file.source.shown] = file.outcome
        return []

    # --- One file by itself ---

    def _take(self, file: Prepared) -> Outcome:
        """Takes one file in a transaction of its own. Never raises for anything that the file is to blame for."""
        outcome = file.outcome
        try:
            with transaction.atomic():
                item = self._place(file)
            self._seen[item.pk] = file.source.shown
            self._pictures.done()
        except FrontMatterError as error:
            outcome.problems.append(Problem("error", error.code, error.message, error.hint or ""))
        except Refused as error:
            outcome.problems += error.problems
        except ValidationError as error:
            outcome.problems += problems_of(error)
        except MoveNotAllowed as error:
            outcome.problems.append(Problem("error", "not_editable", str(error)))
        except BaseException:
            self._pictures.forget()
            raise
        outcome.problems = [placed(problem, file.document) for problem in outcome.problems]
        if any(problem.severity == "error" for problem in outcome.problems):
            outcome.status = "conflict" if outcome.conflicts else "error"
            self._pictures.forget()
            self._communities.clear()
        return outcome

    def _place(self, file: Prepared) -> CuratedItem:
        outcome, values = file.outcome, file.values
        item = self._find(file)
        values.image = self._picture(file)
        if item is None:
            values.community = self._community(file)
            item = publishing.create(
                values, by=self.by, via=VIA, note=f"from {file.source.shown}", action="imported", at=self.at,
                document=file.document, path=file.path, upstream_key=file.upstream_key,
                publish_at=file.publish_at, unpublish_at=file.unpublish_at,
            )  # fmt: skip
            outcome.status = "created"
            CuratedItem.objects.filter(pk=item.pk).update(file_revision=item.head_revision)
        else:
            if item.pk in self._seen:
                raise Refused(
                    "duplicate_upstream",
                    f"{self._seen[item.pk]} is the same item, “{item.title}”.",
                    "Keep one of the two files.",
                )
            same_home = file.community in ("", item.community.slug)
            values.community = item.community if same_home else self._community(file)
            self._update(item, file)
        self._go_live(item, file)
        item.refresh_from_db(fields=["publication"])
        outcome.live = item.publication == Publication.LIVE
        return item

    def _find(self, file: Prepared) -> CuratedItem | None:
        """The item of this file: by `mdName`, number upstream or path; by its link only where none of them names it."""
        items = CuratedItem.objects.select_related(
            "community", "head_revision__featured_image", "file_revision__featured_image"
        )
        name, upstream = file.values.md_name, file.upstream_key
        for rule in ({"md_name": name} if name else None, {"upstream_key": upstream} if upstream else None):
            if rule and (found := items.filter(**rule).first()):
                return found
        if file.path and (found := items.filter(path=file.path).first()):
            known = found.md_name if name else found.upstream_key if upstream else None
            if known and known != (name or upstream):
                raise Refused(
                    "other_identity",
                    f"This path belongs to “{found.title}”, known as {known}; the file says {name or upstream}.",
                    "Give the file another path, or its old name back.",
                )
            return found
        link_key = file.made.link_key if file.made else ""
        same = items.filter(link_key=link_key).order_by("pk").first() if link_key else None
        if same is None:
            return None
        if not name and not upstream and same.md_name is None and same.upstream_key is None:
            return same
        file.outcome.problems.append(
            Problem(
                "warning", "same_link", f"“{same.title}” in {same.community} has the same link.",
                "Keep one of the two, or show one in both communities.", key="link",
            )
        )  # fmt: skip
        return None

    def _picture(self, file: Prepared) -> FeaturedImage | None:
        return self._pictures.take(file.source, file.picture_path, file.outcome, credit=file.credit, focus=file.focus)

    # --- Where it belongs ---

    def _known_community(self, slug: str) -> Community | None:
        if slug and slug not in self._communities:
            found = Community.objects.filter(slug=slug).first()
            if found:
                self._communities[slug] = found
        return self._communities.get(slug)

    def _community(self, file: Prepared) -> Community:
        """The home of a file; made as the file describes it where it is missing."""
        slug = file.community or self.community
        if not slug:
            raise Refused(
                "no_community",
                "The file names no community (`basePath`).",
                "Say where it belongs with --community SLUG.",
            )
        if found := self._known_community(slug):
            return found
        described = keys.new_community(file.header)
        community = described or Community(slug=slug, name=slug.replace("-", " ").capitalize())
        if Community.objects.filter(name=community.name).exists():
            community.name = f"{community.name} ({slug})"
        try:
            community.full_clean()
        except ValidationError as error:
            sentence = "; ".join(error.messages)
            raise Refused(
                "bad_community", f"Its community {slug!r} cannot be made: {sentence}", key="basePath"
            ) from error
        community.save()
        return community

    # --- What it changes ---

    def _update(self, item: CuratedItem, file: Prepared) -> None:
        outcome, values, document = file.outcome, file.values, file.document
        head, base = item.head_revision, item.file_revision
        assert head is not None
        same_picture = values.image is None or values.image.pk == head.featured_image_id
        if same_picture and self._is_known(item, document):
            outcome.status = "unchanged"
            return
        outcome.keys = changed_keys(head.document, document, same_picture)
        merged = document
        if base is None or base.pk != head.pk:
            merged = self._merged(base.document if base else Document.new({}), file, head)
        values.image = _picture_of(file, base, head)
        if item.path is None:
            CuratedItem.objects.filter(pk=item.pk).update(path=file.path)
        state = None if item.live_revision_id is None else State.IN_REVIEW
        note = f"from {file.source.shown}"
        taken = publishing.save(
            item, values, by=None, version=item.version, via=VIA, note=note, action="imported", document=document,
            state=state,
        )  # fmt: skip
        if merged.bytes != document.bytes:
            both = documents.read(merged, image=values.image)
            both.community = values.community
            note += ", with what was changed here meanwhile"
            publishing.save(
                item, both, by=None, version=item.version, via=VIA, note=note, action="merged", document=merged,
                state=state,
            )  # fmt: skip
        CuratedItem.objects.filter(pk=item.pk).update(file_revision=taken or head)
        outcome.status = "updated"

    def _is_known(self, item: CuratedItem, document: Document) -> bool:
        """Whether the file is what the database had last, gave out last, or would give out now."""
        known = {revision.sha256 for revision in (item.head_revision, item.file_revision) if revision}
        if document.sha256 in known:
            return True
        ours = exporting.outgoing(item)
        return ours is not None and ours.document.sha256 == document.sha256

    def _merged(self, base: Document, file: Prepared, head: Revision) -> Document:
        result = merge(base, file.document, head.document, prefer=self.prefer)
        if result.conflicts:
            file.outcome.conflicts = [conflict.as_json() for conflict in result.conflicts]
            raise Refused.because(*map(conflict_problem, result.conflicts))
        return result.document

    def _go_live(self, item: CuratedItem, file: Prepared) -> None:
        """With `publish`: what the file has said to the public already, it says here too."""
        if not self.publish or file.draft:
            return
        item.refresh_from_db()
        imported_now = file.outcome.status in {"created", "updated"}
        waiting = item.publication == Publication.NEVER and item.state == State.DRAFT
        if item.head_revision_id == item.live_revision_id or not (imported_now or waiting):
            return
        at = item.publish_at or file.publish_at or file.values.date or timezone.now()
        publishing.publish_imported(item, at=at, via=VIA)
        if file.outcome.status == "unchanged":
            file.outcome.status = "updated"


def _prepare(read: Read) -> Prepared | Outcome:
    return prepare(*read)


def _picture_of(file: Prepared, base: Revision | None, head: Revision) -> FeaturedImage | None:
    """The file's picture where the file brought another one; else the newest of the newsroom."""
    theirs = file.values.image
    if theirs is not None and theirs.pk != (base.featured_image_id if base else None):
        return theirs
    return head.featured_image if keys.picture_path(Header(file.document.data)) else None
