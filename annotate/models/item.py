"""What is to be labelled: sources, media, items, gold labels and the queue of open work."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from annotate.models.organisation import User
from annotate.models.project import Pool, Project


class Source(models.Model):
    """The file or request items came from, with its licence."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="sources")
    name = models.CharField(max_length=300)
    format = models.CharField(max_length=20)
    licence = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            # Implied by the primary key; the key of items refers to the pair.
            models.UniqueConstraint(fields=["id", "project"], name="a_source_and_its_project"),
        ]

    def __str__(self) -> str:
        return f"source {self.pk}"


class Media(models.Model):
    """A name of an uploaded picture, stored under the SHA-256 of its bytes."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="media")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    byte_count = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "sha256", "name"], name="a_picture_has_a_name_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["project", "name"], name="media_by_name")]

    def __str__(self) -> str:
        return self.sha256


class ItemStage(models.TextChoices):
    NEW = "new"  # nobody has judged it
    OPEN = "open"  # judged, not yet decided
    DISPUTED = "disputed"  # its votes cannot settle it: an expert decides
    HELD = "held"  # a rule lets it wait for the guideline, until a lead resumes it
    SETTLED = "settled"  # has a final label
    WITHDRAWN = "withdrawn"  # taken out of the project


class Item(models.Model):
    """One thing to be labelled.

    `overlap` says how many judgments it should get, `taken` how many are given or under a
    live lease. Both stand in the row that a claim locks, so no count can be stale.
    """

    # Each index of this table is written three times for every judgment, so it has few: the
    # constraints and indexes below serve the project, and nobody looks an item up by its source.
    # One key checks both (an_item_is_of_its_source, in the migrations): the source is there, and
    # is of this project. A key for each would check less and cost an import twice as much.
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="items", db_index=False, db_constraint=False
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="items", db_index=False, db_constraint=False
    )
    external_id = models.CharField(max_length=200, null=True)  # noqa: DJ001 - absent is not ""
    data = models.JSONField()
    metadata = models.JSONField(db_default={})
    stage = models.CharField(max_length=9, choices=ItemStage, db_default=ItemStage.NEW)
    overlap = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(db_default=0)
    judged = models.PositiveSmallIntegerField(db_default=0)
    band = models.PositiveSmallIntegerField(db_default=8)
    # What it needs of who judges it; made in the transaction that brings the item in.
    pool = models.ForeignKey(
        Pool, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    final_label = models.ForeignKey(
        "FinalLabel", models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "external_id"], name="an_external_id_is_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("overlap")), name="overlap_is_never_exceeded"
            ),
            models.CheckConstraint(
                condition=Q(judged__lte=F("taken")), name="judged_items_were_taken"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=ItemStage.values), name="item_stage_is_known"
            ),
            models.CheckConstraint(condition=Q(band__lt=16), name="bands_are_0_to_15"),
            models.CheckConstraint(
                condition=~Q(stage=ItemStage.SETTLED) | Q(final_label__isnull=False),
                name="a_settled_item_has_a_final_label",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "id"], name="items_of_a_project"),
            models.Index(fields=["project", "stage", "id"], name="items_by_stage"),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"


class GoldState(models.TextChoices):
    TRUSTED = "trusted"
    DOUBTED = "doubted"  # good workers contradict it: it measures nobody until a lead has looked
    CONFIRMED = "confirmed"  # a lead has looked and stands by it
    REFUTED = "refuted"  # wrong: it counts against nobody any more


class GoldLabel(models.Model):
    """A known answer, used to measure workers; it never becomes a final label."""

    item = models.OneToOneField(Item, models.PROTECT, related_name="gold_label")
    answer = models.JSONField()
    # A copy of the item's, made by a trigger: gold is looked for by project in every draw.
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    planted = models.PositiveIntegerField(db_default=0)
    """How often it was handed out to measure somebody; the least used goes first."""
    state = models.CharField(max_length=9, choices=GoldState, db_default=GoldState.TRUSTED)
    doubt = models.JSONField(null=True)
    """What the crowd says against it, as of the last refresh that doubted it."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=GoldState.values), name="gold_state_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "planted", "id"], name="gold_least_planted_first"),
            models.Index(fields=["project", "item"], name="gold_in_order"),
            models.Index(
                fields=["project", "id"],
                condition=~Q(state=GoldState.TRUSTED),
                name="gold_that_was_doubted",
            ),
        ]

    def __str__(self) -> str:
        return f"gold of item {self.item_id}"


class Tier(models.TextChoices):
    CROWD = "crowd"
    EXPERT = "expert"


class QueueEntry(models.Model):
    """An item that can be claimed now. It orders the work; the promise stands in `Item`.

    Only open work is here, so a claim costs the same in a project of a million items.
    Always change it with the item's row locked: that lock is the only mutex of both.
    """

    # Entries are made of rows of the item's table in the transaction that locks or makes them, and
    # a claim joins the item: one without an item would be handed to nobody. To check the key all
    # the same locks and writes each imported item once more, a quarter of the whole import.
    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="queued", db_constraint=False
    )
    # A copy of the item's, whose own key is checked.
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    # A tier; of the crowd's items that need something, with the number of their pool ("crowd:7").
    # In one column, so that the line's order stays one range of one index (decision 39).
    tier = models.CharField(max_length=26)
    band = models.PositiveSmallIntegerField()
    # From the sequence queue_position: a re-opened item goes to the end of its band.
    position = models.BigIntegerField()
    enqueued_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "tier", "band", "position"], name="queue_order"),
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} waits for {self.tier}"


class QueueCursor(models.Model):
    """How far a worker has come in a band: everything before is answered or gone."""

    worker = models.ForeignKey("Worker", models.CASCADE, related_name="+", db_index=False)
    tier = models.CharField(max_length=26)
    """As the queue has it, with the pool."""
    band = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "tier", "band"], name="one_cursor_a_worker_tier_and_band"
            ),
        ]

    def __str__(self) -> str:
        return f"cursor of worker {self.worker_id}"
