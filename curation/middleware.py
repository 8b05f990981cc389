"""Old addresses go on working."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from curation.models import Alias


class AliasMiddleware:
    """Where a page would be missing, and its path is an alias of a published item, leads on to the item.

    Only a 404 is looked up, so that pages that answer cost nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.without_aliases = ("/admin/", settings.STATIC_URL, settings.MEDIA_URL)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        path = request.path_info
        # PostgreSQL takes no NUL in a text, not even to look for it.
        if path.startswith(self.without_aliases) or "\0" in path:
            return response
        alias = Alias.objects.target_of(path)
        if alias is None or not alias.item.is_published():
            return response
        return HttpResponsePermanentRedirect(alias.item.get_absolute_url())
