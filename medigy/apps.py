"""Wires the project's system checks and puts the curators' admin site in the place of Django's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class MedigyConfig(AppConfig):
    name = "medigy"

    def ready(self) -> None:
        from medigy import checks  # noqa: F401


class AdminConfig(DjangoAdminConfig):
    default_site = "medigy.admin_site.CurationAdminSite"
