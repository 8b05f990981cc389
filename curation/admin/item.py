"""The list of items, and the way to every page of one."""

import re
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt

from communities import access
from curation import links, search
from curation.admin import (
    item_bulk,
    item_comments,
    item_compare,
    item_edit,
    item_history,
    item_live,
    item_preview,
    item_upload,
    item_views,
)
from curation.admin.base import NewsroomAdmin, ShortList, ShortPaginator, holds_somewhere
from curation.admin.combobox import Combobox
from curation.admin.filters import FILTERS, QueueFilter
from curation.admin.parts import badge, picture, when
from curation.admin.queues import ORDER, seen_by
from curation.models import CuratedItem
from curation.workflow import State

WITH = ("community", "publisher", "created_by", "head_revision", "live_revision", "scheduled_revision", "reviewer")
"""What every page of an item looks at."""
MOST_FOUND = 1_000
"""How many items a search of the list leads to."""
ADDRESS = re.compile(r"(?i)(https?:)?//\S+|\S+\.[a-z]{2,}(/\S*)?")


class ItemList(ShortList):
    """Reads of each item what a row shows, and no texts."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        found = super().get_queryset(request, exclude_parameters)
        return found.annotate(head_number=F("head_revision__number")).defer("body", "body_html", "curator_note")

    def narrowed_by(self) -> list[str]:
        """What the list is narrowed down by besides its tab."""
        return [name for name in self.get_filters_params() if name != QueueFilter.parameter_name]

    def without_filters(self) -> str:
        """The address of the same tab without them."""
        return self.get_query_string(remove=self.narrowed_by())


@admin.register(CuratedItem)
class ItemAdmin(NewsroomAdmin):
    list_display = ("shown_picture", "what", "shown_community", "label", "shown_reviewer", "shown_when")
    list_display_links = ("what",)
    list_filter = FILTERS
    list_select_related = ("community", "publisher", "featured_image", "created_by", "reviewer")
    search_fields = ("title", "description", "link")
    search_help_text = "Words of an item, its authors, topics or tags, or a link."

    @property
    def media(self) -> Media:
        # The filters choose by typing, too.
        return super().media + Combobox().media

    # --- Who may do what ---

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return seen_by(request.user)

    def has_view_permission(self, request: HttpRequest, obj: CuratedItem | None = None) -> bool:
        if obj is None:
            return access.is_member(request.user)
        return access.can(request.user, "view", obj.community_id, owner=obj.created_by_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return holds_somewhere(request.user, "create")

    def has_change_permission(self, request: HttpRequest, obj: CuratedItem | None = None) -> bool:
        if obj is None:
            return access.is_member(request.user)
        return access.can(request.user, "edit", obj.community_id, owner=obj.created_by_id)

    def has_delete_permission(self, request: HttpRequest, obj: CuratedItem | None = None) -> bool:
        """Nobody: an item is archived, so that its addresses and its history stay."""
        return False

    # --- The list ---

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> ShortPaginator:
        paginator = super().get_paginator(request, *args, **kwargs)
        if request.GET.keys() <= {"p", "o"}:
            # All that somebody may see is read newest first, and counted community by community.
            paginator.counted = access.scope(request.user, CuratedItem.objects.all(), "view")
        elif request.GET.get("q"):
            # Each that may be meant is looked into: more words help more than further pages.
            paginator.cap, paginator.in_order = MOST_FOUND, True
        return paginator

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ORDER.get(request.GET.get("label", ""), ["-updated_at"])

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        if ADDRESS.fullmatch(search_term.strip()):
            try:
                key = links.canonical(search_term.strip())
            except links.LinkError:
                key = ""
            same = queryset.filter(link_key=key) if key else queryset.none()
            if same.exists():
                return same, False
        return search.matching(queryset, search_term, ranked="o" not in request.GET), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return item_bulk.actions(request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ItemList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "title": "Items",
            "any_item": self.get_queryset(request).exists,  # asked where the list is empty alone
            "asked_link": request.GET.get("q", "") if ADDRESS.fullmatch(request.GET.get("q", "").strip()) else "",
            "deeds": item_bulk.groups(self.get_actions(request)),
            "at_hand": item_bulk.at_hand(request.GET.get("label", ""), self.get_actions(request)),
            "views": item_views.shown(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description="picture")
    def shown_picture(self, item: CuratedItem) -> SafeString:
        return picture(item.featured_image)

    @admin.display(description="item")
    def what(self, item: CuratedItem) -> SafeString:
        curator = f"by {item.created_by}" if item.created_by else "imported"
        return format_html(
            '<span class="mdg-title" dir="auto" data-look="{}">{}</span> <span class="mdg-sub">{}</span>',
            item.get_absolute_url() if item.is_published() else self.address("look", item.pk, item.head_number),
            item.title,
            f"{item.publisher} · {curator}" if item.publisher else curator,
        )

    @admin.display(description="community")
    def shown_community(self, item: CuratedItem) -> str:
        return str(item.community)

    @admin.display(description="state")
    def label(self, item: CuratedItem) -> SafeString:
        return badge(item.label())

    @admin.display(description="when", ordering="updated_at")
    def shown_when(self, item: CuratedItem) -> SafeString:
        return when(item)

    @admin.display(description="reviewer")
    def shown_reviewer(self, item: CuratedItem) -> SafeString | str:
        if item.state != State.IN_REVIEW:
            return ""
        due = ""
        if item.review_due:
            late = item.review_due < timezone.localdate()
            words = f"{'was due' if late else 'due'} {date_format(item.review_due, 'j M')}"
            due = format_html('<span class="mdg-sub{}">{}</span>', " mdg-late" if late else "", words)
        return format_html('<span class="mdg-review">{}</span> {}', item.reviewer or "Anybody", due)

    # --- Its pages ---

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "curation_curateditem"
        return [
            path("steps/<uuid:batch>/", wrap(self.batch_view), name=f"{name}_batch"),
            path("views/", wrap(self.views_view), name=f"{name}_views"),
            path("views/<int:view>/", wrap(self.saved_view), name=f"{name}_view"),
            path("upload/", wrap(self.upload_view), name=f"{name}_upload"),
            path("live/", wrap(self.live_view), name=f"{name}_live"),
            path("live/link/", wrap(self.link_view), name=f"{name}_link"),
            path("live/pasted/", wrap(self.pasted_view), name=f"{name}_pasted"),
            path("live/session/", wrap(item_live.session), name=f"{name}_session"),
            path("<int:pk>/revert/", wrap(self.revert_view), name=f"{name}_revert"),
            path("<int:pk>/file/", wrap(self.file_view), name=f"{name}_file"),
            path("<int:pk>/history/compare/", wrap(self.compare_view), name=f"{name}_compare"),
            path("<int:pk>/preview/<int:number>/", wrap(self.preview_view), name=f"{name}_preview"),
            path("<int:pk>/preview/<int:number>/look/", wrap(self.look_view), name=f"{name}_look"),
            path("<int:pk>/preview/<int:number>/share/", wrap(self.share_view), name=f"{name}_share"),
            path("<int:pk>/links/<int:link>/revoke/", wrap(self.revoke_view), name=f"{name}_revoke"),
            path("<int:pk>/comments/", wrap(self.comments_view), name=f"{name}_comments"),
            path("<int:pk>/people/", wrap(self.people_view), name=f"{name}_people"),
            path("<int:pk>/presence/", wrap(self.presence_view), name=f"{name}_presence"),
            path("<int:pk>/revisions/<int:number>/", wrap(self.revision_view), name=f"{name}_revision"),
            path("<int:pk>/revisions/<int:number>.md", wrap(self.revision_file_view), name=f"{name}_revision_file"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return item_edit.add(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return item_edit.change(self, request, self.found(request, object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return item_history.history(self, request, self.found(request, object_id))

    def revision_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return item_history.revision(self, request, self.found(request, str(pk)), number)

    def revision_file_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return item_history.revision_file(self.found(request, str(pk)), number)

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return item_compare.compare(self, request, self.found(request, str(pk)))

    def revert_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return item_edit.revert(self, request, self.found(request, str(pk)))

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return item_history.exported_file(self.found(request, str(pk)))

    def preview_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return item_preview.preview(request, self.found(request, str(pk)), number)

    def look_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return item_preview.look(self, request, self.found(request, str(pk)), number)

    def share_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return item_preview.share(self, request, self.found(request, str(pk)), number)

    def revoke_view(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        return item_preview.revoke(self, request, self.found(request, str(pk)), link)

    def comments_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return item_comments.talk(self, request, self.found(request, str(pk)))

    def people_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return item_comments.people(request, self.found(request, str(pk)))

    # What follows changes nothing: a token that a later login has outdated must not keep it from following.
    @csrf_exempt
    def live_view(self, request: HttpRequest) -> HttpResponse:
        return item_live.live(self, request)

    def link_view(self, request: HttpRequest) -> HttpResponse:
        return item_live.about_link(self, request)

    @csrf_exempt
    def pasted_view(self, request: HttpRequest) -> HttpResponse:
        return item_live.pasted(self, request)

    # Nor a sign of life: another site cannot send one in somebody's name, whose cookie stays at home (SameSite).
    @csrf_exempt
    def presence_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return item_comments.present(request, self.found(request, str(pk)))

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        return item_upload.upload(self, request)

    def batch_view(self, request: HttpRequest, batch: UUID) -> HttpResponse:
        return item_bulk.page(self, request, batch)

    def views_view(self, request: HttpRequest) -> HttpResponse:
        return item_views.keep(self, request)

    def saved_view(self, request: HttpRequest, view: int) -> HttpResponse:
        return item_views.change(self, request, view)

    def found(self, request: HttpRequest, pk: str) -> CuratedItem:
        """The item, among those that the person may see; otherwise it is as if there were none."""
        items = self.get_queryset(request).select_related(*WITH)
        item = items.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
        if item is None:
            raise Http404("There is no such item, or it belongs to a community that you do not work in.")
        return item
