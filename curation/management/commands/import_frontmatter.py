"""`manage.py import_frontmatter`: takes content files in."""

import gc
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from curation.exchange.importing import Importer, Outcome
from curation.exchange.sources import SourceRefused
from curation.management.console import Progress, as_json, plain

ALWAYS = ("created", "updated", "unchanged", "conflict", "error")
STATUSES = (*ALWAYS, "missing", "archived")
COLLECT_AT = 20_000
"""How many more objects there are when Python looks for those that only hold each other: what is made of a file does so
hardly ever, and to look as often as usual takes a tenth of the time of a large import."""


class Command(BaseCommand):
    help = (
        "Takes Hugo content files in: each becomes an item, or a new revision of the one that it was before. "
        "Running it twice changes nothing the second time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="+", metavar="PATH", help="files, folders, Hugo sites, or - for standard input"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="do everything and keep nothing: shows what would change"
        )
        parser.add_argument(
            "--community",
            default="",
            metavar="SLUG",
            help="the home of files that name none; made if it is missing",
        )
        parser.add_argument(
            "--media-root", type=Path, metavar="DIR",
            help="where pictures lie (default: the site's static folder, and the folder of the file)",
        )  # fmt: skip
        parser.add_argument(
            "--publish", action="store_true",
            help="for a site that is public already: files come in live, as draft, publishDate and expiryDate say",
        )  # fmt: skip
        parser.add_argument(
            "--prefer", choices=["file", "database"],
            help="whose word counts for keys that file and newsroom both changed (default: neither, it is an error)",
        )  # fmt: skip
        parser.add_argument(
            "--missing", choices=["report", "archive"],
            help="what to do with items whose file is no longer in the folders named (default: nothing)",
        )  # fmt: skip
        parser.add_argument("--atomic", action="store_true", help="keep nothing where one file fails")
        parser.add_argument(
            "--workers", type=int, default=1, metavar="N", help="processes that read files; for many thousand files"
        )
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each file on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["media_root"] is not None and not options["media_root"].is_dir():
            raise CommandError(f"--media-root: there is no folder {options['media_root']}.", returncode=2)
        if options["workers"] < 1:
            raise CommandError("--workers: at least one process has to do the work.", returncode=2)
        gc.set_threshold(COLLECT_AT)
        importer = Importer(
            community=options["community"],
            media_root=options["media_root"],
            publish=options["publish"],
            prefer=options["prefer"],
            missing=options["missing"],
            dry_run=options["dry_run"],
            atomic=options["atomic"],
            workers=options["workers"],
        )
        progress = Progress(self.stderr, "Importing")
        outcomes: list[dict[str, Any]] = []
        quiet = options["json"] or options["jsonl"]
        try:
            for outcome in importer.run(options["paths"]):
                progress.step()
                if options["jsonl"]:
                    self.stdout.write(as_json(outcome.as_json()))
                elif options["json"]:
                    outcomes.append(outcome.as_json())
                if not quiet or progress.shown:
                    self._tell(outcome, progress, options["verbosity"], options["dry_run"])
        except SourceRefused as error:
            progress.clear()
            raise CommandError(str(error), returncode=2) from error
        progress.clear()
        counts = {status: importer.counts[status] for status in STATUSES if importer.counts[status] or status in ALWAYS}
        failed = counts["conflict"] + counts["error"]
        if options["json"]:
            result = {
                "command": "import_frontmatter",
                "ok": not failed,
                "dry_run": options["dry_run"],
                "kept": importer.kept,
                "counts": counts,
            }
            self.stdout.write(as_json(result | {"files": outcomes}))
        if options["verbosity"]:
            self.stderr.write(summary(counts, options["dry_run"], importer.kept))
        if failed:
            raise SystemExit(1)

    def _tell(self, outcome: Outcome, progress: Progress, verbosity: int, dry_run: bool) -> None:
        if verbosity == 0:
            return
        # On a terminal the counter speaks for files that went well; elsewhere each has its line.
        if outcome.problems or not progress.shown or dry_run:
            progress.clear()
            changed = f" ({', '.join(outcome.keys)})" if outcome.keys else ""
            self.stderr.write(plain(f"{outcome.status:<9} {outcome.path}{changed}"))
        for problem in outcome.problems:
            place = f":{problem.line}:{problem.column}" if problem.line else ""
            key = f" {problem.key}:" if problem.key else ""
            hint = f" {problem.hint}" if problem.hint else ""
            self.stderr.write(plain(f"  {problem.severity}: {outcome.path}{place}:{key} {problem.message}{hint}"))


def summary(counts: dict[str, int], dry_run: bool, kept: bool) -> str:
    total = sum(counts.values())
    words = ", ".join(f"{count:,} {status}" for status, count in counts.items() if count) or "nothing to do"
    why = "this was a dry run" if dry_run else "one file failed, and --atomic was given"
    return f"{total:,} file{'' if total == 1 else 's'}: {words}.{'' if kept else f' Nothing was kept: {why}.'}"
