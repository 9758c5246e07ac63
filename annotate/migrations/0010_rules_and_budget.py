"""What rules do besides asking others, and what a project has spent."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
_, _, REAPER = (
    (SQL / "experts.sql")
    .read_text()
    .partition("CREATE OR REPLACE FUNCTION release_expired_leases")
)
UNDO = f"""
CREATE OR REPLACE FUNCTION release_expired_leases{REAPER}
DROP FUNCTION take_second_looks(bigint, bigint, interval, int, double precision);
"""
# Readings are counted from now on; those before are counted here, once. Decisions that are older
# than readings have none.
COUNT_READINGS = """
UPDATE annotate_worker w SET read_count = said.times
  FROM (SELECT worker, count(*) AS times
          FROM (SELECT worker_id AS worker, item_id FROM annotate_reading WHERE step = 'final'
                UNION
                SELECT decided_by_id, item_id FROM annotate_finallabel
                 WHERE source = 'adjudication' AND decided_by_id IS NOT NULL) AS readings
         GROUP BY worker) AS said
 WHERE w.id = said.worker
"""


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0009_hot_path"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="hold",
                        serialize=False,
                        to="annotate.item",
                    ),
                ),
                ("rule", models.CharField(max_length=100)),
                ("sentence", models.TextField()),
                (
                    "held_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("resumed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SecondLook",
            fields=[
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="second_look",
                        serialize=False,
                        to="annotate.assignment",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("leased", "Leased"),
                            ("answered", "Answered"),
                            ("declined", "Declined"),
                            ("lapsed", "Lapsed"),
                        ],
                        db_default="waiting",
                        max_length=8,
                    ),
                ),
                ("note", models.TextField(blank=True, db_default="")),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="item",
            name="item_stage_is_known",
        ),
        migrations.AddField(
            model_name="crowdversion",
            name="allowance",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="worker",
            name="again_count",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="worker",
            name="read_count",
            field=models.PositiveIntegerField(db_default=0),
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
                    ("release.published", "Release Published"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="stage",
            field=models.CharField(
                choices=[
                    ("new", "New"),
                    ("open", "Open"),
                    ("disputed", "Disputed"),
                    ("held", "Held"),
                    ("settled", "Settled"),
                    ("withdrawn", "Withdrawn"),
                ],
                db_default="new",
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stage__in", ["new", "open", "disputed", "held", "settled", "withdrawn"])
                ),
                name="item_stage_is_known",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="guideline",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.guideline",
            ),
        ),
        migrations.AddField(
            model_name="hold",
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
            model_name="hold",
            name="resumed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="secondlook",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_looks",
                to="annotate.item",
            ),
        ),
        migrations.AddField(
            model_name="secondlook",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.project",
            ),
        ),
        migrations.AddField(
            model_name="secondlook",
            name="worker",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotate.worker",
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("resumed_at__isnull", True)),
                fields=["project", "item"],
                name="items_that_are_held",
            ),
        ),
        migrations.AddIndex(
            model_name="secondlook",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["worker", "asked_at"],
                name="looks_that_wait_for_a_worker",
            ),
        ),
        migrations.AddIndex(
            model_name="secondlook",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "leased"])),
                fields=["asked_at"],
                name="open_looks",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondlook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "leased", "answered", "declined", "lapsed"])
                ),
                name="look_state_is_known",
            ),
        ),
        migrations.RunSQL((SQL / "recourse.sql").read_text(), UNDO),
        migrations.RunSQL(COUNT_READINGS, migrations.RunSQL.noop),
    ]
