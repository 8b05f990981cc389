"""The database as somebody has it who owns it: without what keeps history from being altered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TABLES = ("curation_change", "curation_revision")


@contextmanager
def unprotected(connection: Any) -> Iterator[Any]:
    """A cursor for raw statements, which the triggers of `connection` do not refuse; they are back afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            off = ["SET CONSTRAINTS ALL IMMEDIATE", *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES)]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in TABLES]
        else:
            cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            # Those of other tables keep the index of words in step with its rows, and go on doing so.
            triggers = [(name, sql) for name, sql, table in cursor.fetchall() if table in TABLES]
            off, on = [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
        for statement in off:
            cursor.execute(statement)
        try:
            yield cursor
        finally:
            if connection.vendor == "postgresql" and connection.in_atomic_block:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for statement in on:
                cursor.execute(statement)
