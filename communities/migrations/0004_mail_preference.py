from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_check_levels")]

    operations = []
