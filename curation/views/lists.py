"""Lists of items: the front page, a community's curated content, and whatever a topic, author, publisher or tag has."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community, Topic
from curation import counts, facets, filters, lists, structured
from curation.edition import Now
from curation.filters import PARAMETERS
from curation.lists import SITE, Listing, NoSuchPage
from curation.models import Author, Publisher, Shelf, Tag
from curation.page_cache import page
from curation.pages import Crumb, community_trail, feed_of, show
from curation.shelves import Place

NEWEST = 10
"""How many items the home page begins with: one large, the others in rows of three."""
INDEXES = {
    Shelf.TOPIC: gettext_lazy("Topics"),
    Shelf.AUTHOR: gettext_lazy("Authors"),
    Shelf.PUBLISHER: gettext_lazy("Publishers"),
    Shelf.TAG: gettext_lazy("Tags"),
}
TURNED = ("before", "after", "page")
"""The query string of a list without filters."""
TOLD = {
    Shelf.TOPIC: gettext_lazy("Articles on %(name)s, chosen and summarised by the communities of Medigy."),
    Shelf.AUTHOR: gettext_lazy("Articles by %(name)s, chosen and summarised by the communities of Medigy."),
    Shelf.PUBLISHER: gettext_lazy("Articles from %(name)s, chosen and summarised by the communities of Medigy."),
    Shelf.TAG: gettext_lazy("Articles tagged “%(name)s”, chosen and summarised by the communities of Medigy."),
}
"""What search engines are told of a list that says nothing of itself."""


@page()
def home(request: HttpRequest, now: Now) -> HttpResponse:
    communities = counts.communities(now)
    put_forward, newest = lists.front(SITE, NEWEST, now)
    return show(
        request,
        "home.html",
        title="Medigy",
        description=_("Articles on health innovation, chosen, summarised and reviewed by its communities."),
        canonical=reverse("home"),
        section="home",
        structured=[structured.website(), structured.organization()],
        communities=communities,
        featured=put_forward,
        cards=newest,
    )


@page(*PARAMETERS)
def curated_content(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    rows = Community.objects.defer("page").filter(slug=slug)
    community, base = facets.based(rows, Shelf.COMMUNITY, now, filters.asked(request.GET))
    if community is None:
        raise Http404("There is no such community.")
    chosen = filters.narrowed(request.GET, base, now)
    items = _turn(request, now, chosen.places, chosen.total, query=chosen.query, order=chosen.order)
    return show(
        request,
        "curated_content.html",
        title=f"{_('Curated content')} · {community.name}",
        description=_("Everything that %(community)s has chosen, newest first: by kind, topic, tag and year.")
        % {"community": community.name},
        canonical=items.canonical,
        section="communities",
        trail=[*community_trail(community), Crumb(_("Curated content"))],
        feed=feed_of(community),
        listed={"total": items.total},
        community=community,
        tone=community.tone,
        filter=chosen,
        listing=items,
    )


@page(*TURNED)
def topic(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    return _shelf(request, now, Shelf.TOPIC, Topic.objects.filter(slug=slug))


@page(*TURNED)
def author(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    return _shelf(request, now, Shelf.AUTHOR, Author.objects.filter(slug=slug))


@page(*TURNED)
def publisher(request: HttpRequest, now: Now, host: str) -> HttpResponse:
    return _shelf(request, now, Shelf.PUBLISHER, Publisher.objects.filter(host=host))


@page(*TURNED)
def tag(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    return _shelf(request, now, Shelf.TAG, Tag.objects.filter(slug=slug))


def _shelf(request: HttpRequest, now: Now, shelf: Shelf, owners: QuerySet[Any]) -> HttpResponse:
    """The page of one topic, author, publisher or tag; one that no published item has is not there for readers."""
    name = shelf.name.lower()
    owner = owners.first()
    total = lists.size((shelf, owner.pk), now) if owner else 0
    if owner is None or not total:
        raise Http404(f"There is no such {name}.")
    title = owner.label if shelf == Shelf.TOPIC else str(owner)
    description = getattr(owner, "description", "") or getattr(owner, "bio", "")
    items = _turn(request, now, [(shelf, owner.pk)], total)
    return show(
        request,
        f"{name}.html",
        title=title,
        description=description,
        told=TOLD[shelf] % {"name": title},
        canonical=items.canonical,
        section=f"{name}s",
        trail=[Crumb(str(INDEXES[shelf]), reverse(f"{name}s")), Crumb(title)],
        feed=feed_of(owner),
        listed={"total": total, "about": structured.subject(shelf, owner)},
        listing=items,
        **{name: owner},
    )


def _turn(
    request: HttpRequest,
    now: Now,
    places: list[Place],
    total: int,
    query: QueryDict | None = None,
    order: str = "",
) -> Listing:
    try:
        return lists.turn(
            places, asked=request.GET, query=query or QueryDict(), path=request.path, now=now, total=total, order=order
        )
    except NoSuchPage as error:
        raise Http404("There is no such page of this list.") from error
