"""Language models elsewhere: consents, runs, and what was paid for."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0021_facets_of_labels_taken_back"),
    ]

    operations = [
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
                ],
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="LlmRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("endpoint", models.CharField(max_length=40)),
                ("model", models.CharField(max_length=100)),
                ("prompt_version", models.CharField(max_length=16)),
                ("price_in", models.FloatField()),
                ("price_out", models.FloatField()),
                ("most_tokens", models.BigIntegerField()),
                ("most_money", models.FloatField()),
                ("samples", models.PositiveSmallIntegerField()),
                ("concurrency", models.PositiveSmallIntegerField()),
                ("most_items", models.PositiveIntegerField(null=True)),
                (
                    "hearing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "unknown"),
                            ("likelihoods", "Likelihoods"),
                            ("samples", "Samples"),
                        ],
                        db_default="",
                        max_length=11,
                    ),
                ),
                ("lost_in", models.BigIntegerField(db_default=0)),
                ("lost_out", models.BigIntegerField(db_default=0)),
                ("versions", models.JSONField(db_default={})),
                ("counts", models.JSONField(db_default={})),
                ("scores", models.JSONField(db_default={})),
                (
                    "stopped",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not"),
                            ("tokens", "Tokens"),
                            ("money", "Money"),
                            ("consent", "Consent"),
                            ("guideline", "Guideline"),
                        ],
                        db_default="",
                        max_length=9,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        related_name="llm_run",
                        to="annotate.job",
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
            ],
        ),
        migrations.CreateModel(
            name="LlmReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=141)),
                ("prompt_version", models.CharField(max_length=16)),
                ("item_hash", models.CharField(max_length=64)),
                ("sample", models.PositiveSmallIntegerField()),
                ("content", models.TextField(blank=True)),
                ("likelihoods", models.JSONField(db_default={})),
                ("tokens_in", models.BigIntegerField()),
                ("tokens_out", models.BigIntegerField()),
                (
                    "created_at",
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
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="annotate.llmrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EndpointConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("endpoint", models.CharField(max_length=40)),
                ("host", models.CharField(max_length=300)),
                (
                    "given_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "endpoint"), name="one_consent_a_project_and_endpoint"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="llmrun",
            index=models.Index(fields=["project", "-id"], name="latest_llm_runs"),
        ),
        migrations.AddConstraint(
            model_name="llmrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("most_money__gte", 0),
                    ("most_tokens__gte", 0),
                    ("price_in__gte", 0),
                    ("price_out__gte", 0),
                ),
                name="prices_and_caps_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="llmrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("hearing__in", ["", "likelihoods", "samples"])),
                name="hearing_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="llmrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped__in", ["", "tokens", "money", "consent", "guideline"])
                ),
                name="the_stop_of_a_run_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="llmreply",
            constraint=models.UniqueConstraint(
                fields=("project", "model", "prompt_version", "item_hash", "sample"),
                name="a_reply_is_paid_for_once",
            ),
        ),
    ]
