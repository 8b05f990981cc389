"""What stands beside the form of an item: what can be done with it, what is worth knowing, what happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from communities import access
from curation import html, links, publishing
from curation.admin.parts import badge, moment
from curation.exchange.values import ItemValues
from curation.models import Change, CuratedItem, Publisher
from curation.workflow import MOVES

TIMELINE = 15
"""How many of the newest lines of its timeline stand beside an item."""
SAME_LINK = 5
"""How many other items of the same link are named."""

DEEDS = {name: move.done for name, move in MOVES.items()} | {
    "created": "added it",
    "edited": "changed the words",
    "rescheduled": "set the dates",
    "imported": "imported it",
}
"""What the timeline says of each action."""


@dataclass(frozen=True)
class Hint:
    """One thing worth knowing about an item before it goes on; `field` is where to see to it."""

    words: SafeString | str
    field: str = ""
    weighty: bool = False


def rail(item: CuratedItem, values: ItemValues, user: Any) -> dict[str, Any]:
    """The context of the rail beside `item`, whose newest revision says `values`."""
    return {
        "badge": badge(item.label()),
        "moves": publishing.allowed_moves(item, user),
        "hints": hints(item, values, user),
        "timeline": told(timeline(item)[:TIMELINE]),
        "is_public": item.is_published(),
    }


def timeline(item: CuratedItem) -> QuerySet:
    """The lines of the item's timeline, the newest first."""
    return item.changes.select_related("revision").defer("revision__content").order_by("-pk")


def told(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Lines of a timeline as people read them."""
    return [
        {
            "change": change,
            "did": DEEDS.get(change.action, change.action.replace("_", " ")),
            "at": moment(change.at),
        }
        for change in changes
    ]


def hints(item: CuratedItem, values: ItemValues, user: Any) -> list[Hint]:
    found: list[Hint] = []
    if others := same_link(values.link, user, besides=item):
        found.append(Hint(format_html("The same link is in {}.", _named(others)), "link", weighty=True))
    publisher = item.publisher
    if publisher is not None and publisher.status == Publisher.Status.BLOCKED:
        found.append(Hint(f"{publisher} is blocked: nothing of it is published.", "link", weighty=True))
    if taken_away := _cleaned_away(item, values):
        found.append(Hint(f"Readers get a cleaned copy of the text, without: {taken_away}", "body", weighty=True))
    if values.image is None:
        found.append(Hint("It has no picture.", "upload"))
    else:
        if not (values.image_alt or values.image.alt):
            found.append(Hint("The picture has no alt text.", "image_alt"))
        if publisher is not None and publisher.picture_policy != Publisher.PicturePolicy.ALLOWED:
            found.append(
                Hint(f"{publisher}: {publisher.get_picture_policy_display().lower()}.", "upload", weighty=True)
            )
    if not values.description.strip():
        found.append(Hint("It has no description: cards and search engines show none.", "description"))
    if not values.topics:
        found.append(Hint("It has no topics, so readers do not find it by one.", "topics"))
    return found


def same_link(link: str, user: Any, *, besides: CuratedItem | None = None) -> list[CuratedItem]:
    """Other items that lead to the same article, among those that `user` may see."""
    try:
        key = links.canonical(link)
    except links.LinkError:
        return []
    others = CuratedItem.objects.filter(link_key=key).exclude(pk=besides.pk if besides else None)
    return list(access.scope(user, others, "view").select_related("community").only(
        "title", "community__name", "community__slug"
    )[:SAME_LINK])  # fmt: skip


def _named(items: list[CuratedItem]) -> SafeString:
    lines = (
        (reverse("admin:curation_curateditem_change", args=[item.pk]), item.title, item.community) for item in items
    )
    return format_html_join(", ", '<a href="{}">{}</a> ({})', lines)


def _cleaned_away(item: CuratedItem, values: ItemValues) -> str:
    if item.row_is_head or item.head_revision_id == item.live_revision_id:
        return item.cleaned_away
    try:
        return "; ".join(html.render(values.body).removed)
    except html.HtmlTooLarge as error:
        return str(error)
