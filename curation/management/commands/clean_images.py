"""`manage.py clean_images`: takes away pictures and files that nobody needs."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from curation import library
from curation.management.console import as_json, plain

DAYS = 30
MOST = 36_500
"""Days, so many that no date lies before the calendar."""


class Command(BaseCommand):
    help = (
        "Takes away pictures that no item and no revision names, files in whose place others are, and files that no "
        "picture names. What is younger than --days stays: somebody may be at it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="tell what would be taken away, and leave it")
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            metavar="DAYS",
            help=f"how old a thing must be to be taken away (default: {DAYS})",
        )
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each thing on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["days"] <= MOST:
            raise CommandError(f"--days: write a number from 0 to {MOST}.", returncode=2)
        counts, freed, found = Counter[str](), 0, []
        for waste in library.clean(timezone.now() - timedelta(days=options["days"]), keep=options["dry_run"]):
            counts[waste.kind] += 1
            freed += waste.size
            told = {"kind": waste.kind, "name": waste.name, "bytes": waste.size}
            if options["json"]:
                found.append(told)
            else:
                words = plain(f"{waste.kind} {waste.name}, {waste.size / 1024:,.0f} kB")
                self.stdout.write(as_json(told) if options["jsonl"] else words)
        if options["json"]:
            result = {"command": "clean_images", "ok": True, "dry_run": options["dry_run"], "bytes": freed}
            self.stdout.write(as_json(result | {"counts": counts, "items": found}))
        elif options["verbosity"]:
            done = "could be taken away" if options["dry_run"] else "taken away"
            what = ", ".join(f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in counts.items())
            self.stderr.write(f"{what or 'Nothing'} {done}, {freed / 1_048_576:,.1f} MB.")
