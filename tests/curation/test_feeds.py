"""What programs for feeds get: every list in three forms, each by its rules, at any depth, for the same cost."""

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation import feeds, renditions
from curation.models import Card, Publisher
from curation.upkeep import items_changed
from tests.deeds import edit, move
from tests.factories import PAST, make_community, make_image, make_item
from tests.feed_rules import check_atom, check_json_feed, check_opml, check_rss

pytestmark = pytest.mark.django_db

FEED = "/communities/telehealth/curated-content/feed.rss"
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"


def test_a_feed_tells_all_there_is_to_know_of_each_item(client):
    item = make_item(
        title="Tele-stroke & <tablets>", description="A season of ride-alongs.", kind="News",
        authors=["Tomás Herrera Vidal", "Ada Byron"], topics=[("Symplur", "#Telehealth")], tags=["stroke"],
    )  # fmt: skip
    make_item(title="Older", publish_at=PAST - timedelta(days=1))
    response = client.get(FEED)
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(response.content).find("channel")
    assert channel.findtext("link") == "http://testserver/communities/telehealth/"
    assert channel.find(f"{ATOM}link").get("href") == f"http://testserver{FEED}"
    first, second = channel.findall("item")
    assert first.findtext("title") == "Tele-stroke & <tablets>"
    assert first.findtext("link") == f"http://testserver{item.get_absolute_url()}"
    assert first.findtext("description") == "A season of ride-alongs."
    assert first.findtext(f"{DC}creator") == "Tomás Herrera Vidal, Ada Byron"
    assert [category.text for category in first.findall("category")] == ["News", "#Telehealth", "stroke"]
    assert parsedate_to_datetime(first.findtext("pubDate")) == PAST
    assert first.find("guid").text == item.md_name
    assert first.find("guid").get("isPermaLink") == "false"
    assert second.findtext("title") == "Older"


def test_characters_that_xml_forbids_do_not_break_a_feed(client):
    bad = "be\x0bll \x1b[31m \ufffe \x7f"
    community = make_community("Telehealth", introduction=f"About {bad}")
    make_item(
        community=community, title=f"Title {bad}", description=f"Says {bad}", authors=[f"Ada {bad}"],
        tags=[f"tag {bad}"], topics=[("", f"topic {bad}")], kind=f"News {bad}",
    )  # fmt: skip
    for address in (
        FEED,
        FEED.replace("rss", "atom"),
        "/feeds.opml",
        "/feeds-tags.opml",
        "/sitemap-items.xml",
        "/sitemap-authors.xml",
        "/sitemap-topics.xml",
        "/sitemap.xml",
    ):
        response = client.get(address)
        assert response.status_code == 200
        ElementTree.fromstring(response.content)
    assert ElementTree.fromstring(client.get(FEED).content).findtext("channel/item/title").startswith("Title bell")
    assert client.get(FEED.replace("rss", "json")).json()["items"][0]["title"].startswith("Title bell")


def test_the_feed_of_a_community_without_items_is_a_feed(client):
    make_community()
    channel = ElementTree.fromstring(client.get(FEED).content).find("channel")
    assert channel.findall("item") == []


# --- Every list, in every form ---------------------------------------------------------------------------------------

BASES = (
    "/feed", "/communities/telehealth/curated-content/feed", "/topics/medigy-safety/feed", "/authors/ada-byron/feed",
    "/publishers/journal.example/feed", "/tags/stroke/feed",
)  # fmt: skip
CHECKS = {"rss": check_rss, "atom": check_atom, "json": check_json_feed}
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


def make_told(number: int = 1, **fields):
    return make_item(
        publish_at=PAST + timedelta(hours=number), title=f"Item {number} & <more>", description="R&D <in> short.",
        authors=["Ada Byron", "林美惠"], topics=[("Medigy", "Safety")], tags=["stroke"], kind="News",
        curator_note="Read it <twice>.", body='<p>See <a href="/topics/">topics</a>.</p>', **fields,
    )  # fmt: skip


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("form", TYPES)
def test_every_list_has_a_feed_in_every_form_that_keeps_the_rules_and_is_found_from_its_page(client, form, base):
    image = make_image("A <b>tablet</b>", (1200, 630), credit="Ada")
    told = make_told(image=image)
    renditions.make(image)
    make_told(2)
    make_item(title="Bare", description="", publish_at=PAST - timedelta(days=1), link="", authors=["Ada Byron"],
              topics=[("Medigy", "Safety")], tags=["stroke"])  # fmt: skip
    address = f"{base}.{form}"
    answer = client.get(address)
    assert answer["Content-Type"] == f"{TYPES[form]}; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    CHECKS[form](answer.content, f"http://testserver{address}")
    text = answer.content.decode()
    assert "renditions/" in text
    assert "http://testserver/topics/" in text
    assert told.link in text
    page = client.get(base.removesuffix("feed")).text
    assert f'<link rel="alternate" type="{TYPES[form]}"' in page
    assert f'href="{address}"' in page


@pytest.mark.parametrize("form", TYPES)
def test_the_documents_of_a_feed_lead_to_every_item_once_while_new_ones_come(client, form, monkeypatch):
    monkeypatch.setattr(feeds, "ITEMS", 3)
    for number in range(8):
        make_told(number)
    seen, address = [], f"/topics/medigy-safety/feed.{form}"
    while address:
        content = client.get(address).content
        titles, following = CHECKS[form](content, f"http://testserver{address}")
        seen += titles
        address = following.removeprefix("http://testserver")
        if len(seen) == 3:
            make_told(99)
    assert seen == [f"Item {number} & <more>" for number in range(7, -1, -1)]
    for broken in ("x", "1-1", "99999999999999999-1%00"):
        assert client.get(f"/topics/medigy-safety/feed.{form}?before={broken}").status_code == 404


@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("base", BASES)
def test_a_feed_costs_three_questions_however_much_there_is(client, form, base):
    for number in range(12):
        make_told(number)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{base}.{form}")
    assert len(asked) <= 3
    assert client.get(f"{base}.{form}", headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_what_stands_for_an_item_stays_when_its_address_changes(client, editor, curator):
    item = make_told(md_name="not a uuid", slug="once")

    def ids() -> list[str]:
        atom = ElementTree.fromstring(client.get("/feed.atom").content)
        rss = ElementTree.fromstring(client.get("/feed.rss").content)
        named = client.get("/feed.json").json()["items"][0]["id"]
        return [atom.findtext(f"{ATOM}entry/{ATOM}id"), rss.findtext("channel/item/guid"), named]

    before, changed = ids(), client.get("/feed.json").json()["items"][0]["date_modified"]
    edit(item, slug="now")
    move(item, "submit", by=curator)
    move(item, "approve", "publish", by=editor)
    after = client.get("/feed.json").json()["items"][0]
    assert "/now/" in after["url"]
    assert ids() == before
    assert after["date_modified"] > changed


def test_a_picture_that_its_publisher_keeps_is_in_no_feed(client):
    image = make_image("A tablet")
    item = make_told(image=image)
    assert image.file.url in client.get("/feed.json").text
    Publisher.objects.update(picture_policy=Publisher.PicturePolicy.NONE)
    items_changed([item.pk])
    for form in TYPES:
        assert image.file.url not in client.get(f"/feed.{form}").text


def test_a_feed_is_right_before_what_is_kept_ready_is_made_anew(client):
    make_told()
    before = client.get("/feed.json").json()
    Card.objects.update(made_with="", facts={}, text="")
    assert client.get("/feed.json").json() == before


def test_a_text_as_long_as_a_book_is_read_on_its_page(client):
    make_item(body="<p>" + "long " * 9000 + "</p>", description="In short.")
    assert "long long" not in client.get("/feed.json").text
    assert "In short." in client.get("/feed.json").text


def test_all_feeds_are_listed_for_people_and_for_programs(client):
    make_told()
    page, listed = client.get("/feeds/").text, client.get("/feeds.opml")
    found = check_opml(listed.content)
    for more in ("authors", "publishers", "tags"):
        assert f"http://testserver/feeds-{more}.opml" in found
        found |= check_opml(client.get(f"/feeds-{more}.opml").content)
    assert {f"http://testserver{base}.rss" for base in BASES} <= found
    assert all(client.get(urlsplit(address).path).status_code == 200 for address in found)
    for base in BASES[:3]:
        assert f'href="{base}.json"' in page
    assert client.get("/feeds-secrets.opml").status_code == 404


def test_what_no_published_item_has_has_no_feed(client):
    make_item(published=False, authors=["Nobody"], topics=[("Medigy", "Secret")], tags=["hidden"])
    for base in ("/topics/medigy-secret/feed", "/authors/nobody/feed", "/tags/hidden/feed", "/tags/none/feed"):
        for form in TYPES:
            assert client.get(f"{base}.{form}").status_code == 404
    assert json.loads(client.get("/feed.json").content)["items"] == []
