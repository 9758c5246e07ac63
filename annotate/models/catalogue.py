"""Models that an operator has put on this server, and what a project uses them for."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.organisation import User
from annotate.models.prediction import ModelVersion
from annotate.models.project import Project


class CatalogueModel(models.Model):
    """A folder as the process that holds the models last saw it: usable, or refused and why."""

    name = models.CharField(max_length=160, unique=True)
    revision = models.CharField(max_length=150, blank=True, db_default="")
    sha256 = models.CharField(max_length=64, blank=True, db_default="")
    licence = models.CharField(max_length=150, blank=True, db_default="")
    reads = models.CharField(max_length=10, blank=True, db_default="")
    says = models.CharField(max_length=12, blank=True, db_default="")
    spec = models.JSONField(null=True)
    """`models_assist.catalogue.ModelSpec`, field by field; None of one that is refused."""
    byte_count = models.BigIntegerField(db_default=0)
    refusal = models.JSONField(null=True)
    """code, reason and advice; None of one that may be used."""
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(spec__isnull=True) ^ Q(refusal__isnull=True),
                name="a_model_is_usable_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UsePurpose(models.TextChoices):
    LABELS = "labels"  # its own labels are mapped to those of the question
    VECTORS = "vectors"  # heads learn from what it makes of an item


class ModelUse(models.Model):
    """A model of the catalogue at one question of a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="model_uses")
    question = models.CharField(max_length=40)
    purpose = models.CharField(max_length=7, choices=UsePurpose)
    model = models.CharField(max_length=160)
    # The weights that were chosen: others under the same name are another model.
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(db_default={})
    """From the model's labels to the categories of the question; empty where it has none."""
    threshold = models.FloatField(db_default=0.5)
    # What its predictions are kept under; made by the first job that runs it.
    version = models.ForeignKey(
        ModelVersion, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "question", "purpose"],
                name="one_model_a_purpose_of_a_question",
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=0, threshold__lte=1), name="a_threshold_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} at {self.question}"
