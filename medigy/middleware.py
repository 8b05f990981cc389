"""Security headers that Django 5.2 does not set by itself."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "browsing-topics", "camera", "geolocation", "gyroscope", "magnetometer",
                    "microphone", "payment", "usb")
)  # fmt: skip


class SecurityHeadersMiddleware:
    """Content-Security-Policy from `SECURE_CSP`, Permissions-Policy, and `no-store` for the admin.

    A view that must differ sets its own Content-Security-Policy (as the media view does) or Cache-Control; that one
    is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith("/admin/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
