"""Lists: facets and words in the order of items, saved views, and indexes that lists walk."""

import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# Without a pending list: each search would read all of it. Who writes waits for nobody here.
MORE = """
CREATE INDEX texts_by_word ON annotate_itemtext USING gin (words) WITH (fastupdate = off);
INSERT INTO annotate_listcursor (id) VALUES (1);
"""
LESS = "DROP INDEX texts_by_word; DELETE FROM annotate_listcursor;"


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0017_memory_of_spans"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemFacet",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "project_id",
                        "facet",
                        "item_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("facet", models.CharField(max_length=200)),
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="annotate.item",
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
        ),
        migrations.CreateModel(
            name="ItemText",
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
                ("words", django.contrib.postgres.search.SearchVectorField()),
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
            name="ListCursor",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("last_item", models.BigIntegerField(db_default=0)),
                ("last_final", models.BigIntegerField(db_default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("query", models.JSONField()),
                ("is_shared", models.BooleanField(db_default=False)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to="annotate.project",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex(
            model_name="item",
            name="disputed_items",
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
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="goldlabel",
            index=models.Index(fields=["project", "item"], name="gold_in_order"),
        ),
        migrations.AddIndex(
            model_name="goldlabel",
            index=models.Index(
                condition=models.Q(("state", "trusted"), _negated=True),
                fields=["project", "id"],
                name="gold_that_was_doubted",
            ),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["project", "stage", "id"], name="items_by_stage"),
        ),
        migrations.AddIndex(
            model_name="judgment",
            index=models.Index(fields=["worker", "item"], name="items_judged_by_a_worker"),
        ),
        migrations.AddIndex(
            model_name="judgment",
            index=models.Index(
                condition=models.Q(("comment", ""), _negated=True),
                fields=["project", "item"],
                name="items_with_a_comment",
            ),
        ),
        migrations.AddConstraint(
            model_name="listcursor",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="there_is_one_list"
            ),
        ),
        migrations.AddIndex(
            model_name="itemtext",
            index=models.Index(fields=["project", "item"], name="texts_in_order"),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(fields=["project", "id"], name="views_in_order"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("project", "user", "name"), name="names_of_own_views_differ"
            ),
        ),
        migrations.RunSQL(MORE, LESS),
    ]
