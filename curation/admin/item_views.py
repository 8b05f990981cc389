"""Saved views: states of the list that somebody comes back to, their own or shared with a community."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from communities import access
from curation.admin.filters import FILTERS
from curation.models import SavedView

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

KEPT = {"q", "o", *(each.parameter_name for each in FILTERS)} - {"batch"}
"""What of the address of a list belongs to a view; the page that one was on does not."""
MOST = 30
"""How many views the list shows, and how many one person keeps."""


def shown(request: HttpRequest) -> list[dict[str, Any]]:
    """The views that the list offers, with their addresses; which of them the list shows now, if one."""
    now = query_of(request.GET)
    return [
        {"view": view, "own": view.owner_id == request.user.pk, "current": view.query == now}
        for view in visible(request.user).select_related("community", "owner")[:MOST]
    ]


def visible(user: Any) -> QuerySet[SavedView]:
    """Those of `user`, and those that a community of theirs shares."""
    return SavedView.objects.filter(Q(owner=user) | Q(community__in=list(access.roles(user))))


def query_of(asked: QueryDict) -> str:
    """What of the address of a list a view keeps, always in the same order."""
    kept = QueryDict(mutable=True)
    for name in sorted(KEPT & asked.keys()):
        if asked[name]:
            kept[name] = asked[name]
    return kept.urlencode()


class ViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ("name", "community")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["community"].queryset = access.communities_where(user, "edit")
        self.fields["community"].empty_label = "Nobody: for me alone"

    def clean(self) -> dict[str, Any]:
        new = self.instance.pk is None
        if new and SavedView.objects.filter(owner=self.instance.owner).count() >= MOST:
            raise ValidationError(f"You keep {MOST} views already. Delete one that you no longer need.")
        return super().clean()

    def _get_validation_exclusions(self) -> set[str]:
        # The owner is no field of the form, and the name must be theirs only once.
        return super()._get_validation_exclusions() - {"owner"}


def keep(section: "ItemAdmin", request: HttpRequest) -> HttpResponse:
    """Saves the state of the list under a name; an address without a name leads back to the list."""
    if request.method != "POST":
        return redirect(section.address("changelist"))
    query = query_of(QueryDict(request.POST.get("query", "")[:4000]))
    view = SavedView(owner=request.user, query=query)
    form = ViewForm(request.user, request.POST, instance=view)
    if len(query) > 2000:
        form.add_error(None, "This view asks for too much to be kept. Take some filters away.")
    if form.is_valid():
        form.save()
        section.message_user(request, f"“{view}” is kept above the list.", messages.SUCCESS)
        return redirect(f"{section.address('changelist')}?{query}")
    return _page(section, request, view, form)


def change(section: "ItemAdmin", request: HttpRequest, key: int) -> HttpResponse:
    """The page where the owner renames, shares or deletes a view; a lead of its community may delete it."""
    view = visible(request.user).filter(pk=key).first() if key < 2**63 else None
    if view is None or not _may_delete(view, request.user):
        raise Http404("There is no such view, or it is somebody else's.")
    back = f"{section.address('changelist')}?{view.query}"
    if "delete" in request.POST:
        name = str(view)
        view.delete()
        section.message_user(request, f"The view “{name}” is deleted. Its items are where they were.")
        return redirect(back)
    form = ViewForm(request.user, request.POST or None, instance=view)
    if view.owner == request.user and form.is_valid():
        form.save()
        section.message_user(request, f"The view “{view}” is saved.", messages.SUCCESS)
        return redirect(back)
    return _page(section, request, view, form)


def _may_delete(view: SavedView, user: Any) -> bool:
    return view.owner == user or (view.community is not None and access.can(user, "manage", view.community))


def _page(section: "ItemAdmin", request: HttpRequest, view: SavedView, form: ViewForm) -> HttpResponse:
    request.current_app = section.admin_site.name
    context = {
        **section.admin_site.each_context(request),
        "title": f"View “{view.name}”" if view.pk else "Keep this view",
        "opts": section.opts,
        "view": view,
        "form": form,
        "own": view.owner == request.user,
        "back": f"{section.address('changelist')}?{view.query}",
    }
    return TemplateResponse(request, "admin/curation/curateditem/view.html", context)
