"""`manage.py rebuild_search`: makes the words that items are found by what they should be."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from curation import search
from curation.management.console import Progress, as_json, plain
from curation.models import CuratedItem


class Command(BaseCommand):
    help = (
        "Brings the index of search up to date where it is not. It is kept with every change: this is for an index "
        "that was lost or came from an older version. What is right is left alone, so that it can be stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="change nothing; end with 2 where something is wrong")
        what.add_argument("--anew", action="store_true", help="make all of it anew, whether it is right or not")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each finding on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        check = options["check"]
        counts, found = Counter({"missing": 0, "stale": 0, "superfluous": 0}), []
        progress = Progress(self.stderr, "batches")
        for wrong in search.rebuild(check=check, anew=options["anew"]):
            counts.update(wrong.values())
            items = CuratedItem.objects.select_related("community").in_bulk(list(wrong))
            for pk, what in wrong.items():
                finding = {"item": items[pk].get_absolute_url() if pk in items else None, "what": what}
                if options["json"]:
                    found.append(finding)
                elif options["jsonl"]:
                    self.stdout.write(as_json(finding))
                elif check:
                    progress.clear()
                    self.stdout.write(plain(f"{finding['item'] or 'of no item'}: {what}"))
            if options["verbosity"]:
                progress.step()
        progress.clear()
        if options["json"]:
            result = {"command": "rebuild_search", "check": check, "ok": not (check and counts.total())}
            self.stdout.write(as_json(result | {"counts": counts, "items": found}))
        elif options["verbosity"]:
            self.stderr.write(self._summary(counts, check, options["anew"]))
        if check and counts.total():
            raise SystemExit(2)

    def _summary(self, counts: Counter[str], check: bool, anew: bool) -> str:
        told = ", ".join(f"{number:,} {what}" for what, number in counts.items())
        if not counts.total():
            return "Made anew; all of it had been right." if anew else "All of it is right."
        return f"{told}: {'run it without --check' if check else 'brought up to date'}."
