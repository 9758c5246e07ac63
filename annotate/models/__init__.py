"""The tables: columns, constraints and one-row facts. What touches two is a service."""

from annotate.models.assignment import Assignment, AssignmentState, Judgment, Purpose
from annotate.models.crowd import CrowdVersion
from annotate.models.event import Event, EventKind
from annotate.models.expert import (
    Competence,
    Dispute,
    Reading,
    ReadingOutcome,
    ReadingStep,
)
from annotate.models.footing import (
    Appeal,
    AppealState,
    AppealSubject,
    Footing,
    Planting,
    Rung,
)
from annotate.models.item import (
    GoldLabel,
    GoldState,
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
from annotate.models.recourse import Hold, LookState, SecondLook
from annotate.models.release import Release, ReleaseState

__all__ = [
    "ApiToken",
    "Appeal",
    "AppealState",
    "AppealSubject",
    "Assignment",
    "AssignmentState",
    "Competence",
    "CrowdVersion",
    "Dispute",
    "Embedding",
    "Event",
    "EventKind",
    "FinalLabel",
    "FinalSource",
    "Footing",
    "GoldLabel",
    "GoldState",
    "Guideline",
    "Hold",
    "Item",
    "ItemStage",
    "Job",
    "JobKind",
    "JobState",
    "Judgment",
    "Language",
    "LookState",
    "Media",
    "ModelKind",
    "ModelVersion",
    "Organisation",
    "OrganisationMembership",
    "OrganisationRole",
    "Planting",
    "PolicyVersion",
    "Prediction",
    "Project",
    "ProjectStage",
    "Purpose",
    "QueueCursor",
    "QueueEntry",
    "Reading",
    "ReadingOutcome",
    "ReadingStep",
    "Rejection",
    "Release",
    "ReleaseState",
    "Role",
    "Rung",
    "SecondLook",
    "SignInLink",
    "Source",
    "Theme",
    "Tier",
    "User",
    "Worker",
]
