import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0015_shelf_editions")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="undoes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="undone_by",
                to="curation.batch",
            ),
        ),
    ]
