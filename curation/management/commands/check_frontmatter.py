"""`manage.py check_frontmatter`: tells what a Hugo site would make of its content files."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from curation.exchange.checking import Checker, Report
from curation.exchange.sources import SourceRefused, find
from curation.frontmatter.lint import ERROR, NOTE, WARNING
from curation.management.console import Progress, as_json, plain


class Command(BaseCommand):
    help = (
        "Tells what in Hugo content files makes a build fail, hides or loses a page, or comes out as something else "
        "than is meant. Reads files alone, and needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", nargs="+", metavar="PATH", help="files, folders, Hugo sites, or - for standard input"
        )
        parser.add_argument("--strict", action="store_true", help="exit with 1 where there are warnings, too")
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="one object at the end on standard output")
        output.add_argument("--jsonl", action="store_true", help="one object for each finding on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        checker = Checker(timezone.now())
        progress = Progress(self.stderr, "Checking")
        try:
            for source in find(options["paths"], sections=True):
                checker.add(source)
                progress.step()
        except SourceRefused as error:
            raise CommandError(str(error), returncode=2) from error
        finally:
            progress.clear()
        reports = checker.reports()
        severities = Counter(report.finding.severity for report in reports)
        counts = {severity: severities[severity] for severity in (ERROR, WARNING, NOTE)}
        failed = bool(counts[ERROR] or (options["strict"] and counts[WARNING]))
        if options["json"]:
            result = {"command": "check_frontmatter", "ok": not failed, "counts": {"files": checker.files} | counts}
            self.stdout.write(as_json(result | {"findings": [report.as_json() for report in reports]}))
        else:
            for report in reports:
                self.stdout.write(as_json(report.as_json()) if options["jsonl"] else plain(_line(report)))
        if options["verbosity"]:
            self.stderr.write(_summary(checker.files, counts))
        if failed:
            raise SystemExit(1)


def _line(report: Report) -> str:
    """A finding as compilers write theirs, so that editors and build servers find the place."""
    found = report.finding
    place = f":{found.line}:{found.column}" if found.line else ""
    key = f" {found.key}:" if found.key else ""
    message = found.message if not found.hint or found.message.endswith(".") else f"{found.message}."
    hint = f" {found.hint}" if found.hint else ""
    return f"{report.path}{place}: {found.severity} {found.code}:{key} {message}{hint}"


def _summary(files: int, counts: dict[str, int]) -> str:
    if not files:
        return "There are no content files."
    words = ", ".join(f"{count:,} {name}{'' if count == 1 else 's'}" for name, count in counts.items() if count)
    return f"{files:,} file{'' if files == 1 else 's'}: {words or 'nothing found'}."
