"""The page on which readers search."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_noop

from communities.sentences import gettext as _
from curation import page_cache, search
from curation.edition import Now
from curation.filters import SELECTED, Chip
from curation.lists import PER_PAGE
from curation.pages import Crumb, Listing, show
from curation.search import Hit
from curation.templatetags.readers import day, worded

FILTERS = {
    "community": (gettext_noop("Community"), gettext_noop("Every community")),
    "kind": (gettext_noop("Kind"), gettext_noop("Every kind")),
    "topic": (gettext_noop("Topic"), gettext_noop("Every topic")),
    "year": (gettext_noop("Year"), gettext_noop("Every year")),
}
"""By name: what a filter is called, and what it says where it does not hold."""
SLOTS = 64
"""How many pages of search are kept: questions are without number, and must not take the room of all other pages."""
NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
OFFERED = 40
LONGEST = 250
"""Characters that the value of a filter can have."""


class Option(NamedTuple):
    value: str
    label: str
    number: int | None
    """Of the items found, how many have it; None where not all of them are looked at."""
    chosen: bool


class Filter(NamedTuple):
    name: str
    label: str
    everything: str
    options: list[Option]

    def __html__(self) -> str:
        """Its field, put together without a template: there are hundreds of options on a page."""
        options = "".join(
            f'<option value="{escape(value)}"{SELECTED if chosen else ""}>'
            f"{escape(label)}{f' ({number})' if number else ''}</option>"
            for value, label, number, chosen in self.options
        )
        return (
            f'<p><label for="filter-{self.name}">{escape(self.label)}</label>'
            f'<select id="filter-{self.name}" name="{self.name}">'
            f'<option value="">{escape(self.everything)}</option>{options}</select></p>'
        )


@page_cache.page("q", *FILTERS, "order", "page", slots=SLOTS)
def page(request: HttpRequest, now: Now) -> HttpResponse:
    """What readers find for `?q=`, whatever stands there, narrowed down by the names of `FILTERS`."""
    asked = " ".join(request.GET.get("q", "")[: search.LONGEST].replace("\0", " ").split())
    facets = {name: value for name in FILTERS if (value := request.GET.get(name, "").strip()[:LONGEST])}
    newest = request.GET.get("order") == "newest"
    number = request.GET.get("page", "")
    start = (max(int(number), 1) - 1) * PER_PAGE if NUMBER.fullmatch(number) else 0
    found = search.readers(asked, facets, newest=newest, now=now.moment, start=start, count=PER_PAGE)
    if found.topic and found.total:
        # What nothing is found under tells no new name: only drafts may have it.
        again = request.GET.copy()
        again["topic"] = found.topic
        return HttpResponsePermanentRedirect(f"{request.path}?{again.urlencode()}")
    query = QueryDict(mutable=True)
    query.update({"q": asked} | facets | ({"order": "newest"} if newest else {}))
    shown = Paginator(range(found.total), PER_PAGE).get_page(start // PER_PAGE + 1)
    listing = Listing(shown, reverse("search"), query)
    filters = [] if found.suggestion else list(_filters(found, facets))
    return show(
        "search.html",
        title=f"{_('Search')}: {found.query.text}" if found.query else _("Search"),
        section="search",
        trail=[Crumb(_("Search"))],
        asked=asked,
        narrowed=bool(facets),
        newest=newest,
        found=found,
        hits=list(map(_hit, found.hits)),
        listing=listing,
        filters=filters,
        chips=list(_chips(query, facets, filters)),
    )


def _hit(hit: Hit) -> SafeString:
    """An item that was found, as HTML: put together without a template, which would take longer than to find it."""
    place = hit.place
    kind = f" <span>{escape(hit.kind)}</span>" if hit.kind else ""
    snippet = f'<p class="card-summary"{worded(hit.snippet_language)}>{hit.snippet}</p>' if hit.snippet else ""
    publisher = f'<span class="publisher">{escape(hit.publisher)}</span> ' if hit.publisher else ""
    authors = f'<span class="author">{escape(hit.byline)}</span> ' if hit.byline else ""
    return mark_safe(  # noqa: S308
        f'<article class="card tone-{escape(place.tone)}"><div class="card-text">'
        f'<p class="eyebrow"><a class="place" href="{escape(place.url)}">{escape(place.name)}</a>{kind}</p>'
        f'<h2 class="card-title"{worded(hit.language)}><a href="{escape(hit.url)}">{hit.marked_title}</a></h2>'
        f'{snippet}<p class="byline">{publisher}{authors}{day(hit.date)}</p></div></article>'
    )


def _filters(found: search.Found, chosen: Mapping[str, str]) -> Iterator[Filter]:
    """The filters with what they offer: what the items found have, and what is chosen already."""
    offered = found.facets(OFFERED)
    for name, (label, everything) in FILTERS.items():
        options = [
            Option(
                facet.value, facet.label or facet.value, None if found.more else number, facet.value == chosen.get(name)
            )
            for facet, number in offered.get(name, [])
        ]
        if name in chosen and not any(option.chosen for option in options):
            options.append(Option(chosen[name], chosen[name], None, True))
        if name == "year":
            options.sort(key=lambda option: option.value, reverse=True)
        if options:
            yield Filter(name, _(label), _(everything), options)


def _chips(query: QueryDict, chosen: Mapping[str, str], filters: list[Filter]) -> Iterator[Chip]:
    labels = {(one.name, option.value): option.label for one in filters for option in one.options}
    for name, value in chosen.items():
        left = query.copy()
        del left[name]
        yield Chip(_(FILTERS[name][0]), labels.get((name, value), value), left.urlencode())
