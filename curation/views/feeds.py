"""Feeds beside every list, and the lists of them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community, Topic
from curation import counts, feeds
from curation.edition import Now
from curation.feeds import atom, json_feed, opml, rss
from curation.feeds.opml import Followed, Group
from curation.lists import SITE, NoSuchPage
from curation.models import Author, Publisher, Shelf, Tag
from curation.page_cache import page
from curation.pages import FEED_FORMS, SITE_FEED, Crumb, FeedLink, feed_of, show
from curation.shelves import Place

WRITERS = {"rss": rss.write, "atom": atom.write, "json": json_feed.write}


@page("before")
def site(request: HttpRequest, now: Now, form: str) -> HttpResponse:
    words = _("Articles on health innovation, chosen, summarised and reviewed by its communities.")
    return _answer(request, now, form, SITE, feed=SITE_FEED, description=words, page="/", may_be_empty=True)


@page("before")
def community(request: HttpRequest, now: Now, slug: str, form: str) -> HttpResponse:
    shown = get_object_or_404(Community.objects.defer("page"), slug=slug)
    words = shown.introduction or _("Curated content of %(community)s") % {"community": shown.name}
    return _answer(
        request, now, form, (Shelf.COMMUNITY, shown.pk), feed=feed_of(shown), page=shown.get_absolute_url(),
        description=words, may_be_empty=True,
    )  # fmt: skip


@page("before")
def topic(request: HttpRequest, now: Now, slug: str, form: str) -> HttpResponse:
    return _shelf(request, now, form, Shelf.TOPIC, Topic.objects.filter(slug=slug).first())


@page("before")
def author(request: HttpRequest, now: Now, slug: str, form: str) -> HttpResponse:
    return _shelf(request, now, form, Shelf.AUTHOR, Author.objects.filter(slug=slug).first())


@page("before")
def publisher(request: HttpRequest, now: Now, host: str, form: str) -> HttpResponse:
    return _shelf(request, now, form, Shelf.PUBLISHER, Publisher.objects.filter(host=host).first())


@page("before")
def tag(request: HttpRequest, now: Now, slug: str, form: str) -> HttpResponse:
    return _shelf(request, now, form, Shelf.TAG, Tag.objects.filter(slug=slug).first())


def _shelf(request: HttpRequest, now: Now, form: str, shelf: Shelf, owner: Any) -> HttpResponse:
    if owner is None:
        raise Http404("There is no such feed.")
    feed, description = feed_of(owner), getattr(owner, "description", "") or getattr(owner, "bio", "")
    return _answer(
        request, now, form, (shelf, owner.pk), feed=feed, page=owner.get_absolute_url(),
        description=description or _("%(title)s: what the communities of Medigy have chosen.") % {"title": feed.title},
    )  # fmt: skip


def _answer(
    request: HttpRequest,
    now: Now,
    form: str,
    place: Place,
    *,
    feed: FeedLink,
    description: str,
    page: str,
    may_be_empty: bool = False,
) -> HttpResponse:
    """The feed of one shelf; what no published item stands on is not there for readers."""
    before = request.GET.get("before")
    try:
        found = feeds.read(
            place, now, title=feed.title, description=description, page=page, base=feed.base, before=before
        )
    except NoSuchPage as error:
        raise Http404("There is no such part of this feed.") from error
    if not found.entries and (before is not None or not may_be_empty):
        raise Http404("There is no such feed.")
    return _public(WRITERS[form](found), FEED_FORMS[form][1])


def _public(content: bytes, kind: str) -> HttpResponse:
    """An answer that pages of other sites may read too: programs for feeds are such pages."""
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


# --- Lists of feeds --------------------------------------------------------------------------------------------------

KINDS: dict[str, tuple[Any, Callable[[], Any]]] = {
    "authors": (gettext_lazy("Authors"), counts.authors),
    "publishers": (gettext_lazy("Publishers"), counts.publishers),
    "tags": (gettext_lazy("Tags"), counts.tags),
}
"""Of what there may be so many that their feeds are listed apart."""


@page()
def listed(request: HttpRequest, now: Now) -> HttpResponse:
    """The page that tells readers which feeds there are."""
    return show(
        "feeds.html",
        title=_("Feeds"),
        description=_(
            "Follow the site, a community, a topic, an author, a publisher or a tag with a program for feeds."
        ),
        canonical=reverse("feeds"),
        trail=[Crumb(_("Feeds"))],
        groups=[
            (_("Everything"), [SITE_FEED]),
            (_("Communities"), [feed_of(each) for each in counts.communities(now)]),
            (_("Topics"), [feed_of(each) for each in counts.topics()]),
        ],
        kinds=KINDS,
    )


@page()
def all_feeds(request: HttpRequest, now: Now) -> HttpResponse:
    groups = [
        Group(_("Everything"), [Followed(SITE_FEED.title, "/", SITE_FEED.base)]),
        Group(_("Communities"), _followed(Community.objects.defer("page"))),
        Group(_("Topics"), _followed(counts.topics())),
        *(Group(str(title), address=reverse("opml_of", args=[kind])) for kind, (title, _) in KINDS.items()),
    ]
    return _public(opml.write(_("Feeds of Medigy"), groups), "text/x-opml")


@page()
def feeds_of(request: HttpRequest, now: Now, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404("There is no such list of feeds.")
    title, find = KINDS[kind]
    return _public(opml.write(f"{title} · Medigy", [Group(str(title), _followed(find()))]), "text/x-opml")


def _followed(owners: Any) -> Iterator[Followed]:
    for owner in owners:
        feed = feed_of(owner)
        yield Followed(feed.title, owner.get_absolute_url(), feed.base)
