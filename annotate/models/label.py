"""What the project stands by: final labels, each with the reason it is what it is."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.project import Guideline, PolicyVersion, Project, Worker


class FinalSource(models.TextChoices):
    CONSENSUS = "consensus"  # the crowd's votes settled it
    ADJUDICATION = "adjudication"  # an expert decided
    AUTO_ACCEPT = "auto_accept"  # a model said it, and blind audits proved that it may
    SPREAD = "spread"  # people said it of a near-duplicate


BY_PEOPLE = (FinalSource.CONSENSUS, FinalSource.ADJUDICATION)
"""What people said of the item itself: that alone measures anybody, and teaches models."""


class FinalLabel(models.Model):
    """Append-only: a later decision is a new row that names the one it replaces."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="final_labels")
    answer = models.JSONField()
    source = models.CharField(max_length=12, choices=FinalSource)
    confidence = models.FloatField()
    reason = models.JSONField()
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", db_index=False)
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(
        Worker, models.PROTECT, null=True, related_name="+", db_index=False
    )
    submission_id = models.UUIDField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            # Two decisions can't both be the first: the race of two experts ends here.
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(replaces__isnull=True),
                name="an_item_is_first_decided_once",
            ),
            models.UniqueConstraint(
                fields=["decided_by", "submission_id"], name="an_adjudication_is_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="confidence_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(
                    source__in=[
                        FinalSource.CONSENSUS,
                        FinalSource.AUTO_ACCEPT,
                        FinalSource.SPREAD,
                    ],
                    decided_by__isnull=True,
                )
                | Q(source=FinalSource.ADJUDICATION, decided_by__isnull=False),
                name="an_adjudication_has_its_expert",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "created_at"], name="final_labels_by_time"),
            models.Index(
                fields=["project", "item"],
                condition=Q(source="adjudication"),
                name="items_decided_by_experts",
            ),
            # What a model is measured by, where most labels are the model's own.
            models.Index(
                fields=["project", "created_at"],
                condition=~Q(source__in=["auto_accept", "spread"]),
                name="final_labels_of_people",
            ),
        ]

    def __str__(self) -> str:
        return f"final label {self.pk}"
