"""The small pieces that lists and pages of the newsroom are made of: badge, picture, moment."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import uri_to_iri
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from curation.models import CuratedItem, FeaturedImage


def badge(label: tuple[str, str]) -> SafeString:
    """The label of an item, `(code, words)`, coloured by its code."""
    code, words = label
    return format_html('<span class="mdg-badge mdg-badge--{}">{}</span>', code, words)


def picture_address(image: FeaturedImage) -> str:
    """Where members see the picture; readers' addresses show those of published items alone."""
    return reverse("admin:curation_featuredimage_picture", args=[image.pk])


def small_address(image: FeaturedImage) -> str:
    """The same of its small copy, for lists."""
    return reverse("admin:curation_featuredimage_small", args=[image.pk])


def picture(image: FeaturedImage | None, alt: str = "") -> SafeString:
    """The picture, small; a hatched box of the same size where there is none."""
    if image is None:
        return format_html('<span class="mdg-thumb mdg-thumb--none" title="{}"></span>', "No picture")
    return format_html(
        '<img class="mdg-thumb" src="{}" alt="{}" width="{}" height="{}" loading="lazy" decoding="async">',
        small_address(image), alt, image.file_width, image.file_height,
    )  # fmt: skip


def moment(at: datetime, words: str = "") -> SafeString:
    """How long ago, or from when on; the exact time with its zone when pointed at."""
    local, now = timezone.localtime(at), timezone.now()
    if at > now:
        shown = date_format(local, "j M Y, H:i")
    elif (now - at).days >= 7:
        shown = date_format(local, "j M Y")
    elif (now - at).total_seconds() < 60:
        shown = "just now"
    else:
        shown = f"{timesince(at, now, depth=1)} ago"
    return format_html(
        '{}<time datetime="{}" title="{}">{}</time>',
        f"{words} " if words else "", local.isoformat(timespec="seconds"),
        local.strftime("%-d %B %Y, %H:%M:%S %Z"), shown,
    )  # fmt: skip


def when(item: CuratedItem) -> SafeString:
    """The time that matters for where the item stands."""
    code = item.label()[0]
    if code == "scheduled" and item.publish_at:
        return moment(item.publish_at, "goes out")
    if code == "expired" and item.unpublish_at:
        return moment(item.unpublish_at, "ended")
    if code == "published" and item.publish_at and not item.standing.pending:
        return moment(item.publish_at, "published")
    return moment(item.updated_at, "changed")


def readable(row: Any) -> str:
    """The path of the public page of an author, a topic, ... as people write it: in letters, not in percents."""
    return uri_to_iri(row.get_absolute_url())


def published_link(number: int, parameter: str, pk: int) -> SafeString | str:
    """How many items are published of an author, a publisher, ...; leads to them in the list of items."""
    if not number:
        return "–"
    address = reverse("admin:curation_curateditem_changelist", query={"label": "published", parameter: pk})
    return format_html('<a href="{}">{}</a>', address, number)


def all_link(number: int, parameter: str, pk: int) -> SafeString | str:
    """How many items there are of an author, a publisher, ... in whatever state; leads to them in the list of items."""
    if not number:
        return "–"
    address = reverse("admin:curation_curateditem_changelist", query={parameter: pk})
    return format_html('<a href="{}">{}</a>', address, number)


def last_used(row: Any) -> SafeString | str:
    """When the newest published item of an author, a topic, ... came out; `row` is annotated by `with_use`."""
    return moment(row.last_used) if row.last_used else "–"
