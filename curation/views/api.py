"""The API for programs: what is published, as JSON, from the same shelves as the pages."""

import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from operator import attrgetter
from typing import Any

from django.db.models import Model, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    QueryDict,
)
from django.urls import path, re_path, reverse
from django.views.decorators.csrf import csrf_exempt

from curation import api, counts, facets, filters, lists, redirects, shelves
from curation.api import BASE, PROBLEM, Endpoint, Parameter
from curation.edition import Now
from curation.filters import FACETS
from curation.lists import SITE, NoSuchPage, TooLong
from curation.models import Placement, Shelf
from curation.models.shelf import ALWAYS, Period
from curation.page_cache import page
from curation.pages import absolute

USUAL, MOST = 20, 100
"""Items or names in one answer."""
LAST_NUMBER = 2**63 - 1
METHODS = "GET, HEAD, OPTIONS"
ENDPOINTS: list[Endpoint] = []
"""Every address of the API, in the order of the document."""

STRING = {"type": "string"}
DAY = {"type": "string", "format": "date"}
LIMIT = Parameter(
    "How many at most.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
)  # fmt: skip
CURSOR = {
    "before": Parameter("From where on; taken from “next” and “previous”, never made up.", STRING),
    "after": Parameter("Up to where; taken from “next” and “previous”, never made up.", STRING),
}
FILTERS = {
    "community": Parameter("The slug of a community that shows the items.", STRING),
    **{
        name: Parameter(f"The {'host' if name == 'publisher' else 'slug'} of one {name} of the items.", STRING)
        for name, shelf in FACETS.items()
        if shelf in facets.NAMED and shelf != Shelf.COMMUNITY
    },
    "kind": Parameter("The kind of the items, for example News.", STRING),
    "year": Parameter("The year of their date, for example 2026.", {"type": "string", "pattern": "^[0-9]{4}$"}),
    "month": Parameter(
        "The month of their date, for example 2026-03.", {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
    ),
    "since": Parameter("The first day (UTC) on which they came before readers, for example 2026-03-01.", DAY),
    "until": Parameter("The last day (UTC) on which they came before readers, for example 2026-03-31.", DAY),
}
ORDER = Parameter(
    "Which items come first.", {"type": "string", "enum": ["newest", "oldest", "title"], "default": "newest"}
)


class Refused(Exception):
    """What was asked cannot be answered; the words say why and what to do."""


class Moved(Exception):
    """The parameter of this name asks for something by a name that it had before this one."""

    def __init__(self, parameter: str, name: str) -> None:
        super().__init__(parameter, name)
        self.parameter, self.name = parameter, name


def endpoint(
    route: str, summary: str, answer: type | None, parameters: Mapping[str, Parameter] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """Declares an address of the API; its view returns what is sent as JSON.

    A query string may say nothing but `parameters`. All is public, so programs on pages of other sites may read it.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        known = dict(parameters or {})

        @page(*known)
        def kept(request: HttpRequest, now: Now, **gaps: Any) -> HttpResponse:
            found = view(request, now, **gaps)
            return _json(api.plain(found) if answer else found)

        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, **gaps: Any) -> HttpResponseBase:
            return _open(_answer(request, known, kept, gaps))

        ENDPOINTS.append(Endpoint(route, f"api_{view.__name__}", answered, summary, answer, known))
        return answered

    return decorate


def _answer(
    request: HttpRequest, known: Mapping[str, Parameter], kept: Callable[..., HttpResponseBase], gaps: dict[str, Any]
) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": METHODS})
    if request.method not in {"GET", "HEAD"}:
        response = _problem(405, "Only for reading", f"This address answers to {METHODS} alone.")
        response["Allow"] = METHODS
        return response
    if strange := sorted(set(request.GET) - known.keys()):
        can = f"It can say {_listed(known)}." if known else "Leave the query string out."
        return _problem(400, "Unknown parameter", f"“{strange[0][:80]}” means nothing here. {can}")
    try:
        return kept(request, **gaps)
    except Refused as refused:
        return _problem(400, "This cannot be answered", str(refused))
    except Moved as moved:
        query = request.GET.copy()
        query[moved.parameter] = moved.name
        return HttpResponsePermanentRedirect(f"{request.path}?{query.urlencode()}")
    except Http404 as missing:
        return _problem(404, "Not found", str(missing))


def _open(response: HttpResponseBase) -> HttpResponseBase:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Expose-Headers"] = "ETag"
    response["Access-Control-Max-Age"] = "86400"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _json(content: Any, status: int = 200, kind: str = "application/json") -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False), status=status, content_type=kind)


def _problem(status: int, title: str, detail: str) -> HttpResponse:
    return _json(api.plain(api.Problem("about:blank", title, status, detail)), status, PROBLEM)


def _listed(names: Any) -> str:
    return ", ".join(f"“{name}”" for name in names)


# --- Addresses -------------------------------------------------------------------------------------------------------


@endpoint("", "Where everything is.", api.Start)
def start(request: HttpRequest, now: Now) -> api.Start:
    names = ("communities", "items", "topics", "authors", "publishers", "tags", "document")
    return api.Start(**{name: absolute(reverse(f"api_{name}")) for name in names})


@endpoint("openapi.json", "This API as an OpenAPI document.", None)
def document(request: HttpRequest, now: Now) -> dict[str, Any]:
    return api.document(ENDPOINTS)


@endpoint("communities/", "All communities.", api.Communities)
def communities(request: HttpRequest, now: Now) -> api.Communities:
    return api.Communities(
        [
            api.Community(
                each.slug, each.name, each.introduction, absolute(each.get_absolute_url()), each.shown,
                _items_of("community", each.slug),
            )
            for each in counts.communities(now)
        ]
    )  # fmt: skip


@endpoint("items/", "Published items.", api.Items, {**FILTERS, "order": ORDER, "limit": LIMIT, **CURSOR})
def items(request: HttpRequest, now: Now) -> api.Items:
    order, limit = request.GET.get("order") or "newest", _limit(request.GET)
    if order not in ORDER.schema["enum"]:
        raise Refused(f"“order” can be {_listed(ORDER.schema['enum'])}, and not “{order[:80]}”.")
    places, period = _places(request.GET, now), _period(request.GET)
    how: dict[str, Any] = {"asked": _cursor(request.GET), "now": now, "number": limit, "columns": lists.FACTS}
    try:
        part: lists.Part[Any]
        if order == "title":
            part = lists.part_by_title(places, period, **how)
        else:
            part = lists.part_of(places, period, oldest_first=order == "oldest", **how)
    except TooLong as error:
        raise Refused(f"“order” can be “title” for up to {lists.TITLES} items. Narrow the list down.") from error
    except NoSuchPage as error:
        raise Refused("“before” or “after” names no place in a list. Follow “next” and “previous”.") from error
    return api.Items(
        [api.Item(**api.item(pk, told)) for pk, told in _told(part.rows, now)],
        _turned(request, before=part.older) if part.older else None,
        _turned(request, after=part.newer) if part.newer else None,
        _total(places, period, now),
    )


@endpoint("items/<int:pk>/", "One published item, with its text.", api.WholeItem)
def item(request: HttpRequest, now: Now, pk: int) -> api.WholeItem:
    # A number that no column holds is an error to the database.
    rows = Placement.objects.on(*SITE).shown(now.moment).filter(item=min(pk, LAST_NUMBER))
    found = _told(list(rows.values_list(*lists.FACTS, *lists.STANDING)), now)
    if not found:
        raise Http404(f"No published item has the number {pk}.")
    _, told = found[0]
    return api.WholeItem(**api.item(pk, told), html=told["text"])


@endpoint("topics/", "Topics of published items.", api.Names, {"limit": LIMIT, **CURSOR})
def topics(request: HttpRequest, now: Now) -> api.Names:
    return _names(request, counts.topics(), "topic")


@endpoint("authors/", "Authors of what published items are about.", api.Names, {"limit": LIMIT, **CURSOR})
def authors(request: HttpRequest, now: Now) -> api.Names:
    return _names(request, counts.authors(), "author")


@endpoint("publishers/", "Where what published items are about appeared.", api.Names, {"limit": LIMIT, **CURSOR})
def publishers(request: HttpRequest, now: Now) -> api.Names:
    return _names(request, counts.publishers(), "publisher")


@endpoint("tags/", "Tags of published items.", api.Names, {"limit": LIMIT, **CURSOR})
def tags(request: HttpRequest, now: Now) -> api.Names:
    return _names(request, counts.tags(), "tag")


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponseBase:
    return _open(_problem(404, "Not found", f"There is no such address. The API begins at {absolute(BASE)}."))


# --- What they have in common ----------------------------------------------------------------------------------------


def _places(asked: QueryDict, now: Now) -> list[shelves.Place]:
    """The shelves that the items stand on which have everything that was asked for, the shortest first as a rule.

    A value that no published item has is said to be unknown, whether it stands on others or not.
    """
    base = SITE
    if slug := asked.get("community"):
        found = next((each for each in counts.communities(now) if each.slug == slug), None)
        if found is None:
            raise _unknown("community", slug)
        base = (Shelf.COMMUNITY, found.pk)
    values = {shelf: value for shelf, value in filters.asked(asked).items() if shelf != Shelf.COMMUNITY}
    chosen = facets.find(base, values, now)
    for name, shelf in FACETS.items():
        if shelf in values and shelf not in chosen:
            raise _moved(base, name, shelf, values[shelf], now) or _unknown(name, values[shelf])
    fewest = sorted(chosen.values(), key=attrgetter("number"))
    return facets.in_order([(facet.shelf, facet.owner) for facet in fewest], base)


def _period(asked: QueryDict) -> Period:
    days = filters.PeriodForm(asked)
    texts = [text for name in ("since", "until") if (text := asked.get(name))]
    if not (days.is_valid() and all(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) for text in texts)):
        raise Refused("“since” and “until” are days like 2026-03-31, of which the last does not lie before the first.")
    return days.period


def _total(places: list[shelves.Place], period: Period, now: Now) -> int | None:
    """How many items stand on `places`, where that is kept."""
    narrow = [place for place in places if place != SITE] or [SITE]
    return lists.size(narrow[0], now) if len(narrow) == 1 and period == ALWAYS else None


def _moved(base: shelves.Place, name: str, shelf: Shelf, value: str, now: Now) -> Moved | None:
    """The way to what `value` was once the name of; None where it never was, or nothing of `base` has it."""
    if shelf not in facets.PAGES or "\0" in value:
        return None
    there = redirects.answer_for(f"/{facets.PAGES[shelf]}s/{value}/")
    new = redirects.called_at(there.target, facets.PAGES[shelf]) if there and there.target else ""
    return Moved(name, new) if new and facets.find(base, {shelf: new}, now) else None


def _unknown(name: str, value: str) -> Refused:
    return Refused(f"No published item has the {name} “{value[:80]}”. {FILTERS[name].words}")


def _limit(asked: QueryDict) -> int:
    text = asked.get("limit") or str(USUAL)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        raise Refused(f"“limit” is a whole number from 1 to {MOST}, and not “{text[:80]}”.")
    return int(text)


def _cursor(asked: QueryDict) -> QueryDict:
    if "before" in asked and "after" in asked:
        raise Refused("“before” and “after” cannot be asked for at once. Follow “next” and “previous”.")
    return asked


def _told(rows: list[Any], now: Now) -> list[tuple[int, dict[str, Any]]]:
    shown = [row for row in rows if lists.is_shown(row, now.moment)]
    return list(zip([row[1] for row in shown], shelves.told([row[1:5] for row in shown]), strict=True))


def _names(request: HttpRequest, rows: QuerySet[Any], kind: str) -> api.Names:
    """A part of an index; its cursor is the slug of the name before it or behind it."""
    limit, asked = _limit(request.GET), _cursor(request.GET)
    column = "host" if kind == "publisher" else "slug"
    spot = str(asked.get("after") or asked.get("before") or "").replace("\0", "")
    backwards = "after" in asked
    if spot:
        rows = rows.filter(**{f"{column}__{'lt' if backwards else 'gt'}": spot})
    found = list(rows.order_by(f"-{column}" if backwards else column)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    before_it, behind_it = (more, True) if backwards else (bool(spot), more)
    return api.Names(
        [_name(row, kind, getattr(row, column)) for row in found],
        _turned(request, before=getattr(found[-1], column)) if found and behind_it else None,
        _turned(request, after=getattr(found[0], column)) if found and before_it else None,
    )


def _name(row: Model, kind: str, slug: str) -> api.Name:
    shown: Any = row
    return api.Name(
        slug, shown.label if kind == "topic" else str(shown), getattr(shown, "vocabulary", ""),
        absolute(shown.get_absolute_url()), shown.shown, _items_of(kind, slug),
    )  # fmt: skip


def _items_of(name: str, value: str) -> str:
    query = QueryDict(mutable=True)
    query[name] = value
    return absolute(f"{reverse('api_items')}?{query.urlencode()}")


def _turned(request: HttpRequest, **to: Any) -> str:
    query = request.GET.copy()
    for name in CURSOR:
        query.pop(name, None)
    query.update({name: str(value) for name, value in to.items()})
    return absolute(f"{request.path}?{query.urlencode()}")


urlpatterns = [
    *(path(f"{BASE[1:]}{one.route}", one.view, name=one.name) for one in ENDPOINTS),
    # Of what ends with a slash alone: others are first sent to the address that does.
    re_path(rf"^{BASE[1:]}.+/$", nothing),
]
