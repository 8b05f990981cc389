"""Pictures that members bring into the library, several at once, each with what became of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse

from curation import images
from curation.admin.fields import Line
from curation.admin.image_page import TEMPLATES
from curation.admin.parts import picture_address, small_address
from curation.models import FeaturedImage

if TYPE_CHECKING:
    from curation.admin.image import FeaturedImageAdmin


class Pictures(forms.FileField):
    """Any number of files chosen at once; cleaned, a list of them. An empty one is told of with the others."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.ClearableFileInput()
        widget.allow_multiple_selected = True
        widget.attrs |= {"multiple": True, "accept": images.TYPES}
        widget.template_name = "django/forms/widgets/input.html"
        super().__init__(widget=widget, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(Pictures, self).clean(file, initial) for file in data or [None]]


class UploadForm(forms.Form):
    files = Pictures(
        label="Pictures",
        help_text="JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC or SVG, up to 20 MB each. Readers get a clean copy.",
        error_messages={"required": "No picture was chosen. Choose one or several."},
    )
    credit = Line(
        label="Credit and licence", required=False, max_length=300,
        help_text="Of all of them: who made them, and under which licence.",
    )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    name: str
    status: str
    """“taken”, “present” (the library has it already) or “refused”."""
    words: str
    image: FeaturedImage | None = None

    @property
    def small(self) -> str:
        return small_address(self.image) if self.image else ""


def upload(section: "FeaturedImageAdmin", request: HttpRequest) -> HttpResponse:
    """A page to choose pictures, and what became of each: as a page, or as JSON for who asks for that."""
    if not section.has_add_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return _page(section, request, "upload.html", title="Add pictures", form=UploadForm(label_suffix=""))
    form = UploadForm(request.POST, request.FILES, label_suffix="")
    as_json = request.headers.get("Accept") == "application/json"
    if not form.is_valid():
        words = " ".join(each for errors in form.errors.values() for each in errors)
        if as_json:
            return JsonResponse({"outcomes": [{"name": "", "status": "refused", "words": words}]})
        return _page(section, request, "upload.html", title="Add pictures", form=form)
    outcomes = [_take(section, request, file, form.cleaned_data["credit"]) for file in form.cleaned_data["files"]]
    if as_json:
        return JsonResponse({"outcomes": [_told(section, each) for each in outcomes]})
    taken = [each.image for each in outcomes if each.image is not None and not each.image.alt]
    return _page(
        section, request, "uploaded.html", title="What became of the pictures", outcomes=outcomes,
        words_address=section.address("words") + "?" + "&".join(f"pk={image.pk}" for image in taken) if taken else "",
    )  # fmt: skip


def _take(section: "FeaturedImageAdmin", request: HttpRequest, file: UploadedFile, credit: str) -> Outcome:
    raw, name = file.read(), file.name or "A picture without a name"
    if present := FeaturedImage.objects.filter(sha256=images.digest(raw)).first():
        return Outcome(name, "present", "The library has this very picture already. Here it is, as it was.", present)
    try:
        image = images.take(raw, name=name, credit=credit, by=request.user)
    except images.ImageRefused as error:
        return Outcome(name, "refused", str(error))
    section.log_addition(request, image, "Brought into the library.")
    words = f"Taken: {image.format}, {image.width} × {image.height}. Say what it shows."
    if image.looks_like_id:
        words += " It looks like one that is here already: look at both."
    return Outcome(name, "taken", words, image)


def _told(section: "FeaturedImageAdmin", outcome: Outcome) -> dict[str, Any]:
    told = {"name": outcome.name, "status": outcome.status, "words": outcome.words}
    if (image := outcome.image) is None:
        return told
    return told | {
        "pk": image.pk, "label": str(image), "alt": image.alt, "credit": image.credit, "small": outcome.small,
        "large": picture_address(image), "width": image.width, "height": image.height,
        "address": section.address("change", image.pk),
    }  # fmt: skip


def _page(section: "FeaturedImageAdmin", request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    request.current_app = section.admin_site.name
    shared = {**section.admin_site.each_context(request), "opts": section.opts, "media": section.media}
    return TemplateResponse(request, f"{TEMPLATES}/{name}", shared | context)
