"""Near-duplicates: their groups, and labels that are spread within one."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def _part(file: str, start: str, end: str) -> str:
    """A function as it was before, to go back to."""
    _, _, after = (SQL / file).read_text().partition(start)
    return start + after.partition(end)[0]


UNDO = _part(
    "acceptance.sql", "CREATE OR REPLACE FUNCTION count_added", "-- An item that was taken"
)


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0026_tune"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupItem",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="grouped",
                        serialize=False,
                        to="annotate.item",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("waiting", "Waiting"),
                            ("audit", "Audit"),
                            ("own", "Own"),
                            ("spread", "Spread"),
                            ("returned", "Returned"),
                        ],
                        db_default="found",
                        max_length=8,
                    ),
                ),
                ("is_equal", models.BooleanField()),
                ("likeness", models.FloatField()),
                ("shared", models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name="ItemGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("open", "Open"),
                            ("spreading", "Spreading"),
                            ("done", "Done"),
                            ("returning", "Returning"),
                            ("returned", "Returned"),
                        ],
                        db_default="found",
                        max_length=9,
                    ),
                ),
                ("reason", models.JSONField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ItemSketch",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="annotate.item",
                    ),
                ),
                ("keys", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SimilarRules",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="similar_rules",
                        serialize=False,
                        to="annotate.project",
                    ),
                ),
                ("is_spread", models.BooleanField(db_default=False)),
                ("least_likeness", models.FloatField(db_default=0.95)),
                ("least_shared", models.FloatField(db_default=0.8)),
                ("audit_share", models.FloatField(db_default=0.1)),
                ("shows_own", models.BooleanField(db_default=False)),
                ("seed", models.BigIntegerField()),
                ("sketched_to", models.BigIntegerField(db_default=0)),
                ("grouped_to", models.BigIntegerField(db_default=0)),
                ("counted", models.JSONField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
                ("is_stale", models.BooleanField(db_default=False)),
            ],
        ),
        migrations.CreateModel(
            name="SpreadCursor",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("last_final", models.BigIntegerField(db_default=0)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="finallabel",
            name="an_adjudication_has_its_expert",
        ),
        migrations.AddField(
            model_name="itemcount",
            name="spread",
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
                    ("model.tuned", "Model Tuned"),
                    ("model.pinned", "Model Pinned"),
                    ("model.unpinned", "Model Unpinned"),
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
                    ("similar.changed", "Similar Changed"),
                    ("item.spread", "Item Spread"),
                    ("group.contradicted", "Group Contradicted"),
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
                    ("spread", "Spread"),
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
                    ("tune", "Tune"),
                    ("release", "Release"),
                    ("choose", "Choose"),
                    ("bulk", "Bulk"),
                    ("accept", "Accept"),
                    ("llm", "Llm"),
                    ("reopen", "Reopen"),
                    ("group", "Group"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="finallabel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by__isnull", True),
                        ("source__in", ["consensus", "auto_accept", "spread"]),
                    ),
                    models.Q(("decided_by__isnull", False), ("source", "adjudication")),
                    _connector="OR",
                ),
                name="an_adjudication_has_its_expert",
            ),
        ),
        migrations.AddField(
            model_name="itemgroup",
            name="first",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="group_led",
                to="annotate.item",
            ),
        ),
        migrations.AddField(
            model_name="itemgroup",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotate.project",
            ),
        ),
        migrations.AddField(
            model_name="groupitem",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="annotate.itemgroup",
            ),
        ),
        migrations.AddField(
            model_name="itemsketch",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotate.project",
            ),
        ),
        migrations.AddConstraint(
            model_name="similarrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_likeness__gte", 0.8),
                    ("least_likeness__lte", 1),
                    ("least_shared__gte", 0.7),
                    ("least_shared__lte", 1),
                    ("audit_share__gte", 0.01),
                    ("audit_share__lte", 1),
                ),
                name="rules_of_similar_items_are_shares",
            ),
        ),
        migrations.AddConstraint(
            model_name="spreadcursor",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="one_spread_cursor"
            ),
        ),
        migrations.AddIndex(
            model_name="itemgroup",
            index=models.Index(fields=["project", "state", "id"], name="groups_by_state"),
        ),
        migrations.AddIndex(
            model_name="itemgroup",
            index=models.Index(
                condition=models.Q(("state__in", ["spreading", "returning"])),
                fields=["id"],
                name="groups_to_work_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["found", "open", "spreading", "done", "returning", "returned"])
                ),
                name="group_state_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="groupitem",
            index=models.Index(fields=["group", "state", "item"], name="members_of_a_group"),
        ),
        migrations.AddConstraint(
            model_name="groupitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["found", "waiting", "audit", "own", "spread", "returned"])
                ),
                name="member_state_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="itemsketch",
            index=models.Index(fields=["project", "item"], name="sketches_of_a_project"),
        ),
        migrations.RunSQL((SQL / "similar.sql").read_text(), UNDO),
    ]
