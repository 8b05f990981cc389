from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0004_mail_preference")]

    operations = [
        migrations.AddField(
            model_name="community",
            name="accent",
            field=models.CharField(
                "colour",
                blank=True,
                choices=[
                    ("teal", "Teal"),
                    ("blue", "Blue"),
                    ("indigo", "Indigo"),
                    ("violet", "Violet"),
                    ("plum", "Plum"),
                    ("rose", "Rose"),
                    ("brick", "Brick"),
                    ("amber", "Amber"),
                    ("olive", "Olive"),
                    ("green", "Green"),
                ],
                help_text="The colour of its pages and of the mark beside its items. Left empty, it follows from the "
                "address.",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="community",
            name="contact",
            field=models.EmailField(
                "mail address",
                blank=True,
                help_text="Where readers can write to. It stands on the community's page, for everybody to read.",
                max_length=254,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="named",
            field=models.BooleanField(
                "named to readers", default=True, help_text="Whether the community's page says that they curate it."
            ),
        ),
    ]
