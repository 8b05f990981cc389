import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0005_search")]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("slot", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="card",
                        serialize=False,
                        to="curation.curateditem",
                    ),
                ),
                ("html", models.TextField()),
                ("facts", models.JSONField(default=dict)),
                ("text", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("made_with", models.CharField(blank=True, db_index=True, max_length=16)),
            ],
            options={"indexes": [models.Index(fields=["item", "changed_at"], name="card_changed")]},
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placements",
                        to="curation.curateditem",
                    ),
                ),
                ("publish_at", models.DateTimeField()),
                ("unpublish_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["shelf", "owner", "publish_at", "item", "unpublish_at"], name="shelf_in_order")
                ],
                "constraints": [models.UniqueConstraint(fields=("item", "shelf", "owner"), name="item_once_per_shelf")],
            },
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("unpublish_at__isnull", False)),
                fields=["publication", "unpublish_at"],
                name="item_ends",
            ),
        ),
        migrations.AddField(
            model_name="curateditem",
            name="featured_until",
            field=models.DateTimeField(
                blank=True,
                help_text="Until then it stands among what editors chose, on the front page and that of its community.",
                null=True,
                verbose_name="put forward until",
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("featured_until__isnull", False)),
                fields=["publication", "featured_until"],
                name="item_featured",
            ),
        ),
    ]
