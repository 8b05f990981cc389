"""What readers meet on every page: words, addresses, filters, and no more work than the page needs."""

import gzip
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curation import counts, edition
from curation.models import CuratedItem
from curation.pages import absolute
from curation.views import mishaps
from tests.factories import PAST, make_community, make_image, make_item

pytestmark = pytest.mark.django_db

LIST = "/communities/telehealth/curated-content/"

# By address: how many questions a page asks the database when nothing of this edition was asked for yet, however many
# items there are.
QUERIES = {
    "/": 4,
    "/communities/": 3,
    "/about/": 2,
    "/communities/telehealth/": 5,
    LIST: 4,
    f"{LIST}?kind=News&order=title&page=1": 4,
    f"{LIST}?topic=medigy-safety&author=ada-byron&year=2024": 4,
    f"{LIST}?tag=nothing&publisher=journal.example": 4,
    f"{LIST}first/": 4,
    f"{LIST}feed.rss": 3,
    f"{LIST}feed.atom": 3,
    "/feed.json": 2,
    "/authors/ada-byron/feed.atom": 3,
    "/feeds/": 4,
    "/feeds.opml": 3,
    "/feeds-tags.opml": 2,
    "/topics/": 3,
    "/topics/medigy-safety/": 4,
    "/authors/": 3,
    "/authors/ada-byron/": 4,
    "/publishers/": 3,
    "/publishers/journal.example/": 4,
    "/tags/triage/": 4,
    "/tags/": 3,
    "/archive/": 2,
    "/archive/2024/03/": 3,
    "/communities/telehealth/archive/": 3,
    "/communities/telehealth/archive/2024/03/": 4,
    "/sitemap-items.xml": 2,
    "/sitemap-pages.xml": 2,
    "/sitemap-news.xml": 2,
    "/sitemap.xml": 6,
    "/robots.txt": 0,
    f"{LIST}nothing/": 5,
    "/nothing/": 2,
}


def make_full_item(**fields) -> CuratedItem:
    said = {
        "description": "What it says.",
        "body": "<p>More of it.</p>",
        "kind": "News",
        "authors": ["Ada Byron", "Grace Hopper"],
        "topics": [("Medigy", "Safety"), ("Symplur", "#Telehealth")],
        "tags": ["triage", "video"],
        "also_in": ["interoperability"],
    }
    return make_item(**said | fields)


def test_no_page_asks_more_questions_for_more_items(client):
    make_community("Interoperability")
    make_full_item(slug="first", image=make_image("A bell"))
    make_full_item(image=make_image("A bell"))
    few = {address: _queries(client, address) for address in QUERIES}
    for _ in range(58):
        make_full_item(image=make_image("A bell"), authors=["Ada Byron", "Mary Jackson"])
    many = {address: _queries(client, address) for address in QUERIES}
    assert few == many == QUERIES


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        cache.clear()
        client.get(address)
    return len(queries)


def test_the_page_of_an_item_shows_all_that_its_curator_wrote(client):
    make_community("Interoperability")
    item = make_full_item(
        title="Video visits & rural clinics", curator_note="Read the second table.", date=PAST,
        image=make_image("A clinic at dusk", credit="Photo: A. Byron"), link="https://www.journal.example/a?b=1&c=2",
    )  # fmt: skip
    item.publisher.name, item.publisher.credit_line = "The Journal", "Used with its permission."
    item.publisher.save()
    page = client.get(item.get_absolute_url()).text
    for words in (
        "<h1 dir=\"auto\">Video visits &amp; rural clinics</h1>", "What it says.", "<p>More of it.</p>", "News",
        "Read the second table.", "Ada Byron", "Grace Hopper", "Safety", "#Telehealth", "triage", "Interoperability",
        'alt="A clinic at dusk"', "Photo: A. Byron", "Used with its permission.", "Read the original at The Journal",
        'href="https://www.journal.example/a?b=1&amp;c=2" rel="external noopener"', ">1 March 2024</time>",
        f'<link rel="canonical" href="http://testserver{item.get_absolute_url()}">',
        f'<meta property="og:image" content="http://testserver{item.featured_image.file.url}">',
        '<meta name="description" content="What it says.">',
    ):  # fmt: skip
        assert words in page, words
    assert page.count("<h1") == 1


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("h2 h3 h4 h2", "h2 h3 h4 h2"),
        ("h1 h1", "h2 h2"),
        ("h4 h4 h5", "h2 h2 h3"),
        ("h2 h5 h3 h6 h2", "h2 h3 h3 h4 h2"),
        ("h3 h2 h3", "h2 h2 h3"),
        ("h2 h3 h4 h5 h6 h6", "h2 h3 h4 h5 h6 h6"),
    ],
)
def test_headings_of_a_text_leave_no_level_out_on_its_page(client, written, shown):
    body = "".join(f'<{name}>{name}</{name}><p title="<h6>">Words.</p>' for name in written.split())
    item = make_item(body=body, curator_note="")
    page = client.get(item.get_absolute_url()).text
    prose = re.search(r'<div class="prose".*?</div>', page, re.DOTALL)[0]
    assert re.findall(r"<(h\d)>h\d</\1>", prose) == shown.split()
    assert "h4" not in written or "<h4>" in CuratedItem.objects.get(pk=item.pk).body_html, "The text is as it was."


@pytest.mark.parametrize(
    "address", ["/", LIST, f"{LIST}to-the-microsecond/", "/topics/medigy-safety/", "/search/?q=kept"]
)
def test_times_are_written_as_html_has_them(client, address):
    make_item(
        title="Kept to the microsecond",
        slug="to-the-microsecond",
        publish_at=PAST + timedelta(microseconds=123_456),
        topics=[("Medigy", "Safety")],
        community=make_community("Telehealth"),
    )
    times = re.findall(r'<time datetime="([^"]*)"', client.get(address).text)
    assert f"{PAST:%Y-%m-%dT%H:%M:%S}Z" in times
    assert [time for time in times if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", time)] == []


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//journal.example/a", "ftp://journal.example/a"]
)
def test_a_link_that_is_no_web_address_is_not_shown_as_a_link(client, link):
    item = make_item()
    CuratedItem.objects.filter(pk=item.pk).update(link=link)
    page = client.get(item.get_absolute_url()).text
    assert link not in page
    assert "Read the original" not in page


def test_other_communities_show_an_item_at_its_own_address(client):
    make_community("Interoperability")
    item = make_item(title="Shared by two", also_in=["interoperability"])
    for address in ("/communities/interoperability/", "/communities/interoperability/curated-content/"):
        page = client.get(address).text
        assert "Shared by two" in page
        assert f'href="{item.get_absolute_url()}"' in page
    assert [community.shown for community in counts.communities(edition.now())] == [1, 1]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Newest", "Middle", "Apples"]),
        ("?kind=News", ["Newest", "Apples"]),
        ("?topic=medigy-safety", ["Newest", "Middle"]),
        ("?tag=triage", ["Middle"]),
        ("?year=2019", ["Apples"]),
        ("?year=2021&kind=News", ["Newest"]),
        ("?order=oldest", ["Apples", "Middle", "Newest"]),
        ("?order=title&kind=News", ["Apples", "Newest"]),
        ("?topic=medigy-safety&year=2019", []),
    ],
)
def test_readers_can_narrow_a_list_down(client, query, titles):
    make_item(title="Apples", kind="News", publish_at=PAST.replace(year=2019))
    make_item(
        title="Middle", kind="Brief", topics=[("Medigy", "Safety")], tags=["Triage"], publish_at=PAST.replace(year=2020)
    )
    make_item(title="Newest", kind="News", topics=[("Medigy", "Safety")], date=PAST.replace(year=2021))
    page = client.get(LIST + query).text
    assert re.findall(r'card-title" dir="auto"><a [^>]*>([^<]+)', page) == titles
    assert f"{len(titles)} item{'s' if len(titles) != 1 else ''}" in page


def test_filters_stay_while_readers_turn_pages_and_can_be_taken_away_one_by_one(client):
    for _ in range(21):
        make_item(kind="News", tags=["Triage"])
    page = client.get(f"{LIST}?tag=triage&kind=News&colour=green").text
    assert f'rel="next" href="{LIST}?kind=News&amp;tag=triage&amp;before=' in page
    assert f'href="{LIST}?tag=triage"><span class="unseen">Remove </span>Kind: News</a>' in page
    assert f'href="{LIST}?kind=News"><span class="unseen">Remove </span>Tag: Triage</a>' in page
    assert client.get(f"{LIST}?kind=News&tag=triage&page=2").status_code == 200


def test_a_filter_beyond_what_is_offered_still_works_where_an_item_has_it(client, monkeypatch):
    monkeypatch.setattr("curation.facets.OFTEN_USED", 1)
    make_item(title="An old one", kind="Event", publish_at=PAST.replace(year=2001))
    make_item(title="A new one", kind="News")
    page = client.get(f"{LIST}?kind=Event").text
    assert "An old one" in page
    assert "A new one" not in page


@pytest.mark.parametrize(
    "query",
    [
        "colour=green",
        "state=draft",
        "publication=never",
        "title__icontains=a",
        "_connector=OR",
        "%ff=%fe",
        "a[b]=1",
        "kind=",
        "=",
    ],
)
def test_what_a_list_does_not_know_changes_nothing(client, query):
    make_item()
    assert client.get(f"{LIST}?{query}").content == client.get(LIST).content


@pytest.mark.parametrize(
    "query",
    ["kind=%00", "topic=%00", "tag=%ff", "year=abc", "year=99999999999", "year=-1", "order=-state", "kind=News&kind=x",
     "topic=" + "a" * 5000, "tag='\"><script>", "kind=null", "year=²"],
)  # fmt: skip
def test_a_broken_filter_is_left_out_and_said_to_be(client, query):
    make_item(title="Still here", kind="News")
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert "Still here" in response.text
    assert "so this was left out" in response.text
    assert "<script>" not in response.text


@pytest.mark.parametrize("number", ["999", "0", "-1", "x", "1.5", "²", "%00", "9" * 5000, "last"])
@pytest.mark.parametrize("address", [LIST, "/topics/", "/authors/", "/publishers/journal.example/"])
def test_a_page_that_a_list_does_not_have_is_not_found(client, address, number):
    make_item()
    response = client.get(f"{address}?page={number}")
    assert response.status_code == 404
    assert "There is nothing here" in response.text


def test_an_empty_site_says_what_will_be_there(client):
    make_community()
    for address in ("/", "/communities/", "/communities/telehealth/", LIST, "/topics/", "/authors/", "/publishers/"):
        assert client.get(address).status_code == 200, address
    assert "Nothing has been published here yet" in client.get(LIST).text
    assert "No item goes with all of these filters" not in client.get(LIST).text


@pytest.mark.parametrize(
    ("address", "labels"),
    [
        ("/communities/", ["Home", "Communities"]),
        ("/communities/telehealth/", ["Home", "Communities", "Telehealth"]),
        (LIST, ["Home", "Communities", "Telehealth", "Curated content"]),
        (f"{LIST}first/", ["Home", "Communities", "Telehealth", "Curated content", "One & only"]),
        ("/topics/medigy-safety/", ["Home", "Topics", "Safety"]),
        ("/authors/ada-byron/", ["Home", "Authors", "Ada Byron"]),
        ("/publishers/journal.example/", ["Home", "Publishers", "journal.example"]),
        ("/tags/triage/", ["Home", "Tags", "triage"]),
    ],
)
def test_breadcrumbs_lead_to_pages_that_are_there_and_end_with_this_one(client, address, labels):
    make_full_item(title="One & only", slug="first", also_in=[])
    page = client.get(address)
    trail = page.context["trail"]
    assert [crumb.label for crumb in trail] == labels
    assert trail[-1].url == ""
    assert all(client.get(crumb.url).status_code == 200 for crumb in trail[:-1])


def test_addresses_in_any_script_are_found(client):
    make_item(authors=["林美惠"], tags=["Ärztin"], title="مقال عن الصحة")
    for index in ("/authors/", "/"):
        assert client.get(index).status_code == 200
    assert "林美惠" in client.get(reverse("author", args=["林美惠"])).text
    assert "Ärztin" in client.get(reverse("tag", args=["ärztin"])).text


@pytest.mark.parametrize("address", ["/authors/a%00b/", "/tags/%00/", "/publishers/%00/", "/media/%00.webp", "/%00"])
def test_a_nul_in_an_address_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_readers_get_no_cookie_and_pages_do_not_vary_by_one(client):
    make_full_item(slug="first", also_in=[])
    for address in QUERIES:
        response = client.get(address)
        assert not response.cookies, address
        assert "Cookie" not in response.get("Vary", ""), address


def test_every_answer_carries_the_security_headers(client):
    make_item(slug="first")
    for address in QUERIES:
        response = client.get(address)
        assert response["Content-Security-Policy"].startswith("default-src 'none'"), address
        assert "unsafe" not in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
        text = response.content.decode()
        assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", text), address
        assert re.findall("<script[^>]*src=[^>]*>", text) in ([], ['<script src="/static/medigy/site.js">']), address


def test_absolute_addresses_come_from_the_settings_and_not_from_the_request(client, settings):
    settings.SITE_URL = "https://news.example.org"
    item = make_item(slug="first")
    machines = ("/sitemap.xml", "/sitemap-items.xml", "/robots.txt")
    for address in ("/", item.get_absolute_url(), f"{LIST}feed.rss", *machines):
        text = client.get(address, headers={"host": "localhost", "x-forwarded-host": "evil.example"}).text
        assert "https://news.example.org" in text, address
        assert "localhost" not in text, address
        assert "evil" not in text, address


def test_filtered_lists_name_the_unfiltered_one_as_their_true_address(client):
    make_item(kind="News")
    assert f'<link rel="canonical" href="http://testserver{LIST}">' in client.get(LIST).text
    assert f'<link rel="canonical" href="http://testserver{LIST}">' in client.get(f"{LIST}?kind=News").text


def test_the_address_of_a_page_is_written_in_one_way(client):
    [author] = make_item(authors=["Hélène Marchetti"]).byline
    page = client.get(author.get_absolute_url())
    assert f'<link rel="canonical" href="{absolute(author.get_absolute_url())}">' in page.text
    assert "/hélène" not in page.text


def test_no_page_holds_a_character_that_html_forbids(client):
    item = make_item(title="Bell\x07", description="Vertical\x0btab", curator_note="Deleted\x7f", authors=["Ada\x1b"])
    for address in ("/", LIST, item.get_absolute_url(), item.byline[0].get_absolute_url(), "/search/?q=bell"):
        page = client.get(address).content
        assert b"Bell" in page
        assert not {7, 11, 27, 127} & {*page}, address


def test_pages_are_only_read():
    client = Client(enforce_csrf_checks=True)
    make_item(slug="first")
    shown = ("/robots.txt", "/sitemap-news.xml", "/opensearch.xml", "/site.webmanifest")
    for address in ("/", LIST, f"{LIST}first/", "/topics/", "/sitemap.xml", *shown):
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200


def test_every_mishap_has_a_page_of_the_site(client, rf, monkeypatch, django_assert_num_queries):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    forbidden = mishaps.forbidden(rf.get("/"), PermissionError())
    assert forbidden.status_code == 403
    assert "not yours to open" in forbidden.text
    refused = Client(enforce_csrf_checks=True).post("/admin/login/")
    assert refused.status_code == 403
    assert "The form was not accepted" in refused.text

    def broken(now):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(counts, "communities", broken)
    client.raise_request_exception = False
    with django_assert_num_queries(1):
        response = client.get("/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.text
    for page in (forbidden, refused, response):
        assert '<meta name="robots" content="noindex">' in page.text
        assert re.search("<title>\\w.+ · Medigy</title>", page.text)
        assert "away" not in page.text


def test_pages_and_their_style_are_light_to_carry(client):
    for _ in range(20):
        make_full_item(image=make_image("A bell"), also_in=[], description="What the article says of it. " * 12)
    assert len(gzip.compress(client.get(LIST).content)) < 25_000
    folder = settings.BASE_DIR / "medigy" / "static" / "medigy"
    assert len(gzip.compress((folder / "site.css").read_bytes())) < 15_000
    assert len((folder / "site.js").read_bytes()) < 15_000


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/communities/telehealth/curated-content/2024-03-video-visits_in-schools/", "video visits in schools"),
        ("/post/2019/05/01/", ""),
        ("/%22%3E%3Cscript%3Ealert(1)/", "script alert"),
        ("/" + "-".join(["word"] * 20), " ".join(["word"] * 8)),
        ("/%E6%9E%97%E7%BE%8E%E6%83%A0/", "林美惠"),
    ],
)
def test_a_missing_page_knows_what_may_have_been_looked_for(client, path, words):
    response = client.get(path)
    assert response.status_code == 404
    assert response.context["words"] == words


def test_about_says_how_to_reach_each_community(client):
    make_community("Telehealth", contact="telehealth@newsroom.example")
    make_community("Quiet Corner")
    page = client.get("/about/").text
    assert 'href="mailto:telehealth@newsroom.example"' in page
    assert "Quiet Corner" not in page


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>No quotation.</p>", "<p>No quotation.</p>"),
        (
            "<blockquote>One.</blockquote><p>And</p><blockquote><p>Two <q>in</q></p></blockquote>",
            "<blockquote>One.{by}</blockquote><p>And</p><blockquote><p>Two <q>in</q></p>{by}</blockquote>",
        ),
        (
            "<blockquote><blockquote>a</blockquote>b</blockquote>",
            "<blockquote><blockquote>a</blockquote>b{by}</blockquote>",
        ),
        ("<blockquote>a <cite>Her</cite></blockquote>", "<blockquote>a <cite>Her</cite></blockquote>"),
        ("<p>a</p><blockquote>b <cite>Her</cite></blockquote><blockquote>c</blockquote>",
         "<p>a</p><blockquote>b <cite>Her</cite></blockquote><blockquote>c{by}</blockquote>"),
    ],
)  # fmt: skip
def test_a_quotation_names_its_source(client, body, shown):
    item = make_item(authors=["Ada <b>", "Grace"])
    CuratedItem.objects.filter(pk=item.pk).update(body_html=body)
    by = "<footer>Ada &lt;b&gt;, Grace, <cite>journal.example</cite></footer>"
    assert f'<div class="prose" dir="auto">{shown.format(by=by)}</div>' in client.get(item.get_absolute_url()).text


def test_a_table_in_a_text_can_be_moved_by_keyboard(client):
    inner = "<table><tbody><tr><td>b</td></tr></tbody></table>"
    outer = f"<table><tbody><tr><td>{inner}</td></tr></tbody></table>"
    trap = '<p><a href="/" title="<table x onclick=1>">c</a></p>'
    item = make_item()
    CuratedItem.objects.filter(pk=item.pk).update(body_html=f"{outer}{trap}{inner}")
    region = '<div class="scroll" role="region" tabindex="0" aria-label="Table {}">'
    shown = f"{region.format(1)}{outer}</div>{trap}{region.format(2)}{inner}</div>"
    assert f'<div class="prose" dir="auto">{shown}</div>' in client.get(item.get_absolute_url()).text
