"""On PostgreSQL, the newsroom finds phrases by the words that stand side by side, as readers do since 0020, and no longer
by reading all that have the words.
"""

from django.db import migrations

FORWARDS = "words, curation_pairs(words)"
BACKWARDS = "words"


def _index(schema_editor, columns):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX curation_newsroomwords_index")
        schema_editor.execute(
            f"CREATE INDEX curation_newsroomwords_index ON curation_newsroomentry USING gin ({columns})"
        )


def make(apps, schema_editor):
    _index(schema_editor, FORWARDS)


def take_back(apps, schema_editor):
    _index(schema_editor, BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("curation", "0023_renditions_by_owner")]

    operations = [migrations.RunPython(make, take_back)]
