"""What the form of an item asks for while somebody types. Nothing here is saved."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from communities import access
from curation import checks, html, links, pasting, previews, publishing
from curation.admin.item_form import ItemForm
from curation.admin.item_same_link import verdict
from curation.admin.parts import picture_address
from curation.exchange.values import ItemValues
from curation.models import CuratedItem

if TYPE_CHECKING:
    from curation.admin.item import ItemAdmin

TEMPLATES = "admin/curation/curateditem"


def live(section: "ItemAdmin", request: HttpRequest) -> HttpResponse:
    """What was typed so far, as a card, as readers would get the text, and as the checks see it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    item = _asked_about(section, request)
    before = publishing.head_values(item) if item else ItemValues()
    form = ItemForm(
        request.POST, user=request.user, values=before, item=item, may_edit=item is None or _may_edit(request, item)
    )
    form.is_valid()
    values = form.values()
    shown = as_shown(item, values)
    return JsonResponse({
        "card": card(shown),
        "checks": render_to_string(f"{TEMPLATES}/checks.html", {"findings": checks.run(values, item)}),
        **_text(values, shown),
    })  # fmt: skip


def as_shown(item: CuratedItem | None, values: ItemValues) -> CuratedItem | None:
    """The item as far as `values` go: what is not fit to be shown is left out. None where it has no community yet."""
    if values.community is None:
        return None
    fit = ItemValues(
        community=values.community, title=values.title.strip() or "Its title", slug=values.slug or "draft",
        description=values.description, kind=values.kind, authors=values.authors, image=values.image,
        image_alt=values.image_alt, date=values.date, link=_fit(values.link), md_name=values.md_name,
    )  # fmt: skip
    try:
        return previews.as_said(item or CuratedItem(), fit)
    except ValidationError:  # a name that is too long, which its field says
        return None


def card(shown: CuratedItem | None) -> str:
    """Its card, as a page to be framed; empty where there is none yet."""
    if shown is None:
        return ""
    address = picture_address(shown.featured_image) if shown.featured_image else ""
    return render_to_string(f"{TEMPLATES}/card.html", {"item": shown, "picture_address": address})


def about_link(section: "ItemAdmin", request: HttpRequest) -> HttpResponse:
    """What is known of `?link=`, for the form of the item `?item=` that is at home in `?community=`."""
    item = _asked_about(section, request)
    asked = request.GET.get("community", "")
    mine = access.communities_where(request.user, "create")
    home = mine.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    found = verdict(request.GET.get("link", ""), request.user, besides=item, home=home)
    return HttpResponse(render_to_string(f"{TEMPLATES}/verdict.html", {"verdict": found}))


def pasted(section: "ItemAdmin", request: HttpRequest) -> HttpResponse:
    """The `html` of a clipboard, cleaned."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _asked_about(section, request)
    try:
        return JsonResponse({"html": pasting.tidy(request.POST.get("html", ""))})
    except html.HtmlTooLarge as error:
        return JsonResponse({"problem": str(error)})


def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in by now, and the token that their forms are sent with: after an expired login both are new."""
    return JsonResponse({"user": str(request.user.pk), "name": str(request.user), "token": get_token(request)})


def _asked_about(section: "ItemAdmin", request: HttpRequest) -> CuratedItem | None:
    """The item whose form asks; None for that of a new one. Raises Http404 and PermissionDenied as the form does."""
    number = (request.POST if request.method == "POST" else request.GET).get("item", "")
    if number:
        return section.found(request, number)
    if not section.has_add_permission(request):
        raise PermissionDenied
    return None


def _may_edit(request: HttpRequest, item: CuratedItem) -> bool:
    return access.can(request.user, "edit", item.community_id, owner=item.created_by_id)


def _text(values: ItemValues, shown: CuratedItem | None) -> dict[str, Any]:
    try:
        rendered = html.render(values.body)
    except html.HtmlTooLarge as error:
        return {"text": "", "removed": [], "problem": str(error)}
    item = SimpleNamespace(
        body_html=rendered.html, language=values.language, byline=shown.byline if shown else [],
        publisher=shown.publisher if shown else None,
    )  # fmt: skip
    page = render_to_string(f"{TEMPLATES}/text.html", {"item": item}) if rendered.html else ""
    return {"text": page, "removed": list(rendered.removed), "problem": ""}


def _fit(link: str) -> str:
    try:
        return links.check(link)
    except links.LinkError:
        return ""
