"""Auto-accept: a batch of items on which a model is to be believed, and the audits of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.job import Job
from annotate.models.organisation import User
from annotate.models.prediction import ModelVersion, Prediction
from annotate.models.project import Guideline, Project


class AcceptanceState(models.TextChoices):
    AUDITING = "auditing"  # people judge the audit sample
    ACCEPTING = "accepting"  # proven: the job makes final labels
    ACCEPTED = "accepted"  # done; the rolling audit goes on
    REOPENING = "reopening"  # the promise broke: the job gives the items back to people
    REOPENED = "reopened"
    CANCELLED = "cancelled"


LIVE = (AcceptanceState.AUDITING, AcceptanceState.ACCEPTING, AcceptanceState.REOPENING)


class Acceptance(models.Model):
    """One batch: the items that a model version was sure of within (low, high], in a drawn order.

    The first `drawn` places of the order are the audit sample, the `rolling` next ones the rolling
    audit. Both stay with people and are never accepted.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    question = models.CharField(max_length=40)
    model_version = models.ForeignKey(
        ModelVersion, models.PROTECT, related_name="+", db_index=False
    )
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", db_index=False)
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="followed_by", db_index=False
    )
    """The surer batch that was accepted before."""
    target = models.FloatField()
    risk = models.FloatField()
    rolling_share = models.FloatField()
    seed = models.BigIntegerField()
    low = models.FloatField()
    high = models.FloatField()
    size = models.PositiveIntegerField(db_default=0)
    drawn = models.PositiveIntegerField(db_default=0)
    spent_looks = models.PositiveIntegerField(db_default=0)
    """Looks at earlier batches of this model version that proved nothing: they were tries, too."""
    looks = models.PositiveIntegerField(db_default=0)
    state = models.CharField(
        max_length=9, choices=AcceptanceState, db_default=AcceptanceState.AUDITING
    )
    verdict = models.JSONField(null=True)
    """What the latest look found: audited, errors, look, left, upper, missing, is_proven."""
    accepted = models.PositiveIntegerField(db_default=0)
    """How many final labels it made that were not taken back."""
    rolling = models.PositiveIntegerField(db_default=0)
    rolling_audited = models.PositiveIntegerField(db_default=0)
    rolling_errors = models.PositiveIntegerField(db_default=0)
    evidence = models.FloatField(db_default=0.0)
    """The most that the rolling audit ever said against the promise; 1 / risk breaks it."""
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+", db_index=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "question"],
                condition=Q(state__in=LIVE),
                name="one_batch_of_a_question_is_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AcceptanceState.values), name="acceptance_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0, target__lt=1, risk__gt=0, risk__lt=1),
                name="a_promise_is_of_shares",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"], name="latest_acceptances"),
        ]

    def __str__(self) -> str:
        return f"acceptance {self.pk}"


class AcceptanceItem(models.Model):
    """An item of a batch, at its drawn place from 1, with what the model said of it then."""

    acceptance = models.ForeignKey(
        Acceptance, models.PROTECT, related_name="items", db_index=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_constraint=False)
    prediction = models.ForeignKey(
        Prediction, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    place = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["acceptance", "place"], name="each_place_is_drawn_once"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} of acceptance {self.acceptance_id}"
