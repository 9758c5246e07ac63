"""Counters of items, minutes, workers, models and agreement; what is there is counted."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
UNDO = """
DROP TRIGGER added_items_are_counted ON annotate_item;
DROP TRIGGER removed_items_are_counted ON annotate_item;
DROP TRIGGER changed_items_are_counted ON annotate_item;
DROP FUNCTION count_added_items();
DROP FUNCTION count_removed_items();
DROP FUNCTION count_changed_item();
DROP FUNCTION minutes_between(bigint, bigint, bigint, bigint);
DROP FUNCTION comparisons_between(bigint, bigint, bigint, bigint);
DROP FUNCTION acceptances_between(bigint, bigint, bigint, bigint);
DROP FUNCTION complete_to(regclass, interval);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0007_queue_project_is_a_copy"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpertFigures",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="annotate.project",
                    ),
                ),
                ("figures", models.JSONField()),
                ("last_reading", models.BigIntegerField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("is_stale", models.BooleanField(db_default=False)),
            ],
        ),
        migrations.CreateModel(
            name="AgreementState",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="annotate.project",
                    ),
                ),
                ("counted_to", models.BigIntegerField(db_default=0)),
                (
                    "guideline",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotate.guideline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ItemCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("new", models.IntegerField(db_default=0)),
                ("open", models.IntegerField(db_default=0)),
                ("disputed", models.IntegerField(db_default=0)),
                ("held", models.IntegerField(db_default=0)),
                ("settled", models.IntegerField(db_default=0)),
                ("withdrawn", models.IntegerField(db_default=0)),
                ("consensus", models.IntegerField(db_default=0)),
                ("adjudication", models.IntegerField(db_default=0)),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotate.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ModelCount",
            fields=[
                (
                    "model",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="counted",
                        serialize=False,
                        to="annotate.modelversion",
                    ),
                ),
                ("compared", models.PositiveIntegerField(db_default=0)),
                ("agreed", models.PositiveIntegerField(db_default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreed__lte", models.F("compared"))),
                        name="accepted_is_part_of_compared",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrailCursor",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("last_judgment", models.BigIntegerField(db_default=0)),
                ("last_final", models.BigIntegerField(db_default=0)),
                ("last_prediction", models.BigIntegerField(db_default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="there_is_one_trail"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkerCount",
            fields=[
                (
                    "worker",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="counted",
                        serialize=False,
                        to="annotate.worker",
                    ),
                ),
                ("compared", models.PositiveIntegerField(db_default=0)),
                ("agreed", models.PositiveIntegerField(db_default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreed__lte", models.F("compared"))),
                        name="agreed_is_part_of_compared",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=200)),
                ("counts", models.JSONField()),
                ("figures", models.JSONField(db_default={})),
                ("is_stale", models.BooleanField(db_default=True)),
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
                        condition=models.Q(("is_stale", True)),
                        fields=["project"],
                        name="agreement_to_be_read",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "question"),
                        name="one_agreement_a_question_of_a_project",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KappaCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=200)),
                ("table", models.JSONField()),
                ("items", models.PositiveIntegerField()),
                ("kappa", models.DecimalField(decimal_places=12, max_digits=15, null=True)),
                (
                    "one",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotate.worker",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "question", "one", "other"),
                        name="one_table_a_pair_of_workers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="a_pair_is_told_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MinuteCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minute", models.DateTimeField()),
                ("judgments", models.PositiveIntegerField(db_default=0)),
                ("adjudications", models.PositiveIntegerField(db_default=0)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "minute"), name="one_count_a_minute_of_a_project"
                    )
                ],
            },
        ),
        migrations.RunSQL((SQL / "counters.sql").read_text(), UNDO),
    ]
