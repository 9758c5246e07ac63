"""Disputes with what is in conflict, readings of experts, and what experts are good at."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
_, _, REAPER = (SQL / "queue.sql").read_text().partition("CREATE FUNCTION release_expired_leases")
UNDO = f"""
CREATE OR REPLACE FUNCTION release_expired_leases{REAPER}
DROP FUNCTION claim_dispute(bigint, bigint, bigint, interval, boolean, jsonb, interval, int);
DROP FUNCTION open_dispute(bigint, bigint, int, jsonb);
DROP FUNCTION enqueue_dispute(bigint);
DROP TRIGGER readings_are_append_only ON annotate_reading;
"""
EVENTS = [
    "project.created",
    "project.changed",
    "guideline.published",
    "policy.changed",
    "member.added",
    "member.changed",
    "items.imported",
    "item.skipped",
    "item.judged",
    "overlap.raised",
    "dispute.opened",
    "dispute.revealed",
    "dispute.read",
    "dispute.escalated",
    "item.settled",
    "item.adjudicated",
    "gold.doubted",
    "gold.decided",
    "rung.changed",
    "rung.overruled",
    "appeal.made",
    "appeal.decided",
    "model.trained",
    "release.published",
]
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
NOW = django.db.models.functions.datetime.Now()
PROTECT = django.db.models.deletion.PROTECT
CASCADE = django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [("annotate", "0005_gold_and_footings")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[(kind, kind.replace(".", " ").title()) for kind in EVENTS], max_length=30
            ),
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        primary_key=True,
                        related_name="dispute",
                        serialize=False,
                        to="annotate.item",
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=NOW)),
                ("position", models.BigIntegerField()),
                ("conflict", models.JSONField(db_default=[])),
                ("wanted", models.PositiveSmallIntegerField(db_default=1)),
                ("is_for_leads", models.BooleanField(db_default=False)),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=CASCADE,
                        related_name="+",
                        to="annotate.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Competence",
            fields=[
                ("id", ID),
                ("category", models.CharField(max_length=200)),
                ("right", models.FloatField()),
                ("seen", models.FloatField()),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False, on_delete=CASCADE, related_name="+", to="annotate.worker"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("worker", "category"), name="one_count_an_expert_and_category"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("right__gte", 0), ("right__lte", models.F("seen"))),
                        name="right_is_part_of_seen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", ID),
                (
                    "step",
                    models.CharField(
                        choices=[("blind", "Blind"), ("final", "Final")], max_length=5
                    ),
                ),
                ("submission_id", models.UUIDField()),
                ("answer", models.JSONField()),
                ("adopted", models.CharField(blank=True, db_default="", max_length=20)),
                ("rationale", models.TextField(blank=True, db_default="")),
                ("saw_votes", models.BooleanField(db_default=False)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decided", "Decided"),
                            ("second", "Second"),
                            ("third", "Third"),
                            ("lead", "Lead"),
                        ],
                        db_default="",
                        max_length=7,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=NOW)),
                (
                    "guideline",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=PROTECT,
                        related_name="+",
                        to="annotate.guideline",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=PROTECT,
                        related_name="readings",
                        to="annotate.item",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=PROTECT,
                        related_name="+",
                        to="annotate.project",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to="annotate.worker"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["project", "-id"], name="latest_readings")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "worker", "step"),
                        name="an_expert_reads_an_item_once_a_step",
                    ),
                    models.UniqueConstraint(
                        fields=("worker", "submission_id", "step"), name="a_reading_is_taken_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("step", "blind"), _negated=True),
                            models.Q(("adopted", ""), ("saw_votes", False)),
                            _connector="OR",
                        ),
                        name="a_blind_reading_saw_nothing",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "experts.sql").read_text(), UNDO),
    ]
