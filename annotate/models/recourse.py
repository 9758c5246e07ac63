"""What rules do with an item besides asking others: who looks at it again, and what is held."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.assignment import Assignment
from annotate.models.item import Item
from annotate.models.organisation import User
from annotate.models.project import Guideline, Project, Worker


class LookState(models.TextChoices):
    WAITING = "waiting"  # for the worker to come
    LEASED = "leased"  # the worker has it again
    ANSWERED = "answered"  # the new judgment replaced the old one, even where it says the same
    DECLINED = "declined"  # the worker left it: the old judgment stands
    LAPSED = "lapsed"  # the worker did not come, or let the lease run out


class SecondLook(models.Model):
    """An item that went back to a worker who had judged it: once, to each of them.

    The worker's own assignment is leased once more. It keeps its slot throughout, and the item
    is decided again when all its looks are closed. Change it with the item's row locked, save
    that the worker's claim takes what waits.
    """

    assignment = models.OneToOneField(
        Assignment, models.PROTECT, primary_key=True, related_name="second_look"
    )
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="second_looks")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=LookState, db_default=LookState.WAITING)
    note = models.TextField(blank=True, db_default="")
    """What the worker is told; "" where the rule has no note."""
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=LookState.values), name="look_state_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["worker", "asked_at"],
                condition=Q(state=LookState.WAITING),
                name="looks_that_wait_for_a_worker",
            ),
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=[LookState.WAITING, LookState.LEASED]),
                name="open_looks",
            ),
        ]

    def __str__(self) -> str:
        return f"second look {self.assignment_id}"


class Hold(models.Model):
    """An item that waits for the guideline, and why; resumed once, by a lead.

    It stays when the item goes on: an item is held once.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="hold")
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", db_index=False)
    """The one in force when it was held."""
    rule = models.CharField(max_length=100)
    sentence = models.TextField()
    held_at = models.DateTimeField(db_default=Now())
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["project", "item"],
                condition=Q(resumed_at__isnull=True),
                name="items_that_are_held",
            ),
        ]

    def __str__(self) -> str:
        return f"hold of item {self.item_id}"
