"""What models said: model versions, their predictions, and the vectors they read."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.item import Item
from annotate.models.organisation import User
from annotate.models.project import Project


class ModelKind(models.TextChoices):
    ZERO_SHOT = "zero_shot"  # from the descriptions of the categories alone
    HEAD = "head"  # fitted on final labels
    LLM = "llm"  # a language model elsewhere, with the mending of what it says
    MEMORY = "memory"  # strings that were marked before, see services.remember
    CATALOGUE = "catalogue"  # somebody else's labels, mapped to ours, see services.use_model
    TUNED = "tuned"  # a head over an encoder of its own, fine-tuned with it, see services.tune


class ModelVersion(models.Model):
    project = models.ForeignKey(Project, models.PROTECT, related_name="model_versions")
    question = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=ModelKind)
    encoder = models.CharField(max_length=200)
    trained_on = models.PositiveIntegerField()
    quality = models.JSONField(null=True)
    parameters = models.BinaryField()
    predicted = models.PositiveIntegerField(db_default=0)
    # Of a tuned version: the vector space of the encoder it was tuned from, and the spec of its
    # own with the files on the shelf.
    tuned_from = models.CharField(max_length=200, blank=True, db_default="")
    own_encoder = models.JSONField(null=True)
    # The version in force is always the newest, so to go back to one is to make it anew.
    copy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="copies", db_index=False
    )
    # Who wanted it to stay in force, whatever is learnt; nobody, once it may be replaced again.
    pinned_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "question", "version"],
                name="one_model_a_version_of_a_question",
            ),
        ]

    def __str__(self) -> str:
        return f"model {self.version} of {self.question}"


class Prediction(models.Model):
    """What a model version said of an item: a label for one question, with its score."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="predictions")
    question = models.CharField(max_length=40)
    model_version = models.ForeignKey(
        ModelVersion, models.PROTECT, null=True, related_name="predictions", db_index=False
    )
    # Predictions that came with an import name their model here; it is not one of ours.
    imported_from = models.CharField(max_length=200, blank=True, db_default="")
    label = models.JSONField()
    score = models.FloatField()
    scores = models.JSONField(db_default={})
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "question", "model_version"],
                name="a_model_version_predicts_a_question_of_an_item_once",
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="a_score_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"prediction {self.pk}"


class Embedding(models.Model):
    """The vector of an item's text under one encoder: little-endian float16, unit length."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="embeddings", db_index=False)
    input = models.CharField(max_length=200)
    encoder = models.CharField(max_length=200)
    vector = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "input", "encoder"], name="one_vector_an_item_and_encoder"
            ),
        ]

    def __str__(self) -> str:
        return f"embedding of item {self.item_id}"
