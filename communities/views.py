"""The pages of communities."""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from communities.models import Community
from communities.sentences import gettext as _
from curation import counts, edition, facets, lists, renditions, structured
from curation.edition import Now
from curation.facets import Base
from curation.models import Shelf
from curation.page_cache import page
from curation.pages import Crumb, feed_of, show

NEWEST = 7
"""How many items the page of a community begins with: one large, the others in rows of three."""
OFTEN_USED = 24
"""How many topics it offers."""


@page()
def communities(request: HttpRequest, now: Now) -> HttpResponse:
    found = counts.communities(now)
    return show(
        "communities.html",
        title=_("Communities"),
        description=_("Every community of the site: what it is about, for whom, and how much it has published."),
        canonical=reverse("communities"),
        section="communities",
        trail=[Crumb(_("Communities"))],
        listed={"total": len(found)},
        communities=found,
    )


@page()
def community(request: HttpRequest, now: Now, slug: str) -> HttpResponse:
    community, base = facets.based(Shelf.COMMUNITY, slug, now)
    if community is None:
        raise Http404("There is no such community.")
    chosen, newest = lists.front(base.place, NEWEST, now, community=community.pk)
    return show(
        "community.html",
        title=community.headline,
        description=community.introduction,
        canonical=community.get_absolute_url(),
        section="communities",
        trail=[Crumb(_("Communities"), reverse("communities")), Crumb(community.name)],
        feed=feed_of(community),
        shared=renditions.share(community) if community.image else None,
        shared_alt=community.image_alt,
        listed={},
        community=community,
        tone=community.tone,
        people=_people(community, now),
        featured=chosen,
        cards=newest,
        topics=_topics(community, base, now),
    )


def _people(community: Community, now: Now) -> SafeString:
    """Who curates `community`, made once for the edition of the site."""

    def make() -> SafeString:
        people = community.memberships.named_to_readers()
        return render_to_string("components/people.html", {"community": community, "people": people})

    return edition.once(now, f"people:{edition.program()}:{settings.LANGUAGE_CODE}:{community.pk}", make)


def _topics(community: Community, base: Base, now: Now) -> SafeString:
    """The topics that `community` offers, made once for its edition: there are many, each with its number."""

    def make() -> tuple[SafeString, datetime | None]:
        division, until = facets.split(base, now)
        topics = division.values.get(Shelf.TOPIC, [])[:OFTEN_USED]
        return render_to_string("components/topics_here.html", {"community": community, "topics": topics}), until

    name = f"topics:{edition.program()}:{settings.LANGUAGE_CODE}:{base.edition}:{base.place}"
    return edition.lasting(now, name, make)[0]


@page()
def about(request: HttpRequest, now: Now) -> HttpResponse:
    return show(
        "about.html",
        title=_("About"),
        description=_("What this site is, how its items are chosen and reviewed, and how to reach those who do it."),
        canonical=reverse("about"),
        section="about",
        trail=[Crumb(_("About"))],
        structured=[structured.about(), structured.organization()],
        contacts=Community.objects.exclude(contact=""),
    )
