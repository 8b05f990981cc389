"""Which of the two ways of searching the database has; both offer the same functions."""

from types import ModuleType

from django.db import connection

from curation.search import postgres, sqlite


def database() -> ModuleType:
    return postgres if connection.vendor == "postgresql" else sqlite
