"""Words that are quoted say in which language they are, and which way they run, wherever readers meet them."""

import json
from xml.etree import ElementTree

import pytest

from curation import languages
from tests.deeds import edit, move
from tests.factories import PAST, make_community, make_item

pytestmark = pytest.mark.django_db
TITLE, TEXT = "رعاية المرضى عن بعد", "نص المقال"
ARABIC = ' lang="ar" dir="rtl"'
LIST = "/communities/telehealth/curated-content/"


@pytest.fixture
def item():
    """One in Arabic between two in the language of the site."""
    make_item(slug="before", date=PAST)
    found = make_item(
        title=TITLE, slug="arabic", description=TITLE, body=f"<p>{TEXT}</p>", curator_note="Our words.", date=PAST,
        language="ar",
    )  # fmt: skip
    make_item(slug="after", date=PAST)
    return found


def test_every_page_that_quotes_an_item_says_its_language(client, item):
    page = client.get(item.get_absolute_url()).text
    for words in (
        f"<h1{ARABIC}>{TITLE}</h1>", f'<p class="lede"{ARABIC}>{TITLE}</p>', f'<div class="prose"{ARABIC}><p>',
        f'<span aria-current="page"{ARABIC}>{TITLE}</span>', '<div dir="auto"><p>Our words.</p></div>',
        '<html lang="en-gb">', '<meta property="og:locale" content="en_GB">', '"inLanguage": "ar"',
    ):  # fmt: skip
        assert words in page, words
    card = f'<h3 class="card-title"{ARABIC}><a href="{item.get_absolute_url()}">{TITLE}</a></h3>'
    for address in ("/", "/communities/telehealth/", LIST, "/publishers/journal.example/", LIST + "before/"):
        assert card in client.get(address).text, address
        assert f'<p class="card-summary"{ARABIC}>{TITLE}</p>' in client.get(address).text
    assert f"<bdi{ARABIC}>{TITLE}</bdi>" in client.get(f"{LIST}before/").text
    assert f'<a href="{item.get_absolute_url()}"{ARABIC}>{TITLE}</a>' in client.get("/archive/2024/03/").text


def test_what_is_found_says_the_language_of_the_words_that_are_shown(client, item):
    found = client.get("/search/", {"q": "المرضى"}).text
    assert f'<h2 class="card-title"{ARABIC}>' in found
    assert f'<p class="card-summary"{ARABIC}>' in found
    ours = client.get("/search/", {"q": "our words"}).text
    assert f'<h2 class="card-title"{ARABIC}>' in ours
    assert '<p class="card-summary" dir="auto">' in ours, "The note is the curator's own."


def test_programs_are_told_the_language_of_each_item(client, item):
    said = f"<p{ARABIC}>{TITLE}</p><p>Our words.</p><div{ARABIC}><p>{TEXT}</p></div>"
    told = {entry["title"]: entry for entry in json.loads(client.get(f"{LIST}feed.json").content)["items"]}
    assert told.pop(TITLE)["language"] == "ar"
    assert not any("language" in entry for entry in told.values()), "The feed's own holds."
    assert said in client.get(f"{LIST}feed.json").json()["items"][1]["content_html"]
    atom = ElementTree.fromstring(client.get(f"{LIST}feed.atom").content)
    xml = "{http://www.w3.org/XML/1998/namespace}lang"
    titles = {title.text: title.get(xml) for title in atom.iterfind(".//{*}entry/{*}title")}
    assert titles == {title: "ar" if title == TITLE else None for title in titles}
    rss = ElementTree.fromstring(client.get(f"{LIST}feed.rss").content)
    assert [each.text for each in rss.iterfind(".//{http://purl.org/dc/elements/1.1/}language")] == ["ar"]
    records = client.get("/api/v1/items/").json()["items"]
    assert [record["language"] for record in records] == ["en-GB", "ar", "en-GB"]


def test_lists_show_another_language_as_soon_as_it_is_published(client, item):
    edit(item, language="fa")
    assert ARABIC in client.get(LIST).text
    item.refresh_from_db()
    move(item, "submit", "approve", "publish")
    page = client.get(LIST).text
    assert ARABIC not in page
    assert f'<h3 class="card-title" lang="fa" dir="rtl"><a href="{item.get_absolute_url()}">' in page


def test_without_a_language_browsers_tell_which_way_words_run(client):
    item = make_item(community=make_community(), description="Short")
    for address in (item.get_absolute_url(), LIST):
        main = client.get(address).text.split("<main")[1]
        assert " lang=" not in main
        assert 'dir="auto"' in main


@pytest.mark.parametrize(
    ("tag", "way"),
    [("ar", "rtl"), ("he", "rtl"), ("ur-PK", "rtl"), ("de", "ltr"), ("az", "ltr"), ("az-Arab", "rtl"),
     ("pa-Arab-PK", "rtl"), ("ar-Latn", "ltr"), ("zh-Hant", "ltr"), ("yi", "auto")],
)  # fmt: skip
def test_the_script_decides_which_way_a_language_is_written(tag, way):
    assert languages.direction(tag) == way


@pytest.mark.parametrize(("language", "comma"), [("ar", "، "), ("fa", "، "), ("he", ", "), ("yi-Hebr", ", ")])
def test_the_source_of_a_quotation_is_joined_as_its_language_joins_words(client, language, comma):
    item = make_item(body="<blockquote>" + TEXT + "</blockquote>", language=language, authors=["Ada", "Grace"])
    source = comma.join(("<bdi>Ada</bdi>", "<bdi>Grace</bdi>", '<cite dir="auto">journal.example</cite>'))
    assert f"<footer>{source}</footer>" in client.get(item.get_absolute_url()).text
