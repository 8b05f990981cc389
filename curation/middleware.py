"""Old addresses go on working, in one step, and those that lead nowhere are counted."""

import copy
import re
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path

from curation import missed, redirects
from curation.filters import PARAMETERS
from curation.page_cache import known
from curation.redirects import Answer
from curation.views import items

FEED = re.compile(r"(.*)/(?:index|feed|rss|atom)(?:\.xml)?")
"""Where other programs put the feed of what lies above."""
NO_PAGES = ("/admin/", "/preview/", "/api/", settings.STATIC_URL, settings.MEDIA_URL)


class HttpsMiddleware:
    """Leads who comes by HTTP to HTTPS, and by the same step to where an old address leads; see SECURE_SSL_REDIRECT.

    It stands above Django's SecurityMiddleware, which makes a step of its own of it: that one still leads everything
    else, such as the newsroom's pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        insecure = settings.SECURE_SSL_REDIRECT and request.method in {"GET", "HEAD"} and not request.is_secure()
        if not insecure or request.path_info.startswith(NO_PAGES) or not isinstance(request, WSGIRequest):
            return self.get_response(request)
        there = f"https://{request.get_host()}"
        location = self.get_response(_by_https(request)).headers.get("Location", request.get_full_path())
        response = HttpResponsePermanentRedirect(there + location if location.startswith("/") else location)
        response.headers["Cache-Control"] = "no-cache"  # the old address may come to lead elsewhere
        return response


def _by_https(request: WSGIRequest) -> WSGIRequest:
    """The same question, as if it had come by HTTPS."""
    # The request has decoded the path in its environment, where servers leave it as bytes.
    secure = {"wsgi.url_scheme": "https", "PATH_INFO": request.path_info.encode().decode("latin-1")}
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER[:2]
        secure[name] = value
    return WSGIRequest(request.environ | secure)


class OldAddressMiddleware:
    """Where a page would be missing, leads on to where it went, says that it is gone, or counts that it was missed.

    Only a 404 is looked up, so that pages that answer cost nothing. It stands below Django's CommonMiddleware, which
    would first add a slash and so make two steps of one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        path = request.path_info
        # PostgreSQL takes no NUL in a text, not even to look for it.
        if path.startswith(NO_PAGES) or path == "/admin" or "\0" in path:
            return response
        plain = redirects.plain(path)
        # The page itself comes first: the file of an item may name its address among those that lead to the item.
        if (there := _page_at((f"{plain}/", plain), request)) is not None:
            return there
        answer = redirects.answer_for(path)
        if answer is not None and answer.target:
            return HttpResponsePermanentRedirect(_with_query(answer, request))
        if answer is not None and answer.gone is not None:
            return items.gone(answer.gone)
        if (feed := FEED.fullmatch(plain)) is not None:
            there = _page_at((f"{feed[1]}/feed.rss", f"{feed[1]}/curated-content/feed.rss"), request)
            if there is not None:
                return there
        if missed.count(path, request.headers.get("Referer", "")):
            # Called when the answer has gone out: a database that is busy keeps no reader waiting.
            response._resource_closers.append(missed.write)  # type: ignore[attr-defined]
        return response


def _with_query(answer: Answer, request: HttpRequest) -> str:
    """Where `answer` leads, with what a list there understands of the query; the rest means nothing there."""
    kept = known(request.GET, (*PARAMETERS, "q")).urlencode() if answer.is_list else ""
    if not kept or not answer.target.startswith("/") or re.search("[?#]", answer.target):
        return answer.target
    return f"{answer.target}?{kept}"


def _page_at(paths: Iterable[str], request: HttpRequest) -> HttpResponse | None:
    """The way to the first of `paths` that a page lies at, where `request` asked for it by another writing of its
    address: by capitals, slashes, an encoding, the name of a static site's file; None where there is none.
    """
    for path in paths:
        if path == request.path_info or path == "//":
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
        if response.status_code in {200, 304}:
            query = request.META.get("QUERY_STRING", "")
            path = escape_uri_path(path)
            return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
        return response if response.status_code in {301, 302, 410} else None
    return None
