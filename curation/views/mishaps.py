"""The pages where something is wrong."""

import re
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from curation.pages import show

WORDS_OF_A_PATH = 8
"""With how many words of a missing address the search is filled in."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show("400.html", title=_("This request cannot be read"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show("403.html", title=_("Not yours to open"), status=403)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`reason` says what is wrong with its token, which is nobody's business."""
    return show("form_refused.html", title=_("The form was not accepted"), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    words = words_of(request.path_info)
    return show("404.html", title=_("There is nothing here"), status=404, words=words)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request no context processor runs, so that nothing which may be broken is asked again.
    return HttpResponse(render_to_string("500.html", {"title": _("Something broke")}), status=500)


def words_of(path: str) -> str:
    """What somebody who followed `path` may have looked for, at most WORDS_OF_A_PATH words of its last piece.

    It comes from the path alone: it tells nothing about what lies there. The key of a preview link is no words.
    """
    piece = unquote(path).rstrip("/").rpartition("/")[2]
    if ":" in piece:
        return ""
    return " ".join(re.findall(r"[^\W\d_]{2,30}", piece)[:WORDS_OF_A_PATH])
