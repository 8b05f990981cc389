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
from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from curation.exchange import bulk, community_pages, missing
from curation.exchange.bases import Manifests, is_elsewhere
from curation.exchange.claims import Claims
from curation.exchange.homes import Homes
from curation.exchange.pictures import Pictures
from curation.exchange.placing import Placing
from curation.exchange.prepare import Prepared, prepare
from curation.exchange.report import Outcome, Problem, placed
from curation.exchange.sources import Source, SourceRefused, find, folders_of
from curation.exchange.updating import Updating
from curation.models import CuratedItem, FeaturedImage
from curation.workflow import Publication, State

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
    `atomic` keeps nothing where one file fails. `workers` is the number of processes that read files. `by` is who
    brings the files, whose role in the communities then decides; left out, an operator, who may do everything. `via`
    says how they came, for the timeline, and `at` since when new items are there; left out, now.
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
        via: str = VIA,
        at: datetime | None = None,
    ) -> None:
        self.publish = publish
        self.prefer = prefer
        self.missing = missing
        self.dry_run = dry_run
        self.atomic = atomic
        self.workers = workers
        self.by = by
        self.via = via
        self.at = at
        self.counts: Counter[str] = Counter()
        self.kept = not dry_run
        """Whether what the run did was kept, once it is over."""
        self._pictures = Pictures(media_root, publish=publish, prefer=prefer, by=by)
        self._seen: dict[int, str] = {}
        self._homes = Homes(community, by)
        self._manifests = Manifests()
        updating = Updating(publish, prefer, by, via)
        self._placing = Placing(
            self._homes, self._pictures, updating, self._manifests, by=by, via=via, at=at, seen=self._seen
        )
        self._present: set[str] = set()

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
                self._pictures.taken, self._pictures.files = written, self._pictures.keep_files
                self._pictures.forget()

    def _without_file(self, folders: list[str]) -> Iterator[Outcome]:
        failed = bool(self.counts["error"] + self.counts["conflict"])
        for item, doubt in missing.without_file(folders, present=self._present, seen=self._seen, failed=failed):
            self._seen[item.pk] = str(item.path)
            archive = self.missing == "archive"
            outcome = missing.outcome_of(item, doubt, archive=archive, by=self.by, via=self.via)
            self.counts[outcome.status] += 1
            yield outcome

    def _take_batch(self, batch: Sequence[Source], pool: ProcessPoolExecutor | None) -> list[Outcome]:
        outcomes: dict[str, Outcome] = {}
        read: list[Read] = []
        self._present |= {source.relative for source in batch if source.relative}
        for source in batch:
            try:
                read.append((source, source.read()))
            except SourceRefused as error:
                outcomes[source.shown] = Outcome(
                    source.shown, status="error", problems=[Problem("error", "unreadable", str(error))]
                )
        for source, raw in [pair for pair in read if community_pages.is_page(pair[0].relative)]:
            outcomes[source.shown] = community_pages.take(
                source, raw, self._pictures, self._manifests.entry(source), prefer=self.prefer, by=self.by
            )
            self._homes.forget()
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
        fresh, others = self._sorted_out(files)
        others = self._create(fresh, outcomes) + others
        for file in others:
            outcomes[file.source.shown] = self._placing.take(file)
        in_order = [outcomes[source.shown] for source in batch]
        self.counts.update(outcome.status for outcome in in_order)
        return in_order

    def _without_unchanged(self, read: list[Read], outcomes: dict[str, Outcome]) -> list[Read]:
        """The files that are not, to the byte, what the database had last: most files of a second run end here."""
        columns = (
            "path", "pk", "title", "publication", "state", "head_revision__sha256", "file_revision__sha256",
            "file_revision__picture_path", "head_revision__featured_image__sha256",
            "file_revision__featured_image__sha256", "file_revision__from_file", "head_revision",
        )  # fmt: skip
        paths = [source.relative for source, _ in read if source.relative]
        rows = CuratedItem.objects.filter(path__in=paths).values_list(*columns) if paths else []
        known = {row[0]: row[1:] for row in rows}
        rest: list[Read] = []
        alike: list[int] = []
        for source, raw in read:
            row = known.get(source.relative or "")
            if row is None or row[0] in self._seen:
                rest.append((source, raw))
                continue
            pk, title, publication, state, head, base, picture, head_picture, base_picture, from_file, head_pk = row
            waiting = self.publish and publication == Publication.NEVER and state == State.DRAFT
            entry, sha256 = self._manifests.entry(source), hashlib.sha256(raw).hexdigest()
            elsewhere = is_elsewhere(entry)
            if entry is not None and elsewhere:
                # What was imported after that counts for more; which of the two is newer is looked up with its item.
                base = None if from_file else entry["sha256"]
            pictures = {head_picture, base_picture}
            if sha256 not in (head, base) or waiting or not self._pictures.is_same(source, picture or "", pictures):
                rest.append((source, raw))
                continue
            if sha256 != base and not elsewhere:
                # Both sides became the same by other ways than this one.
                if self.by is not None or picture or head_picture:
                    rest.append((source, raw))
                    continue
                alike.append(head_pk)
            self._seen[pk] = source.shown
            live = publication == Publication.LIVE
            outcomes[source.shown] = Outcome(source.shown, status="unchanged", title=title, live=live, item=pk)
        if alike:
            CuratedItem.objects.filter(head_revision__in=alike).update(file_revision=F("head_revision"))
        return rest

    # --- New items, many at once ---

    def _sorted_out(self, files: list[Prepared]) -> tuple[list[Prepared], list[Prepared]]:
        """The files that can be made at once, since nothing that they claim is anybody else's, and all others. The
        first file of a community brings it along.
        """
        if len(files) < 2:
            return [], files
        taken = Claims.in_database(files)
        fresh, others = [], []
        for file in files:
            claims = Claims.of(file, self._homes.slug_of(file))
            met = taken.meets(claims) or claims.twice
            community = None if met else self._homes.planned(file)
            if community is None or not self._homes.may("create", community):
                others.append(file)  # where a refusal is told
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
                    assert file.values.community is not None
                    if file.values.community.pk is None:
                        file.values.community.save()
                    file.values.image = self._placing.picture(file)
                items = bulk.create(files, by=self.by, via=self.via, at=self.at, publish=self.publish)
        except (ValidationError, IntegrityError, DataError):
            self._pictures.forget()
            self._homes.forget()
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
            file.outcome.item = item.pk
            self._seen[item.pk] = file.source.shown
            outcomes[file.source.shown] = file.outcome
        return []


def _prepare(read: Read) -> Prepared | Outcome:
    return prepare(*read)
