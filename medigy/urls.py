"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("communities.urls")),
    path("", include("curation.urls")),
]

handler400 = "curation.views.bad_request"
handler403 = "curation.views.forbidden"
handler404 = "curation.views.not_found"
handler500 = "curation.views.server_error"
