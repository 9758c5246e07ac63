"""Where a worker stands: the planted gold, the rung of the ladder, and appeals against both."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.assignment import Assignment, Judgment
from annotate.models.organisation import User
from annotate.models.project import Project, Worker
from labeling import ladder


class Planting(models.Model):
    """A decided item, leased once more because its answer is known. Append-only.

    Whoever answers must not be able to tell: the answer can be corrected for as long as a vote
    on this very item could, before it was decided.
    """

    assignment = models.OneToOneField(
        Assignment, models.PROTECT, primary_key=True, related_name="planting"
    )
    stays_open = models.DurationField()

    def __str__(self) -> str:
        return f"planting {self.assignment_id}"


class Rung(models.TextChoices):
    """The rungs of `labeling.ladder`, as stored."""

    NONE = ladder.Rung.NONE.value
    HINT = ladder.Rung.HINT.value
    SLOWER = ladder.Rung.SLOWER.value
    OTHER_TIER = ladder.Rung.OTHER_TIER.value
    PAUSED = ladder.Rung.PAUSED.value


class Footing(models.Model):
    """How a worker stands in the project: what was measured, and what follows."""

    worker = models.OneToOneField(Worker, models.CASCADE, primary_key=True, related_name="footing")
    handed = models.PositiveIntegerField(db_default=0)
    """How many leases were handed out here: the draws are numbered by it."""
    handed_at = models.DateTimeField(null=True)
    rung = models.CharField(max_length=10, choices=Rung, db_default=Rung.NONE)
    measure = models.JSONField(db_default={})
    """`labeling.worth` by question, and what the rung was decided by, as of the last refresh."""
    measured_at = models.DateTimeField(null=True)
    overruled_to = models.CharField(max_length=10, choices=Rung, blank=True, db_default="")
    """The rung a lead has set; it wins until it is lifted."""
    overruled_why = models.TextField(blank=True, db_default="")
    overruled_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )
    overruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rung__in=Rung.values)
                & (Q(overruled_to="") | Q(overruled_to__in=Rung.values)),
                name="rungs_are_known",
            ),
            models.CheckConstraint(
                condition=Q(overruled_to="") | ~Q(overruled_why=""),
                name="a_lead_who_overrules_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"worker {self.worker_id} stands at {self.standing}"

    @property
    def standing(self) -> str:
        """The rung that is in force."""
        return self.overruled_to or self.rung


class AppealSubject(models.TextChoices):
    GOLD = "gold"  # against the score by a known answer
    RULING = "ruling"  # against an expert's decision


class AppealState(models.TextChoices):
    OPEN = "open"
    UPHELD = "upheld"  # the worker was right
    REJECTED = "rejected"


class Appeal(models.Model):
    """A worker's objection to how an own judgment was counted; somebody else decides it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="appeals")
    judgment = models.OneToOneField(Judgment, models.PROTECT, related_name="appeal")
    subject = models.CharField(max_length=6, choices=AppealSubject)
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=AppealState, db_default=AppealState.OPEN)
    decision = models.TextField(blank=True, db_default="")
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(subject__in=AppealSubject.values, state__in=AppealState.values),
                name="appeal_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(state=AppealState.OPEN, decided_by__isnull=True)
                | (~Q(state=AppealState.OPEN) & Q(decided_by__isnull=False)),
                name="a_decided_appeal_has_its_judge",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"], name="latest_appeals"),
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"
