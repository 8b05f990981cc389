"""Every list of items can be narrowed down: that of a topic, author, publisher or tag as that of a community."""

import html
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation import facets, filters
from curation.pages import absolute
from tests.factories import PAST, make_community, make_item

pytestmark = pytest.mark.django_db
LIST = "/communities/telehealth/curated-content/"
SHELVES = {
    "topic": "/topics/medigy-safety/", "author": "/authors/ada-byron/", "publisher": "/publishers/journal.example/",
    "tag": "/tags/triage/",
}  # fmt: skip
EVERY = [*SHELVES.values(), LIST]
DAY = PAST.date().isoformat()


@pytest.fixture
def three():
    """Items of two communities that have one topic, author, publisher and tag in common, a day apart."""
    words = {"topics": [("Medigy", "Safety")], "authors": ["Ada Byron"], "tags": ["Triage"]}
    other = make_community("Oncology")
    return [
        make_item(title="First", kind="News", publish_at=PAST, **words),
        make_item(title="Second", kind="Brief", publish_at=PAST + timedelta(days=1), also_in=[other.slug], **words),
        make_item(title="Third", kind="News", publish_at=PAST + timedelta(days=2), **words),
    ]


def titles(page) -> list[str]:
    return re.findall(r'card-title" dir="auto"><a [^>]*>([^<]+)', page.text)


def options(page, name: str) -> list[str]:
    select = re.search(rf'<select [^>]*name="{name}".*?</select>', page.text, re.DOTALL)
    return [html.unescape(words) for words in re.findall(r"<option[^>]*>([^<]+)", select[0])[1:]] if select else []


@pytest.mark.parametrize("address", SHELVES.values())
def test_readers_narrow_down_the_list_of_any_name(client, three, address):
    name = next(name for name, each in SHELVES.items() if each == address)
    page = client.get(address)
    assert titles(page) == ["Third", "Second", "First"]
    assert options(page, name) == [], "It is what all of them have."
    assert options(page, "kind") == ["Brief (1)", "News (2)"]
    assert options(page, "community") == ["Oncology (1)", "Telehealth (3)"]
    narrowed = client.get(f"{address}?kind=News&community=telehealth&order=oldest")
    assert titles(narrowed) == ["First", "Third"]
    assert "2 items" in narrowed.text
    assert options(narrowed, "kind") == ["Brief (1)", "News (2)"]
    assert (
        f'href="{address}?community=telehealth&amp;order=oldest"><span class="unseen">Remove </span>Kind: News</a>'
        in narrowed.text
    )
    assert f'<link rel="canonical" href="{absolute(address)}">' in narrowed.text
    assert re.search(r"<title>[^<]+: Telehealth, News, Oldest first · Medigy</title>", narrowed.text), (
        "What is shared says what it is."
    )
    alone = client.get(f"{address}?kind=News")
    assert f'href="{address}"><span class="unseen">Remove </span>Kind: News</a>' in alone.text
    assert titles(client.get(f"{address}?kind=Brief&{name}=nothing")) == ["Second"], "Its own filter means nothing."


@pytest.mark.parametrize("address", EVERY)
@pytest.mark.parametrize(
    "query", ["", "kind=News&year=2024&month=2024-03", f"since={DAY}&until={DAY}", "kind=Podcast", "order=title"]
)
def test_a_list_costs_four_questions_however_it_is_narrowed_down(client, three, address, query):
    client.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{address}?{query}").status_code == 200
    assert len(asked) <= 4, [query["sql"] for query in asked]


@pytest.mark.parametrize("address", EVERY)
def test_a_period_holds_what_came_between_its_days(client, three, address):
    second = (PAST + timedelta(days=1)).date().isoformat()
    assert titles(client.get(f"{address}?since={second}")) == ["Third", "Second"]
    assert titles(client.get(f"{address}?until={DAY}")) == ["First"]
    page = client.get(f"{address}?since={DAY}&until={second}&kind=News")
    assert titles(page) == ["First"]
    assert options(page, "kind") == ["Brief (1)", "News (1)"]
    remove = '"><span class="unseen">Remove </span>'
    for words in (
        f'<input type="date" name="since" value="{DAY}" id="id_since">', "Filters: 3",
        f'href="{address}?kind=News&amp;until={second}{remove}Added from: 1 March 2024</a>',
        f'href="{address}?kind=News&amp;since={DAY}{remove}Added until: 2 March 2024</a>',
    ):  # fmt: skip
        assert words in page.text, words
    nothing = client.get(f"{address}?until=1999-12-31")
    assert "No item goes with all of these filters" in nothing.text
    assert f'<a href="{address}">Everything in ' in nothing.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=2024-03-05&until=2024-03-01", "Added from: the last day lies before this one."),
        ("since=2024-02-30", "Added from: this is no day. Write it like 2026-03-31."),
        ("until=%00", "Added until: this is no day."),
        ("until=yesterday&since=", "Added until: this is no day."),
        ("since=" + "9" * 5000, "Added from: this is no day."),
    ],
)
@pytest.mark.parametrize("address", [LIST, SHELVES["topic"]])
def test_a_period_that_cannot_be_is_left_out_and_said_to_be(client, three, address, query, sentence):
    page = client.get(f"{address}?{query}")
    assert titles(page) == ["Third", "Second", "First"]
    assert f'<p class="notice">{sentence}' in page.text
    assert "<details open>" in page.text


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31", "since=0001-01-01&until=9999-12-31"])
def test_a_period_may_be_as_long_as_the_calendar(client, three, query):
    assert titles(client.get(f"{LIST}?{query}")) == ["Third", "Second", "First"]


def test_pages_of_a_period_lead_to_each_other_and_no_further(client, three, monkeypatch):
    monkeypatch.setattr("curation.lists.PER_PAGE", 1)
    address, found = f"{SHELVES['tag']}?since={(PAST + timedelta(days=1)).date()}", []
    while address:
        page = client.get(address)
        found += titles(page)
        following = re.search(r'<a rel="next" href="([^"]+)"', page.text)
        address = html.unescape(following[1]) if following else ""
    assert found == ["Third", "Second"]


def test_a_list_that_is_too_long_to_be_counted_offers_what_its_newest_items_have_without_numbers(
    client, three, monkeypatch
):
    monkeypatch.setattr(facets, "COUNTED", 1)
    monkeypatch.setattr(facets, "NEWEST", facets.NEWEST.replace("1001", "2"))
    page = client.get(SHELVES["topic"])
    assert "3 items" in page.text
    assert options(page, "kind") == ["Brief", "News"]
    narrowed = client.get(f"{SHELVES['topic']}?kind=News")
    assert "More than 1 items" in narrowed.text
    assert titles(narrowed) == ["Third", "First"]
    assert options(client.get(LIST), "kind") == ["Brief (1)", "News (2)"], "What a community has is kept."
    assert options(client.get(f"{LIST}?since={DAY}"), "kind") == ["Brief", "News"]


def test_a_month_too_old_to_be_offered_holds_like_any_other(client, three, monkeypatch):
    monkeypatch.setattr(filters, "MONTHS", 1)
    monkeypatch.setattr("curation.lists.PER_PAGE", 1)
    for number in (1, 2):
        make_item(title=f"Old {number}", date=PAST.replace(year=2015, month=6), publish_at=PAST.replace(year=2015))
    page = client.get(f"{LIST}?month=2015-06")
    assert options(page, "month")[-1] == "June 2015 (2)"
    assert "so this was left out" not in page.text
    assert "Remove </span>Month: June 2015</a>" in page.text
    assert re.search(r'<a rel="next" href="([^"]+)"', page.text)[1].startswith(f"{LIST}?month=2015-06&amp;before=")


def test_a_value_that_few_items_have_is_chosen_with_their_number(client, three, monkeypatch):
    monkeypatch.setattr(facets, "OFTEN_USED", 1)
    make_item(title="Rare", authors=["Rare Author"])
    page = client.get(f"{LIST}?author=rare-author")
    assert options(page, "author") == ["Ada Byron (3)", "Rare Author (1)"]


def test_lists_that_differ_are_called_differently(client, three):
    queries = ("", f"?since={DAY}", f"?until={DAY}", "?order=oldest", "?order=title", "?kind=News")
    names = [re.search("<title>(.+?)</title>", client.get(LIST + query).text)[1] for query in queries]
    assert len({*names}) == len(queries), names


def test_the_size_of_a_list_is_not_told_of_what_it_was_narrowed_down_to(client, three):
    assert re.search('"numberOfItems": ?3', client.get(LIST).text)
    assert "numberOfItems" not in client.get(f"{LIST}?kind=News").text


def test_what_is_printed_of_a_list_leads_back_to_what_it_was_narrowed_down_to(client, three):
    assert f'<p class="printed">{absolute(LIST)}</p>' in client.get(LIST).text
    page = client.get(f"{LIST}?kind=News&topic=nothing")
    assert f'<p class="printed">{absolute(LIST)}?kind=News</p>' in page.text


@pytest.mark.parametrize("address", [LIST, SHELVES["topic"]])
def test_whatever_is_asked_for_is_answered(client, three, address):
    for value in ("%00", "a%20b", "../x", "%2F..%2F", "%F0%9F%98%80", "%ED%A0%80", "%5C", "?x=1%23y", "a" * 5000):
        for name in ("topic", "tag", "author", "publisher", "community", "year", "month"):
            assert client.get(f"{address}?{name}={value}").status_code == 200, (name, value)


@pytest.mark.parametrize("query", ["kind=Event", "tag=secret", "community=hidden"])
def test_no_filter_of_a_name_tells_what_only_a_draft_has(client, three, query):
    make_item(
        published=False,
        kind="Event",
        tags=["secret"],
        topics=[("Medigy", "Safety")],
        community=make_community("Hidden"),
    )
    name, _, value = query.partition("=")
    there, never = client.get(f"{SHELVES['topic']}?{query}"), client.get(f"{SHELVES['topic']}?{name}={value[:-1]}9")
    assert there.text == never.text
    assert "so this was left out" in there.text
