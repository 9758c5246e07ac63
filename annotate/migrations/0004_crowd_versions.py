"""What was learnt of a crowd, version by version; and what routing reads of a vote."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
# The function of the release before ignores nothing it needs, so only the trigger is undone.
UNDO = "DROP TRIGGER crowds_are_append_only ON annotate_crowdversion;"


class Migration(migrations.Migration):
    dependencies = [("annotate", "0003_submit_and_leases")]

    operations = [
        migrations.CreateModel(
            name="CrowdVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("votes", models.PositiveIntegerField()),
                ("standings", models.JSONField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crowds",
                        to="annotate.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "version"), name="one_crowd_a_version_of_a_project"
                    )
                ],
            },
        ),
        migrations.RunSQL((SQL / "crowd.sql").read_text(), UNDO),
    ]
