"""What is labelled next: which items a model brought forward, and which chance did."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.job import Job
from annotate.models.project import Project


class ChosenBy(models.TextChoices):
    DENSITY = "density"  # stands for many others of which none is labelled yet
    MARGIN = "margin"  # the model wavers between two answers
    CHANCE = "chance"  # kept blind, to measure


class Choosing(models.Model):
    """A project in which a model has had a say in what is labelled next.

    An item is kept blind where `blind_draw(item, seed)` is below the policy's share. It says how
    good a model is only where it is below the smallest share there ever was: what is above it may
    have been picked by a model at some time.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="choosing"
    )
    seed = models.BigIntegerField()
    least_share = models.FloatField()
    began_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"choosing in project {self.project_id}"


class ChosenItem(models.Model):
    """The last time an item was brought forward: by which job, to which place, and why."""

    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="chosen", db_constraint=False
    )
    job = models.ForeignKey(Job, models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    place = models.PositiveIntegerField()
    chosen_by = models.CharField(max_length=7, choices=ChosenBy)
    margin = models.FloatField(null=True)
    """How far the likeliest answer was ahead, 0 to 1; null where the rule does not look at it."""
    is_ahead = models.BooleanField(db_default=True)
    """It was not sent back behind since."""
    chosen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(chosen_by__in=ChosenBy.values), name="why_it_was_chosen_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["project", "job", "place"],
                condition=Q(is_ahead=True),
                name="items_brought_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.item_id}, place {self.place}"
