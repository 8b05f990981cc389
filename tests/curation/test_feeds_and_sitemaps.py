"""What feed readers and search engines get."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from curation import sitemaps
from curation.models import CuratedItem
from tests.deeds import move
from tests.factories import PAST, make_community, make_draft_of, make_item

pytestmark = pytest.mark.django_db

FEED = "/communities/telehealth/curated-content/feed.rss"
DC = "{http://purl.org/dc/elements/1.1/}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


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
    assert channel.find("{http://www.w3.org/2005/Atom}link").get("href") == f"http://testserver{FEED}"
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
    for address in (FEED, "/sitemap-items.xml", "/sitemap-authors.xml", "/sitemap-topics.xml", "/sitemap.xml"):
        response = client.get(address)
        assert response.status_code == 200
        ElementTree.fromstring(response.content)
    assert ElementTree.fromstring(client.get(FEED).content).findtext("channel/item/title").startswith("Title bell")


def test_the_feed_of_a_community_without_items_is_a_feed(client):
    make_community()
    channel = ElementTree.fromstring(client.get(FEED).content).find("channel")
    assert channel.findall("item") == []


def test_the_sitemap_leads_to_every_public_address_and_nowhere_else(client, settings):
    settings.SITE_URL = "https://news.example.org"
    item = make_item(authors=["林美惠"], topics=[("Medigy", "Safety")])
    author = item.byline[0]
    make_item(published=False, authors=["Nobody"], topics=[("Medigy", "Secret")], link="https://hidden.example/a")
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = []
    for part in index.iter(f"{MAP}loc"):
        assert part.text.startswith("https://news.example.org/sitemap-")
        section = ElementTree.fromstring(client.get(part.text.removeprefix("https://news.example.org")).content)
        found += [place.text.removeprefix("https://news.example.org") for place in section.iter(f"{MAP}loc")]
    assert sorted(found) == sorted([
        "/", "/archive/", "/communities/", "/communities/telehealth/", "/communities/telehealth/archive/",
        "/communities/telehealth/curated-content/",
        "/topics/medigy-safety/", "/publishers/journal.example/", item.get_absolute_url(), author.get_absolute_url(),
    ])  # fmt: skip
    assert all(client.get(address).status_code == 200 for address in found)


def test_an_item_changed_when_readers_got_what_they_see_now(client):
    item = make_item(publish_at=PAST + timedelta(days=3))
    make_draft_of(item, title="Not yet")
    CuratedItem.objects.filter(pk=item.pk).update(updated_at=timezone.now())
    section = ElementTree.fromstring(client.get("/sitemap-items.xml").content)
    assert section.findtext(f"{MAP}url/{MAP}lastmod") == "2024-03-04"


def test_a_long_sitemap_comes_in_parts(client, monkeypatch):
    monkeypatch.setattr(sitemaps.ItemSitemap, "limit", 2)
    for _ in range(3):
        make_item()
    assert "http://testserver/sitemap-items.xml?p=2" in list(sitemaps.parts())
    assert len(list(ElementTree.fromstring(client.get("/sitemap-items.xml?p=2").content))) == 1
    for broken in ("?p=3", "?p=x", "?p=0"):
        assert client.get(f"/sitemap-items.xml{broken}").status_code == 404
    assert client.get("/sitemap-secrets.xml").status_code == 404


def test_withdrawing_the_newest_item_is_no_reason_to_say_that_nothing_changed(client):
    make_item()
    newest = make_item(publish_at=PAST + timedelta(days=30))
    response = client.get("/sitemap-items.xml")
    move(newest, "withdraw", note="gone")
    again = client.get("/sitemap-items.xml", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 200
    assert newest.slug not in again.text
