"""Long work that a person watches: its progress, its outcome, the rows it refused."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from annotate.models.organisation import User
from annotate.models.project import Project


class JobKind(models.TextChoices):
    IMPORT = "import"
    PRELABEL = "prelabel"
    TEACH = "teach"
    TUNE = "tune"  # a fine-tune is tried against the head
    RELEASE = "release"
    CHOOSE = "choose"  # what a model learns most from comes first in the queue
    BULK = "bulk"  # one action on many items
    ACCEPT = "accept"  # what a model said becomes the final label of a proven batch
    LLM = "llm"  # a language model elsewhere speaks on items
    REOPEN = "reopen"  # a batch whose promise broke goes back to people
    GROUP = "group"  # near-duplicates are found, and held back where the lead wants it


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """`cursor` says from where to go on after a kill -9; `done` and `total` are rows."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=8, choices=JobKind)
    state = models.CharField(max_length=9, choices=JobState, db_default=JobState.QUEUED)
    parameters = models.JSONField(db_default={})
    cursor = models.BigIntegerField(db_default=0)
    done = models.BigIntegerField(db_default=0)
    total = models.BigIntegerField(null=True)
    result = models.JSONField(db_default={})
    error = models.TextField(blank=True, db_default="")
    # Of a refusal, its code and its extra: what `error` says in English, for programs.
    error_code = models.CharField(max_length=60, blank=True, db_default="")
    error_extra = models.JSONField(db_default={})
    is_cancel_requested = models.BooleanField(db_default=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["project", "-id"], name="latest_jobs"),
            models.Index(fields=["project", "kind", "-id"], name="latest_jobs_of_a_kind"),
            models.Index(
                fields=["kind"], name="running_jobs", condition=models.Q(state=JobState.RUNNING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} job {self.pk}"


class Rejection(models.Model):
    """A row that an import refused, and why."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="rejections", db_index=False)
    row = models.BigIntegerField()
    code = models.CharField(max_length=60)
    path = models.CharField(max_length=300, blank=True)
    message = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["job", "id"], name="rejections_of_a_job")]

    def __str__(self) -> str:
        return f"row {self.row} of job {self.job_id}"
