"""Sets up the demonstration newsroom from the content files and the list of people in `curation/demo/`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.models import Community, Membership, Role, Topic, User
from curation import comments, publishing
from curation.exchange import rows
from curation.exchange.header import Header, as_date
from curation.exchange.importing import Importer
from curation.exchange.sources import find
from curation.frontmatter import Document
from curation.models import Author, CuratedItem, Notification, Publisher
from curation.workflow import State

NEWS = timedelta(days=21)
"""What people were told before that is read already."""
FOLDER = Path(__file__).resolve().parent.parent / "demo"


class DemoFailed(Exception):
    """A file of the demonstration could not be taken in."""


@transaction.atomic
def load(password: str, step: Callable[[], None] = lambda: None) -> list[User]:
    """Fills an empty database; all of it or, when something fails, nothing.

    `password` becomes everybody's, `step` is called after each item. Returns the people, each with their memberships.
    Raises DemoFailed.
    """
    plan = yaml.load((FOLDER / "newsroom.yaml").read_bytes(), yaml.CSafeLoader)
    communities = {row["slug"]: _community(row) for row in plan["communities"]}
    for row in plan["publishers"]:
        Publisher.objects.create(
            host=row["host"].removeprefix("www."), name=row["name"], credit_line=row["credit"], status=row["status"],
            excerpt_words=row["excerpt_words"], picture_policy=row["picture_policy"],
        )  # fmt: skip
    for row in plan["authors"]:
        slug = rows.free_slug(Author, row["name"], "author")
        Author.objects.create(name=row["name"], slug=slug, bio=row["bio"], website=row["website"])
    for row in plan["topics"]:
        topic = rows.find_topic((row["vocabulary"], row["label"]))
        Topic.objects.filter(pk=topic.pk).update(description=row["description"])
    people = _people(plan["people"], communities, password)
    for source in find([str(FOLDER)]):
        document = Document.parse(source.read())
        header = Header(document.data)
        story = plan["states"][header.get("slug")]
        date = as_date(header.get("date")) or timezone.now()
        begun = min(date, timezone.now()) - timedelta(days=3)
        importer = Importer(
            community=plan["placed"].get(f"content/{source.relative}", ""), by=people[story["curated_by"]], at=begun
        )
        outcome = importer.take(source)
        if outcome.status != "created":
            raise DemoFailed(f"{outcome.path}: {'; '.join(problem.message for problem in outcome.problems)}")
        item = CuratedItem.objects.get(path=source.relative)
        _tell(item, story, people, begun, date)
        _talk(item, story.get("comments", []), people)
        step()
    # Nobody comes back to years of news.
    old = Notification.objects.filter(at__lt=timezone.now() - NEWS)
    old.update(read_at=F("at"), to_mail=False)
    return list(people.values())


def _community(row: dict[str, Any]) -> Community:
    community = Community(
        slug=row["slug"], name=row["name"], masthead=row["masthead"], introduction=row["introduction"],
        image_alt=row["image_alt"], accent=row["accent"], contact=row["contact"], check_levels=row.get("checks", {}),
    )  # fmt: skip
    picture = FOLDER / "static" / row["image"].lstrip("/")
    with picture.open("rb") as file:
        community.image.save(picture.name, File(file), save=False)
    community.save()
    return community


def _people(plan: list[dict[str, Any]], communities: dict[str, Community], password: str) -> dict[str, User]:
    hashed = make_password(password)
    people = {}
    for row in plan:
        names = {name: row[name] for name in ("username", "first_name", "last_name", "email")}
        user = people[row["username"]] = User.objects.create(**names, password=hashed)
        Membership.objects.bulk_create(
            Membership(user=user, community=communities[slug], role=Role[row["role"].upper()])
            for slug in row["communities"]
        )
    return people


def _tell(item: CuratedItem, story: dict[str, Any], people: dict[str, User], begun: datetime, date: datetime) -> None:
    """Leads a new item to the state that its story ends in, by the same moves that people make."""
    curator = people[story["curated_by"]]
    editor = people[story.get("reviewed_by", "ruth")]
    lead = people["sofia"]
    state, reason = story["state"], story.get("reason", "")
    now = timezone.now()
    if "also_in" in story or "curator_note" in story:
        values = publishing.head_values(item)
        values.also_in = story.get("also_in", [])
        values.curator_note = story.get("curator_note", "")
        publishing.save(item, values, by=curator, version=item.version, at=begun)

    def move(name: str, by: User, days: int, note: str = "") -> None:
        at = min(begun + timedelta(days=days), now)
        publishing.move(item, name, by=by, version=item.version, note=note, at=at)

    if state == "draft":
        return
    move("submit", curator, 1, story.get("submit_note", ""))
    if state == "in_review":
        return
    if state in {"changes_requested", "rejected"}:
        move("request_changes" if state == "changes_requested" else "reject", editor, 2, reason)
        return
    move("approve", editor if editor != curator else lead, 2, story.get("approve_note", ""))
    if state == "approved":
        return
    start = now + timedelta(days=story["in_days"]) if state == "scheduled" else min(date, now)
    end = now - timedelta(days=story["days_ago"]) if state == "expired" else None
    if start > now:
        publishing.set_dates(item, publish_at=start, unpublish_at=None, by=editor, version=item.version)
    move("publish", editor, 3)
    if end is not None:
        publishing.set_dates(item, publish_at=start, unpublish_at=end, by=editor, version=item.version, at=start)
    if "featured_days" in story:
        until = now + timedelta(days=story["featured_days"])
        publishing.put_forward(item, until=until, by=editor, version=item.version)
    if state in {"withdrawn", "archived"}:
        gone = now - timedelta(days=story["days_ago"])
        name, by = ("withdraw", editor) if state == "withdrawn" else ("archive", lead)
        publishing.move(item, name, by=by, version=item.version, note=reason, at=gone)
    if "proposed" in story:
        values = publishing.head_values(item)
        for field, words in story["proposed"].items():
            setattr(values, field, words)
        publishing.save(item, values, by=curator, version=item.version, state=State.IN_REVIEW)


def _talk(item: CuratedItem, threads: list[dict[str, Any]], people: dict[str, User]) -> None:
    """Begins the threads about an item, each with its answers, and resolves those that were."""
    now = timezone.now()

    def said(row: dict[str, Any]) -> dict[str, Any]:
        return {"text": row["text"], "by": people[row["by"]], "at": now - timedelta(hours=row["hours_ago"])}

    for row in threads:
        about = {"field": row.get("field", ""), "blocking": row.get("blocking", False)}
        thread = comments.add(item, **said(row), **about)
        for answer in row.get("replies", []):
            comments.reply(thread, **said(answer))
        if "resolved_by" in row:
            comments.resolve(thread, by=people[row["resolved_by"]], at=now - timedelta(hours=1))
