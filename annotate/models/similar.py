"""Near-duplicates: items that say the same, found before anybody is paid to judge each of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.project import Project


class SimilarRules(models.Model):
    """What counts as a near-duplicate in a project, and what is done with it. Off by default."""

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="similar_rules"
    )
    is_spread = models.BooleanField(db_default=False)
    """One item of each group is put to people, and its final label becomes that of the others."""
    least_likeness = models.FloatField(db_default=0.95)
    """The cosine of two vectors from which two items may be near-duplicates; 1: equal texts
    alone."""
    least_shared = models.FloatField(db_default=0.8)
    """The share of shingles that their texts have in common, at least."""
    audit_share = models.FloatField(db_default=0.1)
    """So large a share of what would be spread goes to people all the same."""
    shows_own = models.BooleanField(db_default=False)
    """A worker is shown similar items that the same worker has judged."""
    seed = models.BigIntegerField()
    """Of the draw of audits, see blind_draw."""
    sketched_to = models.BigIntegerField(db_default=0)
    """Items up to this id have a sketch."""
    grouped_to = models.BigIntegerField(db_default=0)
    """Items up to this id have been compared with all before them."""
    counted = models.JSONField(null=True)
    """The counts and pairs that the screen shows, as of `counted_at`: no screen scans."""
    counted_at = models.DateTimeField(null=True)
    is_stale = models.BooleanField(db_default=False)
    """Something was done with a group since."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(least_likeness__gte=0.8, least_likeness__lte=1)
                & Q(least_shared__gte=0.7, least_shared__lte=1)
                & Q(audit_share__gte=0.01, audit_share__lte=1),
                name="rules_of_similar_items_are_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"similar items of project {self.project_id}"


class ItemSketch(models.Model):
    """The keys by which near-duplicates of an item are found, as models_assist.sketches says."""

    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    keys = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "item"], name="sketches_of_a_project"),
        ]

    def __str__(self) -> str:
        return f"sketch of item {self.item_id}"


class GroupState(models.TextChoices):
    FOUND = "found"  # nothing has been done: a preview
    OPEN = "open"  # the first item is with people, the others wait for its label
    SPREADING = "spreading"  # it has a label: what waits gets it, once nothing contradicts
    DONE = "done"  # the label was spread
    RETURNING = "returning"  # what waited, or was labelled, goes back to people
    RETURNED = "returned"


class ItemGroup(models.Model):
    """Near-duplicates: each member is one of the first item itself, not of another member."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    first = models.OneToOneField(
        Item, models.CASCADE, related_name="group_led", db_constraint=False
    )
    """The oldest one. Its row is the lock of the group."""
    state = models.CharField(max_length=9, choices=GroupState, db_default=GroupState.FOUND)
    reason = models.JSONField(null=True)
    """Why it goes back to people."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=GroupState.values), name="group_state_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "state", "id"], name="groups_by_state"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=[GroupState.SPREADING, GroupState.RETURNING]),
                name="groups_to_work_on",
            ),
        ]

    def __str__(self) -> str:
        return f"group of item {self.first_id}"


class MemberState(models.TextChoices):
    FOUND = "found"  # nothing has been done
    WAITING = "waiting"  # taken out of the queue until the first item has a label
    AUDIT = "audit"  # drawn: people judge it all the same
    OWN = "own"  # somebody had begun with it, or it measures somebody: left alone
    SPREAD = "spread"  # has the label of the first item
    RETURNED = "returned"  # given back to people


class GroupItem(models.Model):
    """A member of a group beside its first item."""

    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="grouped", db_constraint=False
    )
    group = models.ForeignKey(ItemGroup, models.CASCADE, related_name="members", db_index=False)
    state = models.CharField(max_length=8, choices=MemberState, db_default=MemberState.FOUND)
    is_equal = models.BooleanField()
    """Its text is that of the first item, but for case, white space and compatibility forms."""
    likeness = models.FloatField()
    shared = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=MemberState.values), name="member_state_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["group", "state", "item"], name="members_of_a_group"),
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} in group {self.group_id}"


class SpreadCursor(models.Model):
    """How far the trail of final labels was followed for groups, in one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_final = models.BigIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_spread_cursor"),
        ]

    def __str__(self) -> str:
        return f"{self.last_final}"
