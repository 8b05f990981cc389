from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0014_behind"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShelfEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.PositiveSmallIntegerField()),
                (
                    "shelf",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Site"),
                            (1, "Community"),
                            (2, "Topic"),
                            (3, "Author"),
                            (4, "Publisher"),
                            (5, "Tag"),
                            (6, "Kind"),
                            (7, "Year"),
                            (8, "Month"),
                        ]
                    ),
                ),
                ("owner", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("shelf", "owner", "slot"), name="shelf_once_per_slot")],
            },
        ),
    ]
