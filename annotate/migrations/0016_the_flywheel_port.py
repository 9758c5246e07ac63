"""What applications ask a model, what comes back, and what becomes of it."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def _find_token() -> str:
    """The function as it was before, to go back to."""
    start = "CREATE OR REPLACE FUNCTION find_token"
    _, _, after = (SQL / "hot.sql").read_text().partition(start)
    return start + after.partition("CREATE OR REPLACE FUNCTION")[0]


UNDO = (
    "DROP FUNCTION find_token(text); " + _find_token()
    + "DROP TRIGGER production_cases_are_append_only ON annotate_productioncase;"
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0015_the_ladder_without_gold"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductionCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=200, null=True)),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("corrected", "Corrected"),
                            ("uncertain", "Uncertain"),
                            ("drifting", "Drifting"),
                            ("random", "Random"),
                            ("counted", "Counted"),
                        ],
                        max_length=9,
                    ),
                ),
                ("said", models.JSONField()),
                ("claim", models.JSONField(null=True)),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "item",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="production_case",
                        to="annotate.item",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotate.project",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="apitoken",
            name="application_of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.project",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("project.created", "Project Created"),
                    ("project.changed", "Project Changed"),
                    ("guideline.published", "Guideline Published"),
                    ("policy.changed", "Policy Changed"),
                    ("member.added", "Member Added"),
                    ("member.changed", "Member Changed"),
                    ("items.imported", "Items Imported"),
                    ("item.skipped", "Item Skipped"),
                    ("item.judged", "Item Judged"),
                    ("overlap.raised", "Overlap Raised"),
                    ("item.returned", "Item Returned"),
                    ("look.closed", "Look Closed"),
                    ("item.held", "Item Held"),
                    ("item.resumed", "Item Resumed"),
                    ("dispute.opened", "Dispute Opened"),
                    ("dispute.revealed", "Dispute Revealed"),
                    ("dispute.read", "Dispute Read"),
                    ("dispute.escalated", "Dispute Escalated"),
                    ("item.settled", "Item Settled"),
                    ("item.adjudicated", "Item Adjudicated"),
                    ("gold.doubted", "Gold Doubted"),
                    ("gold.decided", "Gold Decided"),
                    ("rung.changed", "Rung Changed"),
                    ("rung.overruled", "Rung Overruled"),
                    ("appeal.made", "Appeal Made"),
                    ("appeal.decided", "Appeal Decided"),
                    ("model.trained", "Model Trained"),
                    ("application.connected", "Application Connected"),
                    ("production.changed", "Production Rules Changed"),
                    ("drift.found", "Drift Found"),
                    ("drift.ended", "Drift Ended"),
                    ("release.published", "Release Published"),
                ],
                max_length=30,
            ),
        ),
        migrations.CreateModel(
            name="Ask",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("items", models.JSONField()),
                ("ends_at", models.DateTimeField()),
                ("taken_by", models.IntegerField(null=True)),
                ("answers", models.JSONField(db_default=[])),
                ("error", models.JSONField(null=True)),
                ("is_done", models.BooleanField(db_default=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
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
        ),
        migrations.CreateModel(
            name="DriftCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                ("figures", models.JSONField()),
                ("is_drifting", models.BooleanField()),
                ("newest", models.UUIDField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotate.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProductionCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("predicted", models.PositiveIntegerField(db_default=0)),
                ("refused", models.PositiveIntegerField(db_default=0)),
                ("late", models.PositiveIntegerField(db_default=0)),
                ("received", models.PositiveIntegerField(db_default=0)),
                ("duplicates", models.PositiveIntegerField(db_default=0)),
                ("corrected", models.PositiveIntegerField(db_default=0)),
                ("uncertain", models.PositiveIntegerField(db_default=0)),
                ("drifting", models.PositiveIntegerField(db_default=0)),
                ("random", models.PositiveIntegerField(db_default=0)),
                ("counted", models.PositiveIntegerField(db_default=0)),
                ("capped", models.PositiveIntegerField(db_default=0)),
                ("opened_by_drift", models.PositiveIntegerField(db_default=0)),
                ("labelled", models.PositiveIntegerField(db_default=0)),
                ("refuted", models.PositiveIntegerField(db_default=0)),
                ("released", models.PositiveIntegerField(db_default=0)),
                ("retrained", models.PositiveIntegerField(db_default=0)),
                ("fixed", models.PositiveIntegerField(db_default=0)),
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
        ),
        migrations.CreateModel(
            name="ProductionPrediction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("external_id", models.CharField(max_length=200, null=True)),
                ("data", models.JSONField()),
                ("said", models.JSONField()),
                ("encoder", models.CharField(max_length=200)),
                ("vector", models.BinaryField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotate.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProductionRules",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="production_rules",
                        serialize=False,
                        to="annotate.project",
                    ),
                ),
                ("uncertain_below", models.FloatField(default=0.6)),
                ("random_share", models.FloatField(default=0.05)),
                ("most_a_day", models.PositiveIntegerField(default=50)),
                ("drift_most_a_day", models.PositiveIntegerField(default=20)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("random_share__gte", 0),
                            ("random_share__lte", 1),
                            ("uncertain_below__gte", 0),
                            ("uncertain_below__lte", 1),
                        ),
                        name="production_rules_are_shares",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseProgress",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="progress",
                        serialize=False,
                        to="annotate.productioncase",
                    ),
                ),
                ("labelled_at", models.DateTimeField(null=True)),
                ("is_refuted", models.BooleanField(db_default=False)),
                ("released_at", models.DateTimeField(null=True)),
                ("retrained_at", models.DateTimeField(null=True)),
                ("fixed_at", models.DateTimeField(null=True)),
                ("checked_model", models.BigIntegerField(null=True)),
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
        ),
        migrations.AddIndex(
            model_name="productioncase",
            index=models.Index(
                condition=models.Q(("item__isnull", False)),
                fields=["project", "-id"],
                name="latest_cases_with_items",
            ),
        ),
        migrations.AddConstraint(
            model_name="productioncase",
            constraint=models.UniqueConstraint(
                fields=("project", "external_id"), name="a_case_comes_once_by_its_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="productioncase",
            constraint=models.UniqueConstraint(
                fields=("project", "content_hash"), name="a_case_comes_once_by_its_content"
            ),
        ),
        migrations.AddConstraint(
            model_name="productioncase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["corrected", "uncertain", "drifting", "random", "counted"])
                ),
                name="case_reason_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="driftcheck",
            index=models.Index(fields=["project", "question", "-id"], name="latest_drift_checks"),
        ),
        migrations.AddConstraint(
            model_name="productioncount",
            constraint=models.UniqueConstraint(
                fields=("project", "day"), name="one_count_a_day_of_production"
            ),
        ),
        migrations.AddIndex(
            model_name="productionprediction",
            index=models.Index(fields=["project", "-made_at"], name="latest_of_production"),
        ),
        migrations.AddIndex(
            model_name="productionprediction",
            index=models.Index(fields=["made_at"], name="oldest_of_production"),
        ),
        migrations.AddIndex(
            model_name="caseprogress",
            index=models.Index(
                condition=models.Q(
                    models.Q(("fixed_at__isnull", True), ("is_refuted", False)),
                    models.Q(("is_refuted", False), ("released_at__isnull", True)),
                    _connector="OR",
                ),
                fields=["project", "case"],
                name="cases_under_way",
            ),
        ),
        migrations.RunSQL((SQL / "flywheel.sql").read_text(), UNDO),
    ]
