"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.views import PasswordResetConfirmView
from django.urls import include, path, reverse_lazy

from communities import members
from medigy.styleguide import styleguide

urlpatterns = [
    # Where people who were invited set their first password.
    path(
        "admin/password/<uidb64>/<token>/",
        PasswordResetConfirmView.as_view(success_url=reverse_lazy("admin:login"), token_generator=members.TOKENS),
        name="password_reset_confirm",
    ),
    path("admin/", admin.site.urls),
    path("styleguide/", styleguide, name="styleguide"),
    path("", include("communities.urls")),
    path("", include("curation.urls")),
]

handler400 = "curation.views.mishaps.bad_request"
handler403 = "curation.views.mishaps.forbidden"
handler404 = "curation.views.mishaps.not_found"
handler500 = "curation.views.mishaps.server_error"
