"""Readers learn nothing of what is not published, wherever they ask."""

from dataclasses import dataclass, field

import pytest
from django.urls import reverse
from django.utils.html import escape

from communities.models import Topic
from curation.exchange import rows
from curation.models import CuratedItem
from curation.pages import FEED_FORMS
from curation.sitemaps import SECTIONS
from curation.views.feeds import KINDS
from curation.views.mishaps import words_of
from curation.workflow import Publication, State
from tests.factories import FUTURE, PAST, make_community, make_draft_of, make_image, make_item

pytestmark = pytest.mark.django_db

NEVER_PUBLIC = {
    "draft": {"state": State.DRAFT},
    "inreview": {"state": State.IN_REVIEW},
    "changes": {"state": State.CHANGES_REQUESTED},
    "approved": {"state": State.APPROVED},
    "rejected": {"state": State.REJECTED},
    "scheduled": {"publication": Publication.LIVE, "state": State.APPROVED, "publish_at": FUTURE},
    "called-off": {"publication": Publication.WITHDRAWN, "state": State.APPROVED, "publish_at": FUTURE},
}
GONE = {
    "expired": {
        "publication": Publication.LIVE,
        "publish_at": PAST.replace(year=2020),
        "unpublish_at": PAST,
        "state": State.APPROVED,
    },
    "withdrawn": {"publication": Publication.WITHDRAWN, "publish_at": PAST},
    "archived": {"publication": Publication.ARCHIVED, "publish_at": PAST},
}
NO_ITEM = 2_000_000_000
"""A number that no run of tests reaches: PostgreSQL counts on from test to test."""
SECRET = "zqx"


@dataclass
class Hidden:
    """Something that readers may not see, and every address at which they could ask for it."""

    address: str
    pages: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)


def secret_words(what: str) -> dict:
    """Every field that readers could meet, each with a word that stands nowhere else."""
    token = f"{SECRET}{what}".replace("-", "")
    return {
        "title": f"{token}title",
        "slug": f"{token}slug",
        "description": f"{token}description",
        "body": f"<p>{token}body</p>",
        "curator_note": f"{token}note",
        "kind": f"{token}kind",
        "link": f"https://{token}host.example/{token}link",
        "authors": [f"{token}author"],
        "topics": [("Medigy", f"{token}topic")],
        "tags": [f"{token}tag"],
        "aliases": [f"/old/{token}alias"],
        "image_alt": f"{token}imagealt",
    }


def hidden(words: dict, address: str, image_url: str) -> Hidden:
    topic, author = rows.find_topic(words["topics"][0]), rows.find_author(words["authors"][0])
    tag, publisher = rows.find_tag(words["tags"][0]), rows.publisher_for(words["link"])
    alias = words["aliases"][0]
    lists = [each.get_absolute_url() for each in (topic, author, tag, publisher)]
    return Hidden(
        address,
        [
            *(f"{each}feed.{form}" for each in lists for form in FEED_FORMS),
            *lists, alias, f"{alias}/", alias.upper(), image_url,
            address.upper().replace("/COMMUNITIES/", "/communities/"),
        ],
        [f"kind={words['kind']}", f"topic={topic.slug}", f"tag={tag.slug}", "year=1971"],
    )  # fmt: skip


@pytest.fixture
def secrets() -> dict[str, Hidden]:
    """An item in each state that readers may not see, and a published one with another draft."""
    other = make_community("Interoperability")
    found = {}
    for what, stands in (NEVER_PUBLIC | GONE).items():
        words = secret_words(what) | {"also_in": [other.slug], "date": PAST.replace(year=1971)}
        image = make_image(alt=f"{SECRET}{what}alt", credit=f"{SECRET}{what}credit")
        item = make_item(published=False, image=image, **words, **stands)
        found[what] = hidden(words, item.get_absolute_url(), image.file.url)
    public = make_item(title="Plain words", kind="News", topics=[("Medigy", "Safety")], tags=["plain"])
    words = secret_words("newer")
    image = make_image(alt=f"{SECRET}neweralt")
    make_draft_of(public, image=image, **words)
    address = public.get_absolute_url().replace(public.slug, words["slug"])
    found["newer"] = hidden(words, address, image.file.url)
    return found


def every_page() -> list[str]:
    pages = [reverse(name) for name in ("home", "communities", "topics", "authors", "publishers", "sitemap", "robots")]
    pages += [reverse("sitemap_section", args=[section]) for section in SECTIONS]
    pages += [reverse(name) for name in ("sitemap_news", "llms", "opensearch", "manifest", "feeds", "opml", "tags")]
    pages += [reverse("opml_of", args=[kind]) for kind in KINDS]
    pages += [
        f"{base}feed.{form}" for base in ("/", "/tags/plain/", "/publishers/journal.example/") for form in FEED_FORMS
    ]
    for community in ("telehealth", "interoperability"):
        pages += [reverse("community_feed", args=[community, form]) for form in FEED_FORMS]
        pages += [reverse(name, args=[community]) for name in ("community", "curated_content")]
    names = ("start", "document", "communities", "items", "topics", "authors", "publishers", "tags")
    pages += [reverse(f"api_{name}") for name in names]
    pages += [reverse("api_item", args=[item.pk]) for item in CuratedItem.objects.published()]
    pages += [item.get_absolute_url() for item in CuratedItem.objects.published()]
    pages += [topic.get_absolute_url() for topic in Topic.objects.filter(items__in=CuratedItem.objects.published())]
    return [*pages, "/publishers/journal.example/", "/tags/plain/"]


def said(response) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers + "\n" + b"".join(response).decode()


def test_no_page_says_a_word_of_what_is_not_published(client, secrets):
    for address in every_page():
        response = client.get(address)
        assert response.status_code == 200, address
        assert SECRET not in said(response), address


def without_search(response, address: str) -> str:
    """The page of a missing address but for the words of that address, which stand in its field for a search."""
    words = escape(words_of(address))
    lede = ("Perhaps it was about this:", "What is published can be found from the front page.")
    page = response.text.replace(f'name="q" value="{words}"', 'name="q" value=""', 1)
    return page.replace(lede[0], "") if words else page.replace(lede[1], "")


def test_what_never_was_public_answers_like_an_address_that_never_was(client, secrets):
    nothing = client.get("/communities/telehealth/curated-content/never-was/")
    assert nothing.status_code == 404
    for what, secret in secrets.items():
        asked = secret.pages if what in GONE else [secret.address, *secret.pages]
        for address in asked:
            response, head = client.get(address), client.head(address)
            if response.status_code == 301:
                # The one redirect: to the same path with a slash at its end, whatever the path is.
                assert response["Location"] == head["Location"] == f"{address}/"
                continue
            if what in GONE and address.lower().startswith(("/old/", "/communities/")):
                # What led to it, or to it in capitals, says no more than its own address.
                assert (response.status_code, head.status_code) == (410, 410), (what, address)
                assert response.text == client.get(secret.address).text
                continue
            assert (response.status_code, head.status_code) == (404, 404), (what, address)
            assert without_search(response, address) == without_search(nothing, "/never-was/"), (what, address)
            sizes = {"Content-Length": "", "ETag": ""}
            assert {**response.headers, **sizes} == {**nothing.headers, **sizes}, (what, address)
            assert SECRET not in without_search(response, address) + said(head), (what, address)


def test_what_was_public_once_is_said_to_be_gone_and_nothing_more(client, secrets):
    for what in GONE:
        response = client.get(secrets[what].address)
        assert response.status_code == 410
        assert SECRET not in said(response)
        assert reverse("curated_content", args=["telehealth"]) in response.text


def test_filters_do_not_tell_a_hidden_value_from_one_that_never_was(client, secrets):
    address = reverse("curated_content", args=["telehealth"])
    for what, secret in secrets.items():
        for query in secret.filters:
            name = query.partition("=")[0]
            unknown = client.get(f"{address}?{name}=4711")
            response = client.get(f"{address}?{query}")
            assert response.status_code == 200
            assert response.content == unknown.content, (what, query)


def test_a_draft_of_a_published_item_changes_nothing_for_readers(client):
    item = make_item(title="Plain words", topics=[("Medigy", "Safety")], authors=["Ada Byron"])
    pages = [*every_page()[:-1], item.byline[0].get_absolute_url()]
    before = {address: said(client.get(address)) for address in pages}
    make_draft_of(item, **secret_words("newer"))
    assert {address: said(client.get(address)) for address in pages} == before


def test_programs_do_not_learn_whether_what_is_hidden_is_there(client, secrets):
    address = reverse("api_items")
    for what, secret in secrets.items():
        for query in secret.filters:
            name, _, value = query.partition("=")
            unknown = client.get(address, {name: "4711"})
            response = client.get(address, {name: value})
            assert (response.status_code, unknown.status_code) == (400, 400)
            assert response.text.replace(value, "4711") == unknown.text, (what, query)
    for item in CuratedItem.objects.exclude(pk__in=CuratedItem.objects.published()):
        response = client.get(reverse("api_item", args=[item.pk]))
        unknown = client.get(f"/api/v1/items/{NO_ITEM}/").text
        assert response.text.replace(f"number {item.pk}.", f"number {NO_ITEM}.") == unknown
