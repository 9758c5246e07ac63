"""Trials of fine-tunes against heads: what was tried, on which labels, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from annotate.models.job import Job
from annotate.models.prediction import ModelVersion
from annotate.models.project import Guideline, Project


class TuningOutcome(models.TextChoices):
    UNDER_WAY = "under_way"
    TAKEN = "taken"  # it was better, and is a version now
    NOT_BETTER = "not_better"
    PINNED = "pinned"  # a lead has meanwhile pinned another version
    AUDITED = "audited"  # a batch is audited, which a newer version would end
    TOO_FEW = "too_few"  # labels of people, that can be read


class Tuning(models.Model):
    """One trial. Between two parts of its job all that is known stands here, so a kill -9 costs
    the part in hand."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="tunings")
    question = models.CharField(max_length=40)
    job = models.OneToOneField(Job, models.PROTECT, related_name="tuning")
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", db_index=False)
    """Whose question it is; under a newer one the trial begins anew."""
    outcome = models.CharField(
        max_length=10, choices=TuningOutcome, db_default=TuningOutcome.UNDER_WAY
    )
    lessons = models.JSONField(db_default=[])
    """The item and the label of each, as they were when it began."""
    folds = models.JSONField(db_default={})
    """What both said of each fold, as long as it is under way."""
    report = models.JSONField(null=True)
    """`services.tune_report`, once both have said all."""
    version = models.ForeignKey(
        ModelVersion, models.PROTECT, null=True, related_name="+", db_index=False
    )
    """What it became; or the head that took the place of an earlier fine-tune."""
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "question", "-id"], name="latest_tunings")
        ]

    def __str__(self) -> str:
        return f"tuning {self.pk} of {self.question}"
