"""What goes out: frozen, published data sets."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from annotate.models.organisation import User
from annotate.models.project import Project


class ReleaseState(models.TextChoices):
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Release(models.Model):
    project = models.ForeignKey(Project, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ReleaseState, db_default=ReleaseState.BUILDING)
    note = models.TextField(blank=True)
    # Everything up to these ids is in, nothing after: the cut-off of the snapshot.
    last_judgment = models.BigIntegerField(db_default=0)
    last_final_label = models.BigIntegerField(db_default=0)
    manifest = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "number"], name="release_numbers_of_a_project_differ"
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.number} of project {self.project_id}"
