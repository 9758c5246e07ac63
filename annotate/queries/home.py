"""The home screen: the work that waits, project by project."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from annotate.models import (
    Footing,
    Guideline,
    ItemStage,
    OrganisationMembership,
    OrganisationRole,
    PolicyVersion,
    Project,
    ProjectStage,
    Role,
    Rung,
    User,
    Worker,
)
from annotate.queries.counts import item_counts
from annotate.queries.work import ready_counts, shown_count

MOST_PROJECTS = 100
MOST_DISPUTES = 1000
"""Among the oldest so many of a project those are counted that an expert may not decide."""

_CLOSED = """
SELECT w.project_id, (
       SELECT count(*) FROM (
              SELECT i.id FROM annotate_item i
               WHERE i.project_id = w.project_id AND i.stage = 'disputed'
               ORDER BY i.id LIMIT %(most)s) AS i
        WHERE EXISTS (SELECT FROM annotate_dispute d WHERE d.item_id = i.id AND d.is_for_leads)
           OR EXISTS (SELECT FROM annotate_assignment a
                       WHERE a.item_id = i.id AND a.worker_id = w.id
                         AND a.state IN ('answered', 'skipped')))
  FROM annotate_worker w WHERE w.id = ANY (%(workers)s)
"""


def visible_projects(user: User) -> QuerySet[Project]:
    """The projects in which the user has a part."""
    # Two sets of this user, and no joins: with an "or" those would go over everybody's parts.
    owned = OrganisationMembership.objects.filter(user=user, role=OrganisationRole.OWNER)
    parts = Worker.objects.filter(user=user, is_active=True)
    return Project.objects.filter(
        Q(organisation__in=owned.values("organisation")) | Q(pk__in=parts.values("project"))
    )


class _Facts(NamedTuple):
    """What is known of many projects, by their keys; asked for all of them at once."""

    workers: Mapping[int, Worker]
    counts: Mapping[int, Mapping[str, int]]
    closed_disputes: Mapping[int, int]
    """By project, where the person is an expert: those that the person may not decide."""
    schemas: Mapping[int, Mapping[str, Any]]
    """By the key of the guideline. Stored ones were checked: here only their types are read."""
    ready: Mapping[int, int]
    rungs: Mapping[int, str]
    """By project, where the person is of its crowd."""
    gold_rates: Mapping[int, float]
    """By the key of the policy, where it is more than 0."""


def home_of(user: User) -> dict[str, Any]:
    """The newest hundred projects of a user, with what waits in each for this user."""
    projects = list(visible_projects(user).order_by("-pk")[:MOST_PROJECTS])
    memberships = list(
        OrganisationMembership.objects.filter(user=user).select_related("organisation")
    )
    owned = {m.organisation_id for m in memberships if m.role == OrganisationRole.OWNER}
    facts = _facts_of(projects, user)
    return {
        "projects": [
            _row(project, facts, is_owner=project.organisation_id in owned) for project in projects
        ],
        "can_create_project": any(
            m.role in {OrganisationRole.OWNER, OrganisationRole.LEAD} for m in memberships
        ),
        "organisations": [
            {"id": m.organisation_id, "name": m.organisation.name, "role": m.role}
            for m in memberships
        ],
    }


def _facts_of(projects: list[Project], user: User) -> _Facts:
    workers = Worker.objects.filter(user=user, project__in=projects)
    guidelines = Guideline.objects.filter(pk__in=[p.guideline_id for p in projects])
    open_ones = {project.pk for project in projects if project.stage == ProjectStage.OPEN}
    by_project = {worker.project_id: worker for worker in workers}
    judging = [
        worker.pk
        for project, worker in by_project.items()
        if worker.role == Role.CROWD and project in open_ones
    ]
    wanted = [p.policy_id or 0 for p in projects if p.pk in open_ones]
    policies = PolicyVersion.objects.filter(pk__in=wanted, document__gold_rate__gt=0)
    return _Facts(
        workers=by_project,
        counts=item_counts([project.pk for project in projects]),
        closed_disputes=_closed_disputes(by_project),
        schemas=dict(guidelines.values_list("pk", "schema")),
        ready=ready_counts(judging),
        rungs=_rungs(judging),
        gold_rates=dict(policies.values_list("pk", "document__gold_rate")),
    )


def _rungs(workers: list[int]) -> dict[int, str]:
    """The rungs that were measured or set; in a project without a ladder only the latter hold."""
    footings = Footing.objects.filter(worker__in=workers).values_list(
        "worker__project", "rung", "overruled_to", "worker__project__policy__document__ladder"
    )
    return {
        project: overruled or (Rung.NONE if has_ladder is False else rung)
        for project, rung, overruled, has_ladder in footings
    }


def _closed_disputes(workers: Mapping[int, Worker]) -> dict[int, int]:
    """How many disputes of each project this expert may not decide: the leads', and the own."""
    experts = [one.pk for one in workers.values() if one.role == Role.EXPERT]
    if not experts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, {"workers": experts, "most": MOST_DISPUTES})
        return dict(cursor.fetchall())


def _row(project: Project, facts: _Facts, *, is_owner: bool) -> dict[str, Any]:
    worker = facts.workers.get(project.pk)
    count = facts.counts[project.pk]
    schema = facts.schemas.get(project.guideline_id or 0)
    role = "owner" if is_owner or worker is None else worker.role
    judged = worker.judged_count if worker else 0
    # What came of the items is no business of the crowd's: a worker who sees one more settled
    # right after an answer knows what the others said. Of the crowd, each sees the own part.
    is_crowd = role == Role.CROWD
    items = sum(count[stage] for stage in ItemStage.values)
    disputes = count["disputed"]
    if role == Role.EXPERT:
        disputes -= facts.closed_disputes.get(project.pk, 0)
    return {
        "id": project.pk,
        "name": project.name,
        "role": role,
        "stage": project.stage,
        "input_types": sorted({one["type"] for one in schema["inputs"]}) if schema else [],
        "question_types": [one["type"] for one in schema["questions"]] if schema else [],
        "items": items,
        "settled": min(judged, items) if is_crowd else count["settled"],
        "ready": shown_count(
            facts.ready.get(project.pk, 0), facts.gold_rates.get(project.policy_id or 0, 0.0)
        ),
        "rung": facts.rungs.get(project.pk, Rung.NONE) if is_crowd else Rung.NONE,
        "disputes": 0 if is_crowd else disputes,
        "judged_by_me": judged,
    }
