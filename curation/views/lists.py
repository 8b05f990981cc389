"""Lists of items: the front page, a community's curated content, and whatever a topic, author, publisher or tag has."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from communities.addresses import address
from communities.sentences import gettext as _
from curation import counts, edition, facets, filters, lists, redirects, structured
from curation.edition import Now
from curation.facets import PAGES, Base
from curation.filters import FACETS, PARAMETERS, TURNING, Narrowed
from curation.lists import SITE, Listing, NoSuchPage
from curation.models import Shelf
from curation.page_cache import page
from curation.pages import Crumb, community_trail, feed_of, show

NEWEST = 10
"""How many items the home page begins with: one large, the others in rows of three."""
INDEXES = {
    Shelf.TOPIC: gettext_lazy("Topics"),
    Shelf.AUTHOR: gettext_lazy("Authors"),
    Shelf.PUBLISHER: gettext_lazy("Publishers"),
    Shelf.TAG: gettext_lazy("Tags"),
}
TOLD = {
    Shelf.TOPIC: gettext_lazy("Articles on %(name)s, chosen and summarised by the communities of Medigy."),
    Shelf.AUTHOR: gettext_lazy("Articles by %(name)s, chosen and summarised by the communities of Medigy."),
    Shelf.PUBLISHER: gettext_lazy("Articles from %(name)s, chosen and summarised by the communities of Medigy."),
    Shelf.TAG: gettext_lazy("Articles tagged “%(name)s”, chosen and summarised by the communities of Medigy."),
}
"""What search engines are told of a list that says nothing of itself."""


@page()
def home(request: HttpRequest, now: Now) -> HttpResponse:
    # The same for as long as the edition lasts, and half of what the page takes to make.
    tiles = edition.once(now, f"tiles:{edition.program()}:{settings.LANGUAGE_CODE}", lambda: _tiles(now))
    put_forward, newest = lists.front(SITE, NEWEST, now)
    return show(
        "home.html",
        title=_("What is worth reading in health innovation"),
        description=_("Articles on health innovation, chosen, summarised and reviewed by its communities."),
        canonical=address("home"),
        section="home",
        structured=[structured.website(), structured.organization()],
        tiles=tiles,
        featured=put_forward,
        cards=newest,
    )


def _tiles(now: Now) -> list[SafeString]:
    shown = [{"community": community, "level": 3} for community in counts.communities(now)]
    return [render_to_string("components/community_tile.html", each) for each in shown]


@page(*PARAMETERS)
def curated_content(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    asked, period = filters.asked(request.GET), filters.period(request.GET)
    community, base = facets.based(Shelf.COMMUNITY, slug, now, asked, period)
    if community is None:
        raise Http404("There is no such community.")
    if (there := _by_new_names(request, now, slug, base)) is not None:
        return there
    path, feed = address("curated_content", community.slug), feed_of(community)
    chosen = filters.narrowed(request.GET, base, now, path, feed)
    items = _turn(request, now, chosen, path)
    return show(
        "curated_content.html",
        title=f"{_('Curated content')} · {community.name}",
        description=_("Everything that %(community)s has chosen, newest first: by kind, topic, tag and year.")
        % {"community": community.name},
        canonical=items.canonical,
        printed=_printed(request, chosen, path),
        section="communities",
        trail=[*community_trail(community), Crumb(_("Curated content"))],
        feed=feed,
        listed={"total": _told(chosen)},
        community=community,
        tone=community.tone,
        filter=chosen,
        listing=items,
    )


@page(*PARAMETERS)
def topic(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    return _shelf(request, now, Shelf.TOPIC, slug)


@page(*PARAMETERS)
def author(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    return _shelf(request, now, Shelf.AUTHOR, slug)


@page(*PARAMETERS)
def publisher(request: HttpRequest, now: Now, host: str) -> HttpResponse:
    return _shelf(request, now, Shelf.PUBLISHER, host)


@page(*PARAMETERS)
def tag(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    return _shelf(request, now, Shelf.TAG, slug)


def _shelf(request: HttpRequest, now: Now, shelf: Shelf, called: str) -> HttpResponse:
    """The page of one topic, author, publisher or tag; one that no published item has is not there for readers."""
    name = shelf.name.lower()
    owner, base = facets.based(shelf, called, now, filters.asked(request.GET), filters.period(request.GET))
    if owner is None:
        raise Http404(f"There is no such {name}.")
    if (there := _by_new_names(request, now, called, base)) is not None:
        return there
    title = owner.label if shelf == Shelf.TOPIC else str(owner)
    description = getattr(owner, "description", "") or getattr(owner, "bio", "")
    path, feed = owner.get_absolute_url(), feed_of(owner)
    chosen = filters.narrowed(request.GET, base, now, path, feed)
    items = _turn(request, now, chosen, path)
    return show(
        f"{name}.html",
        title=title,
        description=description,
        told=TOLD[shelf] % {"name": title},
        canonical=items.canonical,
        printed=_printed(request, chosen, path),
        section=f"{name}s",
        trail=[Crumb(str(INDEXES[shelf]), address(f"{name}s")), Crumb(title)],
        feed=feed,
        listed={"total": _told(chosen), "about": structured.subject(shelf, owner)},
        filter=chosen,
        listing=items,
        **{name: owner},
    )


def _by_new_names(request: HttpRequest, now: Now, called: str, base: Base) -> HttpResponse | None:
    """The way to the same list, where filters ask for something by a name that it had before; None where none does.

    What has nothing on this list tells no new name of its own.
    """
    shelf, asked = Shelf(base.place[0]), filters.asked(request.GET)
    new = {each: redirects.called_at(target, PAGES[each]) for each, target in base.moved.items()}
    if not any(new.values()):
        return None
    _, again = facets.based(shelf, called, now, asked | new)
    query = request.GET.copy()
    for name, each in FACETS.items():
        if each in new and each in again.chosen:
            query[name] = new[each]
    if query == request.GET:
        return None
    return HttpResponsePermanentRedirect(f"{request.path}?{query.urlencode()}")


def _told(chosen: Narrowed) -> int | None:
    """How many items search engines are told that a list has: of one that is narrowed down they get the address of the
    whole one.
    """
    return None if chosen.more or chosen.query else chosen.total


def _printed(request: HttpRequest, chosen: Narrowed, path: str) -> str:
    """The path of just these items, where the list at `path` is narrowed down: paper has no filters to look at."""
    turned = {name: str(request.GET[name]) for name in TURNING if name in request.GET}
    return f"{path}?{urlencode(chosen.query | turned)}" if chosen.query else ""


def _turn(request: HttpRequest, now: Now, chosen: Narrowed, path: str) -> Listing:
    try:
        return lists.turn(
            chosen.places, chosen.period, asked=request.GET, query=chosen.query, path=path, now=now,
            total=chosen.total, order=chosen.order,
        )  # fmt: skip
    except NoSuchPage as error:
        raise Http404("There is no such page of this list.") from error
