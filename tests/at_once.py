"""Eight processes at one moment: `python -m tests.at_once` in an empty database, which the environment names.

Prints what became of each attempt, as JSON by the name of the scene.
"""

import json
import multiprocessing
import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django

PROCESSES = 8
LONGEST = 120
"""Seconds that a process waits for the others: one that failed before keeps nobody for ever."""


def all_at_once(attempt: Callable[[int], str]) -> Counter[str]:
    """What `attempt` says in each of the processes, which begin together."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier, said = context.Barrier(PROCESSES), context.SimpleQueue()

    def one(number: int) -> None:
        try:
            barrier.wait(LONGEST)
            said.put(attempt(number))
        except Exception as error:
            said.put(f"{type(error).__name__}: {error}")

    processes = [context.Process(target=one, args=[number]) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    outcomes = Counter(said.get() for _ in processes)
    for process in processes:
        process.join()
    return outcomes


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.management import call_command
    from django.utils import timezone

    from communities.models import Community, Membership, Role, User
    from curation import mailing, publishing, renaming
    from curation.exchange.values import ItemValues
    from curation.history import Verification
    from curation.models import Author, Change, CuratedItem
    from curation.publishing import StaleVersion
    from curation.workflow import MoveNotAllowed

    call_command("migrate", verbosity=0)
    home = Community.objects.create(slug="home", name="Home")
    editors = [
        User.objects.create(username=f"editor{number}", email=f"editor{number}@newsroom.example")
        for number in range(PROCESSES)
    ]
    Membership.objects.bulk_create(Membership(user=user, community=home, role=Role.EDITOR) for user in editors)

    def item(slug: str, *moves: str) -> CuratedItem:
        made = publishing.create(ItemValues(community=home, title=slug, slug=slug), by=None)
        for name in moves:
            publishing.move(made, name, by=None, version=made.version)
        return made

    def told(deed: Callable[[], object]) -> str:
        try:
            deed()
        except (StaleVersion, MoveNotAllowed) as error:
            return type(error).__name__
        return "done"

    def approve(number: int) -> str:
        mine = CuratedItem.objects.get(pk=reviewed.pk)
        return told(lambda: publishing.move(mine, "approve", by=editors[number], version=reviewed.version))

    def claim(number: int) -> str:
        mine = CuratedItem.objects.get(pk=claimed.pk)
        return told(lambda: publishing.move(mine, "claim", by=editors[number], version=claimed.version))

    def save(number: int) -> str:
        mine = CuratedItem.objects.get(pk=saved.pk)
        values = publishing.head_values(mine)
        values.title = f"By {number}"
        return told(lambda: publishing.save(mine, values, by=editors[number], version=saved.version))

    def remark(number: int) -> str:
        return told(lambda: publishing.remark(saved, "noted", actor_name=f"Guest {number}", via="test"))

    def publish_due(number: int) -> str:
        return f"{sum(not applied.error for applied in publishing.publish_due())} published"

    def send(number: int) -> str:
        return f"{sum(sent.status == 'sent' for sent in mailing.Run().send())} sent"

    def merge(number: int) -> str:
        one, next_one = (Author.objects.get(name=f"Author {each % PROCESSES}") for each in (number, number + 1))
        together.wait(LONGEST)
        try:
            renaming.merge([one], next_one, by=None)
        except ValidationError:
            return "refused"
        return "done"

    together = multiprocessing.get_context("fork").Barrier(PROCESSES)
    for number in range(PROCESSES):
        publishing.create(ItemValues(community=home, title=f"Written {number}", authors=[f"Author {number}"]), by=None)
    reviewed, claimed, saved = item("reviewed", "submit"), item("claimed", "submit"), item("saved")
    for number in range(5):
        due = item(f"due-{number}", "submit", "approve", "publish")
        values = publishing.head_values(due)
        values.title = "Updated"
        publishing.save(due, values, by=None, version=due.version)
        for name in ("submit", "approve"):
            publishing.move(due, name, by=None, version=due.version)
        when = timezone.now() + timedelta(hours=1)
        publishing.move(due, "schedule", by=None, version=due.version, when=when)
    CuratedItem.objects.filter(scheduled_at__isnull=False).update(scheduled_at=timezone.now())

    scenes = {
        scene.__name__: dict(all_at_once(scene)) for scene in (approve, claim, save, remark, publish_due, send, merge)
    }
    scenes["authors"] = Author.objects.count()
    scenes["without author"] = CuratedItem.objects.filter(title__startswith="Written ", authors=None).count()
    scenes["lines"] = dict(Counter(Change.objects.filter(via="publish_due").values_list("item__slug", flat=True)))
    scenes["updated"] = CuratedItem.objects.published().filter(title="Updated").count()
    mails = "".join(file.read_text() for file in Path(settings.EMAIL_FILE_PATH).iterdir())
    scenes["mails"] = dict(Counter(re.findall(r"^To: (\w+)@", mails, re.MULTILINE)))
    scenes["breaks"] = [each.as_json() for each in Verification().run()]
    print(json.dumps(scenes))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medigy.settings")
    main()
