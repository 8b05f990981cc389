"""What search engines are given to find pages by: every public address, and nothing else, in parts that stay cheap."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation import sitemaps
from curation.models import Card, CuratedItem
from tests.deeds import edit, move
from tests.factories import PAST, make_draft_of, make_image, make_item

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
ITEMS = "/sitemap-items.xml"


def read(client, address: str) -> ElementTree.Element:
    """The document, after a look whether it keeps to its schema: which elements, in which order, how often."""
    root = ElementTree.fromstring(client.get(address).content)
    inner = {"sitemapindex": "sitemap", "urlset": "url"}[root.tag.removeprefix(MAP)]
    order = [f"{MAP}loc", f"{MAP}lastmod", f"{NEWS}news", f"{IMAGE}image"]
    assert len(root) <= 50_000
    for entry in root:
        assert entry.tag == f"{MAP}{inner}"
        names = [child.tag for child in entry]
        assert names == sorted(set(names), key=order.index)
        assert names[0] == f"{MAP}loc"
    return root


def changed(client) -> str:
    return read(client, ITEMS).findtext(f"{MAP}url/{MAP}lastmod")


def test_the_map_leads_to_every_public_address_and_nowhere_else(client, settings):
    settings.SITE_URL = "https://news.example.org"
    item = make_item(authors=["林美惠"], topics=[("Medigy", "Safety")], tags=["stroke"])
    author = item.byline[0]
    make_item(published=False, authors=["Nobody"], topics=[("Medigy", "Secret")], link="https://hidden.example/a")
    parts = {}
    for part in read(client, "/sitemap.xml").iter(f"{MAP}loc"):
        assert part.text.startswith("https://news.example.org/sitemap-")
        address = part.text.removeprefix("https://news.example.org")
        places = read(client, address).iter(f"{MAP}loc")
        parts[address] = [place.text.removeprefix("https://news.example.org") for place in places]
    news = parts.pop("/sitemap-news.xml")
    found = [address for section in parts.values() for address in section]
    assert set(news) <= set(found)
    assert sorted(found) == sorted([
        "/", "/about/", "/archive/", "/authors/", "/communities/", "/feeds/", "/publishers/", "/tags/", "/topics/",
        "/communities/telehealth/", "/communities/telehealth/archive/", "/communities/telehealth/curated-content/",
        "/topics/medigy-safety/", "/publishers/journal.example/", "/tags/stroke/", item.get_absolute_url(),
        author.get_absolute_url(),
    ])  # fmt: skip
    assert all(client.get(address).status_code == 200 for address in found)


def test_an_item_changed_when_readers_got_what_they_see_now(client, curator, editor):
    item = make_item(publish_at=PAST + timedelta(days=3))
    make_draft_of(item, title="Not yet")
    CuratedItem.objects.filter(pk=item.pk).update(updated_at=timezone.now())
    assert changed(client) == "2024-03-04T09:30:00Z"
    item.refresh_from_db()
    edit(item, title="Better", by=curator)
    move(item, "submit", by=curator)
    assert changed(client) == "2024-03-04T09:30:00Z"
    move(item, "approve", "publish", by=editor)
    assert changed(client) == f"{item.changes.first().at:%Y-%m-%dT%H:%M:%SZ}"
    assert read(client, "/sitemap.xml").findtext(f"{MAP}sitemap[2]/{MAP}lastmod") == changed(client)


def test_a_picture_is_named_unless_it_may_have_changed(client):
    image = make_image("A tablet")
    make_item(image=image)
    name = read(client, ITEMS).findtext(f"{MAP}url/{IMAGE}image/{IMAGE}loc")
    assert name == f"http://testserver{image.file.url}"
    Card.objects.update(made_with="")
    assert image.file.url not in client.get(ITEMS).text


def test_a_map_of_no_news_is_one_that_its_schema_allows(client):
    make_item()
    (url,) = read(client, "/sitemap-news.xml")
    assert url.find(f"{MAP}loc").text.endswith("/")
    assert url.find(f"{NEWS}news") is None


def test_news_is_what_came_in_the_last_two_days(client):
    now = timezone.now()
    fresh = make_item(title="Fresh & new", publish_at=now - timedelta(hours=47))
    make_item(publish_at=now - timedelta(hours=49))
    make_item(publish_at=now + timedelta(hours=1))
    (url,) = read(client, "/sitemap-news.xml")
    assert url.findtext(f"{MAP}loc") == f"http://testserver{fresh.get_absolute_url()}"
    news = url.find(f"{NEWS}news")
    assert news.findtext(f"{NEWS}title") == "Fresh & new"
    assert news.findtext(f"{NEWS}publication/{NEWS}language") == "en"


def test_a_long_map_comes_in_parts_that_cost_the_same(client, monkeypatch):
    first = make_item()
    monkeypatch.setattr(sitemaps, "PART", first.pk + 2)
    items = [first, *(make_item() for _ in range(6))]
    parts = [part.text for part in read(client, "/sitemap.xml").iter(f"{MAP}loc") if "-items" in part.text]
    assert len(parts) > 1
    found = []
    for part in parts:
        with CaptureQueriesContext(connection) as asked:
            root = read(client, part.removeprefix("http://testserver"))
        assert len(asked) == 2
        assert len(root) <= sitemaps.PART
        found += [place.text for place in root.iter(f"{MAP}loc")]
    assert found == [f"http://testserver{item.get_absolute_url()}" for item in items]
    for broken in ("?p=99", "?p=x", "?p=0", "?p=9999999999", "?p=%D9%A2"):
        assert client.get(f"{ITEMS}{broken}").status_code == 404
    assert client.get("/sitemap-secrets.xml").status_code == 404


def test_withdrawing_the_newest_item_is_no_reason_to_say_that_nothing_changed(client):
    make_item()
    newest = make_item(publish_at=PAST + timedelta(days=30))
    response = client.get(ITEMS)
    assert client.get(ITEMS, headers={"if-none-match": response["ETag"]}).status_code == 304
    move(newest, "withdraw", note="gone")
    again = client.get(ITEMS, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 200
    assert newest.slug not in again.text
