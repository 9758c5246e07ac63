"""Who is asked: an item leased to one worker, and what the worker said."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.project import Guideline, Project, Worker


class Purpose(models.TextChoices):
    JUDGE = "judge"
    ADJUDICATE = "adjudicate"
    GOLD = "gold"  # of an item that is decided: it measures the worker and takes no slot


class AssignmentState(models.TextChoices):
    LEASED = "leased"  # the worker's alone until expires_at
    ANSWERED = "answered"
    EXPIRED = "expired"  # the slot went back; a late answer is still kept
    SKIPPED = "skipped"  # the worker passed on it; it is not offered again


class Display(models.TextChoices):
    """What became of the model's answer when the item was leased."""

    HIDDEN = "hidden"  # the policy shows none
    NOTHING = "nothing"  # no model has said anything
    SHOWN = "shown"  # from the start
    AFTER = "after"  # once the worker has answered
    CONTROL = "control"  # kept back by chance, to measure what showing it does
    BLIND = "blind"  # kept back for everybody: the item is to say whether the model is right


class Assignment(models.Model):
    """The id is random: it is all a worker ever learns of an item's identity."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The item's own key already ties it to its project: a second check a row would lock the
    # project's row in every claim.
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="assignments", db_index=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="assignments", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose, db_default=Purpose.JUDGE)
    state = models.CharField(
        max_length=8, choices=AssignmentState, db_default=AssignmentState.LEASED
    )
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", db_index=False)
    prediction = models.ForeignKey(
        "Prediction", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """What this lease shows of the model; the newest of what was shown."""
    saw_prediction = models.BooleanField(db_default=False)
    """An earlier lease of this item showed one to the worker."""
    display = models.CharField(max_length=7, choices=Display, db_default=Display.HIDDEN)
    """Why a prediction was shown or none was; never told to a worker."""
    kept_back = models.ForeignKey(
        "Prediction", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """The newest of what was not shown: by chance, or before the worker has answered."""
    shown = ArrayField(models.BigIntegerField(), null=True)
    """The ids of the predictions that were shown, and of no others; None of what an older release
    leased: there `prediction` bounds them."""
    kept = ArrayField(models.BigIntegerField(), null=True)
    """The ids of those that were not: `kept_back` is the newest of them."""
    leased_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    skip_reason = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "worker"], name="a_worker_gets_an_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=AssignmentState.values), name="assignment_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="purpose_is_known"
            ),
            models.CheckConstraint(
                condition=Q(display__in=Display.values), name="display_is_known"
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(purpose=Purpose.ADJUDICATE, state=AssignmentState.LEASED),
                name="one_expert_at_a_time_decides_an_item",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["worker", "leased_at"],
                condition=Q(state=AssignmentState.LEASED),
                name="open_leases_of_a_worker",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(state=AssignmentState.LEASED),
                name="leases_by_expiry",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SkipCount(models.Model):
    """How many items a worker has skipped for a reason; counted with each skip."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="skip_counts", db_index=False)
    reason = models.CharField(max_length=20)
    skipped = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "reason"], name="skips_are_counted_by_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skipped} {self.reason} of worker {self.worker_id}"


class FirstAnswer(models.Model):
    """What a worker said before the model's answer was shown as a check. Append-only."""

    assignment = models.OneToOneField(
        Assignment, models.PROTECT, primary_key=True, related_name="first_answer"
    )
    answer = models.JSONField()
    was_checked = models.BooleanField()
    """The model's answer was shown then."""
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"first answer of {self.assignment_id}"


class Draft(models.Model):
    """What a worker has begun to say, so that it can be gone on with in another browser.

    It is nobody else's to read and decides nothing; a submit does not touch it, and what is left
    of it afterwards is swept away at night.
    """

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, primary_key=True, related_name="draft"
    )
    answer = models.JSONField()
    """As it stands on the screen: parts may be missing or wrong."""
    comment = models.TextField(blank=True)
    is_unsure = models.BooleanField()
    changed_at = models.DateTimeField()
    """By the clock of the browser: of two drafts the later one is kept."""
    saved_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"draft of {self.assignment_id}"


class Judgment(models.Model):
    """What one worker said of one item. Append-only: a correction names what it replaces."""

    # Project, worker and guideline are copies of the assignment's, made by store_judgment. The
    # assignment's keys are checked; to check the copies again would lock three hot rows a vote.
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="judgments")
    worker = models.ForeignKey(
        Worker, models.PROTECT, related_name="judgments", db_index=False, db_constraint=False
    )
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="judgments", db_index=False
    )
    guideline = models.ForeignKey(
        Guideline, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    submission_id = models.UUIDField()
    answer = models.JSONField()
    comment = models.TextField(blank=True, db_default="")
    is_unsure = models.BooleanField(db_default=False)
    is_surplus = models.BooleanField(db_default=False)
    saw_prediction = models.BooleanField(db_default=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    seconds = models.FloatField()
    # The worker's n-th judgment here; kept so that a repeated submission gets the same reply.
    ordinal = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "submission_id"], name="a_submission_is_taken_once"
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(replaces__isnull=True),
                name="an_assignment_is_answered_once",
            ),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="time_is_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "created_at"], name="judgments_by_time"),
            models.Index(fields=["worker", "-id"], name="latest_judgments_of_a_worker"),
            models.Index(fields=["worker", "item"], name="items_judged_by_a_worker"),
            models.Index(
                fields=["project", "item"],
                condition=~Q(comment=""),
                name="items_with_a_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"judgment {self.pk}"
