"""Auto-accept: batches of a model's answers, their audits, and the counters of what was accepted."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def _part(file: str, start: str, end: str) -> str:
    """A function as it was before, to go back to."""
    _, _, after = (SQL / file).read_text().partition(start)
    return (start + after.partition(end)[0]).replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )


UNDO = (
    _part("counters.sql", "CREATE FUNCTION count_added_items", "CREATE TRIGGER added_items")
    + _part("counters.sql", "CREATE FUNCTION comparisons_between", "-- The id up to which")
    + _part("judgment.sql", "CREATE FUNCTION settle_item", "-- Ask again")
)


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0018_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                ("target", models.FloatField()),
                ("risk", models.FloatField()),
                ("rolling_share", models.FloatField()),
                ("seed", models.BigIntegerField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("size", models.PositiveIntegerField(db_default=0)),
                ("drawn", models.PositiveIntegerField(db_default=0)),
                ("spent_looks", models.PositiveIntegerField(db_default=0)),
                ("looks", models.PositiveIntegerField(db_default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("auditing", "Auditing"),
                            ("accepting", "Accepting"),
                            ("accepted", "Accepted"),
                            ("reopening", "Reopening"),
                            ("reopened", "Reopened"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_default="auditing",
                        max_length=9,
                    ),
                ),
                ("verdict", models.JSONField(null=True)),
                ("accepted", models.PositiveIntegerField(db_default=0)),
                ("rolling", models.PositiveIntegerField(db_default=0)),
                ("rolling_audited", models.PositiveIntegerField(db_default=0)),
                ("rolling_errors", models.PositiveIntegerField(db_default=0)),
                ("evidence", models.FloatField(db_default=0.0)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AcceptanceItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="finallabel",
            name="an_adjudication_has_its_expert",
        ),
        migrations.AddField(
            model_name="itemcount",
            name="auto_accept",
            field=models.IntegerField(db_default=0),
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
            model_name="finallabel",
            name="source",
            field=models.CharField(
                choices=[
                    ("consensus", "Consensus"),
                    ("adjudication", "Adjudication"),
                    ("auto_accept", "Auto Accept"),
                ],
                max_length=12,
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
                    ("bulk", "Bulk"),
                    ("accept", "Accept"),
                    ("reopen", "Reopen"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="finallabel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by__isnull", True), ("source__in", ["consensus", "auto_accept"])
                    ),
                    models.Q(("decided_by__isnull", False), ("source", "adjudication")),
                    _connector="OR",
                ),
                name="an_adjudication_has_its_expert",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="follows",
            field=models.OneToOneField(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="annotate.acceptance",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="guideline",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.guideline",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="job",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.job",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="model_version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.modelversion",
            ),
        ),
        migrations.AddField(
            model_name="acceptance",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.project",
            ),
        ),
        migrations.AddField(
            model_name="acceptanceitem",
            name="acceptance",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="annotate.acceptance",
            ),
        ),
        migrations.AddField(
            model_name="acceptanceitem",
            name="item",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.item",
            ),
        ),
        migrations.AddField(
            model_name="acceptanceitem",
            name="prediction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.prediction",
            ),
        ),
        migrations.AddIndex(
            model_name="acceptance",
            index=models.Index(fields=["project", "-id"], name="latest_acceptances"),
        ),
        migrations.AddConstraint(
            model_name="acceptance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("auditing", "accepting", "reopening"))),
                fields=("project", "question"),
                name="one_batch_of_a_question_is_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "auditing",
                            "accepting",
                            "accepted",
                            "reopening",
                            "reopened",
                            "cancelled",
                        ],
                    )
                ),
                name="acceptance_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("risk__gt", 0), ("risk__lt", 1), ("target__gt", 0), ("target__lt", 1)
                ),
                name="a_promise_is_of_shares",
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptanceitem",
            constraint=models.UniqueConstraint(
                fields=("acceptance", "place"), name="each_place_is_drawn_once"
            ),
        ),
        migrations.RunSQL((SQL / "acceptance.sql").read_text(), UNDO),
    ]
