"""Models that an operator has put here, and what projects use them for."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0022_language_models"),
    ]

    operations = [
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
                ],
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="CatalogueModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, unique=True)),
                ("revision", models.CharField(blank=True, db_default="", max_length=150)),
                ("sha256", models.CharField(blank=True, db_default="", max_length=64)),
                ("licence", models.CharField(blank=True, db_default="", max_length=150)),
                ("reads", models.CharField(blank=True, db_default="", max_length=10)),
                ("says", models.CharField(blank=True, db_default="", max_length=12)),
                ("spec", models.JSONField(null=True)),
                ("byte_count", models.BigIntegerField(db_default=0)),
                ("refusal", models.JSONField(null=True)),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("spec__isnull", True), ("refusal__isnull", True), _connector="XOR"
                        ),
                        name="a_model_is_usable_or_refused",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=40)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("labels", "Labels"), ("vectors", "Vectors")], max_length=7
                    ),
                ),
                ("model", models.CharField(max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("mapping", models.JSONField(db_default={})),
                ("threshold", models.FloatField(db_default=0.5)),
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
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="model_uses",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "question", "purpose"),
                        name="one_model_a_purpose_of_a_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__gte", 0), ("threshold__lte", 1)),
                        name="a_threshold_is_a_share",
                    ),
                ],
            },
        ),
    ]
