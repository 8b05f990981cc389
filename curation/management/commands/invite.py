"""`manage.py invite`: makes somebody a member of a community."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.members import invite
from communities.models import Community, Role
from curation.management.console import as_json, plain


class Command(BaseCommand):
    help = (
        "Makes somebody a member of a community, with an account of their own where there is none, and prints the link "
        "under which they set a password. Nothing is mailed. Running it twice changes nothing the second time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", metavar="WHO", help="an e-mail address or a user name")
        parser.add_argument("--community", required=True, metavar="SLUG", help="the community, by its address")
        parser.add_argument(
            "--role", required=True, metavar="ROLE", choices=[role.name.lower() for role in Role],
            help="what they may do there: contributor, curator, editor or lead",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="one object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(
                plain(f"There is no community {options['community']!r}. Make it with create_community."), returncode=2
            )
        role = Role[options["role"].upper()]
        try:
            invitation = invite(options["who"], community, role)
        except ValidationError as error:
            raise CommandError(plain(" ".join(error.messages))) from error
        user = invitation.user
        if options["json"]:
            self.stdout.write(
                as_json({
                    "command": "invite", "ok": True, "status": invitation.status, "username": user.username,
                    "email": user.email, "community": community.slug, "role": options["role"],
                    "link": invitation.link or None,
                })
            )  # fmt: skip
            return
        if options["verbosity"]:
            did = {
                "created": "has an account now, and is", "added": "is", "changed": "is now", "unchanged": "was already",
            }[invitation.status]  # fmt: skip
            self.stderr.write(plain(f"{user.username} {did} {role.label.lower()} of {community}."))
            if invitation.link:
                self.stderr.write("Give this link to them alone; it works once, and for three days:")
        if invitation.link:
            self.stdout.write(invitation.link)
