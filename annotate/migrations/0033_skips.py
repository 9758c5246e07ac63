"""Skips are counted by worker and reason, and the newest of a worker are found by an index."""

import django.db.models.deletion
from django.db import migrations, models

# What was skipped before is in the trail.
COUNT = """
INSERT INTO annotate_skipcount (worker_id, reason, skipped)
SELECT worker_id, payload ->> 'reason', count(*) FROM annotate_event
 WHERE kind = 'item.skipped' AND worker_id IS NOT NULL GROUP BY 1, 2;
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0032_labels_of_people")]

    operations = [
        migrations.CreateModel(
            name="SkipCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=20)),
                ("skipped", models.PositiveIntegerField()),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skip_counts",
                        to="annotate.worker",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("worker", "reason"), name="skips_are_counted_by_reason"
                    ),
                ],
            },
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("kind", "item.skipped")),
                fields=["worker", "-id"],
                name="latest_skips_of_a_worker",
            ),
        ),
    ]
