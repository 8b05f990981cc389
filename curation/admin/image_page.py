"""The page of one picture: what is said of it, where its focus lies, who uses it, and what looks like it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from curation import alt, images, library
from curation.admin.fields import Line
from curation.admin.image_tiles import Tile, tiles
from curation.admin.parts import badge
from curation.admin.queues import seen_by
from curation.library import describable
from curation.models import FeaturedImage
from curation.raster import crops

if TYPE_CHECKING:
    from curation.admin.image import FeaturedImageAdmin

TEMPLATES = "admin/curation/featuredimage"
SHAPES = {"card": "Card, in lists", "hero": "Its own page", "share": "Shared as a link"}
"""What the shapes are for, in words."""
SHOWN = 20
"""Items that the page names."""


class Percent(forms.DecimalField):
    """A share, typed as percent. Left alone, it stays what it is to the last digit."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.NumberInput(attrs={"min": 0, "max": 100, "step": "0.1", "inputmode": "decimal"})
        super().__init__(widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{round(value * 100, 1):g}" if isinstance(value, float) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and str(data or "").strip() != self.prepare_value(initial)

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        if percent is None or not 0 <= percent <= 100:
            raise ValidationError("The focus lies within the picture: from 0 to 100 %.")
        return float(percent) / 100


class PictureForm(forms.Form):
    """What is said of `image`. `may_change` says whether the person can change it."""

    alt = Line(
        label="Alt text", required=False, max_length=500,
        help_text="What the picture shows, for people who do not see it. An item can say it in its own words.",
    )  # fmt: skip
    credit = Line(
        label="Credit and licence", required=False, max_length=300,
        help_text="Who made it, and under which licence, like “Jane Doe, CC BY 4.0”.",
    )  # fmt: skip
    source = Line(label="Where it came from", required=False, max_length=2000, help_text="An address, or a file.")
    focal_x = Percent(label="Focus from the left, in %")
    focal_y = Percent(label="Focus from the top, in %")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, image: FeaturedImage, data: Any = None, *, may_change: bool = True, **options: Any) -> None:
        self.image = image
        names = ("alt", "credit", "source", "focal_x", "focal_y", "version")
        initial = {name: getattr(image, name) for name in names}
        super().__init__(data, initial=initial, label_suffix="", **options)
        self.fields["alt"].widget.attrs |= {"dir": "auto", "data-advice": image.pk}
        self.fields["credit"].widget.attrs |= {"dir": "auto"}
        if not may_change:
            for field in self.fields.values():
                field.disabled = True

    def save(self) -> list[str]:
        """Says what was changed; returns the names of it. Raises StalePicture."""
        said = {name: self.cleaned_data[name] for name in self.changed_data if name != "version"}
        return library.describe(self.image, said, version=self.cleaned_data["version"])


def page(section: "FeaturedImageAdmin", request: HttpRequest, image: FeaturedImage) -> HttpResponse:
    """The page of `image`. A save that began from an older version comes back as 409 with everything typed."""
    may_change = image.pk in describable(request.user, [image])
    if request.method != "POST":
        return _page(section, request, image, PictureForm(image, may_change=may_change))
    if not may_change:
        raise PermissionDenied("Curators change what is said of the pictures of the library.")
    form = PictureForm(image, request.POST)
    if not form.is_valid():
        return _page(section, request, image, form)
    try:
        changed = form.save()
    except library.StalePicture as stale:
        return _page(section, request, stale.image, PictureForm(stale.image, _anew(request, stale)), stale=stale)
    if changed:
        _keep_note(section, request, form, changed)
        messages.success(request, "Saved. Pages that show the picture follow.")
    else:
        messages.info(request, "Nothing was changed, so nothing was saved.")
    return redirect(section.address("changelist") if "_close" in request.POST else request.path)


def about(section: "FeaturedImageAdmin", request: HttpRequest, image: FeaturedImage) -> HttpResponse:
    """The same form as a part of another page, and its answer: what became of it, in a sentence."""
    may_change = image.pk in describable(request.user, [image])
    if request.method != "POST":
        context = _about(image, PictureForm(image, may_change=may_change, auto_id="about_%s"), may_change)
        return HttpResponse(render_to_string(f"{TEMPLATES}/about.html", context, request))
    if not may_change:
        raise PermissionDenied("Curators change what is said of the pictures of the library.")
    form = PictureForm(image, request.POST, auto_id="about_%s")
    if not form.is_valid():
        return JsonResponse(
            {"saved": False, "words": " ".join(each for errors in form.errors.values() for each in errors)}
        )
    try:
        changed = form.save()
    except library.StalePicture as stale:
        now = f"{stale.image.alt or 'no alt text'}; {stale.image.credit or 'no credit'}"
        words = f"{stale} It says now: {now}. Save again to say yours."
        return JsonResponse({"saved": False, "words": words, "version": stale.image.version})
    if changed:
        _keep_note(section, request, form, changed)
    return JsonResponse({
        "saved": True, "words": "Saved." if changed else "Nothing was changed.", "version": image.version,
        "alt": image.alt, "credit": image.credit,
    })  # fmt: skip


def advice(section: "FeaturedImageAdmin", request: HttpRequest) -> HttpResponse:
    """What makes the alt text `?alt=` poor, for the picture `?pk=` of an item that is called `?title=`."""
    pk = request.GET.get("pk", "")
    if pk and not (pk.isdecimal() and len(pk) < 19):
        return HttpResponseBadRequest("There is no such picture.")
    name = FeaturedImage.objects.filter(pk=pk).values_list("file_name", flat=True).first() if pk else ""
    words = request.GET.get("alt", "")[:1000]
    return JsonResponse({"advice": list(alt.poor(words, request.GET.get("title", "")[:500], name or ""))})


def bytes_of(image: FeaturedImage, *, small: bool) -> HttpResponse:
    """A copy of `image` for members: pictures of drafts have no public address. Raises Http404 where it is lost."""
    try:
        with (image.small if small and image.small else image.file).open("rb") as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    except OSError as error:
        raise Http404 from error
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def _anew(request: HttpRequest, stale: library.StalePicture) -> Any:
    """What was typed, to be saved over what somebody else said, should the person press once more."""
    data = request.POST.copy()
    data["version"] = str(stale.image.version)
    return data


def _keep_note(section: "FeaturedImageAdmin", request: HttpRequest, form: PictureForm, changed: list[str]) -> None:
    words = ", ".join(form.fields[name].label.lower() for name in changed)
    section.log_change(request, form.image, f"Changed {words}.")


def _about(image: FeaturedImage, form: PictureForm, may_change: bool) -> dict[str, Any]:
    # Their ratios tell the script which part of the picture each of them shows.
    shapes = [{"name": name, "words": words, "ratio": crops.SHAPES[name].ratio} for name, words in SHAPES.items()]
    return {"image": image, "form": form, "may_change": may_change, "shapes": shapes, "tile": Tile(image)}


def _page(
    section: "FeaturedImageAdmin",
    request: HttpRequest,
    image: FeaturedImage,
    form: PictureForm,
    stale: library.StalePicture | None = None,
) -> HttpResponse:
    users = library.used_by(image)
    shown = seen_by(request.user).filter(pk__in=users.order_by().values("pk"))
    shown = shown.select_related("community", "live_revision").defer("body", "body_html").order_by("-pk")[:SHOWN]
    number = users.count()
    lines = [{"item": item, "badge": badge(item.label())} for item in shown]
    context = {
        **section.admin_site.each_context(request),
        **_about(image, form, not form.fields["alt"].disabled),
        "title": image.alt or next((item.image_alt for item in shown if item.image_alt), "") or str(image),
        "opts": section.opts,
        "media": section.media,
        "errors": form.errors if form.is_bound else {},
        "stale": stale,
        "advice": list(alt.poor(image.alt, lines[0]["item"].title if lines else "", image.file_name)),
        "lines": lines,
        "number": number,
        "more": number - len(lines),
        "revisions": 0 if number else image.revisions.count(),
        "alike": tiles(images.alike(image)[:6], request.user),
        "may_delete": section.has_delete_permission(request, image),
    }
    request.current_app = section.admin_site.name
    return TemplateResponse(request, f"{TEMPLATES}/page.html", context, status=409 if stale else 200)
