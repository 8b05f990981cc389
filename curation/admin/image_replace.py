"""One picture in the place of another, everywhere: what will happen, what became of it, and which look alike."""

import uuid
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from communities.models import Role
from curation import library, publishing
from curation.admin.base import holds
from curation.admin.combobox import Combobox
from curation.admin.image_page import TEMPLATES
from curation.admin.image_tiles import Tile, tiles
from curation.admin.image_words import chosen
from curation.admin.parts import badge
from curation.admin.queues import seen_by
from curation.library import Replaced
from curation.models import CuratedItem, FeaturedImage

if TYPE_CHECKING:
    from curation.admin.image import FeaturedImageAdmin

SHOWN = 100
"""Items that a page names; of others it tells the number."""
SECONDS = 5.0
"""How long one request may work; the page after it goes on."""
PAIRS = 24
"""Pairs of likely duplicates on one page."""
OFFERED = 48
"""Unused pictures on one page."""


class ReplaceForm(forms.Form):
    """The picture that comes in the place of another."""

    new = forms.ModelChoiceField(
        FeaturedImage.objects.all(), label="The picture in its place",
        help_text="Find it by what it shows, or upload it to the library first.",
        error_messages={"required": "Choose the picture that comes in its place."},
    )  # fmt: skip
    note = forms.CharField(
        label="Note", required=False, max_length=500, help_text="Why; it goes into the history of each item."
    )

    def __init__(self, old: FeaturedImage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["new"].queryset = FeaturedImage.objects.exclude(pk=old.pk)
        self.fields["new"].widget = Combobox(CuratedItem._meta.get_field("featured_image"), attrs={"id": "id_new"})
        self.fields["new"].widget.choices = self.fields["new"].choices


def replace(section: "FeaturedImageAdmin", request: HttpRequest, old: FeaturedImage) -> HttpResponse:
    """What would happen to each item that uses `old`; posted, what became of each."""
    if not section.may_replace(request):
        raise PermissionDenied("Replacing a picture everywhere is for curators.")
    if request.method != "POST":
        asked = request.GET.get("new", "")
        form = ReplaceForm(old, initial={"new": asked if asked.isdecimal() and len(asked) < 19 else ""})
        new = FeaturedImage.objects.exclude(pk=old.pk).filter(pk=form.initial["new"] or 0).first()
        return _before(section, request, old, form, new)
    form = ReplaceForm(old, request.POST)
    if not form.is_valid():
        return _before(section, request, old, form, None)
    new = form.cleaned_data["new"]
    return _after(section, request, old, new, form.cleaned_data["note"])


def _before(
    section: "FeaturedImageAdmin",
    request: HttpRequest,
    old: FeaturedImage,
    form: ReplaceForm,
    new: FeaturedImage | None,
) -> HttpResponse:
    users = library.used_by(old)
    mine = seen_by(request.user).filter(pk__in=users.order_by().values("pk")).order_by("pk")
    shown = mine.select_related("community", "head_revision", "live_revision", "publisher").defer("body", "body_html")
    found = list(library.forecast(old, shown[:SHOWN], by=request.user))
    number = users.count()
    context = {
        "title": "Replace everywhere",
        "form": form,
        "old": Tile(old),
        "new": Tile(new) if new else None,
        **_told(found),
        "number": number,
        "more": number - len(found),
    }
    return _page(section, request, "replace.html", context, media=form.media)


def _after(
    section: "FeaturedImageAdmin", request: HttpRequest, old: FeaturedImage, new: FeaturedImage, note: str
) -> HttpResponse:
    correlation = _correlation(request.POST.get("correlation", ""))
    asked = request.POST.get("after", "0")
    after, begun, done = int(asked) if asked.isdecimal() and len(asked) < 19 else 0, monotonic(), []
    with publishing.correlated(correlation):
        for outcome in library.replace(old, new, by=request.user, note=note, after=after):
            done.append(outcome)
            if monotonic() - begun > SECONDS:
                break
    last = done[-1].item.pk if done else after
    visible = set(seen_by(request.user).filter(pk__in=[each.item.pk for each in done]).values_list("pk", flat=True))
    told = [each for each in done if each.item.pk in visible]
    made = sum(each.status != "failed" for each in done)
    if made:
        section.log_change(request, old, f"Replaced by “{new}” in {made} item{'' if made == 1 else 's'}.")
    context = {
        "title": "What became of it",
        "old": Tile(old),
        "new": Tile(new),
        **_told(told),
        "made": made,
        "elsewhere": len(done) - len(told),
        "after": last if library.used_by(old).filter(pk__gt=last).exists() else 0,
        "correlation": correlation,
        "note": note,
        "unused": not library.used_by(old).exists() and section.has_delete_permission(request, old),
    }
    return _page(section, request, "replaced.html", context)


def _told(outcomes: list[Replaced]) -> dict[str, Any]:
    by_status: dict[str, list[dict[str, Any]]] = {"published": [], "saved": [], "failed": []}
    for each in outcomes:
        by_status[each.status].append({"item": each.item, "badge": badge(each.item.label()), "why": each.why})
    return {f"{status}_lines": lines[:SHOWN] for status, lines in by_status.items()}


def _correlation(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid4())


# --- Those that look alike -------------------------------------------------------------------------------------------


def alike(section: "FeaturedImageAdmin", request: HttpRequest) -> HttpResponse:
    """Pairs of pictures that look alike, side by side; posted, a pair that is none is let go."""
    if request.method == "POST":
        if not section.may_replace(request):
            raise PermissionDenied("Telling likely duplicates apart is for curators.")
        pk = request.POST.get("apart", "")
        if pk.isdecimal() and len(pk) < 19 and FeaturedImage.objects.filter(pk=pk).update(looks_like=None):
            messages.success(request, "They are told apart: the pair is not shown any more.")
        return redirect(request.get_full_path())
    pairs = FeaturedImage.objects.filter(looks_like__isnull=False).select_related("looks_like").order_by("-pk")
    page = Paginator(pairs, PAIRS).get_page(request.GET.get("p"))
    both = [one for image in page for one in (image, image.looks_like) if one is not None]
    by_pk = {tile.image.pk: tile for tile in tiles({one.pk: one for one in both}.values(), request.user)}
    context = {
        "title": "Likely duplicates",
        "pairs": [(by_pk[image.pk], by_pk[image.looks_like_id]) for image in page],
        "page": page,
        "may_replace": section.may_replace(request),
        "may_delete": section.has_delete_permission(request),
    }
    return _page(section, request, "alike.html", context)


# --- Those that nobody uses ------------------------------------------------------------------------------------------


def unused(section: "FeaturedImageAdmin", request: HttpRequest) -> HttpResponse:
    """Which pictures would be deleted, of those that were chosen or of all, and which are needed; posted, deletes."""
    if not holds(request.user, Role.LEAD):
        raise PermissionDenied("Deleting pictures is for leads.")
    asked = chosen(request)
    if request.method == "POST":
        return _delete(section, request, asked)
    free: QuerySet = FeaturedImage.objects.unused().order_by("-pk")
    free = free.filter(pk__in=[image.pk for image in asked]) if asked else free
    found = list(islice(free.iterator(OFFERED + 1), OFFERED + 1))
    there = {image.pk for image in found}
    context = {
        "title": "Delete unused pictures",
        "free": tiles(found[:OFFERED], request.user),
        "more": len(found) > OFFERED,
        "needed": tiles([image for image in asked if image.pk not in there], request.user),
    }
    return _page(section, request, "unused.html", context)


def _delete(section: "FeaturedImageAdmin", request: HttpRequest, asked: list[FeaturedImage]) -> HttpResponse:
    gone, kept = 0, []
    for image in asked:
        name, pk = str(image), image.pk
        if library.delete(image):
            image.pk = pk
            section.log_deletions(request, [image])
            gone += 1
        else:
            kept.append(name)
    if gone:
        messages.success(request, f"{gone} picture{'' if gone == 1 else 's'} deleted, with all files.")
    if kept:
        names = ", ".join(f"“{name}”" for name in kept[:10])
        messages.warning(request, f"Kept, since items or older revisions of them need them: {names}.")
    return redirect(section.address("changelist"))


def _page(
    section: "FeaturedImageAdmin", request: HttpRequest, name: str, context: dict[str, Any], media: Any = None
) -> HttpResponse:
    request.current_app = section.admin_site.name
    shared = {
        **section.admin_site.each_context(request),
        "opts": section.opts,
        "media": section.media + media if media else section.media,
    }
    return TemplateResponse(request, f"{TEMPLATES}/{name}", shared | context)
