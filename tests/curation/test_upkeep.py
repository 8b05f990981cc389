"""What is kept ready for readers is, after every write by every door, what would be made anew."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, Role, Topic, User
from curation import edition, publishing, search, shelves
from curation.models import Author, Card, CuratedItem, Edition, FeaturedImage, Placement, Publisher, Shelf, Tag
from tests.commands import DATA, import_files, run
from tests.deeds import edit, move, write
from tests.factories import FUTURE, PAST, make_community, make_draft_of, make_image, make_item, make_user
from tests.newsroom import filled_in, signed_in

pytestmark = pytest.mark.django_db

WORDS = {
    "kind": "News", "authors": ["Ada Byron"], "topics": [("Medigy", "Safety")], "tags": ["triage"],
    "also_in": ["oncology"],
}  # fmt: skip
FILE = """---
title: {title}
slug: {slug}
link: https://journal.example/{slug}
date: 2024-03-01T00:00:00Z
author: Grace Hopper
tags: [video]
---

Words.
"""


def kept_is_right() -> bool:
    return shelves.rebuild(list(CuratedItem.objects.values_list("pk", flat=True)), keep=False) == []


def card_of(item: CuratedItem) -> str:
    return Card.objects.get(pk=item.pk).html


def places(item: CuratedItem) -> list[str]:
    return [Shelf(shelf).name for shelf in item.placements.order_by("shelf").values_list("shelf", flat=True)]


def test_a_live_item_stands_on_every_shelf_that_it_belongs_to_and_a_draft_on_none(home, editor):
    make_community("Oncology")
    item = write(home, editor, **WORDS)
    assert places(item) == []
    move(item, "submit", "approve", "publish")
    assert places(item) == [
        "SITE", "COMMUNITY", "COMMUNITY", "TOPIC", "AUTHOR", "PUBLISHER", "TAG", "KIND", "YEAR", "MONTH",
    ]  # fmt: skip
    assert "A title" in card_of(item)
    move(item, "withdraw", note="gone")
    assert places(item) == []
    assert not Card.objects.filter(pk=item.pk).exists()


def test_every_deed_of_the_workflow_leaves_what_is_kept_right(home, editor):
    make_community("Oncology")
    item = write(home, editor, **WORDS)
    for name in ("submit", "approve", "publish"):
        move(item, name)
        assert kept_is_right(), name
    edit(item, title="Another title", tags=["video"], kind="Brief")
    assert "A title" in card_of(item)
    move(item, "submit", "approve", "publish")
    assert "Another title" in card_of(item)
    assert kept_is_right()
    publishing.set_dates(item, publish_at=PAST, unpublish_at=FUTURE, by=None, version=item.version)
    assert kept_is_right()
    make_draft_of(item, title="The third title")
    item.refresh_from_db()
    move(item, "submit", "approve")
    move(item, "schedule", when=timezone.now() + timedelta(hours=1))
    assert kept_is_right()
    assert [applied.error for applied in publishing.publish_due(timezone.now() + timedelta(hours=2))] == [""]
    assert "The third title" in card_of(item)
    assert kept_is_right()
    item.refresh_from_db()
    for name in ("withdraw", "archive", "restore"):
        move(item, name, note="because")
        assert kept_is_right(), name


def test_imports_leave_what_is_kept_right(tmp_path):
    folder = tmp_path / "content/communities/telehealth/curated-content"
    folder.mkdir(parents=True)
    for slug in ("one", "two", "three"):
        (folder / f"{slug}.md").write_text(FILE.format(title=f"Title {slug}", slug=slug))
    import_files(tmp_path, "--publish", "--community", "telehealth")
    assert CuratedItem.objects.published().count() == Card.objects.count() == 3
    assert kept_is_right()
    (folder / "one.md").write_text(FILE.format(title="Another one", slug="one"))
    import_files(tmp_path, "--publish", "--community", "telehealth")
    assert "Another one" in card_of(CuratedItem.objects.get(slug="one"))
    assert kept_is_right()
    (folder.parent / "_index.md").write_text("---\ntitle: Care from afar\n---\n\nAbout it.\n")
    import_files(tmp_path, "--community", "telehealth", "--prefer", "file")
    assert "Care from afar" in card_of(CuratedItem.objects.get(slug="two"))
    assert kept_is_right()


RICH = """---
title: {title}
slug: {slug}
link: https://journal{number}.example/{slug}
date: {date}
{more}author: [Grace Hopper, {author}]
searchCategory: News
tags: [video, Triage{number}]
communityTopics: ['Medigy: Safety', 'Symplur: -hash-Word{number}']
alsoIn: [oncology]
featuredImage:
  href: {picture}
  alt: What it shows
---

Words for *everybody*, number {number}.
"""


def test_many_new_files_at_once_are_placed_and_found_as_each_by_itself_would_be(tmp_path):
    make_community("Oncology")
    folder = tmp_path / "content/communities/telehealth/curated-content"
    folder.mkdir(parents=True)
    (folder / "bell.jpg").write_bytes((DATA / "images/plain.jpg").read_bytes())
    files = [
        {"date": "2024-03-01T23:30:00-05:00", "author": "Ada Byron"},
        {"date": "2024-12-31T22:00:00-05:00", "author": "ada byron"},
        {"date": "2024-03-01", "author": "Grace Hopper", "more": "draft: true\n"},
        {"date": "2024-03-01", "author": "Ada  Byron", "more": "publishDate: 2099-01-01T00:00:00Z\n"},
        {"date": "2024-03-01", "author": "Émile", "more": "expiryDate: 2025-01-01T00:00:00Z\n"},
        {"date": "2024-03-01", "author": "Émile", "picture": "/nowhere.png"},
    ]
    for number, said in enumerate(files):
        words = {"more": "", "picture": "bell.jpg", "title": f"Title {number}", "slug": f"title-{number}"} | said
        (folder / f"{number}.md").write_text(RICH.format(number=number, **words))
    import_files(tmp_path, "--publish", "--community", "telehealth")
    assert [item.state for item in CuratedItem.objects.order_by("path")].count("approved") == 5
    assert sorted(Author.objects.values_list("name", flat=True)) == ["Ada  Byron", "Ada Byron", "Grace Hopper", "Émile"]
    assert kept_is_right()
    assert [wrong for batch in search.rebuild(check=True) for wrong in batch] == []
    run("verify_history")


@pytest.mark.parametrize(
    ("model", "typed"),
    [
        (Community, {"name": "Care from afar"}),
        (Topic, {"description": "Another one."}),
        (Author, {"bio": "Another one."}),
        (Publisher, {"name": "Another one"}),
        (Tag, {}),
        (FeaturedImage, {"alt": "Another one", "focal_x": "0.1"}),
    ],
)
def test_edits_of_what_items_show_leave_what_is_kept_right(model, typed):
    home = make_community("Telehealth")
    make_community("Oncology")
    make_item(image=make_image("A bell"), **WORDS)
    client = signed_in(make_user("leo", Role.LEAD, home))
    row = model.objects.first() if model is not Community else home
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
    form = filled_in(client.get(address), f"{model._meta.model_name}_form", **typed)
    assert client.post(address, form).status_code == 302
    assert kept_is_right()


def test_many_items_at_once_are_rendered_when_they_are_read(monkeypatch):
    monkeypatch.setattr(shelves, "AT_ONCE", 1)
    one, two = make_item(), make_item()
    shelves.place([one.pk, two.pk])
    assert set(shelves.stale().values_list("pk", flat=True)) == {one.pk, two.pk}
    assert Placement.objects.filter(shelf=Shelf.SITE).count() == 2


# --- The edition ------------------------------------------------------------------------------------------------------


def test_every_watched_table_has_its_triggers():
    assert edition.present("default") == edition.wanted()


def test_a_change_that_no_code_of_ours_has_made_makes_a_new_edition():
    make_community("Oncology")
    item = make_item(image=make_image("A bell"), **WORDS)
    user = make_user("leo", Role.LEAD, item.community)
    statements = [
        f"UPDATE curation_curateditem SET title = 'x' WHERE id = {item.pk}",
        "UPDATE curation_curateditem SET publication = 'withdrawn'",
        "UPDATE communities_community SET name = name || '!'",
        "UPDATE communities_topic SET label = 'x'",
        "UPDATE curation_author SET name = 'x'",
        "UPDATE curation_publisher SET credit_line = 'x'",
        "UPDATE curation_tag SET name = 'x'",
        "UPDATE curation_featuredimage SET credit = 'x'",
        f"UPDATE communities_user SET first_name = 'x' WHERE id = {user.pk}",
        "DELETE FROM curation_itemtag",
        "DELETE FROM curation_itemtopic",
        "DELETE FROM curation_itemauthor",
        "DELETE FROM curation_curateditem_also_in",
        "DELETE FROM curation_placement",
        "DELETE FROM curation_card",
        "DELETE FROM communities_membership",
    ]
    seen = {edition.now().key}
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        key = edition.now().key
        assert key not in seen, statement
        seen.add(key)


def test_what_readers_cannot_see_makes_no_new_edition(home, editor):
    item = make_item()
    before = edition.now().key
    User.objects.update(last_login=timezone.now())
    CuratedItem.objects.filter(pk=item.pk).update(version=9, state="draft", history_hash="x")
    edit(item, title="Not yet", version=9)
    Publisher.objects.update(notes="Ask them.")
    assert edition.now().key == before


def test_a_moment_that_passes_makes_a_new_edition_and_is_announced(monkeypatch):
    soon, end = timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=2)
    make_item()
    make_item(publish_at=soon, unpublish_at=end)
    keys = []
    for moment, until in ((timezone.now(), soon), (soon, end), (end, None), (soon, end)):
        monkeypatch.setattr(edition.timezone, "now", lambda moment=moment: moment)
        now = edition.now()
        assert now.until == until
        keys.append(now.key)
    assert len(set(keys)) == 3
    assert keys[1] == keys[3]  # a clock that is put back, too


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite")
def test_the_clock_is_looked_at_once_for_as_long_as_nothing_changes():
    make_item()

    def steps() -> int:
        counted = Counter()
        connection.connection.set_progress_handler(lambda: counted.update(steps=1), 1)
        try:
            edition.now()
        finally:
            connection.connection.set_progress_handler(None, 1)
        return counted["steps"]

    first, again = steps(), steps()
    make_item()
    assert again < first / 2 < steps()


def test_an_emptied_database_does_not_come_back_to_an_old_edition():
    make_item()
    before = edition.now().key
    Edition.objects.all().delete()
    make_item()
    assert edition.now().key != before
