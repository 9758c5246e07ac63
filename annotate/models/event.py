"""The trail: what happened, when, by whom and why. Append-only."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.organisation import User
from annotate.models.project import Project, Worker


class EventKind(models.TextChoices):
    PROJECT_CREATED = "project.created"
    PROJECT_CHANGED = "project.changed"
    GUIDELINE_PUBLISHED = "guideline.published"
    POLICY_CHANGED = "policy.changed"
    MEMBER_ADDED = "member.added"
    MEMBER_CHANGED = "member.changed"
    ITEMS_IMPORTED = "items.imported"
    ITEM_SKIPPED = "item.skipped"
    ITEM_JUDGED = "item.judged"
    OVERLAP_RAISED = "overlap.raised"
    ITEM_RETURNED = "item.returned"
    LOOK_CLOSED = "look.closed"
    ITEM_HELD = "item.held"
    ITEM_RESUMED = "item.resumed"
    ITEM_WITHDRAWN = "item.withdrawn"
    ITEM_PRIORITISED = "item.prioritised"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_REVEALED = "dispute.revealed"
    DISPUTE_READ = "dispute.read"
    DISPUTE_ESCALATED = "dispute.escalated"
    ITEM_SETTLED = "item.settled"
    ITEM_ADJUDICATED = "item.adjudicated"
    GOLD_DOUBTED = "gold.doubted"
    GOLD_DECIDED = "gold.decided"
    RUNG_CHANGED = "rung.changed"
    RUNG_OVERRULED = "rung.overruled"
    APPEAL_MADE = "appeal.made"
    APPEAL_DECIDED = "appeal.decided"
    MODEL_TRAINED = "model.trained"
    MODEL_TUNED = "model.tuned"
    MODEL_PINNED = "model.pinned"
    MODEL_UNPINNED = "model.unpinned"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    LLM_STARTED = "llm.started"
    ITEMS_CHOSEN = "items.chosen"
    APPLICATION_CONNECTED = "application.connected"
    PRODUCTION_RULES_CHANGED = "production.changed"
    DRIFT_FOUND = "drift.found"
    DRIFT_ENDED = "drift.ended"
    ACCEPTANCE_PROPOSED = "acceptance.proposed"
    ACCEPTANCE_LOOKED = "acceptance.looked"
    ACCEPTANCE_BEGUN = "acceptance.begun"
    ACCEPTANCE_DONE = "acceptance.done"
    ACCEPTANCE_CANCELLED = "acceptance.cancelled"
    ACCEPTANCE_BREACHED = "acceptance.breached"
    ACCEPTANCE_REOPENED = "acceptance.reopened"
    ITEM_ACCEPTED = "item.accepted"
    ITEM_REOPENED = "item.reopened"
    SIMILAR_CHANGED = "similar.changed"
    ITEM_SPREAD = "item.spread"
    GROUP_CONTRADICTED = "group.contradicted"
    RELEASE_PUBLISHED = "release.published"


class Event(models.Model):
    # Events are written by our own functions with every vote; a check of the project and the
    # worker would lock both rows each time.
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="events", db_index=False, db_constraint=False
    )
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=30, choices=EventKind)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="events")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    worker = models.ForeignKey(
        Worker, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    payload = models.JSONField(db_default={})

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"], name="latest_events"),
            models.Index(
                fields=["worker", "-id"],
                condition=models.Q(kind=EventKind.ITEM_SKIPPED),
                name="latest_skips_of_a_worker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class TrailSeal(models.Model):
    """A part of the trail of all projects, and the hash over it and the seal before. Append-only.

    Made by `services.seal`; `recount --check` makes each again.
    """

    last_event = models.BigIntegerField()
    last_judgment = models.BigIntegerField()
    last_final = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"seal {self.pk}"
