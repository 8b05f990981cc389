"""Every part of the readers' pages on one page, for whoever works on them."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from communities.models import Accent, Community
from curation import counts, edition, facets, filters, languages, lists
from curation.edition import Now
from curation.models import CuratedItem, Shelf
from curation.pages import Crumb, Listing, feed_of, show


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Shows the parts with what is published; there only where `DEBUG` is on."""
    if not settings.DEBUG:
        raise Http404("There is no style guide here.")
    now, items = edition.now(), CuratedItem.objects.published().newest_first()
    newest = list(items.with_card()[:7])
    # One whose words run from the right shows most; any other shows the same parts.
    foreign = [each for each in items.exclude(language="").with_card()[:50] if _runs_from_the_right(each)]
    return show(
        "styleguide.html",
        title="Style guide",
        trail=[Crumb("Style guide")],
        accents=Accent.choices,
        steps=["5", "4", "3", "2", "1", "0", "-1", "-2"],
        items=newest,
        item=next(iter([*foreign, *newest]), None),
        communities=counts.communities(now)[:5],
        topics=counts.topics()[:12],
        listing=Listing(Paginator(range(200), 20).page(4), request.path),
        **(_of(newest[0].community, now) if newest else {}),
    )


def _runs_from_the_right(item: CuratedItem) -> bool:
    return languages.direction(item.language) == "rtl"


def _of(community: Community, now: Now) -> dict[str, Any]:
    """What a community's own pages show: its list, topics and people."""
    base = facets.based(Shelf.COMMUNITY, community.slug, now)[1]
    feed = feed_of(community)
    return {
        "community": community,
        "feed": feed,
        "filter": filters.narrowed(QueryDict(), base, now, community.get_absolute_url(), feed),
        # Between two pages, as most are.
        "turned": lists.Listing(
            [], total=60, path=community.get_absolute_url(), query={}, newer="?after=1-1", older="?before=1-1"
        ),
        "topics_here": facets.split(base, now)[0].values.get(Shelf.TOPIC, [])[:12],
        "people": community.memberships.named_to_readers(),
    }
