"""On SQLite, the words that readers' search knows, in their order: what a beginning is the beginning of."""

from django.db import migrations

STATEMENTS = (
    "CREATE VIRTUAL TABLE curation_readervocabulary USING fts5vocab(curation_readerwords, instance)",
    "DROP TABLE curation_readervocabulary",
)


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(STATEMENTS[0])


def take_back(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(STATEMENTS[1])


class Migration(migrations.Migration):
    dependencies = [("curation", "0020_search_sooner")]

    operations = [migrations.RunPython(make, take_back)]
