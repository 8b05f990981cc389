"""Every address of the project, tried by everybody: who opens it, who may post to it, and what nobody else learns.

`TABLE` declares it. An address without a row there fails the test, and so does one that opens to anybody else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from communities.models import Role, Topic
from curation import batches, mailing, previews, redirects
from curation.models import Author, Change, CuratedItem, SavedView, Tag
from tests.factories import make_image, make_item
from tests.newsroom import make_newsroom, signed_in

PEOPLE = ("anonymous", "contributor", "curator", "editor", "lead", "stranger", "root")
"""The stranger is a lead of the other community; root is a superuser."""
HIDDEN = {"home": "What Telehealth hides", "elsewhere": "What Oncology hides"}
"""The title of a draft of each community, which nobody without a role there may ever read."""


@dataclass(frozen=True)
class Row:
    """Who may get an address, and who may post to it.

    all: everybody; outsiders: who is not signed in; members: who has a role anywhere; root; nobody (it answers that
    there is nothing here, or that this cannot be done); a role: who holds it, or a higher one, in the community that
    the address is about, where contributors have their own work alone; "shared" and a role: who holds it anywhere.
    """

    get: str
    post: str
    example: str = ""
    """The address, where it does not follow from the route: for regular expressions, and with a query."""
    data: dict[str, str] | None = None
    shows: bool = False
    """Whether the address itself is the authority to read the draft."""
    archives: bool = False
    """Whether what is posted archives the draft, which only a lead may do: so that the data are known to be good."""


def section(name: str, *, change: str, delete: str) -> dict[str, Row]:
    """The pages of a section whose rows all communities share."""
    at = f"admin/{name}/"
    return {
        at: Row("members", "members"),
        f"{at}add/": Row("members", "members"),
        f"{at}<path:object_id>/": Row("members", "members"),
        f"{at}<path:object_id>/change/": Row("members", f"shared {change}"),
        f"{at}<path:object_id>/history/": Row("members", "members"),
        f"{at}<path:object_id>/delete/": Row(f"shared {delete}", f"shared {delete}", data={"post": "yes"}),
    }


def merging(name: str) -> dict[str, Row]:
    """The pages on which editors make several rows one."""
    at = f"admin/{name}/"
    model = name.rpartition("/")[2]
    return {
        f"{at}merge/": Row("shared editor", "shared editor", f"{at}merge/?from={{rows[{model}]}}"),
        f"{at}alike/": Row("shared editor", "shared editor"),
    }


def renaming(name: str) -> dict[str, Row]:
    """The pages on which editors give a row another name, for all communities."""
    at = f"admin/{name}/"
    return merging(name) | {
        f"{at}<int:pk>/rename/": Row("shared editor", "shared editor"),
        f"{at}<int:pk>/files/": Row("shared editor", "shared editor"),
    }


ITEM = "admin/curation/curateditem/"
COMMUNITY = "admin/communities/community/"
PERSON = "admin/communities/user/"
REDIRECT = "admin/curation/redirect/"
FOR_READERS = Row("all", "nobody")
OWN = Row("contributor", "contributor")
ASKED = "?app_label=curation&model_name=revision&field_name=item&term="

TABLE: dict[str, Row] = {
    # The newsroom's door and its desk.
    "admin/": Row("members", "members"),
    "admin/login/": Row("outsiders", "all"),
    "admin/logout/": Row("nobody", "members"),
    "admin/password_change/": Row("members", "members"),
    "admin/password_change/done/": Row("members", "nobody"),
    "admin/autocomplete/": Row("members", "nobody", f"admin/autocomplete/{ASKED}"),
    "admin/notifications/": Row("members", "members"),
    # Whose it is opens it, and nobody else; here it is nobody's.
    "admin/notifications/<int:pk>/": Row("nobody", "nobody"),
    "admin/notifications/mail/": Row("members", "members"),
    "admin/jsi18n/": Row("members", "nobody"),
    "admin/^(?P<app_label>curation|communities)/$": Row("nobody", "nobody", "admin/curation/"),
    "admin/(?P<url>.*)$": Row("nobody", "nobody", "admin/nothing-like-it/"),
    # The link by which a password is set is its own authority; without a good one the page says only that.
    "admin/password/<uidb64>/<token>/": Row("all", "all", "admin/password/MQ/no-such-token/"),
    # Items.
    ITEM: Row("members", "members", data={"action": "move_archive", "_selected_action": "{item}", "index": "0"}),
    f"{ITEM}add/": Row("members", "members"),
    f"{ITEM}steps/<uuid:batch>/": Row("contributor", "root"),
    f"{ITEM}views/": Row("members", "members"),
    f"{ITEM}views/<int:view>/": Row("root", "root"),
    f"{ITEM}upload/": Row("members", "members"),
    f"{ITEM}live/": Row("nobody", "members"),
    f"{ITEM}live/link/": Row("members", "members"),
    f"{ITEM}live/pasted/": Row("nobody", "members"),
    f"{ITEM}live/session/": Row("members", "members"),
    f"{ITEM}<path:object_id>/": Row("members", "members"),
    f"{ITEM}<path:object_id>/change/": Row(
        "contributor",
        "contributor",
        archives=True,
        data={
            "version": "1",
            "_move": "archive",
            "link": "https://a.example/b",
            "title": "T",
            "community": "{community}",
        },
    ),
    f"{ITEM}<path:object_id>/history/": OWN,
    f"{ITEM}<path:object_id>/delete/": Row("nobody", "nobody", data={"post": "yes"}),
    f"{ITEM}<int:pk>/revert/": Row("nobody", "contributor", data={"revision": "1", "version": "1"}),
    f"{ITEM}<int:pk>/file/": OWN,
    f"{ITEM}<int:pk>/history/compare/": Row(
        "contributor", "contributor", f"{ITEM}{{item}}/history/compare/?from=1&to=1"
    ),
    f"{ITEM}<int:pk>/preview/<int:number>/": OWN,
    f"{ITEM}<int:pk>/preview/<int:number>/look/": OWN,
    f"{ITEM}<int:pk>/preview/<int:number>/share/": Row("nobody", "contributor"),
    f"{ITEM}<int:pk>/links/<int:link>/revoke/": Row("nobody", "contributor"),
    f"{ITEM}<int:pk>/comments/": Row("contributor", "contributor", data={"do": "add", "text": "Hello"}),
    f"{ITEM}<int:pk>/people/": Row("contributor", "nobody"),
    f"{ITEM}<int:pk>/presence/": Row("nobody", "contributor"),
    f"{ITEM}<int:pk>/revisions/<int:number>/": OWN,
    f"{ITEM}<int:pk>/revisions/<int:number>.md": OWN,
    # What all communities share.
    **section("curation/author", change="curator", delete="lead"),
    **section("curation/tag", change="curator", delete="lead"),
    **section("curation/featuredimage", change="curator", delete="lead"),
    **section("curation/publisher", change="editor", delete="lead"),
    **section("communities/topic", change="editor", delete="lead"),
    # What is about many items at once.
    "admin/calendar/": Row("members", "members"),
    "admin/calendar.ics": Row("members", "members"),
    "admin/reports/": Row("members", "members"),
    "admin/reports/<slug:code>/": Row("shared editor", "shared editor", "admin/reports/people/"),
    "admin/reports/<slug:code>.csv": Row("shared editor", "shared editor", "admin/reports/people.csv"),
    "admin/reports/<slug:code>.jsonl": Row("shared editor", "shared editor", "admin/reports/missed-addresses.jsonl"),
    **renaming("curation/author"),
    **renaming("curation/tag"),
    **renaming("communities/topic"),
    **merging("curation/publisher"),
    # Old addresses that lead elsewhere.
    REDIRECT: Row("members", "members"),
    f"{REDIRECT}add/": Row("shared editor", "shared editor"),
    f"{REDIRECT}<path:object_id>/": Row("members", "members"),
    f"{REDIRECT}<path:object_id>/change/": Row("members", "shared editor"),
    f"{REDIRECT}<path:object_id>/history/": Row("members", "members"),
    f"{REDIRECT}<path:object_id>/delete/": Row("shared editor", "shared editor", data={"post": "yes"}),
    "admin/curation/featuredimage/<int:pk>/picture/": Row("members", "members"),
    "admin/curation/featuredimage/<int:pk>/small/": Row("members", "members"),
    "admin/curation/featuredimage/<int:pk>/about/": Row("members", "shared curator"),
    "admin/curation/featuredimage/<int:pk>/replace/": Row("shared curator", "shared curator"),
    "admin/curation/featuredimage/pick/": Row("members", "members"),
    "admin/curation/featuredimage/advice/": Row("members", "members"),
    "admin/curation/featuredimage/words/": Row("members", "members"),
    "admin/curation/featuredimage/alike/": Row("members", "shared curator"),
    "admin/curation/featuredimage/unused/": Row("shared lead", "shared lead"),
    # Communities and people.
    COMMUNITY: Row("members", "members"),
    f"{COMMUNITY}add/": Row("root", "root"),
    f"{COMMUNITY}<int:pk>/invite/": Row("lead", "lead"),
    f"{COMMUNITY}<path:object_id>/": Row("members", "members"),
    f"{COMMUNITY}<path:object_id>/change/": Row("contributor", "lead"),
    f"{COMMUNITY}<path:object_id>/history/": OWN,
    f"{COMMUNITY}<path:object_id>/delete/": Row("root", "root", data={"post": "yes"}),
    PERSON: Row("root", "root"),
    f"{PERSON}add/": Row("root", "root"),
    f"{PERSON}<id>/password/": Row("root", "root"),
    f"{PERSON}<path:object_id>/": Row("members", "members"),
    f"{PERSON}<path:object_id>/change/": Row("root", "root"),
    f"{PERSON}<path:object_id>/history/": Row("root", "root"),
    f"{PERSON}<path:object_id>/delete/": Row("nobody", "nobody", data={"post": "yes"}),
    "styleguide/": Row("nobody", "nobody"),
    # For readers.
    "": FOR_READERS,
    "about/": FOR_READERS,
    "communities/": FOR_READERS,
    "communities/<slug:slug>/": FOR_READERS,
    "communities/<slug:slug>/curated-content/": FOR_READERS,
    "communities/<slug:slug>/curated-content/feed.<feed:form>": Row(
        "all", "nobody", "communities/{community_slug}/curated-content/feed.rss"
    ),
    "feed.<feed:form>": Row("all", "nobody", "feed.atom"),
    "topics/<slug:slug>/feed.<feed:form>": Row("all", "nobody", "topics/medigy-shown/feed.json"),
    "authors/<words:slug>/feed.<feed:form>": Row("all", "nobody", "authors/shown/feed.rss"),
    "publishers/<words:host>/feed.<feed:form>": Row("all", "nobody", "publishers/journal.example/feed.atom"),
    "tags/<words:slug>/feed.<feed:form>": Row("all", "nobody", "tags/shown/feed.json"),
    "feeds/": FOR_READERS,
    "feeds.opml": FOR_READERS,
    "feeds-<slug:kind>.opml": Row("all", "nobody", "feeds-tags.opml"),
    "communities/<slug:community>/curated-content/<slug:slug>/": Row(
        "all", "nobody", "communities/{community_slug}/curated-content/shown/"
    ),
    "topics/": FOR_READERS,
    "topics/<slug:slug>/": Row("all", "nobody", "topics/medigy-shown/"),
    "authors/": FOR_READERS,
    "authors/<words:slug>/": Row("all", "nobody", "authors/shown/"),
    "publishers/": FOR_READERS,
    "publishers/<words:host>/": Row("all", "nobody", "publishers/journal.example/"),
    "archive/": FOR_READERS,
    "archive/<year:year>/": Row("all", "nobody", "archive/2024/"),
    "archive/<year:year>/<month:month>/": Row("all", "nobody", "archive/2024/03/"),
    "communities/<slug:slug>/archive/": FOR_READERS,
    "communities/<slug:slug>/archive/<year:year>/": Row("all", "nobody", "communities/{community_slug}/archive/2024/"),
    "communities/<slug:slug>/archive/<year:year>/<month:month>/": Row(
        "all", "nobody", "communities/{community_slug}/archive/2024/03/"
    ),
    "tags/": FOR_READERS,
    "tags/<words:slug>/": Row("all", "nobody", "tags/shown/"),
    "search/": FOR_READERS,
    "sitemap.xml": FOR_READERS,
    "sitemap-<slug:section>.xml": Row("all", "nobody", "sitemap-items.xml"),
    "sitemap-news.xml": FOR_READERS,
    "robots.txt": FOR_READERS,
    "llms.txt": FOR_READERS,
    "opensearch.xml": FOR_READERS,
    "site.webmanifest": FOR_READERS,
    # For programs.
    "api/v1/": FOR_READERS,
    "api/v1/openapi.json": FOR_READERS,
    "api/v1/communities/": FOR_READERS,
    "api/v1/items/": FOR_READERS,
    "api/v1/items/<int:pk>/": Row("nobody", "nobody", "api/v1/items/{item}/"),
    "api/v1/topics/": FOR_READERS,
    "api/v1/authors/": FOR_READERS,
    "api/v1/publishers/": FOR_READERS,
    "api/v1/tags/": FOR_READERS,
    "^api/v1/.+/$": Row("nobody", "nobody", "api/v1/nothing-like-it/"),
    # There only where somebody is named.
    ".well-known/security.txt": Row("nobody", "nobody"),
    # The link below each mail of notifications is its own authority.
    "notifications/mail/<words:token>/": Row("all", "all", "notifications/mail/{mail_token}/"),
    # What is not public: pictures of drafts at the readers' address, and drafts without a link to them.
    "^media/(?P<name>[^\\x00]+)$": Row("nobody", "nobody", "media/{picture}"),
    "^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/$": Row("all", "all", "preview/{token}/", shows=True),
    "^preview/(?P<token>[0-9]{1,18}:[A-Za-z0-9_-]{43})/picture/$": Row("all", "nobody", "preview/{token}/picture/"),
}


def routes(resolver: Any, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route


ROUTES = list(dict.fromkeys(routes(get_resolver())))


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """A newsroom with a draft and a published item in each community, and what an address needs to lead to them."""
    newsroom = make_newsroom()
    places = {}
    for name, community in (("home", newsroom.home), ("elsewhere", newsroom.elsewhere)):
        author = newsroom.contributor if name == "home" else None
        draft = make_item(
            published=False, community=community, created_by=author, title=HIDDEN[name], slug="hidden",
            image=make_image("A lock"), authors=["Hidden"], tags=["hidden"], topics=[("Medigy", "Hidden")],
        )  # fmt: skip
        make_item(community=community, slug="shown", authors=["Shown"], tags=["shown"], topics=[("Medigy", "Shown")])
        link = previews.share(draft, draft.head_revision, by=newsroom.root)
        batch = batches.begin("submit", CuratedItem.objects.filter(pk=draft.pk), newsroom.root)
        batch.lines.update(outcome="refused")
        batch.begun_at = timezone.now()
        batch.save()
        places[name] = {
            "community": community.pk,
            "community_slug": community.slug,
            "item": draft.pk,
            "number": 1,
            "link": link.pk,
            "batch": batch.pk,
            "view": SavedView.objects.create(owner=newsroom.root, name=name).pk,
            "token": previews.token_of(link),
            "mail_token": mailing.token_of(newsroom.contributor if name == "home" else newsroom.stranger),
            "picture": draft.featured_image.file.name,
            "rows": {
                "curateditem": draft.pk,
                "featuredimage": draft.featured_image.pk,
                "author": Author.objects.get(name="Hidden").pk,
                "tag": Tag.objects.get(name="hidden").pk,
                "publisher": draft.publisher.pk,
                "topic": Topic.objects.get(label="Hidden").pk,
                "community": community.pk,
                "user": newsroom.contributor.pk if name == "home" else newsroom.stranger.pk,
                "redirect": redirects.lead(f"/once/{name}/", "/").pk,
            },
        }
    return SimpleNamespace(newsroom=newsroom, places=places)


def address_of(route: str, place: dict[str, Any], **forged: Any) -> str:
    """`route` with what leads to the things of one community in its gaps; `forged` stands there instead."""
    model = next((name for name in place["rows"] if f"/{name}/" in f"/{route}"), "curateditem")
    known = {"object_id": place["rows"][model], "pk": place["rows"][model], "id": place["rows"]["user"]}
    known |= {"slug": place["community_slug"]} | place | forged
    if example := TABLE[route].example:
        return "/" + example.format(**known)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda gap: str(known[gap[1]]), route)


def role_in(who: str, place: str) -> Role | None:
    if who == "root":
        return Role.LEAD
    if who == "stranger":
        return Role.LEAD if place == "elsewhere" else None
    return Role[who.upper()] if who != "anonymous" and place == "home" else None


def may(who: str, rule: str, place: str) -> bool:
    match rule.split():
        case ["all"]:
            return True
        case ["outsiders"]:
            return who == "anonymous"
        case ["members"]:
            return who != "anonymous"
        case ["root"]:
            return who == "root"
        case ["nobody"]:
            return False
        case ["shared", role]:
            held = max((role_in(who, each) or 0 for each in HIDDEN), default=0)
            return held >= Role[role.upper()]
        case _:
            return (role_in(who, place) or 0) >= Role[rule.upper()]


def is_open(response: Any) -> bool:
    """Whether the answer is the thing itself, and not a way out: to the door, to the desk, or to nothing."""
    if response.status_code in {301, 302}:
        return response["Location"] != "/admin/" and not response["Location"].startswith("/admin/login/")
    return response.status_code not in {403, 404, 405}


def standing() -> tuple[Any, ...]:
    rows = CuratedItem.objects.order_by("pk").values_list("pk", "version", "state", "publication", "community")
    return (*rows, Change.objects.count())


def asked(client: Client, method: str, address: str, data: dict[str, str]) -> tuple[Any, bool]:
    """The answer, and whether any item changed by it; whatever it did is taken back."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    before = standing()
    with transaction.atomic():
        response = getattr(client, method)(address, data)
        text = b"".join(response) if response.streaming else response.content
        response.text_of_it = text.decode(errors="replace")
        changed = standing() != before
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, changed


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ROUTES) - TABLE.keys() == set(), "Say in TABLE who may open these."
    assert TABLE.keys() - set(ROUTES) == set(), "These are gone: take them out of TABLE."


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_opens_what_the_table_says_and_nothing_else(world: SimpleNamespace, who: str) -> None:
    client = Client() if who == "anonymous" else signed_in(getattr(world.newsroom, who))
    wrong = []
    for route in ROUTES:
        row = TABLE[route]
        for name, place in world.places.items():
            address = address_of(route, place)
            for method, rule in (("get", row.get), ("post", row.post)):
                data = (
                    {key: value.format(**place) for key, value in (row.data or {}).items()} if method == "post" else {}
                )
                response, changed = asked(client, method, address, data)
                case = f"{method} {address} ({name}) as {who}: {response.status_code}"
                if response.status_code >= 500 or is_open(response) != may(who, rule, name):
                    wrong.append(f"{case}, open to: {rule}")
                if role_in(who, name) is None and not row.shows and HIDDEN[name] in response.text_of_it:
                    wrong.append(f"{case} tells of what is hidden")
                if changed != (row.archives and method == "post" and role_in(who, name) == Role.LEAD):
                    wrong.append(f"{case} {'did' if changed else 'did not'} archive the draft")
                if name == "elsewhere" and "{" not in row.example and "<" not in route and not row.data:
                    break
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["curator", "root"])
def test_a_number_that_leads_to_nothing_or_to_somebody_else_s_leads_nowhere(world: SimpleNamespace, who: str) -> None:
    client, here, there = signed_in(getattr(world.newsroom, who)), *world.places.values()
    forgeries = [
        {"object_id": 987_654, "pk": 987_654, "id": 987_654, "item": 987_654},
        {"object_id": "10**99", "pk": 10**30, "id": 10**30, "item": 10**30, "view": 10**30},
        {
            "number": 99,
            "link": there["link"],
            "token": "1:" + "A" * 43,
            "picture": "pictures/none.webp",
            "mail_token": f"{here['rows']['user']}:" + "A" * 43,
            "batch": "00000000-0000-4000-8000-000000000000",
        },
        {"object_id": "x' OR 1=1--", "number": 10**30, "link": 10**30, "token": f"{10**17}:" + "A" * 43},
    ]
    redirects = {route for route in ROUTES if route.endswith("/<path:object_id>/")}
    for route in ROUTES:
        if ("<" not in route and "{" not in TABLE[route].example) or route in redirects:
            continue
        for forged in forgeries:
            address = address_of(route, here, **forged)
            if address == address_of(route, here):
                continue
            for method in ("get", "post"):
                response, changed = asked(client, method, address, TABLE[route].data or {})
                assert not is_open(response), f"{method} {address} as {who}: {response.status_code}"
                assert response.status_code < 500
                assert not changed
