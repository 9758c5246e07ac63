"""Items that need a qualification wait in pools of their own, and the trail is sealed. And two lists
that walked over rows of other jobs get the indexes they need."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def _function(file: str, name: str) -> str:
    """What a function was before, for the way back."""
    text = (SQL / file).read_text()
    begin = text.index(f"FUNCTION {name}(")
    return "CREATE OR REPLACE " + text[begin : text.index("\n$$;", begin) + 4]


UNDO = (
    *("DROP FUNCTION pools_of(bigint, bigint);", _function("queue.sql", "enqueue_item")),
    *(_function("gold.sql", "work_waits"), _function("gold.sql", "plant_gold")),
    _function("shown.sql", "claim_next_item"),
)

UNSEAL = """
DROP TRIGGER seals_are_append_only ON annotate_trailseal;
DROP FUNCTION seal_of(text, bigint, bigint, bigint, bigint, bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0028_exactly_what_was_shown")]

    operations = [
        migrations.CreateModel(
            name="Pool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "needs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pools",
                        to="annotate.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "needs"), name="one_pool_for_the_same_needs"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("needs", []), _negated=True),
                        name="a_pool_needs_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="qualifications",
                        to="annotate.worker",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotate.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["project", "name", "worker"], name="who_has_a_qualification"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("worker", "name"), name="a_qualification_is_given_once"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="item",
            name="pool",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.pool",
            ),
        ),
        migrations.AlterField(
            model_name="queueentry", name="tier", field=models.CharField(max_length=26)
        ),
        migrations.AlterField(
            model_name="queuecursor", name="tier", field=models.CharField(max_length=26)
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["project", "kind", "-id"], name="latest_jobs_of_a_kind"),
        ),
        migrations.AddIndex(
            model_name="rejection",
            index=models.Index(fields=["job", "id"], name="rejections_of_a_job"),
        ),
        migrations.RemoveIndex(model_name="rejection", name="rejections_in_order"),
        migrations.AlterField(
            model_name="rejection",
            name="job",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rejections",
                to="annotate.job",
            ),
        ),
        migrations.RunSQL((SQL / "pools.sql").read_text(), "\n".join(UNDO)),
        migrations.CreateModel(
            name="TrailSeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("last_event", models.BigIntegerField()),
                ("last_judgment", models.BigIntegerField()),
                ("last_final", models.BigIntegerField()),
                ("rows", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "sealed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RunSQL((SQL / "seals.sql").read_text(), UNSEAL),
    ]
