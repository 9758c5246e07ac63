"""The tables: columns, constraints and one-row facts. What touches two is a service."""

from annotate.models.assignment import Assignment, AssignmentState, Judgment, Purpose
from annotate.models.crowd import CrowdVersion
from annotate.models.event import Event, EventKind
from annotate.models.item import (
    GoldLabel,
    Item,
    ItemStage,
    Media,
    QueueCursor,
    QueueEntry,
    Source,
    Tier,
)
from annotate.models.job import Job, JobKind, JobState, Rejection
from annotate.models.label import FinalLabel, FinalSource
from annotate.models.organisation import (
    ApiToken,
    Language,
    Organisation,
    OrganisationMembership,
    OrganisationRole,
    SignInLink,
    Theme,
    User,
)
from annotate.models.prediction import Embedding, ModelKind, ModelVersion, Prediction
from annotate.models.project import (
    Guideline,
    PolicyVersion,
    Project,
    ProjectStage,
    Role,
    Worker,
)
from annotate.models.release import Release, ReleaseState

__all__ = [
    "ApiToken",
    "Assignment",
    "AssignmentState",
    "CrowdVersion",
    "Embedding",
    "Event",
    "EventKind",
    "FinalLabel",
    "FinalSource",
    "GoldLabel",
    "Guideline",
    "Item",
    "ItemStage",
    "Job",
    "JobKind",
    "JobState",
    "Judgment",
    "Language",
    "Media",
    "ModelKind",
    "ModelVersion",
    "Organisation",
    "OrganisationMembership",
    "OrganisationRole",
    "PolicyVersion",
    "Prediction",
    "Project",
    "ProjectStage",
    "Purpose",
    "QueueCursor",
    "QueueEntry",
    "Rejection",
    "Release",
    "ReleaseState",
    "Role",
    "SignInLink",
    "Source",
    "Theme",
    "Tier",
    "User",
    "Worker",
]
