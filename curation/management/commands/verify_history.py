"""`manage.py verify_history`: finds what was altered or taken away in the timelines of items."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from curation.history import Verification
from curation.management.console import as_json, plain
from curation.models import CuratedItem


class Command(BaseCommand):
    help = (
        "Goes through every line of every timeline, and every document, and tells what was altered, moved or taken "
        "away since it was written. Ends with 1 where something was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each finding on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        verification, found = Verification(), []
        broken = False
        for place in verification.run():
            broken = True
            if options["json"]:
                found.append(place.as_json())
            elif options["jsonl"]:
                self.stdout.write(as_json(place.as_json()))
            else:
                items = CuratedItem.objects.select_related("community")
                item = items.filter(pk=place.item).first() if place.item else None
                where = f"{item.get_absolute_url()} (item {item.pk})" if item else "database"
                line = f", line {place.line}" if place.line else ""
                self.stdout.write(plain(f"{where}{line}: {place.words}"))
        counts = verification.counts
        if options["json"]:
            result = {"command": "verify_history", "ok": not broken, "counts": counts, "problems": found}
            self.stdout.write(as_json(result))
        elif options["verbosity"]:
            looked = ", ".join(f"{number:,} {name}" for name, number in counts.items())
            self.stderr.write(f"{looked}: {'something does not hold' if broken else 'all of it holds'}.")
        if broken:
            raise SystemExit(1)
