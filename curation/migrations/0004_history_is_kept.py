"""The timeline and the revisions are only ever added, whoever writes to the database.

A later migration that alters one of the two tables on SQLite makes it anew, without its triggers: it has to run
`protect` again. A test looks whether they are there once all migrations have run.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery

TABLES = ("curation_change", "curation_revision")

SQLITE = """
CREATE TRIGGER {table}_is_kept_on_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'Rows of {table} are only ever added, never altered and never deleted.'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION curation_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'Rows of ' || TG_TABLE_NAME || ' are only ever added, never altered and never deleted.';
END $$
"""
# A statement that meets no row is no harm: loading a dump begins with one.
POSTGRESQL = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION curation_only_added();
CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION curation_only_added()
"""


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRESQL.format(table=table))
        else:
            for event in ("update", "delete"):
                schema_editor.execute(SQLITE.format(table=table, event=event))


def unprotect(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            for name in ("is_kept", "is_not_emptied"):
                schema_editor.execute(f"DROP TRIGGER {table}_{name} ON {table}")
        else:
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_is_kept_on_{event}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION curation_only_added")


def remember_the_newest_line(apps, schema_editor):
    newest = apps.get_model("curation", "Change").objects.filter(item=OuterRef("pk")).order_by("-pk").values("hash")[:1]
    apps.get_model("curation", "CuratedItem").objects.filter(changes__isnull=False).update(
        history_hash=Subquery(newest)
    )


class Migration(migrations.Migration):
    dependencies = [("curation", "0003_workflow")]

    operations = [
        migrations.RunPython(remember_the_newest_line, migrations.RunPython.noop),
        migrations.RunPython(protect, unprotect),
    ]
