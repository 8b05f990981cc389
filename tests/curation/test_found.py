"""What search engines, and programs that show a link, are told of each page."""

import json
import re

import pytest

from curation import renditions
from curation.models import CuratedItem, Publisher
from tests.factories import PAST, make_community, make_image, make_item

LIST = "/communities/telehealth/curated-content/"
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
EVIL = "</script><script>alert(1)</script><!-- & \u2028"


def told(client, address: str) -> dict[str, dict]:
    """What a page tells in terms of schema.org, by type."""
    graph = json.loads(SCRIPT.search(client.get(address).text)[1])
    assert graph["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in graph["@graph"]}


def meta(client, address: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', client.get(address).text))


@pytest.mark.django_db
def test_an_item_is_told_with_the_article_that_it_is_based_on(client):
    image = make_image("A tablet", (1300, 700), credit="Photo: Ada")
    item = make_item(
        slug="first", title=EVIL, kind="News", description="In short.", authors=["Ada Byron"], tags=["stroke"],
        date=PAST, topics=[("Medigy", "Safety")], image=image, link="https://journal.example/a?b=1&c=2",
    )  # fmt: skip
    renditions.make(image)
    text = client.get(f"{LIST}first/").text
    assert text.count("<script") == 2  # the site's own, and this
    found = told(client, f"{LIST}first/")
    article = found["NewsArticle"]
    assert article["headline"] == EVIL[:110]
    assert article["datePublished"] == article["dateModified"] == "2024-03-01T09:30:00+00:00"
    assert article["author"] == [
        {"@type": "Person", "name": "Ada Byron", "url": "http://testserver/authors/ada-byron/"}
    ]
    assert article["publisher"] == {"@id": found["Organization"]["@id"]}
    assert article["keywords"] == ["Safety", "stroke"]
    original = article["isBasedOn"]
    assert (original["url"], original["publisher"]["name"]) == (item.link, "journal.example")
    assert article["citation"] == {"@id": original["@id"]}
    (picture,) = article["image"]
    assert (picture["width"], picture["height"], picture["creditText"]) == (1200, 630, "Photo: Ada")
    said = meta(client, f"{LIST}first/")
    assert said["og:image"] == picture["url"]
    assert (said["og:image:width"], said["og:image:height"], said["og:image:type"]) == ("1200", "630", "image/jpeg")
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:type"] == "article"
    Publisher.objects.update(picture_policy=Publisher.PicturePolicy.NONE)
    assert "image" not in told(client, f"{LIST}first/")["NewsArticle"]
    assert "renditions/" not in meta(client, f"{LIST}first/")["og:image"]
    renditions.make(item)
    assert "renditions/" in meta(client, f"{LIST}first/")["og:image"]


@pytest.mark.django_db
def test_every_page_has_words_a_picture_its_address_and_the_breadcrumbs_that_it_shows(client):
    make_item(slug="bare", title="Bare", description="", authors=["Ada Byron"], topics=[("Medigy", "Safety")],
              tags=["stroke"], date=PAST)  # fmt: skip
    CuratedItem.objects.update(link="javascript:alert(1)")
    lists = (
        "/topics/", "/authors/", "/tags/", "/publishers/", "/topics/medigy-safety/", "/authors/ada-byron/",
        "/tags/stroke/", LIST, "/communities/telehealth/", "/communities/", "/archive/", "/archive/2024/03/",
    )  # fmt: skip
    for address in ("/", "/about/", "/feeds/", f"{LIST}bare/", *lists):
        text, said, found = client.get(address).text, meta(client, address), told(client, address)
        assert said["description"].strip(), address
        assert said["og:image"].startswith("http://testserver/")
        assert said["og:image:width"] == "1200"
        for rel in ("canonical", "alternate"):
            assert f'<link rel="{rel}"' in text
        assert f'hreflang="x-default" href="http://testserver{address}"' in text
        if address in lists:
            assert found["CollectionPage"]["url"] == f"http://testserver{address}"
        if address == "/":
            assert found["WebSite"]["potentialAction"]["target"]["urlTemplate"].endswith(
                "/search/?q={search_term_string}"
            )
            continue
        shown = re.search(r'<nav class="breadcrumbs".*?</nav>', text, re.S)[0]
        steps = found["BreadcrumbList"]["itemListElement"]
        assert re.findall(r"<(?:a|span)[^>]*>([^<]+)<", shown) == [step["name"] for step in steps]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert "isBasedOn" not in told(client, f"{LIST}bare/")["Article"]


@pytest.mark.django_db
def test_programs_find_what_they_ask_for(client, settings):
    make_community(introduction="Care at a\ndistance.")
    assert "Care at a distance." in client.get("/llms.txt").text
    robots = client.get("/robots.txt").text
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /*?topic=" in robots
    manifest = client.get("/site.webmanifest").json()
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512", "512x512"]
    assert 'template="http://testserver/search/?q={searchTerms}"' in client.get("/opensearch.xml").text
    for address in ("/favicon.ico", "/apple-touch-icon.png"):
        assert client.get(address).status_code == 200
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@newsroom.example"
    assert "Contact: mailto:security@newsroom.example\nExpires: " in client.get("/.well-known/security.txt").text


@pytest.mark.django_db(transaction=True)
def test_a_browser_takes_what_search_engines_are_told_for_data(open_page):
    make_item(slug="first", title=EVIL)
    page, said = open_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in ("/", f"{LIST}first/", "/feeds/"):
        page.goto(address)
        assert page.evaluate(
            "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').text)['@graph'].length"
        )
    assert said == []
