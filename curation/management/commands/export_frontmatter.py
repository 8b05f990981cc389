"""`manage.py export_frontmatter`: gives items out as content files."""

from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, QuerySet
from django.utils import timezone

from communities.models import Community
from curation.exchange.community_pages import has_page
from curation.exchange.exporting import ExportFailed
from curation.exchange.site import write_site
from curation.exchange.writing import Export, Written
from curation.frontmatter.dates import UnreadableDate, read_date
from curation.management.console import Progress, as_json, plain
from curation.models import CuratedItem

STATUSES = ("written", "waiting", "merged", "removed", "differs", "unchanged", "kept", "conflict", "error")


class Command(BaseCommand):
    help = (
        "Writes published items as Hugo content files below DIR (content/ and static/), each to the path it came from. "
        "Only files whose bytes differ are written, and what somebody else changed there is never overwritten."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", metavar="DIR", type=Path, help="the folder of the Hugo site; made if it is missing"
        )
        parser.add_argument(
            "--drafts", action="store_true", help="all items; those that are not public are marked as drafts"
        )
        parser.add_argument("--community", metavar="SLUG", help="only the items whose home this community is")
        parser.add_argument("--since", metavar="DATE", type=_date, help="only items changed since, such as 2026-10-01")
        parser.add_argument(
            "--bundles",
            action="store_true",
            help="items that were born here become folders with their picture beside them",
        )
        parser.add_argument(
            "--prune",
            action="store_true",
            help="remove files that an export wrote, whose items are no longer given out",
        )
        parser.add_argument(
            "--site",
            action="store_true",
            help="also what makes DIR a Hugo site that builds as it is: settings, layouts, pages of communities and "
            "tags; --prune is part of it",
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit with 2 where something would change"
        )
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each file on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"].absolute()
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file. Name a folder to export to.", returncode=2)
        whole = next((f"--{name}" for name in ("site", "prune") if options[name]), None)
        if whole and (options["since"] or options["community"]):
            raise CommandError(f"{whole} needs all items: leave out --since and --community.", returncode=2)
        items = CuratedItem.objects.all() if options["drafts"] else CuratedItem.objects.published()
        communities = Community.objects.order_by("slug")
        if options["community"]:
            communities = communities.filter(slug=options["community"])
            if not communities:
                raise CommandError(f"--community: there is no community {options['community']}.", returncode=2)
            items = items.filter(community__in=communities)
        if options["since"]:
            # What its dates brought out or took in since then changed as well, without anybody's doing.
            since = (options["since"], timezone.now())
            items = items.filter(Q(updated_at__range=since) | Q(publish_at__range=since) | Q(unpublish_at__range=since))
        progress = Progress(self.stderr, "Exporting")
        counts: Counter[str] = Counter()
        files: list[dict[str, str]] = []
        try:
            for written in self._write(folder, items, communities, options):
                progress.step()
                counts[written.status] += 1
                row = {"path": written.path, "status": written.status, "item": written.item, "message": written.message}
                if options["jsonl"]:
                    self.stdout.write(as_json(row))
                elif options["json"]:
                    files.append(row)
                if options["verbosity"] and not options["jsonl"]:
                    self._tell(written, progress)
        except ExportFailed as error:
            progress.clear()
            raise CommandError(str(error)) from error
        progress.clear()
        totals = {status: counts[status] for status in STATUSES}
        failed = counts["error"] + counts["conflict"] + counts["kept"]
        differs = counts["differs"] + (counts["merged"] if options["check"] else 0)
        if options["json"]:
            ok = not failed and not differs
            self.stdout.write(as_json({"command": "export_frontmatter", "ok": ok, "counts": totals, "files": files}))
        if options["verbosity"]:
            words = ", ".join(f"{count:,} {status}" for status, count in totals.items() if count) or "nothing to export"
            self.stderr.write(f"{sum(totals.values()):,} files: {words}.")
        if failed:
            raise SystemExit(1)
        if differs:
            raise SystemExit(2)

    def _write(
        self, folder: Path, items: QuerySet[CuratedItem], communities: QuerySet[Community], options: dict[str, Any]
    ) -> Iterator[Written]:
        check, bundles = options["check"], options["bundles"]
        # What is no longer public would still be a page of the site.
        prune = options["prune"] or options["site"]
        yield from Export(folder, check=check, bundles=bundles).run(items, filter(has_page, communities), prune=prune)
        if options["site"]:
            yield from write_site(folder, site_url=settings.SITE_URL, bundles=bundles, check=check)

    def _tell(self, written: Written, progress: Progress) -> None:
        if written.status != "unchanged" or written.message:
            progress.clear()
            message = f": {written.message}" if written.message else ""
            self.stderr.write(plain(f"{written.status:<9} {written.path}{message}"))


def _date(text: str) -> datetime:
    try:
        moment = read_date(text)
    except UnreadableDate as error:
        raise ArgumentTypeError(str(error)) from error
    if moment is None:
        raise ArgumentTypeError("The date is empty.")
    return moment
