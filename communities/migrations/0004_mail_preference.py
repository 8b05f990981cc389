from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_check_levels")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mail",
            field=models.CharField(
                choices=[("at_once", "At once"), ("daily", "Once a day, together"), ("never", "Never")],
                default="at_once",
                max_length=10,
                verbose_name="notifications by e-mail",
            ),
        ),
    ]
