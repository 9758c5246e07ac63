"""What was learnt of a project's crowd, version by version. Append-only: decisions name theirs."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from annotate.models.project import Project


class CrowdVersion(models.Model):
    project = models.ForeignKey(Project, models.PROTECT, related_name="crowds", db_index=False)
    version = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    """How many judgments had been given when it was learnt."""
    standings = models.JSONField()
    """By question: `labeling.standing.Standing.to_json`."""
    allowance = models.JSONField(null=True)
    """What the budget allows: `labeling.budget.Allowance.to_json`, and as `allowed` what all items
    together may cost. None where the policy has no budget."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "version"], name="one_crowd_a_version_of_a_project"
            ),
        ]

    def __str__(self) -> str:
        return f"crowd {self.version} of project {self.project_id}"
