"""Why readers see an item, or do not."""

import json
from datetime import timedelta

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from curation.models import Alias, CuratedItem
from curation.why import conditions, find
from curation.workflow import Publication
from tests.commands import run
from tests.factories import make_draft_of, make_item

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("publication", Publication)
@pytest.mark.parametrize("begins", [-2 * DAY, DAY])
@pytest.mark.parametrize("ends", [None, -DAY, 2 * DAY])
def test_it_agrees_with_what_readers_see(publication, begins, ends):
    now = timezone.now()
    item = make_item(
        publication=publication, publish_at=now + begins, unpublish_at=ends and now + max(ends, begins + DAY)
    )
    told = conditions(item, now)
    assert len(told) == 3
    assert all(each.holds for each in told) is CuratedItem.objects.published(now).filter(pk=item.pk).exists()


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("{address}", "its address"),
        ("http://testserver{address}?utm_source=x#top", "its address"),
        ("/OLD/Address/", "an old address"),
        ("article", "its address"),
        ("https://www.journal.example/article?utm_source=mail", "its link"),
        ("the-name-of-its-file.md", "its file"),
    ],
)
def test_an_item_is_found_by_whatever_somebody_has_at_hand(text, by):
    item = make_item(slug="article", link="https://journal.example/article", md_name="the-name-of-its-file")
    make_item()
    Alias.objects.create(path="/old/address", item=item)
    assert [(each.item, each.by) for each in find(text.format(address=item.get_absolute_url()))] == [(item, by)]


def test_the_command_tells_every_condition_with_its_value():
    now = timezone.now()
    item = make_item(title="An article", slug="article", publish_at=now + 2 * DAY, unpublish_at=now + 3 * DAY)
    make_draft_of(item, title="Another title")
    out, _ = run("why", "article")
    assert "“An article” in Telehealth, found by its address" in out
    assert "Scheduled + draft: readers do not see it" in out
    assert "yes It was published and not taken back: live, revision 1" in out
    assert "NO  “Published from” has come:" in out
    assert "UTC, in 1 day" in out
    assert "Readers see revision 1. The newest one is 2: draft." in out
    told = json.loads(run("why", "article", "--json")[0])["items"][0]
    assert (told["public"], [each["holds"] for each in told["conditions"]]) == (False, [True, False, True])


def test_what_names_nothing_is_said_to():
    with pytest.raises(CommandError, match="There is no item that"):
        run("why", "nothing")
