"""What is kept ready for readers can be looked over and made anew."""

import json

import pytest
from django.db import connection

from curation import edition, shelves, upkeep
from curation.models import Card, NewsroomEntry, Placement
from tests.commands import run
from tests.factories import make_item

pytestmark = pytest.mark.django_db


def counts(*options: str, code: int = 0) -> dict[str, int]:
    return json.loads(run("rebuild_pages", "--json", *options, code=code)[0])["counts"]


def test_what_is_not_as_it_should_be_is_found_and_made_anew():
    items = [make_item() for _ in range(5)]
    make_item(published=False)
    assert counts("--check") == {"items": 6, "different": 0, "triggers": 0}
    Card.objects.filter(pk=items[0].pk).update(html="old")
    Card.objects.filter(pk=items[1].pk).delete()
    Placement.objects.filter(item=items[2]).delete()
    name = edition.wanted()[0][1]
    with connection.cursor() as cursor:
        on = f" ON {edition.wanted()[0][0]}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on}")
    for _ in range(2):  # looking changes nothing
        assert counts("--check", code=2) == {"items": 6, "different": 3, "triggers": 1}
    assert counts() == {"items": 6, "different": 3, "triggers": 1}
    assert counts("--check") == {"items": 6, "different": 0, "triggers": 0}


def test_a_new_version_of_the_program_is_noticed(client, monkeypatch):
    item = make_item(title="A title")
    Card.objects.update(html="<b>as the old version had it</b>")
    shelves.made_with.cache_clear()
    monkeypatch.setattr(shelves, "made_with", lambda: "another")
    assert "A title" in client.get("/").text  # rendered for this page, since the card is of another version
    assert counts("--check", code=2)["different"] == 1
    assert counts("--stale")["different"] == 1
    assert "A title" in Card.objects.get(pk=item.pk).html


def test_it_goes_on_where_an_earlier_run_has_stopped():
    first, second = make_item(), make_item()
    assert counts("--after", str(first.pk))["items"] == 1
    assert second.pk > first.pk


def test_what_an_older_version_left_unready_is_caught_up_with_by_the_job(client, monkeypatch):
    monkeypatch.setattr(upkeep, "AT_A_TIME", 2)
    items = [make_item(title=f"Title {number}") for number in range(3)]
    make_item(published=False)
    Card.objects.filter(pk=items[0].pk).delete()
    Placement.objects.filter(item=items[1]).delete()
    Card.objects.filter(pk=items[2].pk).update(made_with="older")
    NewsroomEntry.objects.all().delete()
    caught_up = [json.loads(run("publish_due", "--json")[0])["counts"]["caught_up"] for _ in range(4)]
    assert caught_up == [2, 2, 0, 0]
    assert counts("--check") == {"items": 4, "different": 0, "triggers": 0}
    assert not run("rebuild_search", "--check")[0]
