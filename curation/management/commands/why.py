"""`manage.py why`: tells why readers see an item, or why they do not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from curation.management.console import as_json, plain
from curation.why import Found, conditions, find, remarks


class Command(BaseCommand):
    help = "Tells why readers see an item, or why they do not: every condition with its value."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "item", metavar="ITEM",
            help="its address or the last part of it, an old address, the article's link, its file's name or path",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="one object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        found = find(options["item"])
        if not found:
            raise CommandError(plain(f"There is no item that {options['item']!r} names."))
        if options["json"]:
            self.stdout.write(as_json({"command": "why", "ok": True, "items": [self._object(each) for each in found]}))
            return
        for each in found:
            self._tell(each)

    def _object(self, found: Found) -> dict[str, Any]:
        held = conditions(found.item)
        return {
            "item": found.item.pk, "title": found.item.title, "url": found.item.get_absolute_url(),
            "found_by": found.by, "label": found.item.label()[1], "public": all(each.holds for each in held),
            "conditions": [each.as_json() for each in held], "remarks": remarks(found.item),
        }  # fmt: skip

    def _tell(self, found: Found) -> None:
        item, held = found.item, conditions(found.item)
        public = all(each.holds for each in held)
        lines = [
            f"“{item}” in {item.community}, found by {found.by}",
            f"{item.label()[1]}: {'readers see it' if public else 'readers do not see it'}",
            *(f"  {'yes' if each.holds else 'NO ':<3} {each.name}: {each.value}" for each in held),
            *(f"      {remark}" for remark in remarks(item)),
        ]
        for line in lines:
            self.stdout.write(plain(line))
