"""What every page for readers is made with: its head, its breadcrumbs, lists in pages, absolute addresses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string

from communities.addresses import address
from communities.models import Community
from communities.sentences import gettext as _
from curation.cards import shortened
from curation.html import NOT_HTML
from curation.renditions import Shared

PER_INDEX = 120
"""Names on one page of an index, of authors for example."""


class Crumb(NamedTuple):
    """One step of the way to a page; the last one, the page itself, has no address."""

    label: str
    url: str = ""
    language: str = ""
    """Of the label, where that is quoted from an item in another language than the site's."""


@dataclass(frozen=True)
class Listing:
    """One page of an index, and what its links to the other pages need."""

    page: Page
    path: str
    query: QueryDict = field(default_factory=QueryDict)
    """What links to other pages keep of what was asked."""
    all_numbers: bool = False
    """Whether there is a link to every page, and not to the first, the last and those beside it alone."""

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def numbers(self) -> Iterable[int | str]:
        if self.all_numbers:
            return self.page.paginator.page_range
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)

    @property
    def canonical(self) -> str:
        """The path of this page of the index."""
        number = self.page.number
        return self.path if self.query or number == 1 else f"{self.path}?page={number}"


class FeedLink(NamedTuple):
    """The feed of a list: what it is called, and its path without the ending, which names its form."""

    title: str
    base: str

    @property
    def forms(self) -> list[tuple[str, str, str]]:
        """Label, media type and path of each form that it comes in."""
        return [(label, kind, f"{self.base}.{form}") for form, (label, kind) in FEED_FORMS.items()]


FEED_FORMS = {
    "rss": ("RSS", "application/rss+xml"),
    "atom": ("Atom", "application/atom+xml"),
    "json": ("JSON Feed", "application/feed+json"),
}
"""By the ending of their addresses: what the forms of feeds are called, and their media types."""
SITE_NAME = "Medigy"
TOLD = 300
"""Characters of a description that search engines and those who share a page are told."""
SITE_FEED = FeedLink(SITE_NAME, "/feed")


def feed_of(owner: Any) -> FeedLink:
    """The feed of a community, topic, author, publisher or tag: it lies beside its list."""
    if isinstance(owner, Community):
        return FeedLink(owner.headline, f"{address('curated_content', owner.slug)}feed")
    return FeedLink(f"{SITE_NAME}: {getattr(owner, 'label', owner)}", f"{owner.get_absolute_url()}feed")


def absolute(path: str) -> str:
    """The address of `path` on this site, from SITE_URL: a request's Host is whatever its sender wrote there."""
    if path[:1] == "/" and path[1:2] != "/" and "/." not in path:  # all that we make, and not worth to be taken apart
        return _origin(settings.SITE_URL) + path
    return urljoin(f"{settings.SITE_URL}/", path)


@lru_cache(maxsize=4)
def _origin(site: str) -> str:
    return urljoin(f"{site}/", "/")[:-1]


def listing(request: HttpRequest, rows: QuerySet, *, per_page: int = PER_INDEX) -> Listing:
    """The page of `rows` that `?page=` asks for. Raises Http404 where there is no such page."""
    try:
        page = Paginator(rows, per_page).page(request.GET.get("page", 1))
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404("There is no such page of this list.") from error
    return Listing(page, request.path)


def community_trail(community: Community) -> list[Crumb]:
    """The way to what belongs to a community."""
    return [Crumb(_("Communities"), address("communities")), Crumb(community.name, community.get_absolute_url())]


def _apart(narrowed: Any, listing: Any) -> str:
    """What the title says of one page of a list alone: what it was narrowed down by, and which part of it this is."""
    words = f": {narrowed.words}" if narrowed is not None and narrowed.words else ""
    if getattr(listing, "newer", ""):
        return words + ", " + _("continued")
    if (number := getattr(getattr(listing, "page", None), "number", 1)) > 1:
        return words + ", " + _("page %(number)s") % {"number": number}
    return words


def show(
    template: str,
    *,
    title: str,
    canonical: str = "",
    printed: str = "",
    description: str = "",
    told: str = "",
    section: str = "",
    trail: Sequence[Crumb] = (),
    feed: FeedLink = SITE_FEED,
    shared: Shared | None = None,
    listed: dict[str, Any] | None = None,
    structured: Sequence[dict[str, Any]] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page for readers.

    `canonical` is the path of its one true address; without it, search engines are told not to keep the page.
    `printed` is the path that paper names, where that is another one.
    `description` is what the page says of itself; where it says nothing, `told` says it to search engines.
    `section` is the entry of the main navigation that it belongs to, `trail` its breadcrumbs after "Home". `feed` is
    what it is followed by, `shared` the picture that goes with a link to it. `listed` says of a page that lists
    something how much that is in `total`, and what all of it is `about`; `structured` is what else search engines are
    told in their own terms (see `curation.structured`).
    """
    head = {
        "title": title,
        "apart": _apart(context.get("filter"), context.get("listing")),
        "canonical": canonical,
        "description": description,
        "permalink": absolute(canonical) if canonical else "",
        "printed": absolute(printed or canonical) if canonical else "",
        "told": shortened(
            description or told or _("%(title)s: what the communities of Medigy have chosen.") % {"title": title}, TOLD
        ),
        "section": section,
        "trail": [Crumb(_("Home"), "/"), *trail] if trail else [],
        "feed": feed,
        "shared": shared,
        "listed": listed,
        "structured": structured,
    }
    # The template gets no request: nothing of who asks can come into a page that is kept for all.
    page = render_to_string(template, head | context).encode()
    return HttpResponse(page.translate(None, NOT_HTML), status=status)
