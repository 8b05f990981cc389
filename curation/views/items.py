"""The page of an item, and what its address says once it is gone."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from communities.addresses import address
from communities.sentences import gettext as _
from curation import articles, html, redirects, related, renditions, structured
from curation.edition import Now
from curation.models import CuratedItem
from curation.models.item import CuratedItemQuerySet
from curation.page_cache import page
from curation.pages import Crumb, community_trail, feed_of, show
from curation.workflow import Publication

DESCRIPTION_LENGTH = 200
"""Characters of a description for search engines that is taken from a text."""


@page()
def item(request: HttpRequest, now: Now, community: str, slug: str) -> HttpResponse:
    found = related.find(community, slug, now)
    if found is None:
        return _missing_item(CuratedItem.objects.filter(community__slug=community), slug)
    description = found.description or html.plain_text(found.body_html, DESCRIPTION_LENGTH)
    shared = renditions.share(found)
    return show(
        "item.html",
        title=found.title,
        description=description,
        canonical=found.get_absolute_url(),
        section="communities",
        trail=item_trail(found),
        feed=feed_of(found.community),
        shared=shared,
        shared_alt=found.alt_text if found.picture else "",
        structured=[structured.article(found, description, shared), structured.organization()],
        kind_of_page="article",
        tone=found.community.tone,
        item=found,
        article=articles.article(found),
        around=articles.around(found, related.beside(found, now)),
    )


def _missing_item(items: CuratedItemQuerySet, slug: str) -> HttpResponse:
    """Says of what was public that it is gone, and nothing more."""
    found = items.gone().filter(slug=slug).select_related("community").first()
    if found is None:
        raise Http404("There is no such item.")
    return gone(found)


def gone(item: CuratedItem) -> HttpResponse:
    """The answer to who asks for an item that is gone, by its address or an old one; leads where an editor says."""
    if item.publication == Publication.WITHDRAWN and (target := redirects.after(item, item.gone_to)):
        # For now: it can be published again, and browsers never forget a permanent redirect.
        return HttpResponseRedirect(target)
    trail = [*community_trail(item.community), Crumb(_("No longer here"))]
    return show(
        "gone.html", title=_("No longer here"), trail=trail, status=410,
        community=item.community, tone=item.community.tone, since=item.publish_at,
    )  # fmt: skip


def item_trail(item: CuratedItem) -> list[Crumb]:
    """The way to the page of `item`."""
    shelf = Crumb(_("Curated content"), address("curated_content", item.community.slug))
    return [*community_trail(item.community), shelf, Crumb(item.title, language=item.language)]
