from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("curation", "0010_redirects")]

    operations = [
        migrations.AddField(
            model_name="featuredimage",
            name="small",
            field=models.FileField(default="", editable=False, max_length=200, upload_to=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="featuredimage",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(
                condition=Q(("image_decorative", True)), fields=["featured_image"], name="item_decorated"
            ),
        ),
        migrations.AddIndex(
            model_name="curateditem",
            index=models.Index(fields=["featured_image", "image_alt", "image_decorative"], name="item_picture_words"),
        ),
        migrations.AddIndex(
            model_name="featuredimage",
            index=models.Index(condition=Q(("alt", "")), fields=["id"], name="picture_without_words"),
        ),
        migrations.AddIndex(
            model_name="featuredimage",
            index=models.Index(condition=Q(("width__lt", 600)), fields=["id"], name="picture_too_small"),
        ),
        migrations.AddIndex(
            model_name="featuredimage",
            index=models.Index(
                condition=Q(("looks_like__isnull", False)), fields=["looks_like", "id"], name="picture_alike"
            ),
        ),
    ]
