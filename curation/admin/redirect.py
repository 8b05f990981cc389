"""Old addresses that lead elsewhere."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities.models import Role
from curation import redirects
from curation.admin.base import NewsroomAdmin, holds
from curation.admin.parts import moment
from curation.models import CuratedItem, Redirect


class RedirectForm(forms.ModelForm):
    class Meta:
        model = Redirect
        fields = ("path", "target", "note")
        help_texts = {
            "path": "The path that readers ask for, such as /news/old-name/.",
            "target": "A path of this site, such as /topics/telehealth/, or the whole address of another one.",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        # Looked at as it will be written, so that a loop is told of here and not after.
        try:
            path = redirects.clean_path(data.get("path") or self.instance.path)
            redirects.check(path, data["target"])
        except ValidationError as error:
            for name, sentences in error.error_dict.items():
                self.add_error(name if name in self.fields else None, sentences)
            return data
        return data | ({"path": path} if "path" in data else {})


@admin.register(Redirect)
class RedirectAdmin(NewsroomAdmin):
    form = RedirectForm
    change_role = delete_role = Role.EDITOR
    list_display = ("path", "shown_target", "note", "shown_created")
    search_fields = ("path", "target", "note")
    search_help_text = "By old or new address."
    empty_words = (
        "They come by themselves when something is renamed or merged. Add one for an address that readers miss."
    )
    fields = ("path", "target", "note")

    def uses(self, redirect: Redirect) -> int:
        return 0

    def concerned(self, redirect: Redirect) -> QuerySet:
        return CuratedItem.objects.none()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Role.EDITOR)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("created_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Redirect | None = None) -> tuple[str, ...]:
        return ("path",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        made = redirects.lead(obj.path, obj.target, by=request.user, note=obj.note)
        obj.pk, obj.target = made.pk, made.target

    @admin.display(description="leads to", ordering="target")
    def shown_target(self, redirect: Redirect) -> SafeString:
        return format_html('<a href="{}">{}</a>', redirect.target, redirect.target)

    @admin.display(description="since", ordering="created_at")
    def shown_created(self, redirect: Redirect) -> SafeString:
        words = moment(redirect.created_at)
        return format_html("{}, {}", words, redirect.created_by) if redirect.created_by else words
