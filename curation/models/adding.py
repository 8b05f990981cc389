"""Adds many rows at once, for what comes in by the thousand: a small part of the work of `bulk_create`."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model

PLAIN = frozenset({int, str, bool, type(None)})
"""What both databases take as it is."""


def add(model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds `rows` of `model`, each the values of the attributes in `names` (`item_id`); these are all columns that have
    no default in the database. Only for rows that are new, of values that were checked, within a transaction.
    """
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    named = [fields[name] for name in names]
    columns = map(_ready, named, zip(*rows, strict=True))
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in named)
    into = f"{connection.ops.quote_name(model._meta.db_table)} ({quoted})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement, so that what watches the table is called once.
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in zip(*columns, strict=True):
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(named))
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", list(zip(*columns, strict=True)))  # noqa: S608


def number(objects: Sequence[Model]) -> None:
    """Gives objects of one model their keys, before the same transaction passes them on to `add_all`: so rows that name
    each other are whole from the start.
    """
    if objects:
        meta = objects[0]._meta
        assert meta.auto_field is not None
        for each, key in zip(objects, _keys(meta.db_table, str(meta.auto_field.column), len(objects)), strict=True):
            each.pk = key


def add_all(objects: Sequence[Model]) -> None:
    """`add` for objects of one model that were never saved, with every column; they know their keys afterwards."""
    if not objects:
        return
    meta = objects[0]._meta
    if objects[0].pk is None:
        number(objects)
    names = [field.attname for field in meta.concrete_fields]
    add(type(objects[0]), names, list(map(attrgetter(*names), objects)))
    for each in objects:
        each._state.adding, each._state.db = False, connection.alias


def _keys(table: str, column: str, count: int) -> Sequence[int]:
    """The next keys of a table. SQLite has one writer, which this transaction is."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, column, count])
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
        return range(last + 1, last + 1 + count)


def _ready(field: Any, values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(field, JSONField):
        return [field.get_db_prep_save(value, connection) for value in values]
    # The same moment stands in many rows.
    moments = {value: field.get_db_prep_save(value, connection) for value in set(filter(_is_moment, values))}
    return [
        value
        if type(value) in PLAIN
        else moments[value]
        if type(value) is datetime
        else field.get_db_prep_save(value, connection)
        for value in values
    ]


def _is_moment(value: Any) -> bool:
    return type(value) is datetime
