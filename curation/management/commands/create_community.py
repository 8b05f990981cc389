"""`manage.py create_community`: makes a place for items and people."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Community
from curation.management.console import as_json, plain


class Command(BaseCommand):
    help = "Makes a community. Running it twice changes nothing the second time; one that is there stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="its address: it lives at /communities/SLUG/")
        parser.add_argument("--name", default="", metavar="NAME", help="as readers know it (default: made of SLUG)")
        parser.add_argument("--masthead", default="", metavar="TEXT", help="the headline of its pages")
        parser.add_argument("--introduction", default="", metavar="TEXT", help="what it is about, in a few sentences")
        parser.add_argument("--json", action="store_true", help="one object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        community = Community.objects.filter(slug=slug).first()
        status = "unchanged" if community else "created"
        if community is None:
            community = Community(
                slug=slug, name=options["name"] or slug.replace("-", " ").capitalize(), masthead=options["masthead"],
                introduction=options["introduction"],
            )  # fmt: skip
            try:
                community.full_clean()
            except ValidationError as error:
                sentences = [f"{field}: {' '.join(said)}" for field, said in error.message_dict.items()]
                raise CommandError(plain(" ".join(sentences))) from error
            community.save()
        if options["json"]:
            self.stdout.write(
                as_json({
                    "command": "create_community", "ok": True, "status": status, "slug": community.slug,
                    "name": community.name, "url": community.get_absolute_url(),
                })
            )  # fmt: skip
        elif options["verbosity"]:
            words = "is there already, and stays as it is" if status == "unchanged" else "is made"
            self.stderr.write(plain(f"{community.name} {words}: {community.get_absolute_url()}"))
