"""The database backend; Django asks for it by this name."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX, SQLiteCursorWrapper

LONGEST = 10_000
"""Characters of a query that is remembered: longer ones name hundreds of things, and are asked once."""


@lru_cache(maxsize=500)
def _with_question_marks(query: str) -> str:
    """`query` with the places of its parameters as SQLite wants them, which Django makes anew each time."""
    return FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        if param_names is None and len(query) < LONGEST:
            return _with_question_marks(query)
        return super().convert_query(query, param_names=param_names)


class DatabaseWrapper(base.DatabaseWrapper):
    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)
