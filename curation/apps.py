from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CurationConfig(AppConfig):
    name = "curation"

    def ready(self) -> None:
        # Migrations of SQLite make tables anew, without their triggers.
        pre_migrate.connect(_before_migrations, sender=self)
        post_migrate.connect(_after_migrations, sender=self)


def _before_migrations(using: str, **kwargs: Any) -> None:
    from curation import edition

    edition.unwatch(using)


def _after_migrations(using: str, **kwargs: Any) -> None:
    from curation import edition

    edition.watch(using)
