"""The list of items: its queues, its search, its filters, and steps for many at once."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.models import User
from curation import comments
from curation.admin.queues import QUEUES
from curation.models import CuratedItem, Publisher
from curation.workflow import Publication, State
from tests.factories import make_draft_of, make_image, make_item
from tests.newsroom import admin, signed_in

LIST = "/admin/curation/curateditem/"


def titles(response):
    return {item.title for item in response.context["cl"].result_list}


def test_every_item_is_in_exactly_the_queues_whose_words_its_label_says(db):
    now = timezone.now()
    hour = timedelta(hours=1)
    dates = [(now - hour, None), (now + hour, None), (now - 2 * hour, now - hour), (now - hour, now + hour)]
    for state, publication, pending, (begin, end) in product(State, Publication, (False, True), dates):
        item = make_item(
            published=False, state=state, publication=publication, publish_at=begin, unpublish_at=end,
            title=f"{state} {publication} {pending}",
        )  # fmt: skip
        if pending:
            make_draft_of(item, title="newer")
            CuratedItem.objects.filter(pk=item.pk).update(state=state)
    for code, (words, rule) in QUEUES.items():
        found = set(CuratedItem.objects.filter(rule(now)))
        said = {
            item for item in CuratedItem.objects.all() if words.casefold() in item.label(now)[1].casefold().split(" + ")
        }
        assert found == said, code


def test_the_tabs_count_the_work_of_ones_own_communities(newsroom, draft, secret):
    make_item(community=newsroom.home)
    page = signed_in(newsroom.editor).get(LIST)
    tabs = next(spec for spec in page.context["cl"].filter_specs if spec.parameter_name == "label")
    assert {code: number for code, number in tabs.counts.items() if number} == {"draft": 1, "published": 1}
    assert titles(signed_in(newsroom.editor).get(LIST, {"label": "draft"})) == {"A draft"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("fhir", {"FHIR for all"}),
        ("sonalika", {"FHIR for all"}),
        ("sonalika fhir", {"FHIR for all"}),
        ("sonalika nothing", set()),
        ("in a sentence", {"Second"}),
        ("https://www.journal.example/fhir?utm_source=mail", {"FHIR for all"}),
        ("journal.example/fhir", {"FHIR for all"}),
        ("https://journal.example/else", set()),
        ('"', set()),
        ("100%", set()),
    ],
)
def test_the_search_finds_words_people_and_links(newsroom, asked, found):
    link = "https://journal.example/fhir"
    make_item(community=newsroom.home, title="FHIR for all", link=link, authors=["Sonalika Ghosh", "Sonalika B."])
    make_item(community=newsroom.home, title="Second", description="All of it in a sentence")
    make_item(community=newsroom.elsewhere, title="FHIR elsewhere", link=link)
    assert titles(signed_in(newsroom.curator).get(LIST, {"q": asked})) == found


def test_numbers_are_counted_up_to_a_cap(newsroom, monkeypatch):
    monkeypatch.setattr("curation.admin.queues.CAP", 3)
    monkeypatch.setattr("curation.admin.base.ShortPaginator.cap", 3)
    for _ in range(5):
        make_item(community=newsroom.home, published=False, created_by=newsroom.curator)
    page = signed_in(newsroom.curator).get(LIST)
    tabs = next(spec for spec in page.context["cl"].filter_specs if spec.parameter_name == "label")
    assert [choice["count"] for choice in tabs.choices(page.context["cl"]) if choice["code"] == "draft"] == ["2+"]
    assert "More than 3 items" in page.content.decode()
    desk = signed_in(newsroom.curator).get("/admin/")
    assert "2+" in desk.content.decode()


def test_a_link_that_nobody_has_leads_to_a_new_item(newsroom):
    page = signed_in(newsroom.curator).get(LIST, {"q": "https://journal.example/a?b=c&d"}).content.decode()
    assert "/admin/curation/curateditem/add/?link=https%3A//journal.example/a%3Fb%3Dc%26d" in page


def test_filters_narrow_the_list_and_wrong_values_do_no_harm(newsroom, draft):
    other = make_item(
        community=newsroom.home, title="Other", kind="Research", link="https://other.example/1", authors=["Ada"],
        topics=[("Medigy", "Privacy")], tags=["consent"], image=make_image("A lock"), description="Said",
    )  # fmt: skip
    publisher = Publisher.objects.get(host="other.example")
    client = signed_in(newsroom.curator)
    for query in (
        {"kind": "Research"},
        {"publisher": publisher.pk},
        {"author": other.authors.get().pk},
        {"topic": other.topics.get().pk},
        {"tag": other.tags.get().pk},
        {"who": "import"},
        {"published": f"{other.publish_at:%Y-%m-%d}"},
    ):
        assert titles(client.get(LIST, query)) == {"Other"}, query
    assert titles(client.get(LIST, {"missing": "picture"})) == {"A draft"}
    for query, way_back in (
        ({"label": "published"}, None),
        ({"label": "published", "kind": "News"}, "?label=published"),
    ):
        shown = client.get(LIST, query).content.decode()
        assert ("Clear all filters" in shown) is bool(way_back), "a tab is no filter"
        assert not way_back or f'<a class="mdg-clear" href="{way_back}">' in shown
    assert titles(client.get(LIST, {"community": newsroom.elsewhere.pk})) == set()
    assert titles(signed_in(newsroom.contributor).get(LIST, {"who": "me"})) == {"A draft"}
    for query in (
        {"author": "x"},
        {"author": "9" * 30},
        {"community": "x"},
        {"label": "x"},
        {"kind": "\u2028"},
        {"published": "2026-99-99"},
        {"published": "0001-01-01"},
        {"published": "9999-12-31"},
        {"watch": "x"},
        {"batch": "x"},
        {"waiting": "x"},
        {"missing": "x"},
        {"comments": "x"},
        {"reviewer": "9" * 30},
        {"who": "x"},
    ):
        assert client.get(LIST, query).status_code in {200, 302}, query


@pytest.mark.parametrize("name", ["who", "reviewer"])
def test_a_filter_by_a_person_knows_the_people_of_ones_own_communities_and_nobody_else(newsroom, draft, name):
    CuratedItem.objects.filter(pk=draft.pk).update(state=State.IN_REVIEW, reviewer=newsroom.contributor)
    User.objects.filter(pk=newsroom.contributor.pk).update(first_name="Cora", last_name="Contreras")
    User.objects.filter(pk=newsroom.stranger.pk).update(first_name="Sten", last_name="Strange")
    make_item(community=newsroom.home, created_by=newsroom.stranger, reviewer=newsroom.stranger)
    for who in ("contributor", "curator", "editor", "lead"):
        client = signed_in(getattr(newsroom, who))
        page = client.get(LIST, {name: newsroom.contributor.pk, "label": "in_review"})
        assert titles(page) == {"A draft"}
        shown = next(spec for spec in page.context["cl"].filter_specs if spec.parameter_name == name)
        assert shown.chosen == newsroom.contributor
        unknown, nobody = (client.get(LIST, {name: pk}) for pk in (newsroom.stranger.pk, 10**9))
        assert titles(unknown) == titles(nobody) == set()
        filters = [
            next(spec for spec in page.context["cl"].filter_specs if spec.parameter_name == name)
            for page in (unknown, nobody)
        ]
        assert [each.chosen for each in filters] == [None, None]
        assert filters[0].box == filters[1].box
    shown = signed_in(newsroom.root).get(LIST, {name: newsroom.stranger.pk})
    assert len(titles(shown)) == 1
    assert _queries(signed_in(newsroom.curator), f"{LIST}?{name}={newsroom.contributor.pk}") <= 12


def test_what_is_still_talked_over_is_found_until_it_is_settled(newsroom, draft, secret):
    settled = make_item(community=newsroom.home, title="Settled")
    for item, blocking in ((draft, True), (settled, False), (settled, True), (secret, True)):
        thread = comments.add(item, "Is this so?", by=newsroom.root, blocking=blocking)
    client = signed_in(newsroom.curator)
    assert titles(client.get(LIST, {"comments": "open"})) == {"A draft", "Settled"}
    assert titles(client.get(LIST, {"comments": "blocking", "label": "published"})) == {"Settled"}
    comments.reply(settled.comments.get(blocking=True), "Yes.", by=newsroom.root)
    comments.resolve(settled.comments.get(blocking=True, thread=None), by=newsroom.root)
    assert titles(client.get(LIST, {"comments": "blocking"})) == {"A draft"}
    assert titles(client.get(LIST, {"comments": "open"})) == {"A draft", "Settled"}
    assert thread.item == secret, "which is not theirs to see"
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST, {"comments": "open"})
    assert len(queries) <= 12


@pytest.mark.parametrize("lookup", ["title__startswith", "created_by__password__startswith", "community__items__title"])
def test_a_look_up_that_no_filter_offers_is_refused(newsroom, draft, lookup):
    assert signed_in(newsroom.contributor).get(LIST, {lookup: "a"}).status_code == 400


def test_no_page_costs_more_queries_for_60_items_than_for_three(newsroom):
    def grow(number):
        for each in range(number):
            state, live = ((State.DRAFT, False), (State.IN_REVIEW, False), (State.APPROVED, True))[each % 3]
            make_item(
                published=live, community=newsroom.home, created_by=newsroom.curator, state=state, image=make_image(),
                authors=[f"Author {number} {each}"], tags=[f"tag {number} {each}"], topics=[("", f"{number} {each}")],
                link=f"https://host-{number}-{each}.example/a",
            )  # fmt: skip

    names = ("curation/author", "curation/publisher", "curation/featuredimage", "curation/tag", "communities/topic")
    pages = ["/admin/", LIST, f"{LIST}?label=draft&kind=News", *(f"/admin/{name}/" for name in names)]
    client = signed_in(newsroom.editor)
    grow(3)
    few = {page: _queries(client, page) for page in pages}
    grow(57)
    assert {page: _queries(client, page) for page in pages} == few
    assert max(few.values()) <= 12, few


def _queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


@pytest.mark.parametrize("query", ["community=" + "9" * 23, "community=x", "author=" + "9" * 23, "p=" + "9" * 23])
def test_an_address_that_nobody_would_type_is_no_error_of_ours(newsroom, query):
    assert signed_in(newsroom.editor).get(f"{admin('changelist')}?{query}").status_code < 500


SEARCHED = (
    "curation/author", "curation/curateditem", "curation/featuredimage", "curation/publisher", "curation/redirect",
    "curation/tag", "communities/community", "communities/topic", "communities/user",
)  # fmt: skip


@pytest.mark.parametrize("question", ["word " * 1_500, "w" * 60_000, '"' + "a b " * 1_500 + '"'])
@pytest.mark.parametrize("section", SEARCHED)
def test_a_question_longer_than_anybody_asks_is_answered_in_every_list(newsroom, section, question):
    client = signed_in(newsroom.root)
    assert client.get(f"/admin/{section}/", {"q": question}).status_code == 200


@pytest.mark.parametrize("question", ["word " * 1_500, "w" * 60_000])
@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("curateditem", "authors"), ("curateditem", "publisher"), ("curateditem", "topics"), ("curateditem", "tags"),
        ("curateditem", "created_by"), ("curateditem", "featured_image"), ("curateditem", "community"),
        ("revision", "item"),
    ],
)  # fmt: skip
def test_a_longer_one_is_answered_where_rows_are_found_by_typing_too(newsroom, model, field, question):
    query = {"app_label": "curation", "model_name": model, "field_name": field, "term": question}
    assert signed_in(newsroom.root).get("/admin/autocomplete/", query).json()["results"] == []


def test_as_many_words_are_looked_for_as_people_type(newsroom):
    make_item(community=newsroom.home, authors=["Ada Maria Lovelace-Byron", "Ada"])
    client = signed_in(newsroom.editor)
    found = client.get("/admin/curation/author/", {"q": '  ada   "maria lovelace"  byron '}).context["cl"].result_list
    assert [author.name for author in found] == ["Ada Maria Lovelace-Byron"]
