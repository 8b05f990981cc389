import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0009_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=220)),
                ("key", models.CharField(editable=False, max_length=220)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="MissedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=300, unique=True, verbose_name="address")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="times asked for")),
                ("first_at", models.DateTimeField(verbose_name="first asked for")),
                ("last_at", models.DateTimeField(verbose_name="last asked for")),
                (
                    "referrer",
                    models.CharField(
                        blank=True,
                        help_text="A page of this site, or the name of another one.",
                        max_length=300,
                        verbose_name="linked from",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "missed addresses",
                "ordering": ["-count", "path"],
            },
        ),
        migrations.CreateModel(
            name="PublisherHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=253, unique=True)),
            ],
            options={
                "verbose_name": "other host",
                "ordering": ["host"],
            },
        ),
        migrations.CreateModel(
            name="Redirect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=500, unique=True, verbose_name="old address")),
                ("target", models.CharField(max_length=2000, verbose_name="leads to")),
                ("target_path", models.CharField(blank=True, db_index=True, editable=False, max_length=500)),
                (
                    "note",
                    models.CharField(blank=True, help_text="Why it moved, for whoever comes by later.", max_length=300),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "ordering": ["path"],
            },
        ),
        migrations.AddField(
            model_name="revision",
            name="restates",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["action", "at"], name="change_deeds"),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=models.Q(("review_by__isnull", False)), fields=["review_by"], name="item_review_by"
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(fields=["created_at"], name="item_created"),
        ),
        migrations.AddField(
            model_name="formername",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_names",
                to="curation.author",
            ),
        ),
        migrations.AddField(
            model_name="formername",
            name="tag",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="former_names", to="curation.tag"
            ),
        ),
        migrations.AddField(
            model_name="formername",
            name="topic",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_names",
                to="communities.topic",
            ),
        ),
        migrations.AddIndex(
            model_name="missedaddress",
            index=models.Index(fields=["-count", "path"], name="missed_most"),
        ),
        migrations.AddIndex(
            model_name="missedaddress",
            index=models.Index(fields=["count", "last_at"], name="missed_least"),
        ),
        migrations.AddField(
            model_name="publisherhost",
            name="publisher",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="other_hosts", to="curation.publisher"
            ),
        ),
        migrations.AddField(
            model_name="redirect",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(
                condition=models.Q(("author__isnull", False)), fields=("key",), name="former_name_of_one_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(
                condition=models.Q(("topic__isnull", False)), fields=("key",), name="former_name_of_one_topic"
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(
                condition=models.Q(("tag__isnull", False)), fields=("key",), name="former_name_of_one_tag"
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("author__isnull", False), ("tag__isnull", True), ("topic__isnull", True)),
                    models.Q(("author__isnull", True), ("tag__isnull", True), ("topic__isnull", False)),
                    models.Q(("author__isnull", True), ("tag__isnull", False), ("topic__isnull", True)),
                    _connector="OR",
                ),
                name="former_name_is_of_one_thing",
            ),
        ),
    ]
