"""Security headers that Django 5.2 does not set by itself, and the page that stands in while the site is worked on."""

import os
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "browsing-topics", "camera", "geolocation", "gyroscope", "magnetometer",
                    "microphone", "payment", "usb")
)  # fmt: skip


def content_security_policy(**changes: str) -> str:
    """The site's policy as a header; `changes` name what one view allows besides, as in `frame_src="'self'"`."""
    policy = {name: " ".join(values) for name, values in settings.SECURE_CSP.items()}
    policy |= {name.replace("_", "-"): values for name, values in changes.items()}
    return "; ".join(f"{name} {values}" for name, values in policy.items())


class HeadMiddleware:
    """Answers HEAD as GET would be answered, without its body: servers leave that to us.

    It stands above Django's CommonMiddleware, which says how long the body is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.content = b""
        return response


class SecurityHeadersMiddleware:
    """Content-Security-Policy from `SECURE_CSP`, Permissions-Policy, and Cache-Control: `no-store` for the admin, and
    `no-cache` for what says nothing itself. Such are redirects, which browsers would keep for ever though they can be
    led on, and pages that are missing, which may come.

    A view that must differ sets its own Content-Security-Policy (as the media view does) or Cache-Control; that one
    is kept. An address of the admin that no database can be asked for is answered with 400.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_admin = request.path.startswith("/admin/")
        if in_admin and ("\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")):
            # PostgreSQL cannot be asked for it, and nobody types it; the readers' pages each see to it themselves.
            raise BadRequest("The address holds a NUL character.")
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store" if in_admin else "no-cache")
        return response


class NewsroomLanguageMiddleware:
    """The newsroom speaks English, whatever language the readers' pages are in (`LANGUAGE_CODE`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/"):
            return self.get_response(request)
        with translation.override("en-gb"):
            return self.get_response(request)


RETRY_SECONDS = 300
OPEN_MEANWHILE = ("/admin/", "/health/", settings.STATIC_URL)
"""Where addresses begin that are answered during maintenance as well."""
NOTICE_LENGTH = 300


class MaintenanceMiddleware:
    """Answers readers with 503 while `MAINTENANCE` is set or `MAINTENANCE_FILE` is there; asks no database.

    The first line of the file, if it has one, is what readers are told.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_MEANWHILE) or (notice := self._notice()) is None:
            return self.get_response(request)
        page = render_to_string("503.html", {"title": translation.gettext("Back in a moment"), "notice": notice})
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"})

    @staticmethod
    def _notice() -> str | None:
        """What readers are told, None where the site is open."""
        if not settings.MAINTENANCE and not os.path.exists(settings.MAINTENANCE_FILE):
            return None
        try:
            with settings.MAINTENANCE_FILE.open(encoding="utf-8", errors="replace") as file:
                return file.readline(NOTICE_LENGTH).strip()
        except OSError:
            return "" if settings.MAINTENANCE else None
