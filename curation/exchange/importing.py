"""Takes content files in: each becomes an item, a new revision of one, or a report of what keeps it from that."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from communities import access
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
from curation.models import CuratedItem, FeaturedImage, Publisher, Revision
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
        self.community = community
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
        self._pictures = Pictures(media_root)
        self._communities: dict[str, Community] = {}
        self._seen: dict[int, str] = {}
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
            outcomes[source.shown] = community_pages.take(source, raw, self._pictures, prefer=self.prefer, by=self.by)
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
            "file_revision__picture_path", "head_revision__featured_image__sha256",
            "file_revision__featured_image__sha256",
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
            pk, title, publication, state, head, base, picture, *picture_sha256s = row
            waiting = self.publish and publication == Publication.NEVER and state == State.DRAFT
            same = hashlib.sha256(raw).hexdigest() in (head, base)
            if waiting or not same or not self._pictures.is_same(source, picture or "", picture_sha256s):
                rest.append((source, raw))
                continue
            self._seen[pk] = source.shown
            live = publication == Publication.LIVE
            outcomes[source.shown] = Outcome(source.shown, status="unchanged", title=title, live=live, item=pk)
        return rest

    def _without_file(self, folders: list[str]) -> Iterator[Outcome]:
        """The items whose file was in one of `folders` of the content folder, and is not there any more.

        They are archived only where that is safe to say: all files could be read, some of them were known before (so
        that it is the folder the items came from), and not most of them went.
        """
        failed = self.counts["error"] + self.counts["conflict"]
        for folder in folders:
            rows = CuratedItem.objects.exclude(publication=Publication.ARCHIVED).filter(file_revision__isnull=False)
            # Compared here, since databases differ in whether case counts.
            paths = rows.filter(path__isnull=False).values_list("pk", "path")
            inside = [(pk, path) for pk, path in paths if path and path.startswith(folder)]
            gone = [pk for pk, path in inside if path not in self._present and pk not in self._seen]
            doubt = (
                "some files could not be read"
                if failed
                else "most of the items would go: is this the folder that they came from?"
                if len(gone) * 2 > len(inside)
                else ""
            )
            for pk in gone:
                yield self._gone(CuratedItem.objects.select_related("community").get(pk=pk), doubt)

    def _gone(self, item: CuratedItem, doubt: str) -> Outcome:
        self._seen[item.pk] = str(item.path)
        outcome = Outcome(str(item.path), status="missing", title=item.title)
        if self.missing == "archive" and doubt:
            outcome.problems.append(Problem("warning", "not_archived", f"It was not archived: {doubt}"))
        elif self.missing == "archive":
            note = "its file is no longer in the content folder"
            try:
                publishing.move(item, "archive", by=self.by, version=item.version, via=self.via, note=note)
                outcome.status = "archived"
            except (MoveNotAllowed, publishing.StaleVersion) as error:
                outcome.problems.append(Problem("warning", "not_archived", f"It was not archived: {error}"))
        outcome.live = item.publication == Publication.LIVE
        self.counts[outcome.status] += 1
        return outcome

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
            elif community is None or not self._may("create", community):
                # The first file of a community makes it; a refusal is told file by file.
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
                items = bulk.create(files, by=self.by, via=self.via, at=self.at, publish=self.publish)
        except (ValidationError, IntegrityError, DataError):
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
            file.outcome.item = item.pk
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
            outcome.problems += problems_of(error, file.document)
        except MoveNotAllowed as error:
            outcome.problems.append(Problem("error", "not_editable", str(error)))
        except publishing.StaleVersion as error:
            hint = "Import the file again."
            outcome.problems.append(Problem("error", "changed_meanwhile", f"{error}", hint))
        except DataError as error:
            outcome.problems.append(Problem("error", "invalid", f"The database cannot keep it: {error}".strip()))
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
            self._permit("create", values.community)
            self._address_is_free(file, values.community)
            item = publishing.create(
                values, by=self.by, via=self.via, note=f"from {file.path}", action="imported", at=self.at,
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
            self._permit("edit", item.community, owner=item.created_by_id)
            outcome.item = item.pk
            if not same_home:
                self._permit("create", values.community)
            self._update(item, file)
        outcome.item = item.pk
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
        found = items.filter(path=file.path).first() if file.path else None
        if found and file.path_is_made and found.link_key != (file.made.link_key if file.made else None):
            # The name of a file that lies anywhere says nothing; two of them may be called index.md.
            file.path, found = _free_path(file.path or ""), None
        if found:
            known = found.md_name if name else found.upstream_key if upstream else None
            if known and known != (name or upstream):
                raise Refused(
                    "other_identity",
                    f"{self._name_of(found)} has this path, and is known as {known}; the file says {name or upstream}.",
                    "Give the file another path, or its old name back.",
                )
            return found
        link_key = file.made.link_key if file.made else ""
        same = items.filter(link_key=link_key).order_by("pk").first() if link_key else None
        if same is None or not self._may("view", same.community, owner=same.created_by_id):
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

    def _address_is_free(self, file: Prepared, community: Community) -> None:
        slug = file.made.slug if file.made else ""
        taken = CuratedItem.objects.filter(community=community)
        if file.slug_is_made:
            others = set(taken.filter(slug__startswith=slug).values_list("slug", flat=True))
            free = next(name for name in _numbered(slug) if name not in others)
            if free != slug:
                file.values.slug = free
            return
        if other := taken.filter(slug=slug).first():
            raise Refused(
                "address_taken",
                f"{self._name_of(other)} in {community} has the address {slug} already.",
                "Give the file another `slug`, or another community.",
                "slug",
            )

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
        if self.by is not None and not self.by.is_superuser:
            raise Refused(
                "no_community", f"There is no community {slug} yet.", "Ask an operator to make it, or name another one."
            )
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

    def _may(self, permission: str, community: Community, owner: int | None = None) -> bool:
        """Whether the person who brings the files may do that with them; an operator's command may do everything."""
        return self.by is None or access.can(self.by, permission, community, owner=owner)

    def _name_of(self, item: CuratedItem) -> str:
        """How a message calls an item of the newsroom, to somebody who may not be allowed to see it."""
        seen = self._may("view", item.community, owner=item.created_by_id)
        return f"“{item.title}”" if seen else "Another item"

    def _permit(self, permission: str, community: Community, owner: int | None = None) -> None:
        if not self._may(permission, community, owner):
            what = "adding items" if permission == "create" else "changing this item"
            hint = "Ask its lead, or leave the file out."
            raise Refused("not_permitted", f"Your role in {community} does not include {what}.", hint)

    # --- What it changes ---

    def _update(self, item: CuratedItem, file: Prepared) -> None:
        outcome, values, document = file.outcome, file.values, file.document
        head, base = item.head_revision, item.file_revision
        assert head is not None
        theirs = self._their_picture(file, base, head)
        self._follow(item, file)
        if theirs is None and self._is_known(item, document):
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

    def _follow(self, item: CuratedItem, file: Prepared) -> None:
        """Notes where the file of an item lies now: it was renamed, or it is the first one of an item born here."""
        if file.path == item.path or file.path_is_made:
            return
        if item.path is not None:
            source = file.source
            if source.file is None or source.relative is None:
                return
            root = source.file.absolute().parents[source.relative.count("/")]
            if (root / item.path).exists():
                return
        elif self._is_known(item, file.document):
            return
        if not CuratedItem.objects.filter(path=file.path).exclude(pk=item.pk).exists():
            CuratedItem.objects.filter(pk=item.pk).update(path=file.path)

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


def _prepare(read: Read) -> Prepared | Outcome:
    return prepare(*read)


def _numbered(name: str) -> Iterator[str]:
    """`name`, `name-2`, `name-3`, and so on."""
    yield name
    yield from (f"{name}-{number}" for number in count(2))


def _free_path(path: str) -> str:
    stem, dot, ending = path.rpartition(".")
    names = (f"{name}{dot}{ending}" for name in _numbered(stem))
    return next(name for name in names if not CuratedItem.objects.filter(path=name).exists())
