"""Pages for readers, each made once for an edition of the site, and answered with 304 to whoever has it already.

Nothing is ever taken out of the cache: the key of a page names the edition, its address and the program, so that after
any change that readers can see, and after any moment at which an item appears or ends, it is another key. A page knows
nobody: what is personal is no part of it.
"""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, NamedTuple

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, QueryDict
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from curation import edition
from curation.edition import Now

KEPT_SECONDS = 6 * 60 * 60
"""How long a page stays in the cache where nothing changes; only about room."""
SETTLED = timedelta(hours=1)
"""How old a change has to be before pages tell its time: `Last-Modified` counts whole seconds, and a transaction that
began before it may still come in. Until then the ETag alone tells whether a page is still the same."""

View = Callable[..., HttpResponseBase]


class Kept(NamedTuple):
    """A page as it is kept: encoded as one kind of reader takes it."""

    whose: str
    """Its key and encoding, which a slot that several pages share says of the one that is in it."""
    headers: dict[str, str]
    body: bytes


def for_reading(view: View) -> View:
    """Makes a view one that is only read: who posts is told so, and not that a token is missing."""
    return csrf_exempt(require_safe(view))


def page(*parameters: str, slots: int | None = None) -> Callable[[View], View]:
    """Makes a view a page that is kept; it takes the edition as `now`, after the request.

    `parameters` are the names in a query string that the page depends on: it must be the same for all others. The page
    must be the same for everybody. Where they can say anything, such as what is searched for, `slots` is how many pages
    of the view are kept at most: each has one slot that it can be in, and stays until another one comes to that.
    """

    def decorate(view: View) -> View:
        @for_reading
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            now = edition.now()
            request.GET = known(request.GET, parameters)  # type: ignore[assignment]
            key = _key(request, now)
            encoding = _encoding(request.headers.get("Accept-Encoding", ""))
            asked = parse_etags(request.headers.get("If-None-Match", ""))
            if (have := next((tag for tag in asked if tag.startswith(f'"{key}')), None)) is not None:
                return _stamped(HttpResponseNotModified(), have, now)
            whose = key + encoding
            name = f"page:{whose}" if slots is None else f"page:{view.__module__}:{int(whose[:8], 16) % slots}"
            # Templates change while one works on them.
            if settings.DEBUG or (kept := edition.fetch(name)) is None or kept.whose != whose:
                response = view(request, now, *args, **kwargs)
                if response.status_code != 200 or not isinstance(response, HttpResponse):
                    return response
                kept = Kept(whose, dict(response.headers), _encoded(response.content, encoding))
                edition.store(name, kept, KEPT_SECONDS)
                response.content = kept.body
            else:
                response = HttpResponse(kept.body, headers=kept.headers)
            if encoding:
                response["Content-Encoding"] = encoding
            response["Content-Length"] = str(len(kept.body))
            return _stamped(response, f'"{key}{encoding}"', now)

        return answer

    return decorate


def known(query: QueryDict, parameters: tuple[str, ...]) -> QueryDict:
    """What a page knows of a query string, in the order of the page: its addresses are written in one way."""
    left = QueryDict(mutable=True)
    for name in parameters:
        if name in query:
            left[name] = str(query[name])
    return left


def _key(request: HttpRequest, now: Now) -> str:
    names = [
        edition.program(),
        now.key,
        settings.SITE_URL,
        settings.LANGUAGE_CODE,
        request.path,
        request.GET.urlencode(),
    ]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:32]


def _stamped(response: HttpResponse, etag: str, now: Now) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = cache_control(now)
    if now.changed_at is not None and now.changed_at < now.moment - SETTLED:
        response["Last-Modified"] = http_date(now.changed_at.timestamp())
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def cache_control(now: Now) -> str:
    """What browsers and a CDN may do: browsers ask each time, which a 304 answers; a CDN may answer by itself for
    CDN_SECONDS, and for as long again while it asks, but never beyond the moment at which something appears or ends.
    """
    seconds = settings.CDN_SECONDS
    if now.until is not None:
        seconds = min(seconds, int((now.until - now.moment).total_seconds()) // 2)
    if seconds <= 0 or settings.DEBUG:
        return "public, no-cache"
    return f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={seconds}"


def _encoding(accepted: str) -> str:
    """The encoding that takes the least time of those that the reader's program takes; empty for none."""
    taken = {}
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        taken[name.strip()] = quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((encoding for encoding in ("br", "gzip") if taken.get(encoding)), "")


def _encoded(body: bytes, encoding: str) -> bytes:
    """`body` compressed lightly: it is done once for an edition, while somebody waits.

    A compressed page could give secrets away to whoever can put words of their own beside them; there is none in it.
    """
    if encoding == "br":
        # One step more takes nearly twice as long, for pages that are a twenty-fifth smaller.
        return brotli.compress(body, quality=1)
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=4, mtime=0)
    return body
