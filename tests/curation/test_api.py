"""Programs read what is published, and what the OpenAPI document promises is what they get."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation import redirects
from curation.filters import NARROWING
from curation.views.api import ENDPOINTS, FILTERS
from tests.deeds import edit, move
from tests.factories import PAST, make_community, make_image, make_item

pytestmark = pytest.mark.django_db

START = "/api/v1/"
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


@pytest.fixture
def three(db):
    other = make_community("Oncology")
    words = {"topics": [("Medigy", "Safety")], "authors": ["Ada Byron"], "tags": ["plain"], "kind": "News"}
    return [
        make_item(title="Oldest", publish_at=PAST, image=make_image("A bell"), **words),
        make_item(title="Middle", publish_at=PAST + timedelta(hours=1), also_in=[other.slug], **words),
        make_item(title="Newest", publish_at=PAST + timedelta(hours=2), community=other, kind="Research"),
    ]


def read(client, address, **asked):
    response = client.get(address, asked)
    assert response.status_code == 200, response.text
    return response.json()


def titles(answer):
    return [item["title"] for item in answer["items"]]


def wrong(value, schema, document, at="answer"):
    """Where `value` is not as `schema` says; a JSON Schema of those few words that the document uses."""
    if "$ref" in schema:
        return wrong(value, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document, at)
    if "anyOf" in schema:
        found = [wrong(value, each, document, at) for each in schema["anyOf"]]
        return [] if [] in found else found[0]
    if not isinstance(value, TYPES[schema["type"]]):
        return [f"{at} is {value!r}, no {schema['type']}"]
    if schema["type"] == "array":
        parts = [(each, schema["items"], f"{at}[{number}]") for number, each in enumerate(value)]
    elif schema["type"] == "object" and "properties" in schema:
        if value.keys() != schema["properties"].keys():
            return [f"{at} has {sorted(value)}"]
        parts = [(value[name], each, f"{at}.{name}") for name, each in schema["properties"].items()]
    else:
        parts = []
    format_ = schema.get("format")
    if (format_ == "uri" and not value.startswith("http")) or (format_ == "date-time" and "T" not in value):
        return [f"{at} is no {format_}: {value!r}"]
    return [each for part in parts for each in wrong(*part[:2], document, part[2])]


# --- The document -----------------------------------------------------------------------------------------------------


def test_every_answer_is_as_the_document_says(client, three):
    document = read(client, f"{START}openapi.json")
    assert document["paths"].keys() == {START + one.route.replace("<int:pk>", "{pk}") for one in ENDPOINTS}
    for path, operations in document["paths"].items():
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = read(client, path.format(pk=three[0].pk))
        assert wrong(answer, schema, document) == [], path
    problem = client.get(f"{START}items/", {"limit": "many"}).json()
    assert wrong(problem, {"$ref": "#/components/schemas/Problem"}, document) == []


def test_the_document_is_an_openapi_document(client):
    document = read(client, f"{START}openapi.json")
    assert document["openapi"] == "3.1.0"
    assert document.keys() == {"openapi", "info", "servers", "paths", "components"}
    names = set(re.findall("#/components/schemas/([A-Za-z]+)", json.dumps(document)))
    assert names == document["components"]["schemas"].keys()
    operations = [operations["get"] for operations in document["paths"].values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for path, operations in document["paths"].items():
        operation = operations["get"]
        assert operation.keys() == {"operationId", "summary", "parameters", "responses"}
        in_path = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert in_path == set(re.findall("{(.+?)}", path))
        assert all(one["required"] == (one["in"] == "path") and one["schema"] for one in operation["parameters"])
        assert all(response["description"] for response in operation["responses"].values())


# --- Items ------------------------------------------------------------------------------------------------------------


def test_an_item_says_what_its_page_says(client, three):
    listed = read(client, f"{START}items/")["items"][2]
    whole = read(client, listed["api_url"])
    assert whole == listed | {"html": whole["html"]}
    assert listed["title"] == "Oldest"
    assert listed["url"].endswith(three[0].get_absolute_url())
    assert listed["topics"] == [{"slug": "medigy-safety", "vocabulary": "Medigy", "label": "Safety"}]
    assert listed["authors"] == [{"slug": "ada-byron", "name": "Ada Byron"}]
    assert listed["picture"]["alt"] == "A bell"


ASKED = {
    "": ["Newest", "Middle", "Oldest"],
    "order=oldest": ["Oldest", "Middle", "Newest"],
    "limit=1": ["Newest"],
    "community=oncology": ["Newest", "Middle"],
    "community=oncology&kind=News": ["Middle"],
    "topic=medigy-safety": ["Middle", "Oldest"],
    "author=ada-byron&tag=plain": ["Middle", "Oldest"],
    "publisher=journal.example&topic=": ["Newest", "Middle", "Oldest"],
    f"year={PAST.year}": ["Newest", "Middle", "Oldest"],
    "order=title": ["Middle", "Newest", "Oldest"],
    "since=2024-03-01&until=2024-03-01&kind=News": ["Middle", "Oldest"],
    "since=2024-03-02": [],
    "until=2024-02-29": [],
}


@pytest.mark.parametrize("query", ASKED)
def test_items_are_narrowed_down_as_on_the_pages(client, three, query):
    with CaptureQueriesContext(connection) as queries:
        assert titles(read(client, f"{START}items/?{query}")) == ASKED[query]
    assert len(queries) <= 6  # two of them for the communities, once for each edition


def test_every_filter_of_the_pages_is_one_of_the_api():
    assert {*FILTERS, "order"} == set(NARROWING)


@pytest.mark.parametrize(
    ("query", "total"), [("", 3), ("kind=News", 2), ("community=oncology", 2), ("kind=News&tag=plain", None),
                         ("since=2024-03-01", None)]
)  # fmt: skip
def test_how_many_items_there_are_is_told_where_it_is_kept(client, three, query, total):
    assert read(client, f"{START}items/?{query}&limit=1")["total"] == total


def test_the_order_of_titles_is_for_lists_that_are_not_too_long(client, three, monkeypatch):
    monkeypatch.setattr("curation.lists.TITLES", 2)
    assert titles(read(client, f"{START}items/?order=title&kind=News")) == ["Middle", "Oldest"]
    assert client.get(f"{START}items/?order=title").status_code == 400


@pytest.mark.parametrize("order", ["newest", "oldest", "title"])
def test_next_and_previous_lead_through_all_items_and_back(client, order):
    made = [make_item(title=f"{number}", publish_at=PAST + timedelta(hours=number // 2)) for number in range(7)]
    wanted = [item.title for item in (made[::-1] if order == "newest" else made)]
    there, back, answer = [], [], read(client, f"{START}items/", order=order, limit=3)
    assert answer["previous"] is None
    while True:
        there += titles(answer)
        if answer["next"] is None:
            break
        answer = read(client, answer["next"])
    while answer:
        back = titles(answer) + back
        answer = answer["previous"] and read(client, answer["previous"])
    assert there == back == wanted


# --- Names ------------------------------------------------------------------------------------------------------------


def test_communities_and_names_tell_how_many_items_they_have_and_lead_to_them(client, three):
    communities = read(client, f"{START}communities/")["communities"]
    assert [(each["slug"], each["items"]) for each in communities] == [("oncology", 2), ("telehealth", 2)]
    assert titles(read(client, communities[0]["items_url"])) == ["Newest", "Middle"]
    for kind in ("topics", "authors", "publishers", "tags"):
        (name,) = read(client, f"{START}{kind}/")["names"]
        assert len(titles(read(client, name["items_url"]))) == name["items"], kind


def test_an_index_is_walked_through_in_both_directions(client):
    make_item(tags=list("edcba"))
    first = read(client, f"{START}tags/", limit=2)
    second = read(client, first["next"])
    last = read(client, second["next"])
    slugs = [[name["slug"] for name in part["names"]] for part in (first, second, last)]
    assert slugs == [["a", "b"], ["c", "d"], ["e"]]
    assert (first["previous"], last["next"]) == (None, None)
    assert read(client, last["previous"])["names"] == second["names"]
    assert read(client, read(client, last["previous"])["previous"])["names"] == first["names"]


# --- Answers ----------------------------------------------------------------------------------------------------------

REFUSED = {
    "items/?topic=nothing": (400, "No published item has the topic “nothing”."),
    "items/?topic=%00": (400, "No published item has the topic"),
    "items/?community=nowhere": (400, "No published item has the community “nowhere”."),
    "items/?month=2026-13": (400, "for example 2026-03"),
    "items/?colour=red": (400, "“colour” means nothing here. It can say “community”"),
    "items/?before=yesterday": (400, "Follow “next” and “previous”."),
    "items/?before=1-1&after=1-1": (400, "cannot be asked for at once"),
    "items/?limit=1000": (400, "from 1 to 100"),
    "items/?limit=²": (400, "from 1 to 100"),
    "items/?since=2024-02-30": (400, "are days like 2026-03-31"),
    "items/?until=1.3.2024": (400, "are days like 2026-03-31"),
    "items/?since=2024-03-02&until=2024-03-01": (400, "the last does not lie before the first"),
    "items/?order=best": (400, "“newest”, “oldest”, “title”, and not “best”"),
    "communities/?page=2": (400, "Leave the query string out."),
    "items/2000000000/": (404, "No published item has the number 2000000000."),
    f"items/{10**30}/": (404, "No published item has the number"),
    "nothing/": (404, "The API begins at"),
}


@pytest.mark.parametrize("address", REFUSED)
def test_what_cannot_be_answered_is_refused_with_a_clear_sentence(client, three, address):
    response = client.get(f"{START}{address}")
    problem = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert (response.status_code, problem["status"]) == (REFUSED[address][0],) * 2
    assert REFUSED[address][1] in problem["detail"]


def test_it_is_only_for_reading_from_anywhere(client, three):
    asked = client.options(f"{START}items/")
    assert (asked.status_code, asked["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    refused = client.post(f"{START}items/", {})
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    answer = client.get(f"{START}items/")
    assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == ("application/json", "*")
    assert not answer.cookies
    head = client.head(f"{START}items/")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    assert client.get(f"{START}items").status_code == 301


def test_an_answer_that_is_known_already_is_not_sent_again_until_it_changes(client, three):
    address = f"{START}items/{three[0].pk}/"
    first = client.get(address)
    with CaptureQueriesContext(connection) as queries:
        known = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (known.status_code, len(queries)) == (304, 1)
    assert known["Access-Control-Allow-Origin"] == "*"
    edit(three[0], title="Another title")
    move(three[0], "submit", "approve", "publish")
    changed = client.get(address, headers={"if-none-match": first["ETag"]})
    assert changed.json()["title"] == "Another title"
    move(three[0], "withdraw", note="gone")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["topic", "author", "tag", "publisher"])
def test_a_name_from_before_leads_to_what_it_is_called_now(client, three, name):
    called = {"topic": "medigy-safety", "author": "ada-byron", "tag": "plain", "publisher": "journal.example"}[name]
    redirects.moved(f"/{name}s/before/", f"/{name}s/{called}/")
    response = client.get(f"{START}items/", {"kind": "News", name: "before"})
    path, _, query = response["Location"].partition("?")
    assert (response.status_code, path) == (301, f"{START}items/")
    assert set(query.split("&")) == {"kind=News", f"{name}={called}"}
    assert response["Cache-Control"] == "no-cache"
    assert response["Access-Control-Allow-Origin"] == "*"
    # What has nothing for readers tells no name of its own.
    make_item(published=False, topics=[("Medigy", "Secret")])
    redirects.moved("/topics/hidden/", "/topics/medigy-secret/")
    for strange in ("hidden", "never", "a\0b"):
        assert client.get(f"{START}items/", {"topic": strange}).status_code == 400
