"""Who lists the own tokens does not walk over those that were revoked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0030_names_of_pictures")]

    operations = [
        migrations.AddIndex(
            model_name="apitoken",
            index=models.Index(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=["user", "-id"],
                name="live_tokens",
            ),
        ),
    ]
