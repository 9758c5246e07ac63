"""A project: one labelling effort with its guideline, policy and workforce."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from annotate.models.organisation import Organisation, User


class ProjectStage(models.TextChoices):
    DRAFT = "draft"  # being set up: nothing is handed out
    OPEN = "open"  # work is handed out
    PAUSED = "paused"  # answers are still taken, nothing new is handed out
    CLOSED = "closed"  # finished: nothing is handed out or imported; what is under way is taken


class Project(models.Model):
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="projects")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    stage = models.CharField(max_length=6, choices=ProjectStage, default=ProjectStage.OPEN)
    guideline = models.ForeignKey("Guideline", models.PROTECT, null=True, related_name="+")
    policy = models.ForeignKey("PolicyVersion", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(stage__in=ProjectStage.values), name="project_stage_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Guideline(models.Model):
    """One version of the instructions with their label schema; never changed afterwards."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="guidelines")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    schema = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "version"], name="one_guideline_a_version_of_a_project"
            ),
        ]

    def __str__(self) -> str:
        return f"guideline {self.version} of project {self.project_id}"


class PolicyVersion(models.Model):
    """One version of the routing policy; a decision names the version that made it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="policies")
    version = models.PositiveIntegerField()
    document = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "version"], name="one_policy_a_version_of_a_project"
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.version} of project {self.project_id}"


class Role(models.TextChoices):
    LEAD = "lead"  # sets up, watches, releases
    EXPERT = "expert"  # decides disputes
    CROWD = "crowd"  # judges items


class Worker(models.Model):
    """A user's place in a project: the role there, and the pseudonym that others see."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="workers")
    user = models.ForeignKey(User, models.PROTECT, related_name="workers")
    role = models.CharField(max_length=6, choices=Role)
    pseudonym = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)
    judged_count = models.PositiveIntegerField(db_default=0)
    again_count = models.PositiveIntegerField(db_default=0)
    """How often an item that came back was judged again: paid, and no further item."""
    read_count = models.PositiveIntegerField(db_default=0)
    """How many disputes were read or decided."""
    last_seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "user"], name="one_role_a_user_in_a_project"
            ),
            models.UniqueConstraint(
                fields=["project", "pseudonym"], name="pseudonyms_differ_in_a_project"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class Qualification(models.Model):
    """What a worker is able to do by a lead's word: a language, a field. Items may need some."""

    worker = models.ForeignKey(
        Worker, models.CASCADE, related_name="qualifications", db_index=False
    )
    # A copy of the worker's: who of a project has one is asked for by its name.
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    name = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "name"], name="a_qualification_is_given_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "name", "worker"], name="who_has_a_qualification"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of worker {self.worker_id}"


class Pool(models.Model):
    """The items of a project that need the same of who judges them; most need nothing and are of
    no pool. A pool is never changed, so a line of the queue means the same for ever."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="pools", db_index=False)
    needs = ArrayField(models.CharField(max_length=40))
    """Names of qualifications, sorted."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "needs"], name="one_pool_for_the_same_needs"
            ),
            models.CheckConstraint(condition=~models.Q(needs=[]), name="a_pool_needs_something"),
        ]

    def __str__(self) -> str:
        return f"pool {self.pk}"
