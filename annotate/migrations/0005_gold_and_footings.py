"""Gold that is planted among the work, where workers stand, and their appeals."""

from pathlib import Path
from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
UNDO = """
DROP FUNCTION find_own_assignment(uuid, bigint);
DROP FUNCTION hand_out(bigint, bigint, bigint, interval, int, boolean, double precision, text,
    interval);
DROP FUNCTION plant_gold(bigint, bigint, bigint, interval);
DROP FUNCTION work_waits(bigint, bigint);
DROP FUNCTION gold_draw(text, bigint, int);
DROP TRIGGER plantings_are_append_only ON annotate_planting;
DROP TRIGGER gold_knows_its_project ON annotate_goldlabel;
DROP FUNCTION gold_knows_its_project();
"""
PROTECT = django.db.models.deletion.PROTECT
NOW = django.db.models.functions.datetime.Now()
RUNGS = [
    ("none", "None"),
    ("hint", "Hint"),
    ("slower", "Slower"),
    ("other_tier", "Other Tier"),
    ("paused", "Paused"),
]
RUNG_NAMES = [name for name, _ in RUNGS]
A_USER: dict[str, Any] = {
    "db_index": False,
    "null": True,
    "on_delete": PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}
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


class Migration(migrations.Migration):
    dependencies = [("annotate", "0004_crowd_versions")]

    operations = [
        migrations.RemoveConstraint(model_name="assignment", name="purpose_is_known"),
        migrations.AlterField(
            model_name="assignment",
            name="purpose",
            field=models.CharField(
                choices=[("judge", "Judge"), ("adjudicate", "Adjudicate"), ("gold", "Gold")],
                db_default="judge",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["judge", "adjudicate", "gold"])),
                name="purpose_is_known",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[(kind, kind.replace(".", " ").title()) for kind in EVENTS], max_length=30
            ),
        ),
        migrations.AddField(
            model_name="goldlabel", name="doubt", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="goldlabel", name="planted", field=models.PositiveIntegerField(db_default=0)
        ),
        migrations.AddField(
            model_name="goldlabel",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="annotate.project",
            ),
        ),
        migrations.AddField(
            model_name="goldlabel",
            name="state",
            field=models.CharField(
                choices=[
                    ("trusted", "Trusted"),
                    ("doubted", "Doubted"),
                    ("confirmed", "Confirmed"),
                    ("refuted", "Refuted"),
                ],
                db_default="trusted",
                max_length=9,
            ),
        ),
        migrations.AddIndex(
            model_name="goldlabel",
            index=models.Index(
                fields=["project", "planted", "id"], name="gold_least_planted_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="goldlabel",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["trusted", "doubted", "confirmed", "refuted"])),
                name="gold_state_is_known",
            ),
        ),
        migrations.CreateModel(
            name="Planting",
            fields=[
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="planting",
                        serialize=False,
                        to="annotate.assignment",
                    ),
                ),
                ("stays_open", models.DurationField()),
            ],
        ),
        migrations.CreateModel(
            name="Footing",
            fields=[
                (
                    "worker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="footing",
                        serialize=False,
                        to="annotate.worker",
                    ),
                ),
                ("handed", models.PositiveIntegerField(db_default=0)),
                ("handed_at", models.DateTimeField(null=True)),
                ("rung", models.CharField(choices=RUNGS, db_default="none", max_length=10)),
                ("measure", models.JSONField(db_default={})),
                ("measured_at", models.DateTimeField(null=True)),
                (
                    "overruled_to",
                    models.CharField(blank=True, choices=RUNGS, db_default="", max_length=10),
                ),
                ("overruled_why", models.TextField(blank=True, db_default="")),
                ("overruled_by", models.ForeignKey(**A_USER)),
                ("overruled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rung__in", RUNG_NAMES),
                            models.Q(
                                ("overruled_to", ""),
                                ("overruled_to__in", RUNG_NAMES),
                                _connector="OR",
                            ),
                        ),
                        name="rungs_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("overruled_to", ""),
                            models.Q(("overruled_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_lead_who_overrules_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("gold", "Gold"), ("ruling", "Ruling")], max_length=6
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("upheld", "Upheld"), ("rejected", "Rejected")],
                        db_default="open",
                        max_length=8,
                    ),
                ),
                ("decision", models.TextField(blank=True, db_default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=NOW)),
                ("decided_by", models.ForeignKey(**A_USER)),
                (
                    "judgment",
                    models.OneToOneField(
                        on_delete=PROTECT, related_name="appeal", to="annotate.judgment"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to="annotate.project"
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="appeals", to="annotate.worker"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["project", "-id"], name="latest_appeals")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "upheld", "rejected"]),
                            ("subject__in", ["gold", "ruling"]),
                        ),
                        name="appeal_words_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_decided_appeal_has_its_judge",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "gold.sql").read_text(), UNDO),
    ]
