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
    hurdle = models.FloatField(null=True)
    """The accuracy that a unit of cost must gain so that the budget is met
    (`labeling.budget.Allowance`); None where the policy has no budget."""
    is_spent = models.BooleanField(db_default=False)
    """The budget was used up: nothing is bought."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "version"], name="one_crowd_a_version_of_a_project"
            ),
        ]

    def __str__(self) -> str:
        return f"crowd {self.version} of project {self.project_id}"
