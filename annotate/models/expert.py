"""Disputes, what experts said of them, and what experts are good at."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.project import Guideline, Project, Worker


class Dispute(models.Model):
    """What has to be known of a dispute to give it to the right expert.

    Change it with the item's row locked. Items that became disputes under an older release may
    have no row: they are read once, by anybody.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="dispute")
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    opened_at = models.DateTimeField(db_default=Now())
    # Its place in the queue, kept while an expert holds it: a lease that ran out costs no age.
    position = models.BigIntegerField()
    conflict = models.JSONField(db_default=[])
    """The categories over which the votes differ (`labeling.expertise.conflict_of`)."""
    wanted = models.PositiveSmallIntegerField(db_default=1)
    """How many experts are to read it."""
    is_for_leads = models.BooleanField(db_default=False)

    class Meta:
        # What a list of disputes is filtered by.
        indexes: ClassVar = [
            models.Index(fields=["project", "opened_at"], name="disputes_by_age"),
            models.Index(
                fields=["project", "item"],
                name="disputes_for_leads",
                condition=Q(is_for_leads=True),
            ),
        ]

    def __str__(self) -> str:
        return f"dispute over item {self.item_id}"


class ReadingStep(models.TextChoices):
    BLIND = "blind"  # before votes and prediction were shown
    FINAL = "final"  # what the expert stands by


class ReadingOutcome(models.TextChoices):
    """What a final reading led to."""

    DECIDED = "decided"  # to the final label
    SECOND = "second"  # a second expert reads the item
    THIRD = "third"  # two experts differ: a third decides
    LEAD = "lead"  # two experts differ, and no third is there


class Reading(models.Model):
    """What one expert said of a disputed item, before and after the votes were shown.

    Append-only, so that both states stand side by side for ever.
    """

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="readings", db_index=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="+", db_index=False)
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=5, choices=ReadingStep)
    submission_id = models.UUIDField()
    answer = models.JSONField()
    adopted = models.CharField(max_length=20, blank=True, db_default="")
    rationale = models.TextField(blank=True, db_default="")
    saw_votes = models.BooleanField(db_default=False)
    outcome = models.CharField(max_length=7, choices=ReadingOutcome, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            # Two tabs that commit at once: one is the blind answer, the other is refused.
            models.UniqueConstraint(
                fields=["item", "worker", "step"], name="an_expert_reads_an_item_once_a_step"
            ),
            models.UniqueConstraint(
                fields=["worker", "submission_id", "step"], name="a_reading_is_taken_once"
            ),
            models.CheckConstraint(
                condition=~Q(step=ReadingStep.BLIND) | Q(saw_votes=False, adopted=""),
                name="a_blind_reading_saw_nothing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"], name="latest_readings"),
        ]

    def __str__(self) -> str:
        return f"{self.step} reading {self.pk}"


class Competence(models.Model):
    """How often an expert was right in a category: counted as evidence comes in."""

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="+", db_index=False)
    category = models.CharField(max_length=200)
    """`question/category`."""
    right = models.FloatField()
    seen = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "category"], name="one_count_an_expert_and_category"
            ),
            models.CheckConstraint(
                condition=Q(right__gte=0, right__lte=F("seen")), name="right_is_part_of_seen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} of worker {self.worker_id}"
