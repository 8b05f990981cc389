"""Indexes: every topic, author, publisher and tag that has something to read, and everything by month."""

from itertools import groupby
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from communities.models import Community
from communities.sentences import gettext as _
from curation import archive, counts, facets
from curation.archive import Month
from curation.edition import Now
from curation.facets import Base
from curation.models import Shelf
from curation.page_cache import page
from curation.pages import PER_INDEX, SITE_FEED, Crumb, Listing, community_trail, feed_of, listing, show

PER_MONTH = 200
"""Titles on one page of a month."""


@page("page")
def topics(request: HttpRequest, now: Now) -> HttpResponse:
    return _index(request, "topics", _("Topics"), counts.topics(), _("What the items of all communities are about."))


@page("page")
def authors(request: HttpRequest, now: Now) -> HttpResponse:
    return _index(request, "authors", _("Authors"), counts.authors(), _("Who wrote what our communities read."))


@page("page")
def publishers(request: HttpRequest, now: Now) -> HttpResponse:
    return _index(
        request, "publishers", _("Publishers"), counts.publishers(), _("Where what our communities read appeared.")
    )


@page("page")
def tags(request: HttpRequest, now: Now) -> HttpResponse:
    return _index(request, "tags", _("Tags"), counts.tags(), _("The words that our communities file items under."))


def _index(request: HttpRequest, name: str, title: str, rows: Any, description: str) -> HttpResponse:
    """The page that lists all topics, authors, publishers or tags; `name` names its template and its address."""
    entries = listing(request, rows, per_page=PER_INDEX)
    return show(
        f"{name}.html",
        title=title,
        description=description,
        canonical=entries.canonical,
        section=name,
        trail=[Crumb(title)],
        listed={"total": entries.total},
        listing=entries,
    )


# --- By month --------------------------------------------------------------------------------------------------------


@page()
def archive_of_site(request: HttpRequest, now: Now) -> HttpResponse:
    return _archive(request, now, None, None)


@page()
def archive_of_community(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    return _archive(request, now, *_community(slug, now))


@page()
def year_of_site(request: HttpRequest, now: Now, year: str) -> HttpResponse:
    return _year(now, None, None, year)


@page()
def year_of_community(request: HttpRequest, now: Now, slug: str, year: str) -> HttpResponse:
    return _year(now, *_community(slug, now), year)


@page("page")
def month_of_site(request: HttpRequest, now: Now, year: str, month: str) -> HttpResponse:
    return _month(request, now, None, None, year, month)


@page("page")
def month_of_community(request: HttpRequest, now: Now, slug: str, year: str, month: str) -> HttpResponse:
    return _month(request, now, *_community(slug, now), year, month)


def _community(slug: str, now: Now) -> tuple[Community, Base]:
    community, base = facets.based(Shelf.COMMUNITY, slug, now)
    if community is None:
        raise Http404("There is no such community.")
    return community, base


def _archive(request: HttpRequest, now: Now, community: Community | None, base: Base | None) -> HttpResponse:
    """Everything by year and month: from here no item is further away than three steps."""
    months = archive.months(community, base, now)
    years = [(year, list(some)) for year, some in groupby(months, key=lambda month: month.year)]
    named = {"community": community.name if community else ""}
    return show(
        "archive.html",
        title=_("Archive of %(community)s") % named if community else _("Archive"),
        description=_("Every item of %(community)s, by year and month.") % named
        if community
        else _("Every item, by year and month."),
        canonical=request.path,
        section="archive",
        trail=[*_above(community), Crumb(_("Archive"))],
        feed=feed_of(community) if community else SITE_FEED,
        listed={},
        community=community,
        tone=community.tone if community else "",
        years=years,
        total=sum(month.number for month in months),
    )


def _year(now: Now, community: Community | None, base: Base | None, year: str) -> HttpResponse:
    """The way to its year for who shortens the address of a month: all years stand on one page."""
    if all(month.year != int(year) for month in archive.months(community, base, now)):
        raise Http404("There is nothing of that year.")
    return HttpResponsePermanentRedirect(f"{archive.address(community)}#year-{year}")


def _month(
    request: HttpRequest, now: Now, community: Community | None, base: Base | None, year: str, month: str
) -> HttpResponse:
    """The titles of one month, with links to all its pages."""
    months = archive.months(community, base, now)
    at = next((each for each in months if (each.year, each.month) == (int(year), int(month))), None)
    if at is None:
        raise Http404("There is nothing of that month.")
    try:
        titles = Paginator(archive.Titles(at, base, now), PER_MONTH).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404("There is no such page of this month.") from error
    pages = Listing(titles, request.path, all_numbers=True)
    place = months.index(at)
    named = {"month": at.words, "community": community.name if community else ""}
    return show(
        "month.html",
        title=f"{at.words} · {community.name}" if community else at.words,
        description=_("Every item of %(community)s, %(month)s.") % named
        if community
        else _("Every item of %(month)s.") % named,
        canonical=pages.canonical,
        section="archive",
        trail=[*_above(community), Crumb(_("Archive"), archive.address(community)), Crumb(at.words)],
        feed=feed_of(community) if community else SITE_FEED,
        listed={"total": at.number},
        community=community,
        tone=community.tone if community else "",
        month=at,
        titles=titles,
        listing=pages,
        newer=_neighbour(months, place - 1),
        older=_neighbour(months, place + 1),
    )


def _neighbour(months: list[Month], place: int) -> Month | None:
    return months[place] if 0 <= place < len(months) else None


def _above(community: Community | None) -> list[Crumb]:
    return community_trail(community) if community else []
