from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0013_lists")]

    operations = [
        migrations.AddIndex(
            model_name="newsroomentry",
            index=models.Index(condition=models.Q(("digest", "")), fields=["item"], name="newsroom_entry_stale"),
        ),
    ]
