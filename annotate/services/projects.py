"""Set up a project: create it, publish guidelines and policies, change what may change."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from annotate.documents import schema_version
from annotate.models import (
    Event,
    EventKind,
    Guideline,
    Item,
    Organisation,
    PolicyVersion,
    Project,
    ProjectStage,
    Role,
    User,
)
from annotate.refusals import InvalidPolicyDocument, InvalidSchemaDocument, SchemaInUse
from annotate.services.count_experts import mark_experts
from annotate.services.refresh import refresh_for_policy
from annotate.services.workforce import add_worker
from labeling.policy import KEYS
from labeling.problems import Invalid, Problem, listed
from labeling.routing import RoutingPolicy
from labeling.schema import LabelSchema

_EMPTY_POLICY = Problem(
    path="",
    code="empty",
    message=f"The policy is empty. Write what it shall say, at least one of: {listed(KEYS)}. "
    "What you leave out takes its default.",
)


@transaction.atomic
def create_project(  # noqa: PLR0913 - all keyword-only, and each one field of a project
    *,
    organisation: Organisation,
    creator: User,
    name: str,
    schema: Any,
    description: str = "",
    guideline_text: str = "",
    policy: Any = None,
) -> Project:
    """A project that is open for work at once; its creator becomes its first lead.

    Raises:
        InvalidSchemaDocument, InvalidPolicyDocument: with every problem and its place.
    """
    project = Project.objects.create(
        organisation=organisation, name=name, description=description, created_by=creator
    )
    Event.objects.create(
        project=project, kind=EventKind.PROJECT_CREATED, user=creator, payload={"name": name}
    )
    publish_guideline(project=project, author=creator, schema=schema, text=guideline_text)
    document = RoutingPolicy().to_json() if policy is None else policy
    change_policy(project=project, author=creator, document=document)
    add_worker(project=project, user=creator, role=Role.LEAD, added_by=creator)
    return project


@transaction.atomic
def publish_guideline(*, project: Project, author: User, schema: Any, text: str) -> Guideline:
    """The next version of the guideline. Open leases keep the version they were made with.

    Raises:
        InvalidSchemaDocument: with every problem and its place.
        SchemaInUse: the inputs differ from those that the project's items were made for.
    """
    checked = _checked_schema(schema)
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if locked.guideline_id is not None:
        _keep_inputs(locked, checked)
    latest = locked.guidelines.aggregate(latest=Max("version"))["latest"] or 0
    guideline = Guideline.objects.create(
        project=locked,
        version=latest + 1,
        text=text,
        schema=checked.to_json(),
        created_by=author,
    )
    Project.objects.filter(pk=locked.pk).update(guideline=guideline)
    project.guideline = guideline
    mark_experts(project)  # how far they agree is said in the questions in force
    Event.objects.create(
        project=project,
        kind=EventKind.GUIDELINE_PUBLISHED,
        user=author,
        payload={"version": guideline.version},
    )
    return guideline


def _checked_schema(document: Any) -> LabelSchema:
    try:
        return LabelSchema.from_json(document)
    except Invalid as error:
        raise InvalidSchemaDocument.of(error.problems) from error


def _keep_inputs(project: Project, schema: LabelSchema) -> None:
    if project.guideline is None or not Item.objects.filter(project=project).exists():
        return
    before = {i.id: i.type for i in LabelSchema.from_json(project.guideline.schema).inputs}
    after = {i.id: i.type for i in schema.inputs}
    if before != after:
        raise SchemaInUse(before=before, after=after)


@transaction.atomic
def change_policy(*, project: Project, author: User, document: Any) -> PolicyVersion:
    """The next version of the routing policy; it decides from the next vote on.

    Keys that are left out take their defaults. An empty document is no wish for all of those:
    it is a body that got lost.

    Raises:
        InvalidPolicyDocument: with every problem and its place.
    """
    policy = checked_policy(project, document)
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    latest = locked.policies.aggregate(latest=Max("version"))["latest"] or 0
    version = PolicyVersion.objects.create(
        project=locked, version=latest + 1, document=policy.to_json(), created_by=author
    )
    Project.objects.filter(pk=locked.pk).update(policy=version)
    project.policy = version
    Event.objects.create(
        project=project,
        kind=EventKind.POLICY_CHANGED,
        user=author,
        payload={"version": version.version},
    )
    refresh_for_policy(project)
    return version


def checked_policy(project: Project, document: Any) -> RoutingPolicy:
    """The policy that a document says, fit for the project's schema. Writes nothing.

    Raises:
        InvalidPolicyDocument: with every problem and its place.
    """
    if document == {}:
        raise InvalidPolicyDocument.of([_EMPTY_POLICY])
    schema = schema_version(project.guideline_id) if project.guideline_id else None
    try:
        return RoutingPolicy.from_json(document, schema)
    except Invalid as error:
        raise InvalidPolicyDocument.of(error.problems) from error


@transaction.atomic
def change_project(*, project: Project, author: User, changes: dict[str, str]) -> Project:
    """Change the name, description or stage. Raises ValueError for anything else."""
    if unknown := set(changes) - {"name", "description", "stage"}:
        message = f"can't change {unknown}"
        raise ValueError(message)
    for field, value in changes.items():
        setattr(project, field, ProjectStage(value) if field == "stage" else value)
    project.save(update_fields=list(changes))
    Event.objects.create(
        project=project, kind=EventKind.PROJECT_CHANGED, user=author, payload=changes
    )
    return project
