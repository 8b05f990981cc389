from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("curation", "0004_history_is_kept")]

    operations = []
