"""What the API for programs answers with, and the OpenAPI document that is drawn from it.

Every answer is one of the records below. Their fields are both what is sent and what the document says of it, and the
addresses are declared where they are answered (`curation.views.api`): so the document cannot say anything else.
"""

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from django.urls import reverse

from curation import languages
from curation.pages import absolute

VERSION = "1.1.0"
"""Of what is promised: the second number grows with what is added, the first would be another address."""
BASE = "/api/v1/"


class Format(NamedTuple):
    """How a string is written, in the words of JSON Schema."""

    format: str


Address = Annotated[str, Format("uri")]
Moment = Annotated[str, Format("date-time")]


@dataclass(frozen=True)
class Named:
    """A community, author, tag or publisher that an item names."""

    slug: Annotated[str, "What filters and addresses call it; of a publisher, its host."]
    name: str


@dataclass(frozen=True)
class Term:
    """A topic that an item is about."""

    slug: Annotated[str, "What filters and addresses call it."]
    vocabulary: str
    label: str


@dataclass(frozen=True)
class Picture:
    """A picture that goes with a link to an item."""

    url: Address
    type: Annotated[str, "The media type."]
    width: int
    height: int
    alt: Annotated[str, "What it shows, in words; empty where it is decoration."]
    credit: str


@dataclass(frozen=True)
class Item:
    """A published item: what a community says of an article elsewhere."""

    id: int
    file_id: Annotated[str, "The name of its content file, which stays when its address changes."]
    title: str
    description: str
    language: Annotated[str, "Of title, description and text, as a tag (BCP 47) such as en-GB or ar."]
    kind: Annotated[str, "News, Research, ...; may be empty."]
    url: Annotated[Address, "Its page on this site."]
    api_url: Annotated[Address, "Its record here, with its text."]
    link: Annotated[str, "The article that it is about."]
    publisher: Annotated[Named | None, "Where that article appeared."]
    authors: Annotated[list[Named], "Who wrote it, in their order."]
    communities: Annotated[list[Named], "That show the item; the first is its own."]
    topics: list[Term]
    tags: list[Named]
    date: Annotated[Moment, "The date that readers see beside it."]
    published: Annotated[Moment, "When it came before readers; lists are in this order."]
    changed: Annotated[Moment, "When readers got what they see of it now."]
    picture: Picture | None


@dataclass(frozen=True)
class WholeItem(Item):
    """A published item with its text."""

    html: Annotated[str, "Why it was chosen, and its text, as cleaned HTML; empty if that is as long as a book."]


@dataclass(frozen=True)
class Items:
    """A part of a list of items."""

    items: list[Item]
    next: Annotated[Address | None, "Where the list goes on; null at its end."]
    previous: Annotated[Address | None, "The part before this one; null at the beginning."]
    total: Annotated[
        int | None,
        "How many items the whole list has; null beside a period or more than one filter: nobody counts them.",
    ]


@dataclass(frozen=True)
class Community:
    """A community, with or without published items."""

    slug: str
    name: str
    introduction: str
    url: Annotated[Address, "Its page on this site."]
    items: Annotated[int, "How many published items it shows."]
    items_url: Annotated[Address, "Its items, here."]


@dataclass(frozen=True)
class Communities:
    """All communities, by name."""

    communities: list[Community]


@dataclass(frozen=True)
class Name:
    """A topic, author, publisher or tag that published items have."""

    slug: Annotated[str, "What filters and addresses call it; of a publisher, its host."]
    name: str
    vocabulary: Annotated[str, "Of a topic, the vocabulary that it belongs to; otherwise empty."]
    url: Annotated[Address, "Its page on this site."]
    items: Annotated[int, "How many published items have it."]
    items_url: Annotated[Address, "Those items, here."]


@dataclass(frozen=True)
class Names:
    """A part of an index, in the order of the slugs."""

    names: list[Name]
    next: Annotated[Address | None, "Where the index goes on; null at its end."]
    previous: Annotated[Address | None, "The part before this one; null at the beginning."]


@dataclass(frozen=True)
class Start:
    """Where the API begins."""

    communities: Address
    items: Address
    topics: Address
    authors: Address
    publishers: Address
    tags: Address
    document: Annotated[Address, "This API as an OpenAPI document."]


@dataclass(frozen=True)
class Problem:
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: Annotated[str, "What is wrong and what to do, for people."]


# --- Making them -----------------------------------------------------------------------------------------------------


def item(pk: int, told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Item` from what is kept ready of an item (see `shelves.facts`)."""
    picture = told["picture"]
    return {
        "id": pk,
        "file_id": told["id"],
        "title": told["title"],
        "description": told["description"],
        "language": told["language"] or languages.of_site(),
        "kind": told["kind"],
        "url": absolute(told["url"]),
        "api_url": absolute(reverse("api_item", args=[pk])),
        "link": told["link"],
        "publisher": Named(told["host"], told["publisher"]) if told["host"] else None,
        "authors": [Named(author["slug"], author["name"]) for author in told["authors"]],
        "communities": [Named(**each) for each in told["communities"]],
        "topics": [Term(**each) for each in told["terms"]],
        "tags": [Named(**each) for each in told["tags"]],
        "date": told["date"],
        "published": told["published"],
        "changed": told["changed"],
        "picture": Picture(
            absolute(picture["url"]), picture["type"], picture["width"], picture["height"], told["alt"], told["credit"]
        )
        if picture
        else None,
    }


def plain(record: Any) -> dict[str, Any]:
    """A record as JSON has it."""
    return asdict(record)


# --- The document ----------------------------------------------------------------------------------------------------


class Parameter(NamedTuple):
    """Something that a query string may say."""

    words: str
    schema: dict[str, Any]


class Endpoint(NamedTuple):
    """One address of the API."""

    route: str
    """Below `BASE`, as Django writes it."""
    name: str
    view: Callable[..., Any]
    summary: str
    answer: type | None
    """The record that it answers with; None for the document itself."""
    parameters: dict[str, Parameter]


GAP = re.compile(r"<(?:(\w+):)?(\w+)>")


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `endpoints`."""
    schemas: dict[str, Any] = {}
    paths = {BASE + GAP.sub(r"{\2}", one.route): {"get": _operation(one, schemas)} for one in endpoints}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Medigy: curated content",
            "version": VERSION,
            "description": "What is published, for programs: to be read by everybody, without a key.",
        },
        "servers": [{"url": absolute("/").rstrip("/")}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    in_path = [
        {
            "name": name, "in": "path", "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for kind, name in GAP.findall(endpoint.route)
    ]  # fmt: skip
    in_query = [
        {"name": name, "in": "query", "required": False, "description": words, "schema": schema}
        for name, (words, schema) in endpoint.parameters.items()
    ]
    answer = _schema(endpoint.answer, schemas) if endpoint.answer else {"type": "object"}
    problem = {"description": "Why not.", "content": {PROBLEM: {"schema": _schema(Problem, schemas)}}}
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": in_path + in_query,
        "responses": {
            "200": {"description": "The answer.", "content": {"application/json": {"schema": answer}}},
            "304": {"description": "Nothing has changed since the ETag in If-None-Match."},
            "400": problem,
            "404": problem,
        },
    }


PROBLEM = "application/problem+json"
TYPES = {str: "string", int: "integer", bool: "boolean"}


def _schema(annotation: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of `annotation`; that of each record is put into `schemas` and named."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        schema = _schema(arguments[0], schemas)
        for said in arguments[1:]:
            schema |= {"description": said} if isinstance(said, str) else said._asdict()
        return schema
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(each, schemas) for each in arguments]}
    if annotation is type(None):
        return {"type": "null"}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], schemas)}
    if not (isinstance(annotation, type) and is_dataclass(annotation)):
        return {"type": TYPES[annotation]}
    name = annotation.__name__
    if name not in schemas:
        hints = get_type_hints(annotation, include_extras=True)
        schemas[name] = {}
        schemas[name] = {
            "type": "object",
            "description": (annotation.__doc__ or "").strip(),
            "properties": {field.name: _schema(hints[field.name], schemas) for field in fields(annotation)},
            "required": [field.name for field in fields(annotation)],
            "additionalProperties": False,
        }
    return {"$ref": f"#/components/schemas/{name}"}
