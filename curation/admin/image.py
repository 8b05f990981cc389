"""The library of pictures."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from curation import images
from curation.admin.base import NewsroomAdmin
from curation.admin.parts import moment, picture, picture_address
from curation.models import FeaturedImage


class UploadForm(forms.ModelForm):
    """A new picture: a file, and what is said of it."""

    upload = forms.FileField(
        label="Picture file",
        help_text="JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC or SVG, up to 20 MB. Readers get a clean copy.",
        widget=forms.FileInput(attrs={"accept": images.TYPES}),
    )

    class Meta:
        model = FeaturedImage
        fields = ("alt", "credit", "source")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and (upload := cleaned.get("upload")):
            raw = upload.read()
            self.was_there = FeaturedImage.objects.filter(sha256=images.digest(raw)).exists()
            said = {name: cleaned[name] for name in ("alt", "credit", "source")}
            try:
                self.taken = images.take(raw, name=upload.name, by=self.user, **said)
            except images.ImageRefused as error:
                raise ValidationError({"upload": str(error)}) from error
        return cleaned

    def save(self, commit: bool = True) -> FeaturedImage:
        return self.taken

    def save_m2m(self) -> None:
        """A picture has no many-to-many fields; the admin calls this all the same."""


@admin.register(FeaturedImage)
class FeaturedImageAdmin(NewsroomAdmin):
    used_by = "items or their revisions"
    list_display = ("shown", "about", "size_words", "added")
    list_display_links = ("about",)
    list_per_page = 48
    list_select_related = ("created_by",)
    search_fields = ("alt", "file_name", "credit", "source")
    search_help_text = "By alt text, file name, credit or source."
    readonly_fields = ("large", "size_words", "file_name", "added", "used")
    fields = ("large", "alt", "credit", "source", ("focal_x", "focal_y"), "size_words", "file_name", "added", "used")

    def uses(self, image: FeaturedImage) -> int:
        return image.items.count() + image.revisions.count()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        return type("Upload", (UploadForm,), {"user": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else ("upload", "alt", "credit", "source")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    def save_model(self, request: HttpRequest, obj: FeaturedImage, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        elif form.was_there:
            words = "The library has this very picture already. Here it is, as it was; what you typed was not saved."
            self.message_user(request, words, messages.WARNING)
        else:
            self.message_user(request, "The picture is in the library now.", messages.SUCCESS)

    def response_add(self, request: HttpRequest, obj: FeaturedImage, post_url_continue: str | None = None) -> Any:
        return redirect(self.address("change", obj.pk))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.picture_view, cacheable=True)
        return [path("<int:pk>/picture/", view, name="curation_featuredimage_picture"), *super().get_urls()]

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The readers' copy, for members: pictures of drafts have no public address."""
        image = self.get_object(request, str(pk))
        if image is None or not self.has_view_permission(request, image):
            raise Http404
        try:
            with image.file.open("rb") as file:
                response = HttpResponse(file.read(), content_type="image/webp")
        except OSError as error:
            raise Http404 from error
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, max-age=86400"
        return response

    def choice(self, image: FeaturedImage) -> dict[str, str]:
        return {"note": f"{image.width} × {image.height}", "picture": picture_address(image)}

    @admin.display(description="picture")
    def shown(self, image: FeaturedImage) -> SafeString:
        return picture(image)

    @admin.display(description="what it shows", ordering="alt")
    def about(self, image: FeaturedImage) -> SafeString:
        missing = format_html('<span class="mdg-missing">{}</span>', "No alt text")
        said = format_html('<span dir="auto">{}</span>', Truncator(image.alt).chars(110)) if image.alt else missing
        return format_html('{} <span class="mdg-sub">{}</span>', said, image.credit or image.file_name)

    @admin.display(description="size")
    def size_words(self, image: FeaturedImage) -> str:
        return f"{image.format}, {image.width} × {image.height}, {image.size / 1024:,.0f} kB"

    @admin.display(description="added", ordering="created_at")
    def added(self, image: FeaturedImage) -> SafeString:
        return format_html("{}{}", moment(image.created_at), f" by {image.created_by}" if image.created_by else "")

    @admin.display(description="the picture")
    def large(self, image: FeaturedImage) -> SafeString:
        return format_html(
            '<img class="mdg-large" src="{}" alt="{}" width="{}" height="{}">',
            picture_address(image), image.alt, image.file_width, image.file_height,
        )  # fmt: skip

    @admin.display(description="used by")
    def used(self, image: FeaturedImage) -> str:
        items, revisions = image.items.count(), image.revisions.count()
        return f"{items} item{'' if items == 1 else 's'}, {revisions} revision{'' if revisions == 1 else 's'}"
