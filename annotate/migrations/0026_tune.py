"""Trials of fine-tunes, and versions with encoders of their own, made anew and pinned."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0025_anchoring"),
    ]

    operations = [
        migrations.AddField(
            model_name="modelversion",
            name="copy_of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="annotate.modelversion",
            ),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="own_encoder",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="pinned_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="modelversion",
            name="tuned_from",
            field=models.CharField(blank=True, db_default="", max_length=200),
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
                    ("tune", "Tune"),
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
        migrations.AlterField(
            model_name="modelversion",
            name="kind",
            field=models.CharField(
                choices=[
                    ("zero_shot", "Zero Shot"),
                    ("head", "Head"),
                    ("llm", "Llm"),
                    ("memory", "Memory"),
                    ("catalogue", "Catalogue"),
                    ("tuned", "Tuned"),
                ],
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="Tuning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("under_way", "Under Way"),
                            ("taken", "Taken"),
                            ("not_better", "Not Better"),
                            ("pinned", "Pinned"),
                            ("audited", "Audited"),
                            ("too_few", "Too Few"),
                        ],
                        db_default="under_way",
                        max_length=10,
                    ),
                ),
                ("lessons", models.JSONField(db_default=[])),
                ("folds", models.JSONField(db_default={})),
                ("report", models.JSONField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "guideline",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotate.guideline",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tuning",
                        to="annotate.job",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tunings",
                        to="annotate.project",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="annotate.modelversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "question", "-id"], name="latest_tunings")
                ],
            },
        ),
    ]
