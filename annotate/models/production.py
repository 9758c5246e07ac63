"""What applications ask a project's model, what comes back, and what becomes of it.

See docs/decisions/0022-the-flywheel-port.md.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.organisation import User
from annotate.models.project import Project


class ProductionRules(models.Model):
    """Which feedback becomes work, as the lead has set it; without a row the defaults hold."""

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="production_rules"
    )
    uncertain_below = models.FloatField(default=0.6)
    """Predictions less sure than this become items."""
    random_share = models.FloatField(default=0.05)
    """So many of the others do, whatever was said of them: what nobody suspects is seen too."""
    most_a_day = models.PositiveIntegerField(default=50)
    """Items that feedback may make in a day (UTC)."""
    drift_most_a_day = models.PositiveIntegerField(default=20)
    """Items that the rule on drift may make in a day; 0 watches only."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    uncertain_below__gte=0,
                    uncertain_below__lte=1,
                    random_share__gte=0,
                    random_share__lte=1,
                ),
                name="production_rules_are_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"rules of project {self.project_id}"


class Ask(models.Model):
    """A question to the model that somebody waits for. The table is unlogged: a crash of the
    database forgets it, as it forgets who waited.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    items = models.JSONField()
    """A list of data, as items have it."""
    ends_at = models.DateTimeField()
    """Nobody waits any longer then."""
    taken_by = models.IntegerField(null=True)
    """The database session of the process that works on it."""
    answers = models.JSONField(db_default=[])
    """What there is so far, in the order of the items."""
    error = models.JSONField(null=True)
    is_done = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"ask {self.pk}"


class ProductionPrediction(models.Model):
    """What an application was told; kept for some weeks, for its feedback and to watch drift."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=200, null=True)  # noqa: DJ001 - absent is not ""
    data = models.JSONField()
    said = models.JSONField()
    """By question: label, confidence, model_version."""
    encoder = models.CharField(max_length=200)
    vector = models.BinaryField()
    """As in `Embedding`: what the first question's model read."""
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "-made_at"], name="latest_of_production"),
            models.Index(fields=["made_at"], name="oldest_of_production"),
        ]

    def __str__(self) -> str:
        return f"prediction {self.pk} of production"


class CaseReason(models.TextChoices):
    CORRECTED = "corrected"  # the application says that the model was wrong
    UNCERTAIN = "uncertain"  # the model was less sure than the project wants
    DRIFTING = "drifting"  # it said what it says more often than its lessons explain
    RANDOM = "random"  # one of a share that nobody chose
    COUNTED = "counted"  # nothing of the above: no work


class ProductionCase(models.Model):
    """A prediction of production that came back. Append-only; each comes once."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=200, null=True)  # noqa: DJ001 - absent is not ""
    content_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=9, choices=CaseReason)
    said = models.JSONField()
    """What the model said: see `ProductionPrediction`."""
    claim = models.JSONField(null=True)
    """What the application says instead, by question. Nobody of ours has judged it."""
    item = models.OneToOneField(Item, models.PROTECT, null=True, related_name="production_case")
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    """Whose token brought it; null: our rule on drift did."""
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "external_id"], name="a_case_comes_once_by_its_id"
            ),
            models.UniqueConstraint(
                fields=["project", "content_hash"], name="a_case_comes_once_by_its_content"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=CaseReason.values), name="case_reason_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["project", "-id"],
                condition=Q(item__isnull=False),
                name="latest_cases_with_items",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseProgress(models.Model):
    """How far an error of production has come: labelled, released, retrained, fixed."""

    case = models.OneToOneField(
        ProductionCase, models.CASCADE, primary_key=True, related_name="progress"
    )
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    labelled_at = models.DateTimeField(null=True)
    is_refuted = models.BooleanField(db_default=False)
    """People said what the model had said: it was no error."""
    released_at = models.DateTimeField(null=True)
    retrained_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)
    checked_model = models.BigIntegerField(null=True)
    """The newest model version that was asked again, and failed."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["project", "case"],
                condition=Q(fixed_at__isnull=True, is_refuted=False)
                | Q(released_at__isnull=True, is_refuted=False),
                name="cases_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"progress of case {self.case_id}"


class ProductionCount(models.Model):
    """What happened in a project's production in one day (UTC). Their sum is what a page shows."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    day = models.DateField()
    predicted = models.PositiveIntegerField(db_default=0)
    refused = models.PositiveIntegerField(db_default=0)
    late = models.PositiveIntegerField(db_default=0)
    """Not answered within the budget."""
    received = models.PositiveIntegerField(db_default=0)
    """Rows of feedback that could be read."""
    duplicates = models.PositiveIntegerField(db_default=0)
    corrected = models.PositiveIntegerField(db_default=0)
    uncertain = models.PositiveIntegerField(db_default=0)
    drifting = models.PositiveIntegerField(db_default=0)
    random = models.PositiveIntegerField(db_default=0)
    counted = models.PositiveIntegerField(db_default=0)
    capped = models.PositiveIntegerField(db_default=0)
    """Would have been items, but the day's cap was reached; may be sent again."""
    opened_by_drift = models.PositiveIntegerField(db_default=0)
    labelled = models.PositiveIntegerField(db_default=0)
    refuted = models.PositiveIntegerField(db_default=0)
    released = models.PositiveIntegerField(db_default=0)
    retrained = models.PositiveIntegerField(db_default=0)
    fixed = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "day"], name="one_count_a_day_of_production"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} of project {self.project_id}"


class DriftCheck(models.Model):
    """How the latest predictions of production compare with what a model had learnt from."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=40)
    figures = models.JSONField()
    """`services.drift`: the labels and the vectors, compared."""
    is_drifting = models.BooleanField()
    newest = models.UUIDField()
    """The last prediction it looked at."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "question", "-id"], name="latest_drift_checks"),
        ]

    def __str__(self) -> str:
        return f"drift check {self.pk}"
