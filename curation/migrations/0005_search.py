"""The tables of search. Beside each entry stand its words: on SQLite in a full-text table whose rows go with the
entries, on PostgreSQL in a column of the same table.

A later migration that alters one of the entries' tables on SQLite makes it anew, without its trigger: it has to run
`add_words` again.
"""

import django.db.models.deletion
from django.db import migrations, models

# Table of entries, its key, table of words, its last column, and how long the beginnings are that have an index: the
# shortest that can be asked for are the beginning of too many words to be put together while a reader waits.
TABLES = (
    ("curation_readerentry", "key", "curation_readerwords", "facets", ", prefix = '3'"),
    ("curation_newsroomentry", "item_id", "curation_newsroomwords", "addresses", ""),
)

# The words come folded and separated by spaces, so that both databases find the same ones.
SQLITE = """
CREATE VIRTUAL TABLE {words} USING fts5(title, names, summary, body, {fifth}, tokenize = 'ascii'{prefix})
"""
SQLITE_TRIGGER = """
CREATE TRIGGER {words}_go AFTER DELETE ON {table}
BEGIN DELETE FROM {words} WHERE rowid = OLD."{key}"; END
"""
POSTGRESQL = (
    "ALTER TABLE {table} ADD COLUMN words tsvector",
    # Not compressed: ranking reads thousands of them at a time.
    "ALTER TABLE {table} ALTER COLUMN words SET STORAGE EXTERNAL",
    "CREATE INDEX {words}_index ON {table} USING gin (words)",
)


def add_words(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else (SQLITE, SQLITE_TRIGGER)
    for table, key, words, fifth, prefix in TABLES:
        for statement in statements:
            schema_editor.execute(statement.format(table=table, key=key, words=words, fifth=fifth, prefix=prefix))


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for _, _, words, _, _ in TABLES:
            schema_editor.execute(f"DROP TRIGGER {words}_go")
            schema_editor.execute(f"DROP TABLE {words}")


class Migration(migrations.Migration):
    dependencies = [("curation", "0004_history_is_kept")]

    operations = [
        migrations.CreateModel(
            name="ReaderEntry",
            fields=[
                ("key", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="curation.curateditem"
                    ),
                ),
                ("ends", models.DateTimeField(null=True)),
                ("facets", models.TextField()),
                ("byline", models.TextField()),
                ("digest", models.CharField(max_length=32)),
            ],
            options={"verbose_name_plural": "reader entries"},
        ),
        migrations.CreateModel(
            name="NewsroomEntry",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="curation.curateditem",
                    ),
                ),
                ("digest", models.CharField(max_length=32)),
            ],
            options={"verbose_name_plural": "newsroom entries"},
        ),
        migrations.CreateModel(
            name="KnownWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=10)),
                ("word", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "word"], name="word_by_key"),
                    models.Index(fields=["word"], name="word_once"),
                ],
            },
        ),
        migrations.RunPython(add_words, drop_words),
    ]
