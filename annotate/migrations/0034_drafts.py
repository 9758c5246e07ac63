"""What workers have begun to say is kept on the server, too."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0033_skips")]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="annotate.assignment",
                    ),
                ),
                ("answer", models.JSONField()),
                ("comment", models.TextField(blank=True)),
                ("is_unsure", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
                (
                    "saved_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
    ]
