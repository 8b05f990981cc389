"""`manage.py publish_due`: brings out the scheduled updates of live items, and catches up with what pages need."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from curation import publishing, upkeep
from curation.management.console import as_json, plain

MOST = 60 * 24 * 366
"""Minutes of grace."""


class Command(BaseCommand):
    help = (
        "Brings out the scheduled updates of live items that are due. Run it every minute; running it twice at once "
        "does no harm. First publications and ends of publication need no job. Each run also makes a few hundred items "
        "ready for readers and search that are not yet, after a new version for example."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true",
            help="bring nothing out, and end with 2 where an update is overdue or has failed; for monitors",
        )  # fmt: skip
        parser.add_argument(
            "--grace", type=int, default=10, metavar="MINUTES",
            help="with --check: how long an update may be overdue before it counts (default: 10)",
        )  # fmt: skip
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each item on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["grace"] <= MOST:
            raise CommandError(f"--grace: write a number of minutes from 0 to {MOST}.", returncode=2)
        if options["check"]:
            self._check(timedelta(minutes=options["grace"]), options)
        else:
            self._publish(options)

    def _publish(self, options: dict[str, Any]) -> None:
        counts, items = {"published": 0, "failed": 0}, []
        for applied in publishing.publish_due():
            counts["failed" if applied.error else "published"] += 1
            items.append(applied.as_json())
            status = f"failed: {applied.error}" if applied.error else "published"
            words = f"“{applied.item}”, revision {applied.revision}: {status}"
            self._tell(items[-1], words, options)
        counts["caught_up"] = upkeep.catch_up()
        self._end({"ok": not counts["failed"], "counts": counts, "items": items}, options)
        if options["verbosity"] and not options["json"]:
            self.stderr.write(f"{counts['published']:,} published, {counts['failed']:,} failed.")
            if counts["caught_up"]:
                self.stderr.write(f"{counts['caught_up']:,} items made ready for readers and search.")
        if counts["failed"]:
            raise SystemExit(1)

    def _check(self, grace: timedelta, options: dict[str, Any]) -> None:
        late = publishing.overdue(grace)
        for each in late:
            when = timezone.localtime(each.item.scheduled_at).strftime("%-d %B %Y %H:%M %Z")
            why = f" It failed {each.item.schedule_attempts} times: {each.item.schedule_error}"
            words = f"“{each.item}” should have been updated on {when}.{why if each.item.schedule_error else ''}"
            self._tell(each.as_json(), words, options)
        items = [each.as_json() for each in late]
        self._end({"ok": not late, "counts": {"overdue": len(late)}, "items": items}, options)
        if options["verbosity"] and not options["json"]:
            self.stderr.write(f"{len(late):,} overdue or failed." if late else "Nothing is overdue.")
        if late:
            raise SystemExit(2)

    def _tell(self, item: dict[str, Any], words: str, options: dict[str, Any]) -> None:
        if options["jsonl"]:
            self.stdout.write(as_json(item))
        elif not options["json"]:
            self.stdout.write(plain(words))

    def _end(self, result: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(as_json({"command": "publish_due", "check": options["check"]} | result))
