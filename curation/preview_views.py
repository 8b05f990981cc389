"""The page behind a preview link: one revision, for whoever holds the link, and a place to say what they think of it.

The token in the address is the only authority: no session and no cookie is read or set.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from curation import articles, previews
from curation.models import CuratedItem, PreviewLink, Revision
from curation.pages import show
from curation.views.items import item_trail


class NoteForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=80)
    note = forms.CharField(
        label=_("Your note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    agrees = forms.TypedChoiceField(
        label=_("Is it right as it stands?"),
        required=False,
        choices=[
            ("yes", _("Yes, I agree with it")),
            ("no", _("No, something should change")),
            ("", _("I only leave a note")),
        ],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    website = forms.CharField(required=False)
    """People do not see it; programs that fill in every field do."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("note", "").strip() and cleaned.get("agrees") is None:
            self.add_error("note", _("Write a note, or say whether you agree."))
        return cleaned


def _by_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hands over the link of the token, and keeps the answer from caches, search engines and other sites."""

    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        link = previews.link_of(token)
        if link is None:
            raise Http404("There is no such preview.")
        response = view(request, link, token)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return found


# Nothing of a browser's own (a cookie, a session) counts here, so that no other site could use it.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_by_token
def page(request: HttpRequest, link: PreviewLink, token: str) -> HttpResponse:
    """The revision in the readers' own templates, and what was said of it through this link."""
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"agrees": ""}, label_suffix="")
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if not said["website"]:
                previews.add_note(link, name=said["name"], note=said["note"], agrees=said["agrees"])
            return redirect(f"{request.path}#notes")
        except previews.NoMoreNotes as error:
            form.add_error(None, str(error))
            status = 429
    elif request.method == "GET":
        previews.visited(link)
    context = {"link": link, "form": form, "notes": link.notes.all()}
    address = reverse("preview_picture", args=[token])
    return in_readers_page(link.item, link.revision, "preview.html", address, status=status, **context)


@require_safe
@_by_token
def picture(request: HttpRequest, link: PreviewLink, token: str) -> HttpResponse:
    """The picture of the revision, which readers may not see yet."""
    image = link.revision.featured_image
    if image is None:
        raise Http404("There is no such picture.")
    try:
        with image.file.open("rb") as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    except OSError as error:
        raise Http404("There is no such picture.") from error
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def in_readers_page(
    item: CuratedItem,
    revision: Revision,
    template: str,
    picture_address: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """`revision` of `item` as readers would see it; `picture_address` is where its picture can be seen meanwhile."""
    shown = previews.as_read(item, revision)
    return show(
        template,
        title=shown.title,
        section="communities",
        trail=item_trail(shown),
        status=status,
        item=shown,
        tone=item.community.tone,
        revision=revision,
        article=articles.article(shown, picture_address=picture_address),
        **context,
    )
