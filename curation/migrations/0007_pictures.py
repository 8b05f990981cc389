import django.core.files.storage
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0006_shelves")]

    operations = [
        migrations.AddField(
            model_name="curateditem",
            name="image_decorative",
            field=models.BooleanField(
                default=False,
                help_text="The picture says nothing that the words do not say: people who do not see it are spared it.",
                verbose_name="only decoration",
            ),
        ),
        migrations.AddField(
            model_name="featuredimage",
            name="band_1",
            field=models.IntegerField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="featuredimage",
            name="band_2",
            field=models.IntegerField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="featuredimage",
            name="band_3",
            field=models.IntegerField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="featuredimage",
            name="band_4",
            field=models.IntegerField(db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="featuredimage",
            name="likeness",
            field=models.CharField(blank=True, editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="featuredimage",
            name="looks_like",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="curation.featuredimage",
            ),
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipe", models.CharField(max_length=64)),
                ("shape", models.CharField(max_length=10)),
                ("format", models.CharField(max_length=10)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("file", models.FileField(unique=True, upload_to="")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "community",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="communities.community",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="curation.featuredimage",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drawn",
                        to="curation.curateditem",
                    ),
                ),
            ],
            options={
                "ordering": ["shape", "format", "width"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("community__isnull", True), ("image__isnull", False), ("item__isnull", True)),
                            models.Q(("community__isnull", True), ("image__isnull", True), ("item__isnull", False)),
                            models.Q(("community__isnull", False), ("image__isnull", True), ("item__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_rendition_is_of_one_thing",
                    )
                ],
            },
        ),
    ]
