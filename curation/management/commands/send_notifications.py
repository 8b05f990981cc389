"""`manage.py send_notifications`: takes notifications to people by e-mail."""

import sys
from contextlib import redirect_stdout
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from curation import mailing
from curation.management.console import as_json, plain

STATUS = {
    "sent": "sent",
    "failed": "not sent, tried again later",
    "given_up": "given up",
    "nothing": "nothing left to tell",
    "would_send": "would be sent",
}


class Command(BaseCommand):
    help = (
        "Sends the notifications that wait for an e-mail, one mail for each person. Run it every minute; running it "
        "twice at once sends nothing twice. A mail that fails is tried again, later and later, and given up after two "
        "days; the newsroom tells of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="send nothing, and say what would be sent to whom")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each mail on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        run = mailing.Run()
        mails = []
        # Mail that only goes to the console must not come between the data.
        with redirect_stdout(sys.stderr):
            for each in mailing.would_send() if options["dry_run"] else run.send():
                mails.append(each.as_json())
                if options["jsonl"]:
                    self.stdout.write(as_json(mails[-1]))
                elif not options["json"]:
                    why = f": {each.error}" if each.error else ""
                    about = f"{each.user} <{each.user.email}>, {each.notifications} notifications"
                    self.stdout.write(plain(f"{about}: {STATUS[each.status]}{why}"))
        counts = {"would_send": len(mails)} if options["dry_run"] else run.counts
        failed = counts.get("failed", 0) + counts.get("given_up", 0)
        if options["json"]:
            result = {"command": "send_notifications", "dry_run": options["dry_run"], "ok": not failed}
            self.stdout.write(as_json(result | {"counts": counts, "mails": mails}))
        elif options["verbosity"]:
            self.stderr.write(
                ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items()) + "."
            )
        if failed:
            raise SystemExit(1)
