"""The library of pictures, and the way to every page of it."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from communities.models import Role
from curation import library
from curation.admin import image_page, image_replace, image_tiles, image_upload, image_words
from curation.admin.base import NewsroomAdmin, holds
from curation.admin.parts import small_address
from curation.models import FeaturedImage

PICKED = 24
"""Pictures that the box of an item's form offers at once."""


class Library(ChangeList):
    """Reads of the shown pictures who uses them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.tiles = image_tiles.tiles(self.result_list, request.user)


@admin.register(FeaturedImage)
class FeaturedImageAdmin(NewsroomAdmin):
    """Every member sees every picture, those of unpublished items too; titles of items are told to those who may see
    them. What is said of a picture holds in all communities that show it, so curators of any change it.
    """

    used_by = "items or their revisions"
    list_display = ("__str__",)
    list_filter = (image_tiles.CareFilter, image_tiles.ImageUseFilter, image_tiles.BringerFilter)
    list_per_page = 48
    ordering = ("-pk",)
    search_fields = ("alt", "file_name", "credit", "source")
    search_help_text = "By alt text, credit, file name, or the items and publishers it is used by."
    change_list_template = "admin/curation/featuredimage/change_list.html"

    @property
    def media(self) -> Media:
        return super().media + Media(css={"all": ["medigy/pictures.css"]})

    def uses(self, image: FeaturedImage) -> int:
        return image.items.count() + image.revisions.count()

    # --- Who may do what ---

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return obj.pk in library.describable(request.user, [obj])

    def may_replace(self, request: HttpRequest) -> bool:
        return holds(request.user, Role.CURATOR)

    # --- The list ---

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Library

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return image_tiles.found(queryset, search_term, request.user), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "title": "Pictures",
            "may_describe": self.has_view_permission(request),
            "may_delete": self.has_delete_permission(request),
            "upload_form": image_upload.UploadForm(label_suffix="", auto_id="drop_%s"),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def choice(self, image: FeaturedImage) -> dict[str, str]:
        return {"note": f"{image.width} × {image.height}", "picture": small_address(image)}

    # --- Its pages ---

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "curation_featuredimage"
        return [
            path("<int:pk>/picture/", wrap(self.picture_view, cacheable=True), name=f"{name}_picture"),
            path("<int:pk>/small/", wrap(self.small_view, cacheable=True), name=f"{name}_small"),
            path("<int:pk>/about/", wrap(self.about_view), name=f"{name}_about"),
            path("<int:pk>/replace/", wrap(self.replace_view), name=f"{name}_replace"),
            path("pick/", wrap(self.pick_view), name=f"{name}_pick"),
            path("advice/", wrap(self.advice_view), name=f"{name}_advice"),
            path("words/", wrap(self.words_view), name=f"{name}_words"),
            path("alike/", wrap(self.alike_view), name=f"{name}_alike"),
            path("unused/", wrap(self.unused_view), name=f"{name}_unused"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return image_upload.upload(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return image_page.page(self, request, self.found(request, object_id))

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return image_page.bytes_of(self.found(request, str(pk)), small=False)

    def small_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return image_page.bytes_of(self.found(request, str(pk)), small=True)

    def about_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return image_page.about(self, request, self.found(request, str(pk)))

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return image_replace.replace(self, request, self.found(request, str(pk)))

    def advice_view(self, request: HttpRequest) -> HttpResponse:
        return image_page.advice(self, request)

    def words_view(self, request: HttpRequest) -> HttpResponse:
        return image_words.words(self, request)

    def alike_view(self, request: HttpRequest) -> HttpResponse:
        return image_replace.alike(self, request)

    def unused_view(self, request: HttpRequest) -> HttpResponse:
        return image_replace.unused(self, request)

    def pick_view(self, request: HttpRequest) -> HttpResponse:
        """The pictures that `?q=` finds, to choose one from, as a part of another page."""
        return image_tiles.offered(request, PICKED)

    def delete_model(self, request: HttpRequest, obj: FeaturedImage) -> None:
        library.delete(obj)

    def found(self, request: HttpRequest, pk: str) -> FeaturedImage:
        """The picture, for every member."""
        image = FeaturedImage.objects.select_related("created_by").filter(pk=pk).first() if _is_key(pk) else None
        if image is None or not self.has_view_permission(request, image):
            raise Http404("There is no such picture.")
        return image


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 19
