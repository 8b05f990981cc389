"""Every part of the readers' pages on one page, for whoever works on them."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from communities.models import Accent
from curation import counts, edition
from curation.models import CuratedItem
from curation.pages import Crumb, Listing, show


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Shows the parts with what is published; there only where `DEBUG` is on."""
    if not settings.DEBUG:
        raise Http404("There is no style guide here.")
    pages = Paginator(range(200), 20)
    return show(
        request,
        "styleguide.html",
        title="Style guide",
        trail=[Crumb("Style guide")],
        accents=Accent.choices,
        steps=["5", "4", "3", "2", "1", "0", "-1", "-2"],
        items=CuratedItem.objects.published().newest_first().with_card()[:7],
        communities=counts.communities(edition.now())[:5],
        topics=counts.topics()[:12],
        listing=Listing(pages.page(4), request.path),
    )
