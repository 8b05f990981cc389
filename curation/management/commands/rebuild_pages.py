"""`manage.py rebuild_pages`: makes anew what is kept ready for readers."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS

from curation import edition, shelves
from curation.management.console import Progress, as_json, plain
from curation.models import CuratedItem

TOLD = 100
"""How many items are named at most."""


class Command(BaseCommand):
    help = (
        "Makes anew what is kept ready for readers: the cards of items and the lists that they stand in. Needed after "
        "a new version of the program, whose templates are others; until then pages render what they show themselves. "
        "It can be stopped and run again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true",
            help="change nothing, and end with 2 where something is not as it would be made anew",
        )  # fmt: skip
        parser.add_argument(
            "--stale", action="store_true", help="only the items whose cards are known to be out of date"
        )
        parser.add_argument(
            "--after", type=int, default=0, metavar="ITEM",
            help="begin behind the item of this number, where an earlier run has stopped",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="one object at the end on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["after"] < 0:
            raise CommandError("--after: write the number of an item.", returncode=2)
        progress = Progress(self.stderr, "Items")
        looked, different = 0, []
        missing = sorted(set(edition.wanted()) - set(edition.present(DEFAULT_DB_ALIAS)))
        if missing and not options["check"]:
            edition.watch(DEFAULT_DB_ALIAS)
        last = options["after"]
        try:
            for pks in self._batches(options):
                different += shelves.rebuild(pks, keep=not options["check"])
                last = pks[-1]
                for _ in pks:
                    progress.step()
                looked += len(pks)
        except KeyboardInterrupt:
            progress.clear()
            self.stderr.write(f"Stopped. What was made is kept; --after {last} goes on from here.")
            raise SystemExit(1) from None
        progress.clear()
        self._tell(looked, different, missing, options)
        if options["check"] and (different or missing):
            raise SystemExit(2)

    def _batches(self, options: dict[str, Any]) -> Iterator[list[int]]:
        rows = shelves.stale() if options["stale"] else CuratedItem.objects.all()
        last = options["after"]
        while pks := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[: shelves.BATCH]):
            yield pks
            last = pks[-1]

    def _tell(self, looked: int, different: list[int], missing: list[Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(
                as_json({
                    "command": "rebuild_pages", "check": options["check"], "ok": not (different or missing),
                    "counts": {"items": looked, "different": len(different), "triggers": len(missing)},
                    "items": different[:TOLD],
                })
            )  # fmt: skip
            return
        named = different[:TOLD] if options["check"] else []
        for item in CuratedItem.objects.filter(pk__in=named).select_related("community"):
            self.stdout.write(plain(f"{item.get_absolute_url()} (item {item.pk})"))
        if options["verbosity"]:
            what = "differ" if options["check"] else "made anew"
            self.stderr.write(f"{looked:,} items: {len(different):,} {what}.")
            if missing:
                words = "are missing; run it without --check" if options["check"] else "were missing, and are back"
                self.stderr.write(f"{len(missing):,} triggers that notice changes {words}.")
