"""Language models elsewhere: who agreed to ask them, what was asked in which run, what they said.

See docs/decisions/0029-language-models.md.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotate.models.job import Job
from annotate.models.organisation import User
from annotate.models.project import Guideline, Project


class EndpointConsent(models.Model):
    """A lead agreed that texts of the project go to an endpoint; taken back, the row goes."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    endpoint = models.CharField(max_length=40)
    host = models.CharField(max_length=300)
    """Where the endpoint was then: whoever moves it asks anew."""
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "endpoint"], name="one_consent_a_project_and_endpoint"
            ),
        ]

    def __str__(self) -> str:
        return f"consent of project {self.project_id} to {self.endpoint}"


class Hearing(models.TextChoices):
    UNKNOWN = "", "unknown"  # the first reply will show it
    LIKELIHOODS = "likelihoods"  # one reply an item: the server tells probabilities
    SAMPLES = "samples"  # several replies an item: it does not


class Stopped(models.TextChoices):
    NOT = "", "not"
    TOKENS = "tokens"  # one more call might have exceeded the cap on tokens
    MONEY = "money"  # or that on money
    CONSENT = "consent"  # it was taken back meanwhile
    GUIDELINE = "guideline"  # there is a newer one, which the prompt does not know


class LlmRun(models.Model):
    """One run over a project's items, by one prompt of one model; its work is a job."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    job = models.OneToOneField(Job, models.PROTECT, related_name="llm_run")
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", db_index=False)
    endpoint = models.CharField(max_length=40)
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=16)
    price_in = models.FloatField()
    """Of a million tokens read, in the lead's own unit."""
    price_out = models.FloatField()
    most_tokens = models.BigIntegerField()
    most_money = models.FloatField()
    samples = models.PositiveSmallIntegerField()
    """Replies an item where the server tells no probabilities."""
    concurrency = models.PositiveSmallIntegerField()
    most_items = models.PositiveIntegerField(null=True)
    """Of the unsettled items; null: all. 0 measures only."""
    hearing = models.CharField(
        max_length=11, choices=Hearing, blank=True, db_default=Hearing.UNKNOWN
    )
    lost_in = models.BigIntegerField(db_default=0)
    """Tokens of calls that came to nothing and may have been charged all the same, at most."""
    lost_out = models.BigIntegerField(db_default=0)
    versions = models.JSONField(db_default={})
    """Model versions by question, once it was measured; empty before."""
    counts = models.JSONField(db_default={})
    """What became of items and questions so far."""
    scores = models.JSONField(db_default={})
    """By question: what it said of items whose label was known."""
    stopped = models.CharField(max_length=9, choices=Stopped, blank=True, db_default=Stopped.NOT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    price_in__gte=0, price_out__gte=0, most_tokens__gte=0, most_money__gte=0
                ),
                name="prices_and_caps_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(hearing__in=Hearing.values), name="hearing_is_known"
            ),
            models.CheckConstraint(
                condition=Q(stopped__in=Stopped.values), name="the_stop_of_a_run_is_known"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["project", "-id"], name="latest_llm_runs")]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.endpoint}/{self.model}"


class LlmReply(models.Model):
    """What a model wrote, kept so that the same is never paid for twice in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    run = models.ForeignKey(LlmRun, models.PROTECT, related_name="replies")
    """Who paid."""
    model = models.CharField(max_length=141)
    """Endpoint, slash, model."""
    prompt_version = models.CharField(max_length=16)
    item_hash = models.CharField(max_length=64)
    """Of the message, so that two items with the same text cost one reply."""
    sample = models.PositiveSmallIntegerField()
    """0: the likeliest reply; from 1: drawn at random."""
    content = models.TextField(blank=True)
    likelihoods = models.JSONField(db_default={})
    """By question; empty when the server told none."""
    tokens_in = models.BigIntegerField()
    tokens_out = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "model", "prompt_version", "item_hash", "sample"],
                name="a_reply_is_paid_for_once",
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk} of {self.model}"
