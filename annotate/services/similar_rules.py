"""What a lead decides about near-duplicates: what they are, and whether they are labelled once."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from annotate.acceptance_refusals import SpreadIsOn
from annotate.models import (
    Event,
    EventKind,
    GroupState,
    Item,
    ItemGroup,
    Job,
    JobKind,
    JobState,
    Project,
    ProjectStage,
    SimilarRules,
    User,
)
from annotate.queries.groups import counted_groups
from annotate.services.jobs import start_job

BUSY = (JobKind.IMPORT, JobKind.PRELABEL, JobKind.TEACH, JobKind.GROUP)

_FORGET = (
    """
    DELETE FROM annotate_groupitem m USING annotate_itemgroup g
     WHERE g.project_id = %s AND g.state = 'found' AND m.group_id = g.id
    """,
    "DELETE FROM annotate_itemgroup WHERE project_id = %s AND state = 'found'",
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to hold from now on; None leaves a rule as it is."""

    is_spread: bool | None = None
    least_likeness: float | None = None
    least_shared: float | None = None
    audit_share: float | None = None
    shows_own: bool | None = None

    def changes(self, rules: SimilarRules) -> dict[str, Any]:
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value for name, value in given.items() if getattr(rules, name) != value}


def rules_of(project: Project) -> SimilarRules:
    """The rules of a project, made when they are first asked for."""
    rules, _ = SimilarRules.objects.get_or_create(
        project=project, defaults={"seed": secrets.randbits(62)}
    )
    rules.refresh_from_db()
    return rules


@transaction.atomic
def change_rules(*, project: Project, user: User, wanted: Wanted) -> Job | None:
    """Change the rules; answers the job that holds near-duplicates back, where that is turned on.

    Turned off, what waits goes back to people; labels that were spread stay, and their audits go
    on.

    Raises:
        SpreadIsOn: what a near-duplicate is can't be changed while labels are spread by it.
    """
    rules_of(project)
    rules = SimilarRules.objects.select_for_update(no_key=True).get(project=project)
    changes = wanted.changes(rules)
    measures = changes.keys() & {"least_likeness", "least_shared", "audit_share"}
    if measures and _is_at_work(rules):
        raise SpreadIsOn
    for name, value in changes.items():
        setattr(rules, name, value)
    if changes.keys() & {"least_likeness", "least_shared"}:
        # Compared anew: what nothing was done with is forgotten.
        _forget_found(project)
        rules.grouped_to, rules.counted = 0, None
    rules.save()
    if changes:
        Event.objects.create(
            project=project, kind=EventKind.SIMILAR_CHANGED, user=user, payload=changes
        )
    if "is_spread" not in changes:
        return None
    if rules.is_spread:
        return start_grouping(project=project, user=user)
    waiting = ItemGroup.objects.filter(
        project=project, state__in=[GroupState.OPEN, GroupState.SPREADING]
    )
    waiting.update(state=GroupState.RETURNING, reason={"code": "turned_off"})
    return None


def _is_at_work(rules: SimilarRules) -> bool:
    live = (GroupState.OPEN, GroupState.SPREADING, GroupState.RETURNING)
    groups = ItemGroup.objects.filter(project=rules.project_id, state__in=live)
    busy = Job.objects.filter(
        project=rules.project_id,
        kind=JobKind.GROUP,
        state__in=[JobState.QUEUED, JobState.RUNNING],
    )
    return rules.is_spread or busy.exists() or groups.exists()


def _forget_found(project: Project) -> None:
    """Past Django, which would fetch each row before it deletes it."""
    with connection.cursor() as cursor:
        # Of a million items there may be more than go in the time that people are given.
        cursor.execute("SET LOCAL statement_timeout = 0")
        for statement in _FORGET:
            cursor.execute(statement, [project.pk])


def count_groups(rules: SimilarRules) -> None:
    """Count what the screen shows. Whatever is done meanwhile makes it stale again."""
    SimilarRules.objects.filter(pk=rules.pk).update(is_stale=False)
    counted = counted_groups(rules.project, rules.audit_share)
    SimilarRules.objects.filter(pk=rules.pk).update(counted=counted, counted_at=Now())


@transaction.atomic
def start_grouping(*, project: Project, user: User | None) -> Job:
    """Start a job that finds the near-duplicates of what came since; answers it, or the
    one that runs."""
    rules_of(project)
    SimilarRules.objects.select_for_update(no_key=True).get(project=project)
    busy = Job.objects.filter(
        project=project, kind=JobKind.GROUP, state__in=[JobState.QUEUED, JobState.RUNNING]
    )
    newest = Item.objects.filter(project=project).order_by("-pk").values_list("pk", flat=True)
    return busy.first() or start_job(
        project=project,
        kind=JobKind.GROUP,
        user=user,
        parameters={"last": newest.first() or 0},
    )


def _is_read_since(last: Job | None) -> bool:
    """Whether a search came too early for some items, and a model has read since."""
    if last is None or not last.result.get("unread"):
        return False
    reads = Job.objects.filter(project=last.project_id, kind=JobKind.PRELABEL, state=JobState.DONE)
    return reads.filter(finished_at__gt=last.created_at).exists()


def start_due_groupings() -> list[Job]:
    """Start a job in each open project that labels near-duplicates once and has got new items.

    Once these have been read by the model: without vectors equal texts alone would be found.
    """
    started = []
    for rules in SimilarRules.objects.filter(
        is_spread=True, project__stage=ProjectStage.OPEN
    ).select_related("project"):
        jobs = Job.objects.filter(project=rules.project_id)
        if jobs.filter(kind__in=BUSY, state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
            continue
        last = jobs.filter(kind=JobKind.GROUP).order_by("-pk").first()
        known = rules.grouped_to if last is None else int(last.parameters["last"])
        found = ItemGroup.objects.filter(project=rules.project_id, state=GroupState.FOUND)
        # It may have been turned on when the search had just ended, or before a model had read.
        is_left = last is not None and last.state == JobState.DONE and found.exists()
        if (
            is_left
            or _is_read_since(last)
            or Item.objects.filter(project=rules.project_id, pk__gt=known).exists()
        ):
            started.append(start_grouping(project=rules.project, user=None))
    return started
