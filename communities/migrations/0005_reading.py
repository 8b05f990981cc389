from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("communities", "0004_mail_preference")]

    operations = []
