"""The home screen: the work that waits, project by project."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from annotate.documents import schema_version
from annotate.models import (
    Item,
    ItemStage,
    OrganisationMembership,
    OrganisationRole,
    Project,
    ProjectStage,
    Role,
    User,
    Worker,
)
from annotate.queries.work import ready_count

MOST_PROJECTS = 100


def visible_projects(user: User) -> QuerySet[Project]:
    """The projects in which the user has a part."""
    own = Q(
        organisation__memberships__user=user,
        organisation__memberships__role=OrganisationRole.OWNER,
    )
    works_there = Q(workers__user=user, workers__is_active=True)
    return Project.objects.filter(own | works_there).distinct()


def home_of(user: User) -> dict[str, Any]:
    """The newest hundred projects of a user, with what waits in each for this user."""
    projects = list(visible_projects(user).order_by("-pk")[:MOST_PROJECTS])
    workers = {w.project_id: w for w in Worker.objects.filter(user=user, project__in=projects)}
    memberships = list(
        OrganisationMembership.objects.filter(user=user).select_related("organisation")
    )
    owned = {m.organisation_id for m in memberships if m.role == OrganisationRole.OWNER}
    counts = _counts(projects)
    return {
        "projects": [
            _row(
                project,
                workers.get(project.pk),
                counts,
                is_owner=project.organisation_id in owned,
            )
            for project in projects
        ],
        "can_create_project": any(
            m.role in {OrganisationRole.OWNER, OrganisationRole.LEAD} for m in memberships
        ),
        "organisations": [
            {"id": m.organisation_id, "name": m.organisation.name, "role": m.role}
            for m in memberships
        ],
    }


def _counts(projects: list[Project]) -> dict[int, dict[str, Any]]:
    rows = (
        Item.objects.filter(project__in=projects)
        .values("project")
        .annotate(
            items=Count("id"),
            settled=Count("id", filter=Q(stage=ItemStage.SETTLED)),
            disputes=Count("id", filter=Q(stage=ItemStage.DISPUTED)),
        )
    )
    return {row["project"]: {**row} for row in rows}


def _row(
    project: Project, worker: Worker | None, counts: dict[int, dict[str, Any]], *, is_owner: bool
) -> dict[str, Any]:
    count = counts.get(project.pk, {})
    schema = schema_version(project.guideline_id) if project.guideline_id else None
    role = "owner" if is_owner or worker is None else worker.role
    judges = worker is not None and role == Role.CROWD and project.stage == ProjectStage.OPEN
    return {
        "id": project.pk,
        "name": project.name,
        "role": role,
        "stage": project.stage,
        "input_types": sorted({i.type for i in schema.inputs}) if schema else [],
        "question_types": [q.type for q in schema.questions] if schema else [],
        "items": count.get("items", 0),
        "settled": count.get("settled", 0),
        "ready": ready_count(worker) if judges and worker else 0,
        # How many items others could not settle is no business of the crowd's.
        "disputes": count.get("disputes", 0) if role != Role.CROWD else 0,
        "judged_by_me": worker.judged_count if worker else 0,
    }
