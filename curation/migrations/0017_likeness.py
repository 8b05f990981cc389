from django.db import migrations, models

from curation.models.likeness import of_host, of_person, of_term

KEPT = {
    "Author": (("alike", "name", of_person),),
    "Publisher": (("host_alike", "host", of_host), ("name_alike", "name", of_term)),
    "Tag": (("alike", "name", of_term),),
}


def keep(apps, schema_editor):
    for name, columns in KEPT.items():
        rows = apps.get_model("curation", name)._default_manager.using(schema_editor.connection.alias).order_by("pk")
        last = 0
        while batch := list(rows.filter(pk__gt=last)[:1000]):
            for row in batch:
                for column, source, how in columns:
                    setattr(row, column, how(getattr(row, source))[:220])
            rows.bulk_update(batch, [column for column, _, _ in columns])
            last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("curation", "0016_undo")]

    operations = [
        migrations.AddField(
            model_name="author",
            name="alike",
            field=models.CharField(blank=True, default="", editable=False, max_length=220),
        ),
        migrations.AddField(
            model_name="publisher",
            name="host_alike",
            field=models.CharField(blank=True, default="", editable=False, max_length=220),
        ),
        migrations.AddField(
            model_name="publisher",
            name="name_alike",
            field=models.CharField(blank=True, default="", editable=False, max_length=220),
        ),
        migrations.AddField(
            model_name="tag",
            name="alike",
            field=models.CharField(blank=True, default="", editable=False, max_length=220),
        ),
        migrations.AddIndex(model_name="author", index=models.Index(fields=["alike"], name="author_alike")),
        migrations.AddIndex(
            model_name="publisher", index=models.Index(fields=["name_alike"], name="publisher_name_alike")
        ),
        migrations.AddIndex(
            model_name="publisher", index=models.Index(fields=["host_alike"], name="publisher_host_alike")
        ),
        migrations.AddIndex(model_name="tag", index=models.Index(fields=["alike"], name="tag_alike")),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
