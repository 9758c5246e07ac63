"""What is counted, so that no screen has to scan. `manage.py recount --check` counts it again.

The trail (judgments, final labels, predictions) is append-only, so what has been counted of it is
said by three numbers, and no row has to remember whether it was. See decision 13.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from annotate.models.prediction import ModelVersion
from annotate.models.project import Guideline, Project, Worker

ALL_ITEMS = 2**63 - 1
"""`AgreementState.counted_to` once no item is left to count."""


class TrailCursor(models.Model):
    """How far the trail has been counted, in one row: only `services.count` locks it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_judgment = models.BigIntegerField(db_default=0)
    last_final = models.BigIntegerField(db_default=0)
    last_prediction = models.BigIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_trail"),
        ]

    def __str__(self) -> str:
        return f"{self.last_judgment}, {self.last_final}, {self.last_prediction}"


class ItemCount(models.Model):
    """A change in how many items a project has of each kind; their sum is the number.

    Written by triggers, so that it is exact and no row is waited for; `services.count` replaces
    many changes by their sum.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_constraint=False)
    new = models.IntegerField(db_default=0)
    open = models.IntegerField(db_default=0)
    disputed = models.IntegerField(db_default=0)
    held = models.IntegerField(db_default=0)
    settled = models.IntegerField(db_default=0)
    withdrawn = models.IntegerField(db_default=0)
    consensus = models.IntegerField(db_default=0)
    """Items whose final label is the crowd's."""
    adjudication = models.IntegerField(db_default=0)
    auto_accept = models.IntegerField(db_default=0)
    spread = models.IntegerField(db_default=0)

    def __str__(self) -> str:
        return f"change {self.pk} of project {self.project_id}"


class MinuteCount(models.Model):
    """What a project did in one minute."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    minute = models.DateTimeField()
    judgments = models.PositiveIntegerField(db_default=0)
    adjudications = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "minute"], name="one_count_a_minute_of_a_project"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minute} of project {self.project_id}"


class WorkerCount(models.Model):
    """How often a worker's last word on an item is its final label."""

    worker = models.OneToOneField(
        Worker, models.CASCADE, primary_key=True, related_name="counted", db_constraint=False
    )
    compared = models.PositiveIntegerField(db_default=0)
    agreed = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agreed__lte=F("compared")), name="agreed_is_part_of_compared"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreed} of {self.compared}"


class ModelCount(models.Model):
    """How often what a model said of an item, before it was decided, is its final label."""

    model = models.OneToOneField(
        ModelVersion, models.CASCADE, primary_key=True, related_name="counted", db_constraint=False
    )
    compared = models.PositiveIntegerField(db_default=0)
    agreed = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agreed__lte=F("compared")), name="accepted_is_part_of_compared"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreed} of {self.compared}"


class AgreementState(models.Model):
    """Under which guideline a project's agreement is counted, and of which items."""

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    guideline = models.ForeignKey(
        Guideline, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    counted_to = models.BigIntegerField(db_default=0)
    """Items up to this id are in the counters; the others are still to be counted."""

    def __str__(self) -> str:
        return f"items to {self.counted_to} of project {self.project_id}"


class AgreementCount(models.Model):
    """The counters of one question, and what they say."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    question = models.CharField(max_length=200)
    counts = models.JSONField()
    """`labeling.agreement_counts.AgreementCounts.to_json`."""
    figures = models.JSONField(db_default={})
    """What `queries.agreement.figures_json` last made of the counts and the tables of kappa."""
    is_stale = models.BooleanField(db_default=True)
    """The counts have changed since."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "question"], name="one_agreement_a_question_of_a_project"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["project"], condition=Q(is_stale=True), name="agreement_to_be_read"
            ),
        ]

    def __str__(self) -> str:
        return f"agreement on {self.question} of project {self.project_id}"


class KappaCount(models.Model):
    """What two workers said of the items they have in common."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    question = models.CharField(max_length=200)
    one = models.ForeignKey(
        Worker, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    other = models.ForeignKey(
        Worker, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    table = models.JSONField()
    """`[name of one's label, name of the other's, items]`, sorted."""
    items = models.PositiveIntegerField()
    kappa = models.DecimalField(max_digits=15, decimal_places=12, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "question", "one", "other"], name="one_table_a_pair_of_workers"
            ),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="a_pair_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"workers {self.one_id} and {self.other_id} on {self.question}"


class ExpertFigures(models.Model):
    """How the experts of a project fare: `queries.experts.experts_of`, as it was last read."""

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    figures = models.JSONField()
    last_reading = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())
    is_stale = models.BooleanField(db_default=False)
    """Something else than a reading changed since."""

    def __str__(self) -> str:
        return f"experts of project {self.project_id}"
