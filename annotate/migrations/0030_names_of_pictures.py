"""The same picture may come under several file names, and rows may name it by any of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0029_pools_and_seals"),
    ]

    operations = [
        # The new one first: it serves the same searches, and the old one forbids more.
        migrations.AddConstraint(
            model_name="media",
            constraint=models.UniqueConstraint(
                fields=("project", "sha256", "name"), name="a_picture_has_a_name_once"
            ),
        ),
        migrations.RemoveConstraint(model_name="media", name="a_picture_is_stored_once_a_project"),
    ]
