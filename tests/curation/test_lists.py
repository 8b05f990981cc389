"""Lists of items at any depth: every item once, in order, by addresses that can be shared; and the archive."""

import html
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode, urljoin

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from curation import facets, filters, lists
from curation.models import Author, CuratedItem, Placement, Publisher, Rendition
from curation.models.shelf import Shelf
from tests.deeds import edit, move
from tests.factories import PAST, make_community, make_draft_of, make_image, make_item, make_user
from tests.newsroom import filled_in, signed_in

pytestmark = pytest.mark.django_db

LIST = "/communities/telehealth/curated-content/"
TITLE = re.compile(r'card-title" dir="auto"><a [^>]*>([^<]+)')


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch):
    monkeypatch.setattr(lists, "PER_PAGE", 3)


def titles(page) -> list[str]:
    return TITLE.findall(page.text)


def beside(page, rel: str) -> str:
    found = re.search(rf'<a [^>]*rel="{rel}" href="([^"]+)"', page.text)
    return found[1].replace("&amp;", "&") if found else ""


def walk(client, address: str, rel: str) -> list[list[str]]:
    pages = []
    while address:
        page = client.get(address)
        assert page.status_code == 200, address
        pages.append(titles(page))
        address = urljoin(address, beside(page, rel))
        if not beside(page, rel):
            break
    return pages


@pytest.mark.parametrize("same_moment", [False, True])
@pytest.mark.parametrize("order", ["", "oldest"])
def test_every_item_is_met_once_on_the_way_to_the_end_and_on_the_way_back(client, same_moment, order):
    names = [f"Item {number}" for number in range(8)]
    for number, name in enumerate(names):
        make_item(title=name, publish_at=PAST + timedelta(hours=0 if same_moment else number))
    expected = names if order == "oldest" else names[::-1]
    start = f"{LIST}?order={order}" if order else LIST
    pages = walk(client, start, "next")
    assert pages == [expected[:3], expected[3:6], expected[6:]]
    last = urljoin(LIST, beside(client.get(urljoin(LIST, beside(client.get(start), "next"))), "next"))
    back = walk(client, last, "prev")
    assert sorted(name for page in back for name in page) == sorted(names)
    assert back[0] == expected[6:]
    assert back[1] == expected[3:6]


def steps_for(client, page):
    """How many steps SQLite takes for a page that is made for the second time."""
    client.get(page)
    cache.clear()
    counted = Counter()
    connection.connection.set_progress_handler(lambda: counted.update(steps=1), 1)
    try:
        assert client.get(page).status_code == 200
    finally:
        connection.connection.set_progress_handler(None, 1)
    return counted["steps"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite")
def test_a_page_does_not_go_through_the_files_of_other_pictures(client):
    """Where no item had a drawn picture, SQLite went through the files of all pictures to find those of one."""
    address, image = make_item().get_absolute_url(), make_image()
    before = steps_for(client, address)
    Rendition.objects.bulk_create(
        Rendition(image=image, recipe="", shape="card", format="WEBP", width=1, height=1, size=1, file=f"{number}.webp")
        for number in range(300)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert steps_for(client, address) < before + 100


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite")
def test_a_deep_page_reads_no_more_of_the_list_than_the_first(client):
    """With two bounds on one side, SQLite took the wider one and read everything down to the page."""
    items = [make_item(publish_at=PAST + timedelta(hours=number)) for number in range(60)]
    pages = [LIST, f"{LIST}?{urlencode({'before': lists.Spot(items[5].publish_at, items[5].pk)})}"]
    pages += [items[-5].get_absolute_url(), items[5].get_absolute_url()]
    first, deep, new, old = (steps_for(client, page) for page in pages)
    assert deep < first + 100
    assert old < new + 100


def test_the_address_of_a_page_goes_on_showing_the_same_while_new_items_come(client):
    for number in range(7):
        make_item(title=f"Item {number}", publish_at=PAST + timedelta(hours=number))
    deep = beside(client.get(LIST), "next")
    before = titles(client.get(deep))
    make_item(title="Breaking")
    assert titles(client.get(LIST))[0] != "Breaking"  # it is dated before the others
    make_item(title="Newest of all", publish_at=timezone.now())
    assert titles(client.get(LIST))[0] == "Newest of all"
    assert titles(client.get(deep)) == before


def test_a_page_has_one_true_address_from_whichever_side_it_is_reached(client):
    for number in range(7):
        make_item(publish_at=PAST + timedelta(hours=number))
    second = beside(client.get(LIST), "next")
    third = beside(client.get(second), "next")
    back = client.get(beside(client.get(third), "prev"))
    assert f'<link rel="canonical" href="http://testserver{second}">' in back.text
    first = client.get(beside(client.get(second), "prev"))
    assert f'<link rel="canonical" href="http://testserver{LIST}">' in first.text


def test_addresses_by_number_from_before_go_on_working(client):
    for number in range(7):
        make_item(title=f"Item {number}", publish_at=PAST + timedelta(hours=number))
    assert titles(client.get(f"{LIST}?page=2")) == titles(client.get(beside(client.get(LIST), "next")))
    assert titles(client.get(f"{LIST}?page=3")) == ["Item 0"]
    assert client.get(f"{LIST}?page=4").status_code == 404
    assert beside(client.get(LIST), "next") in client.get(f"{LIST}?page=2").text


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=", "after=-", "before=1", "before=1-1-1", "before=²-1", "before=%00-1", "after=" + "9" * 40,
     "before=-99999999999999999-1", "before=-99999999999999-1"],
)  # fmt: skip
def test_a_broken_place_in_a_list_is_not_found(client, query):
    make_item()
    assert client.get(f"{LIST}?{query}").status_code == 404


def test_what_stops_being_shown_leaves_no_trace_and_keeps_nothing_back(client):
    made = [make_item(title=f"Item {number}", publish_at=PAST + timedelta(hours=number)) for number in range(7)]
    move(made[5], "withdraw", note="gone")
    CuratedItem.objects.filter(pk=made[4].pk).update(publication="withdrawn")  # by no code of ours
    assert walk(client, LIST, "next") == [["Item 6", "Item 3"], ["Item 2", "Item 1", "Item 0"]]


# --- Counts ----------------------------------------------------------------------------------------------------------


def options(client, query: str, name: str) -> list[str]:
    cache.clear()
    page = client.get(f"{LIST}{query}").text
    select = re.search(rf'<select [^>]*name="{name}".*?</select>', page, re.DOTALL)
    return [html.unescape(words) for words in re.findall(r"<option[^>]*>([^<]+)", select[0]) if "Every" not in words]


def test_each_filter_tells_how_many_items_stand_behind_each_of_its_values(client):
    both = [("Medigy", "Safety"), ("Medigy", "Cost")]
    make_item(kind="News", topics=both, tags=["video"], authors=["Ada Byron"])
    make_item(kind="News", topics=both[:1], link="https://other.example/1", publish_at=PAST.replace(year=2020))
    make_item(kind="Brief", topics=both[1:])
    make_item(published=False, kind="Event", topics=[("Medigy", "Secret")], tags=["secret"])
    make_item(kind="Event", publish_at=timezone.now() + timedelta(days=1), topics=[("Medigy", "Soon")])
    assert options(client, "", "kind") == ["Brief (1)", "News (2)"]
    assert options(client, "", "topic") == ["Cost (2)", "Safety (2)"]
    assert options(client, "", "tag") == ["video (1)"]
    assert options(client, "", "author") == ["Ada Byron (1)"]
    assert options(client, "", "publisher") == ["journal.example (2)", "other.example (1)"]
    assert options(client, "", "year") == ["2024 (2)", "2020 (1)"]
    assert options(client, "", "month") == ["March 2024 (2)", "March 2020 (1)"]
    # Within a filter that holds the others are counted within it, and its own values as if it were not.
    assert options(client, "?kind=News", "kind") == ["Brief (1)", "News (2)"]
    assert options(client, "?kind=News", "topic") == ["Cost (1)", "Safety (2)"]
    assert client.get(f"{LIST}?kind=News&topic=medigy-safety&year=2020").context["listing"].total == 1
    assert client.get(f"{LIST}?kind=News&month=2020-03").context["listing"].total == 1


@pytest.mark.parametrize(
    "query", ["topic=medigy-secret", "tag=secret", "author=nobody", "publisher=hidden.example", "kind=Event",
              "year=1999", "month=1999-01"]
)  # fmt: skip
def test_a_filter_does_not_tell_whether_only_a_draft_has_its_value(client, query):
    make_item(title="Shown")
    make_item(
        published=False, topics=[("Medigy", "Secret")], tags=["secret"], authors=["Nobody"], kind="Event",
        link="https://hidden.example/1", date=PAST.replace(year=1999, month=1),
    )  # fmt: skip
    name, _, value = query.partition("=")
    there, never = client.get(f"{LIST}?{query}"), client.get(f"{LIST}?{name}={value[:-1]}9")
    assert there.text == never.text
    assert "so this was left out" in there.text


def test_counts_are_right_again_at_once(client):
    make_item(kind="News")
    other = make_item(kind="News")
    assert options(client, "", "kind") == ["News (2)"]
    move(other, "withdraw", note="gone")
    assert options(client, "", "kind") == ["News (1)"]


CHANGES = {
    "another community publishes": (lambda item: make_item(community=make_community("Other"), kind="Brief"), False),
    "an item comes": (lambda item: make_item(kind="Brief"), True),
    "an item of another community is shown here too": (
        lambda item: make_item(community=make_community("Other"), also_in=["telehealth"], kind="Brief"), True,
    ),
    "an item goes": (lambda item: move(item, "withdraw", note="gone"), True),
    "an item says something else": (
        lambda item: (edit(item, tags=["video"]), move(item, "submit", "approve", "publish")), True,
    ),
    "an item goes by no code of ours": (lambda item: Placement.objects.filter(item=item).delete(), True),
    "a topic is renamed": (lambda item: item.topics.update(label="Security"), True),
    "an author is renamed": (lambda item: Author.objects.update(name="Ada Lovelace"), True),
    "a publisher is renamed": (lambda item: Publisher.objects.update(name="The Journal"), True),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_community_is_counted_anew_for_what_changes_its_own_items_alone(client, change):
    item = make_item(kind="News", topics=[("Medigy", "Safety")], authors=["Ada Byron"])
    make_item(kind="News")
    addresses = (LIST, f"{LIST}?kind=News", f"{LIST}?kind=News&topic=medigy-safety")
    for address in addresses:
        client.get(address)
    act, counts = CHANGES[change]
    act(item)
    shown = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            shown[address] = client.get(address).text
        if address != addresses[-1]:  # where the topic is gone, it is what the one before was
            assert any("ROW_NUMBER" in query["sql"] for query in queries) is counts, address
    for address, page in shown.items():
        cache.clear()
        assert client.get(address).text == page


def test_counts_change_by_themselves_at_the_moment_that_was_set(client, monkeypatch):
    soon = timezone.now() + timedelta(seconds=100)
    make_item(kind="News")
    make_item(kind="News", publish_at=soon, unpublish_at=soon + timedelta(seconds=100))
    seen = []
    for moment in (soon - timedelta(microseconds=1), soon, soon + timedelta(seconds=99), soon + timedelta(seconds=100)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        seen.append("News (2)" in client.get(LIST).text)
    assert seen == [False, True, True, False]


def test_lists_are_put_in_the_order_of_titles_while_they_are_short(client, monkeypatch):
    for name in ("b", "C", "a", "d"):
        make_item(title=name)
    assert walk(client, f"{LIST}?order=title", "next") == [["a", "b", "C"], ["d"]]
    monkeypatch.setattr(filters, "TITLES", 3)
    make_item(title="e")
    assert "By title" not in client.get(LIST).text
    assert facets.name_of(Shelf.MONTH, 2024 * 12) == "2024-01"


# --- The archive -----------------------------------------------------------------------------------------------------


def links(page) -> set[str]:
    return {link for link in re.findall(r'href="(/[^"#?]*)', page.text) if not link.startswith(("/static", "/admin"))}


def test_every_item_is_four_steps_from_the_front_page(client, monkeypatch):
    monkeypatch.setattr("curation.views.indexes.PER_MONTH", 2)
    made = [make_item(date=PAST.replace(year=year, day=day)) for year in (2019, 2020) for day in range(1, 6)]
    for start in ("/archive/", "/communities/telehealth/archive/"):
        months = {link for link in links(client.get(start)) if link.startswith(start) and link != start}
        assert months == {f"{start}2019/03/", f"{start}2020/03/"}
        found = set()
        for month in months:
            for page in re.findall(rf'href="((?:{month})?\?page=\d)"', client.get(month).text):
                found |= links(client.get(urljoin(month, page)))
            found |= links(client.get(month))
        assert {item.get_absolute_url() for item in made} <= found
    assert "/archive/" in links(client.get("/"))


def test_the_address_of_a_year_leads_to_its_place_in_the_archive(client):
    make_item()
    for start in ("/archive/", "/communities/telehealth/archive/"):
        for year in (f"{start}2024/", f"{start}2024"):
            answer = client.get(year)
            assert (answer.status_code, answer["Location"]) == (301, f"{start}#year-2024")
        assert 'id="year-2024"' in client.get(start).text
        assert client.get(f"{start}2001/").status_code == 404


def test_a_month_that_has_nothing_to_read_is_not_there(client):
    make_item()
    make_item(published=False, date=PAST.replace(year=2001))
    assert client.get("/archive/2024/03/").status_code == 200
    none = ("2001/03/", "2024/13/", "2024/3/", *(f"2024/03/?page={page}" for page in ("2", "0", "-1", "x", "%00", "²")))
    for address in (f"/archive/{each}" for each in none):
        assert client.get(address).status_code == 404, address


# --- Beside an item --------------------------------------------------------------------------------------------------


def test_related_are_those_that_share_the_most_topics_then_the_newest_of_the_community(client):
    safety, cost = ("Medigy", "Safety"), ("Medigy", "Cost")
    here = make_item(topics=[safety, cost])
    other = make_community("Other")
    make_item(title="Both", topics=[safety, cost], publish_at=PAST - timedelta(days=9), community=other)
    make_item(title="One", topics=[cost], publish_at=PAST - timedelta(days=8))
    make_item(title="Nearer", publish_at=PAST - timedelta(days=1))
    make_item(title="Farther", publish_at=PAST - timedelta(days=2))
    make_item(title="Hidden", topics=[safety, cost], published=False)
    assert titles(client.get(here.get_absolute_url())) == ["Both", "One", "Nearer"]


def test_an_item_of_very_many_topics_has_its_page(client):
    topics = [("Medigy", f"Topic {number:03}") for number in range(600)]
    item = make_item(topics=topics)
    make_item(title="Of one of them", topics=topics[:1])
    assert titles(client.get(item.get_absolute_url())) == ["Of one of them"]


def test_an_item_leads_to_the_ones_before_and_after_it_in_its_community(client):
    made = [make_item(title=f"Item {number}", publish_at=PAST + timedelta(hours=number // 2)) for number in range(4)]
    make_item(title="Of another place", community=make_community("Other"))
    make_item(title="Later", publish_at=timezone.now() + timedelta(days=1))
    pages = [client.get(item.get_absolute_url()) for item in made]
    assert [beside(page, "prev") for page in pages] == ["", *(item.get_absolute_url() for item in made[:-1])]
    assert [beside(page, "next") for page in pages] == [*(item.get_absolute_url() for item in made[1:]), ""]


def test_what_editors_put_forward_stands_on_the_front_page_until_then(client):
    item = make_item(title="Chosen", image=make_image("A bell"))
    make_draft_of(item, title="Chosen, and not yet")
    assert client.get("/").context["featured"] == []
    item.refresh_from_db()
    editor = make_user("edith", Role.EDITOR, item.community)
    address = reverse("admin:curation_curateditem_change", args=[item.pk])
    staff = signed_in(editor)
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert staff.post(address, filled_in(staff.get(address), featured_until=tomorrow)).status_code == 302
    assert item.changes.first().action == "put_forward"
    assert "Editors’ choice" in client.get("/").text
    assert "Editors’ choice" in client.get("/communities/telehealth/").text
    assert client.get("/").text.count(">Chosen<") == 2, "There is nothing else yet."
    make_item(title="Another")
    for address in ("/", "/communities/telehealth/"):
        assert client.get(address).text.count(">Chosen<") == 1, "It stands on no page twice."
    CuratedItem.objects.filter(pk=item.pk).update(featured_until=timezone.now() - timedelta(seconds=1))
    assert "Editors’ choice" not in client.get("/").text
