"""Pages are kept, and never wrong: whatever changes them, the next reader gets the page as it is."""

import gzip
import subprocess
import time
from datetime import timedelta
from shutil import which

import brotli
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.models import Community, Role
from curation import edition, redirects
from curation.models import CuratedItem, Edition, ReaderEntry
from curation.search_views import SLOTS
from curation.workflow import Publication
from tests.deeds import edit, move
from tests.factories import PAST, make_image, make_item, make_user
from tests.newsroom import signed_in

pytestmark = pytest.mark.django_db

LIST = "/communities/telehealth/curated-content/"
ADDRESSES = (
    "/", LIST, f"{LIST}first/", f"{LIST}feed.rss", "/archive/", "/topics/medigy-safety/", "/sitemap-items.xml",
    "/search/?q=title", "/search/?q=tilte&topic=medigy-safety",
)  # fmt: skip


@pytest.fixture
def first(db):
    return make_item(slug="first", title="A title", topics=[("Medigy", "Safety")], kind="News", image=make_image("x"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_that_was_made_already_costs_one_question(client, first, address):
    page = client.get(address)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(address)
    assert len(queries) == 1
    assert again.content == page.content
    assert again["ETag"] == page["ETag"]
    with CaptureQueriesContext(connection) as queries:
        known = client.get(address, headers={"if-none-match": f'"other", {page["ETag"]}'})
    assert len(queries) == 1
    assert (known.status_code, known.content) == (304, b"")
    assert known["ETag"] == page["ETag"]
    assert known["Cache-Control"] == page["Cache-Control"]
    head = client.head(address)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", page["ETag"])
    assert int(head["Content-Length"]) == len(page.content)


CHANGES = {
    "an edit goes out": lambda item: (edit(item, title="Another"), move(item, "submit", "approve", "publish")),
    "it is withdrawn": lambda item: move(item, "withdraw", note="gone"),
    "its community is renamed": lambda item: Community.objects.update(name="Care from afar"),
    "its topic is renamed": lambda item: item.topics.update(label="Security"),
    "its publisher is renamed": lambda item: type(item.publisher).objects.update(name="The Journal"),
    "its picture gets other words": lambda item: type(item.featured_image).objects.update(alt="A bell"),
    "another one comes": lambda item: make_item(title="Another"),
    "an old address of its topic is known": lambda item: redirects.moved("/topics/old/", "/topics/medigy-safety/"),
    "its words are put right": lambda item: ReaderEntry.objects.update(byline="Ana"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_nobody_gets_the_old_page(client, first, change):
    tags = {address: client.get(address)["ETag"] for address in ADDRESSES}
    CHANGES[change](first)
    for address, tag in tags.items():
        again = client.get(address, headers={"if-none-match": tag})
        assert again.status_code in {200, 404, 410}, (change, address)
        assert again.get("ETag") != tag


def test_questions_without_number_push_nothing_out_of_the_cache(client, first, monkeypatch):
    kept = {}
    monkeypatch.setattr(edition, "store", lambda key, value, seconds: kept.__setitem__(key, value))
    monkeypatch.setattr(edition, "fetch", kept.get)
    client.get(LIST)
    before = len(kept)
    pages = {number: client.get(f"/search/?q=title+{number}") for number in range(150)}
    assert len(kept) - before <= SLOTS
    for number, page in pages.items():
        again = client.get(f"/search/?q=title+{number}")
        assert (again.content, again["ETag"]) == (page.content, page["ETag"])


def test_pages_change_by_themselves_at_the_moment_that_was_set(client, first, monkeypatch):
    soon = timezone.now() + timedelta(seconds=100)
    make_item(title="On time", publish_at=soon, unpublish_at=soon + timedelta(seconds=100))
    seen = []
    for moment in (soon - timedelta(microseconds=1), soon, soon + timedelta(seconds=99), soon + timedelta(seconds=100)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        seen.append("On time" in client.get("/").text)
    assert seen == [False, True, True, False]


def test_what_a_cdn_may_do_ends_with_the_next_moment(client, first, settings, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert client.get("/")["Cache-Control"] == "public, no-cache"
    settings.CDN_SECONDS = 300
    assert client.get("/")["Cache-Control"] == "public, max-age=0, s-maxage=300, stale-while-revalidate=300"
    make_item(publish_at=now + timedelta(seconds=101))
    assert client.get("/")["Cache-Control"] == "public, max-age=0, s-maxage=50, stale-while-revalidate=50"
    make_item(publish_at=now + timedelta(seconds=1.9))
    assert client.get("/")["Cache-Control"] == "public, no-cache"


def test_the_time_of_the_last_change_is_told_once_it_has_settled(client, first):
    assert not client.get("/").has_header("Last-Modified")
    Edition.objects.update(at=timezone.now() - timedelta(hours=2))
    page = client.get("/")
    assert client.get("/", headers={"if-modified-since": page["Last-Modified"]}).status_code == 304
    make_item()
    assert client.get("/", headers={"if-modified-since": page["Last-Modified"]}).status_code == 200


def test_a_page_is_sent_as_small_as_the_reader_takes_it(client, first):
    plain = client.get(LIST)
    assert not plain.has_header("Content-Encoding")
    small = client.get(LIST, headers={"accept-encoding": "gzip, deflate, br, zstd"})
    middle = client.get(LIST, headers={"accept-encoding": "gzip;q=1.0, br;q=0"})
    assert brotli.decompress(small.content) == gzip.decompress(middle.content) == plain.content
    assert len({page["ETag"] for page in (plain, small, middle)}) == 3
    assert all(page["Vary"] == "Accept-Encoding" for page in (plain, small, middle))
    assert small["Content-Encoding"] == "br"


def test_everybody_gets_the_same_page_and_no_cookie(client, first):
    staff = signed_in(make_user("leo", Role.LEAD, first.community))
    page = client.get(LIST)
    for other in (staff.get(LIST), client.get(f"{LIST}?utm_source=x&colour=green")):
        assert other.content == page.content
        assert other["ETag"] == page["ETag"]
        assert not other.cookies


def test_what_is_not_found_or_gone_is_not_kept(client, first):
    assert client.get(f"{LIST}second/").status_code == 404
    make_item(slug="second")
    assert client.get(f"{LIST}second/").status_code == 200
    move(first, "withdraw", note="gone")
    gone = client.get(f"{LIST}first/")
    assert gone.status_code == 410
    assert not gone.has_header("ETag") or client.get(f"{LIST}first/").status_code == 410


def test_a_change_that_is_taken_back_leaves_the_pages_as_they_were(client, first):
    from django.db import transaction

    before = client.get("/")
    with transaction.atomic():
        CuratedItem.objects.update(title="Never said")
        inside = edition.now().key
        transaction.set_rollback(True)
    assert edition.now().key != inside
    assert client.get("/", headers={"if-none-match": before["ETag"]}).status_code == 304


def test_a_cache_that_does_not_answer_costs_no_page(client, first, settings):
    settings.CACHES = {"default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0",
    }}  # fmt: skip
    pytest.importorskip("redis")
    assert client.get("/").status_code == 200


def test_pages_are_kept_in_a_real_redis_too(client, first, settings, tmp_path):
    pytest.importorskip("redis")
    if which("redis-server") is None:
        pytest.skip("there is no Redis here")
    socket = tmp_path / "redis.sock"
    server = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            if socket.exists():
                break
            time.sleep(0.05)
        settings.CACHES = {"default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"unix://{socket}",
        }}  # fmt: skip
        page = client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            again = client.get(LIST)
        assert len(queries) == 1
        assert again.content == page.content
        edit(first, title="Another")
        move(first, "submit", "approve", "publish")
        assert "Another" in client.get(LIST).text
    finally:
        caches["default"].close()
        server.terminate()
        server.wait(10)


def test_what_is_no_page_of_an_edition_is_asked_for_anew_each_time(client, first, settings):
    redirects.moved("/topics/before/", "/topics/medigy-safety/")
    make_item(slug="gone", publication=Publication.WITHDRAWN, publish_at=PAST)
    answers = {"/topics/before/": 301, "/topics": 301, f"{LIST}gone/": 410, "/nothing/": 404, f"{LIST}?before=x": 404}
    answers |= dict.fromkeys(("/robots.txt", "/sitemap-news.xml", "/opensearch.xml"), 200)
    for address, status in answers.items():
        answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (status, "no-cache"), address
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/topics/before/")["Cache-Control"] == "no-cache"
