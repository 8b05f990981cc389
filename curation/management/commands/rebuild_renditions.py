"""`manage.py rebuild_renditions`: makes the files that pages show pictures by, where they are missing."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from curation import renditions
from curation.management.console import Progress, as_json, plain


class Command(BaseCommand):
    help = (
        "Makes what is missing of the pictures that readers meet: in each shape, width and format, and the drawn ones "
        "of items without a picture. What is there stays; it can be stopped at any time and goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="make nothing, and end with 2 where something is missing; for monitors"
        )
        parser.add_argument("--seconds", type=int, metavar="N", help="begin none after that many seconds")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each picture on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seconds"] is not None and options["seconds"] < 0:
            raise CommandError("--seconds: write a number from 0 on.", returncode=2)
        ends = time.monotonic() + options["seconds"] if options["seconds"] is not None else None
        counts, items = {"missing": 0} if options["check"] else {"made": 0, "failed": 0}, []
        progress = Progress(self.stderr, "Pictures")
        for owner in renditions.missing():
            if ends is not None and time.monotonic() >= ends:
                break
            outcome = {"status": "missing"} if options["check"] else renditions.attempt(owner)
            told = {"kind": renditions.kind_of(owner), "id": owner.pk, "name": str(owner)} | outcome
            counts[outcome["status"]] += 1
            progress.step()
            if options["json"]:
                items.append(told)
            elif options["jsonl"]:
                self.stdout.write(as_json(told))
            elif options["check"] or told["status"] == "failed":
                progress.clear()
                error = f": {told['error']}" if told.get("error") else ""
                self.stdout.write(plain(f"{told['kind']} {owner.pk}, “{owner}”, {told['status']}{error}"))
        progress.clear()
        bad = counts.get("missing") or counts.get("failed")
        if options["json"]:
            result = {"command": "rebuild_renditions", "ok": not bad, "check": options["check"], "counts": counts}
            self.stdout.write(as_json(result | {"items": items}))
        elif options["verbosity"]:
            self.stderr.write(", ".join(f"{number:,} {status}" for status, number in counts.items()) + ".")
        if bad:
            raise SystemExit(2 if options["check"] else 1)
