"""Whatever way an old address is written and whatever it led to, readers get there in one step."""

from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from django.test import Client

from curation import redirects
from curation.models import Alias, CuratedItem, Redirect
from curation.workflow import Publication
from tests.deeds import edit, move
from tests.factories import PAST, make_item

pytestmark = pytest.mark.django_db

LIST = "/communities/telehealth/curated-content/"
ITEM = f"{LIST}fine-caps/"
TOPIC = "/topics/medigy-safety/"

LEADS = {
    # An alias, in every way to write it.
    "/news/Caf%C3%A9-Old/": ITEM,
    "/news/caf%C3%A9-old": ITEM,
    "/news/cafe%CC%81-old/": ITEM,
    "/news/caf%25C3%25A9-old/": ITEM,
    "/NEWS//caf%C3%A9-old//": ITEM,
    "/news/caf%C3%A9-old/index.html": ITEM,
    "/news/caf%C3%A9-old/?utm_source=mail&page=2": ITEM,
    "/news/c%61f%C3%A9-old/": ITEM,
    # The item's own address, and the one that it once had.
    ITEM.rstrip("/"): ITEM,
    ITEM.upper(): ITEM,
    f"/{ITEM}": ITEM,
    ITEM.replace("/curated", "//curated"): ITEM,
    f"{ITEM}index.html": ITEM,
    f"{ITEM[:-1]}?from=mail": f"{ITEM}?from=mail",
    f"{LIST}before/": ITEM,
    f"{LIST}Before": ITEM,
    # The dated addresses of the older site.
    "/post/2019/05/01/fine-caps/": ITEM,
    "/post/2019/5/1/Fine-Caps": ITEM,
    "/post//2019/05/01/fine-caps/index.html": ITEM,
    # Redirects: chains, what moved on later, what an editor led to an alias.
    "/topics/first/": TOPIC,
    "/Topics/Second": TOPIC,
    "/topics/first/?before=4000000000000000-1&utm_source=mail": f"{TOPIC}?before=4000000000000000-1",
    "/to-alias/": ITEM,
    "/to-former/": ITEM,
    "/elsewhere/?page=2": "https://elsewhere.example/a",
    # Lists, and their feeds where other programs put them.
    "/topics": "/topics/",
    "/Topics/Medigy-Safety?before=4000000000000000-1": f"{TOPIC}?before=4000000000000000-1",
    "//topics//medigy-safety": TOPIC,
    "/topics/index.html": "/topics/",
    "/index.html": "/",
    "/index.xml": "/feed.rss",
    "/feed/": "/feed.rss",
    "/Feed.RSS": "/feed.rss",
    f"{TOPIC}index.xml": f"{TOPIC}feed.rss",
    "/communities/telehealth/index.xml": f"{LIST}feed.rss",
    f"{LIST}feed.rss/": f"{LIST}feed.rss",
    # The feed of a list that moved, and a filter by a name of before.
    "/topics/first/feed.atom": f"{TOPIC}feed.atom",
    "/Topics/Second/feed.json": f"{TOPIC}feed.json",
    "/topics/first/feed.rss?before=4000000000000000-1": f"{TOPIC}feed.rss?before=4000000000000000-1",
    f"{LIST}?topic=first&kind=News&utm_source=mail": f"{LIST}?kind=News&topic=medigy-safety",
    # An alias that the file of an item takes from a page that is there, or from where its feed would be looked for.
    "/authors": "/authors/",
    "/Communities/Telehealth": "/communities/telehealth/",
    "/blog/feed/": ITEM,
    "/old%20news/%C3%BCber%20uns/": ITEM,
}  # fmt: skip
GONE = ("/gone-alias/", f"{LIST}gone/", f"{LIST}GONE", "/to-gone/", "/post/2019/05/01/gone/")
NEVER = (
    "/draft-alias/", f"{LIST}draft/index.html", "/post/2019/05/01/draft/", "/post/2018/05/01/fine-caps/",
    "//evil.example/x", "/%00/", "/news/%2500/", "/..%2f..%2fetc/passwd", "/topics/none/index.html", "/" + "a" * 5000,
)  # fmt: skip


@pytest.fixture
def old(db):
    date = datetime(2019, 5, 1, 2, tzinfo=UTC)
    item = make_item(slug="fine-caps", aliases=["/news/café-old/"], date=date, topics=[("Medigy", "Safety")])
    Alias.objects.create(path=Alias.normalised(f"{LIST}before/"), item=item, former=True)
    for path in ("/authors", "/communities/telehealth", "/blog/feed", "/old news/über uns"):
        Alias.objects.create(path=path, item=item)
    withdrawn = {"publication": Publication.WITHDRAWN, "publish_at": PAST}
    make_item(slug="gone", aliases=["/gone-alias/"], date=date, **withdrawn)
    make_item(slug="draft", aliases=["/draft-alias/"], date=date, published=False)
    redirects.moved("/topics/first/", "/topics/second/")
    redirects.moved("/topics/second/", TOPIC)
    redirects.lead("/to-gone/", f"{LIST}gone/")
    redirects.lead("/elsewhere/", "https://elsewhere.example/a")
    # Made before what they lead to moved on.
    for path, target in (("/to-alias", "/news/café-old/"), ("/to-former", f"{LIST}before/")):
        Redirect.objects.create(path=path, target=target, target_path=Alias.normalised(target))
    return item


def ask(client: Client, address: str):
    """The answer to the address to the letter: the test client would tidy it."""
    parts = urlsplit(f"http://testserver{address}")
    return client.generic("GET", "/", PATH_INFO=_decoded(parts.path), QUERY_STRING=parts.query)


def _decoded(path: str) -> str:
    return unquote_to_bytes(path).decode("latin-1")


@pytest.mark.parametrize("address", LEADS)
def test_an_old_address_leads_straight_to_its_page(client, old, address):
    answer = ask(client, address)
    assert (answer.status_code, answer["Location"]) == (301, LEADS[address])
    if answer["Location"].startswith("/") and "before=" not in answer["Location"]:
        assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("address", GONE)
def test_what_led_to_something_that_is_gone_says_so_at_once(client, old, address):
    answer = ask(client, address)
    assert answer.status_code == 410
    CuratedItem.objects.filter(slug="gone").update(gone_to="/topics/")
    answer = ask(client, address)
    assert (answer.status_code, answer["Location"]) == (302, "/topics/")


@pytest.mark.parametrize("address", NEVER)
def test_what_never_was_there_is_not_there(client, old, address):
    answer = ask(client, address)
    while answer.status_code == 301:
        # To the same path with a slash, whatever it is.
        assert answer["Location"].endswith("/")
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith("//")
        answer = client.get(answer["Location"])
    assert answer.status_code == 404


def test_every_address_that_an_item_had_leads_to_the_one_that_it_has(client, curator, editor):
    item = make_item(slug="one")
    for slug in ("two", "three", "one", "four"):
        edit(item, slug=slug)
        move(item, "submit", by=curator)
        move(item, "approve", "publish", by=editor)
    for slug in ("one", "two", "three"):
        assert client.get(f"{LIST}{slug}/")["Location"] == f"{LIST}four/"
    assert client.get(f"{LIST}four/").status_code == 200


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/news/caf%C3%A9-old/", ITEM),
        (ITEM, ITEM),
        (f"{ITEM}?a=b", f"{ITEM}?a=b"),
        (ITEM.upper(), ITEM),
        ("/elsewhere/", "https://elsewhere.example/a"),
        ("/nothing/", "/nothing/"),
        ("/admin/", "/admin/"),
    ],
)
def test_the_way_to_https_is_no_step_of_its_own(client, old, settings, address, target):
    settings.SECURE_SSL_REDIRECT = True
    answer = ask(client, address)
    assert answer.status_code == 301
    assert answer["Location"] == (target if target.startswith("https:") else f"https://testserver{target}")
