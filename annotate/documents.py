"""The documents of a project as values: label schemas and policies, parsed once a version.

Versions never change once they are stored, so they may be remembered by their id.
"""

from functools import lru_cache
from typing import NamedTuple

from annotate.models import CrowdVersion, Guideline, PolicyVersion, Project
from annotate.refusals import NoGuideline
from labeling.budget import Allowance
from labeling.poll_standing import read_standing
from labeling.routing import RoutingPolicy
from labeling.schema import LabelSchema
from labeling.standing import Standing


@lru_cache(maxsize=512)
def schema_version(guideline_id: int) -> LabelSchema:
    """The label schema of a guideline that is known by its id alone."""
    document = Guideline.objects.values_list("schema", flat=True).get(pk=guideline_id)
    return LabelSchema.from_json(document)


@lru_cache(maxsize=512)
def policy_version(policy_id: int) -> RoutingPolicy:
    """The routing policy of a version that is known by its id alone."""
    document = PolicyVersion.objects.values_list("document", flat=True).get(pk=policy_id)
    return RoutingPolicy.from_json(document)


@lru_cache(maxsize=64)
def crowd_version(crowd_id: int) -> dict[str, Standing]:
    """What a version has learnt of the crowd, by question."""
    documents = CrowdVersion.objects.values_list("standings", flat=True).get(pk=crowd_id)
    return {question: read_standing(document) for question, document in documents.items()}


@lru_cache(maxsize=64)
def crowd_allowance(crowd_id: int) -> Allowance | None:
    """What the budget allowed when that version was learnt; None without a budget."""
    document = CrowdVersion.objects.values_list("allowance", flat=True).get(pk=crowd_id)
    return None if document is None else Allowance.from_json(document)


def latest_crowd(project: Project) -> int | None:
    """The version that weighs votes now; None before anything was learnt."""
    return (
        CrowdVersion.objects.filter(project=project.pk)
        .order_by("-version")
        .values_list("pk", flat=True)
        .first()
    )


class InForce(NamedTuple):
    """The versions that decide in a project now."""

    guideline_id: int
    policy_id: int
    schema: LabelSchema
    policy: RoutingPolicy


def in_force(project: Project) -> InForce:
    """Raises NoGuideline while the project is not set up."""
    guideline_id, policy_id = project.guideline_id, project.policy_id
    if guideline_id is None or policy_id is None:
        raise NoGuideline
    return InForce(
        guideline_id, policy_id, schema_version(guideline_id), policy_version(policy_id)
    )
