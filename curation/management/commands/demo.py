"""`manage.py demo`: a newsroom to look at, from nothing, in one command."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.models import Community, User
from curation.management import newsroom
from curation.management.console import Progress
from curation.models import CuratedItem


class Command(BaseCommand):
    help = (
        "Sets up the demonstration newsroom in an empty database and serves it. "
        "On a later run it serves the one that is there; a database with other content is left alone."
    )
    # The database may not exist yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", metavar="HOST:PORT")
        parser.add_argument("--no-serve", action="store_true", help="set it up and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        host, colon, port = options["address"].rpartition(":")
        if not (colon and host and port.isdigit()):
            raise CommandError(f"{options['address']!r} is no address. Write it like 127.0.0.1:8000.", returncode=2)
        call_command("migrate", verbosity=0, interactive=False)
        kept = Path(settings.DATA_DIR) / "demo_password"
        if kept.exists() and User.objects.filter(username="sofia").exists():
            self.stderr.write("The demonstration newsroom is here already.")
            password = kept.read_text().strip()
        else:
            password = self._load(kept)
        site = f"http://{options['address']}"
        self._greet(site, password)
        if not options["no_serve"]:
            self._serve(options["address"], site)

    def _load(self, kept: Path) -> str:
        if CuratedItem.objects.exists() or Community.objects.exists() or User.objects.exists():
            raise CommandError(
                "This database has content already, and the demonstration would mix with it. "
                "Name another folder for it: DATA_DIR=/tmp/medigy-demo python manage.py demo"
            )
        # A password that is the same everywhere would end up on a server that the world can reach.
        password = secrets.token_urlsafe(9)
        progress = Progress(self.stderr, "Setting up the newsroom: item")
        newsroom.load(password, progress.step)
        progress.clear()
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(password + "\n")
        return password

    def _greet(self, site: str, password: str) -> None:
        self.stdout.write(
            f"\nReaders     {site}/\nCurators    {site}/admin/\n\nSign in with the password {password} as\n"
        )
        for user in User.objects.prefetch_related("memberships__community").order_by("pk"):
            held = list(user.memberships.all())
            where = "all communities" if len(held) == Community.objects.count() else ", ".join(
                membership.community.name for membership in held
            )  # fmt: skip
            if held:
                role = held[0].get_role_display()
                self.stdout.write(f"  {user.username:<8} {role.lower():<12} {user.get_full_name()}, {where}")
        self.stdout.write("")

    def _serve(self, address: str, site: str) -> None:
        self.stdout.write("Press Ctrl+C to stop.\n")
        self.stdout.flush()
        # The settings of this process insist on HTTPS; the server's own process is told that it is a laptop.
        environment = os.environ | {"SITE_URL": site, "DATA_DIR": str(settings.DATA_DIR)}
        server = [sys.executable, "-m", "gunicorn", "medigy.wsgi", "--bind", address, "--threads", "4"]
        os.chdir(settings.BASE_DIR)
        # The job that a real site has every minute: pages get their pictures while somebody looks around.
        pictures = [sys.executable, "manage.py", "rebuild_renditions", "--verbosity", "0"]
        subprocess.Popen(pictures, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.execve(sys.executable, [*server, "--log-level", "warning"], environment)  # noqa: S606
