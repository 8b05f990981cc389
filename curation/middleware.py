"""Old addresses go on working, and those that lead nowhere are counted."""

import copy
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve

from curation import missed, redirects
from curation.views import items


class OldAddressMiddleware:
    """Where a page would be missing, leads on to where it went, says that it is gone, or counts that it was missed.

    Only a 404 is looked up, so that pages that answer cost nothing. It stands below Django's CommonMiddleware, which
    would first add a slash and so make two steps of one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.no_pages = ("/admin/", "/preview/", settings.STATIC_URL, settings.MEDIA_URL)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        path = request.path_info
        # PostgreSQL takes no NUL in a text, not even to look for it.
        if path.startswith(self.no_pages) or path == "/admin" or "\0" in path:
            return response
        answer = redirects.answer_for(path)
        if answer is not None and answer.target:
            return HttpResponsePermanentRedirect(answer.target)
        if answer is not None and answer.gone is not None:
            return items.gone(request, answer.gone)
        if (there := _plainly_written(request)) is not None:
            return there
        if missed.count(path, request.headers.get("Referer", "")):
            # Called when the answer has gone out: a database that is busy keeps no reader waiting.
            response._resource_closers.append(missed.write)  # type: ignore[attr-defined]
        return response


def _plainly_written(request: HttpRequest) -> HttpResponse | None:
    """The way to the page whose address differs by capitals and its last slash alone; None where there is none."""
    asked = request.path_info
    plain = asked.lower().rstrip("/")
    for path in (f"{plain}/", plain):
        if path == asked or path.startswith("//") or not plain:
            continue
        try:
            match = resolve(path)
        except Resolver404:
            continue
        again = copy.copy(request)
        again.path_info = again.path = path
        try:
            response = match.func(again, *match.args, **match.kwargs)
        except Http404:
            continue
        if response.status_code == 200:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        return response if response.status_code in {301, 302, 410} else None
    return None
