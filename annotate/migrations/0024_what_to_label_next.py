"""What is labelled next: items that a model, or chance, brought forward."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0023_catalogue"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "choosing.sql").read_text(), "DROP FUNCTION blind_draw(bigint, bigint);"
        ),
        migrations.CreateModel(
            name="Choosing",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="choosing",
                        serialize=False,
                        to="annotate.project",
                    ),
                ),
                ("seed", models.BigIntegerField()),
                ("least_share", models.FloatField()),
                (
                    "began_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
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
                    ("item.withdrawn", "Item Withdrawn"),
                    ("item.prioritised", "Item Prioritised"),
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
                    ("consent.given", "Consent Given"),
                    ("consent.withdrawn", "Consent Withdrawn"),
                    ("llm.started", "Llm Started"),
                    ("items.chosen", "Items Chosen"),
                    ("application.connected", "Application Connected"),
                    ("production.changed", "Production Rules Changed"),
                    ("drift.found", "Drift Found"),
                    ("drift.ended", "Drift Ended"),
                    ("acceptance.proposed", "Acceptance Proposed"),
                    ("acceptance.looked", "Acceptance Looked"),
                    ("acceptance.begun", "Acceptance Begun"),
                    ("acceptance.done", "Acceptance Done"),
                    ("acceptance.cancelled", "Acceptance Cancelled"),
                    ("acceptance.breached", "Acceptance Breached"),
                    ("acceptance.reopened", "Acceptance Reopened"),
                    ("item.accepted", "Item Accepted"),
                    ("item.reopened", "Item Reopened"),
                    ("release.published", "Release Published"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("import", "Import"),
                    ("prelabel", "Prelabel"),
                    ("teach", "Teach"),
                    ("release", "Release"),
                    ("choose", "Choose"),
                    ("bulk", "Bulk"),
                    ("accept", "Accept"),
                    ("llm", "Llm"),
                    ("reopen", "Reopen"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="ChosenItem",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="chosen",
                        serialize=False,
                        to="annotate.item",
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                (
                    "chosen_by",
                    models.CharField(
                        choices=[
                            ("density", "Density"),
                            ("margin", "Margin"),
                            ("chance", "Chance"),
                        ],
                        max_length=7,
                    ),
                ),
                ("margin", models.FloatField(null=True)),
                ("is_ahead", models.BooleanField(db_default=True)),
                (
                    "chosen_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotate.job",
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
                        condition=models.Q(("is_ahead", True)),
                        fields=["project", "job", "place"],
                        name="items_brought_forward",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("chosen_by__in", ["density", "margin", "chance"])),
                        name="why_it_was_chosen_is_known",
                    )
                ],
            },
        ),
    ]
