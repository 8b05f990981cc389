"""Whether the article behind a link is curated already, as far as the person may know."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from communities import access
from communities.models import Community
from curation import links
from curation.admin.parts import badge
from curation.checks import publisher_behind
from curation.exchange.values import ItemValues
from curation.models import CuratedItem, Publisher

SHOWN = 5
"""How many other items of the same link are named."""


@dataclass(frozen=True)
class Twin:
    """Another item of the same link, and what the person can do with it."""

    title: str
    community: Community
    badge: SafeString
    open_at: str = ""
    """Its form, where they may see it."""
    read_at: str = ""
    """Its public page, where there is one."""
    show_in: Community | None = None
    """The community whose curators they are, that could show it too."""
    show_at: str = ""
    """Its form, with that community chosen."""


@dataclass(frozen=True)
class Verdict:
    """What is said below the link."""

    problem: str = ""
    host: str = ""
    publisher: Publisher | None = None
    twins: tuple[Twin, ...] = ()


def verdict(link: str, user: Any, *, besides: CuratedItem | None = None, home: Community | None = None) -> Verdict:
    """What is known of `link`, typed into the form of `besides` (None for a new one) whose community is `home`."""
    if not link.strip():
        return Verdict()
    try:
        host = links.brand(links.check(link))
        twins = tuple(_twin(item, user, home) for item in same_link(link, user, besides=besides))
    except links.LinkError as error:
        return Verdict(problem=str(error))
    return Verdict(host=host, publisher=publisher_behind(ItemValues(link=link)), twins=twins)


def same_link(link: str, user: Any, *, besides: CuratedItem | None = None) -> QuerySet[CuratedItem]:
    """Other items that lead to the same article: those that `user` may see, and what readers see anyway.

    Raises LinkError.
    """
    others = CuratedItem.objects.filter(link_key=links.canonical(link)).exclude(pk=besides.pk if besides else None)
    mine = access.scope(user, CuratedItem.objects.all(), "view").values("pk").order_by()
    known = others.filter(Q(pk__in=mine) | CuratedItem.objects.published_rule())
    shown = known.select_related("community").prefetch_related("also_in").defer("body", "body_html")
    return shown.order_by("-updated_at", "-pk")[:SHOWN]


def _twin(item: CuratedItem, user: Any, home: Community | None) -> Twin:
    may_open = access.can(user, "view", item.community_id, owner=item.created_by_id)
    may_edit = access.can(user, "edit", item.community_id, owner=item.created_by_id)
    elsewhere = home is not None and home != item.community and home not in item.also_in.all()
    form = reverse("admin:curation_curateditem_change", args=[item.pk])
    add = home is not None and may_edit and elsewhere
    return Twin(
        title=item.title,
        community=item.community,
        badge=badge(item.label()),
        open_at=form if may_open else "",
        read_at=item.get_absolute_url() if item.is_published() else "",
        show_in=home if add else None,
        show_at=f"{form}?also_in={home.slug}#id_also_in" if add and home is not None else "",
    )
