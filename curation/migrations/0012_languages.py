from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0005_reading"),
        ("curation", "0011_reading"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="curateditem",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Of its title, description and text, if it is another one than that of the site.",
                max_length=35,
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("language", ""), _negated=True),
                fields=["language", "-updated_at", "-id", "community", "created_by"],
                name="item_language",
            ),
        ),
    ]
