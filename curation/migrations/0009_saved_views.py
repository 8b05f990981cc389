import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0008_conversation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("deed", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("answers", models.JSONField(default=dict)),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("came_from", models.CharField(blank=True, max_length=2000)),
            ],
        ),
        migrations.CreateModel(
            name="BatchLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Waiting"),
                            ("done", "Done"),
                            ("same", "Nothing to do"),
                            ("refused", "Left as it is"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": [django.db.models.functions.text.Lower("name"), "pk"],
            },
        ),
        migrations.RemoveIndex(
            model_name="curateditem",
            name="item_public",
        ),
        migrations.RemoveIndex(
            model_name="curateditem",
            name="item_recent",
        ),
        migrations.RemoveIndex(
            model_name="curateditem",
            name="item_queue",
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                fields=["publication", "-publish_at", "-id", "community", "created_by", "unpublish_at"],
                name="item_public",
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                fields=["-updated_at", "-id", "community", "created_by", "review_after", "publication"],
                name="item_recent",
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                fields=["state", "publication", "-updated_at", "-id", "community", "created_by"], name="item_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("head_revision__gt", models.F("live_revision"))),
                fields=["state", "-updated_at", "-id", "publication", "community", "created_by"],
                name="item_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("review_due__isnull", False)), fields=["review_due"], name="item_review_due"
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("featured_image__isnull", True)),
                fields=["publication", "-publish_at", "-id", "community", "created_by", "unpublish_at"],
                name="item_no_picture",
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                fields=[
                    "publication",
                    "-publish_at",
                    "-id",
                    "community",
                    "created_by",
                    "unpublish_at",
                    "featured_image",
                    "image_alt",
                    "image_decorative",
                ],
                name="item_no_alt",
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(
                    ("file_revision__isnull", True), ("file_revision__lt", models.F("live_revision")), _connector="OR"
                ),
                fields=["publication", "-publish_at", "-id", "community", "created_by", "unpublish_at"],
                name="item_not_exported",
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("review_after", True)), fields=["-updated_at"], name="item_unconfirmed"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="batchline",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="curation.batch"
            ),
        ),
        migrations.AddField(
            model_name="batchline",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="batch_lines", to="curation.curateditem"
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="community",
            field=models.ForeignKey(
                blank=True,
                help_text="Every member of this community finds it in the list. Empty: you alone.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to="communities.community",
                verbose_name="shared with",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="batchline",
            constraint=models.UniqueConstraint(fields=("batch", "item"), name="item_once_per_batch"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                models.F("owner"),
                django.db.models.functions.text.Lower("name"),
                name="view_once_per_owner",
                violation_error_message="You have a view of this name already. Choose another one.",
            ),
        ),
    ]
