"""Step 3, assign: lease the next item to a worker, keep the lease, give it back."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least, Now
from django.utils.crypto import salted_hmac

from annotate.documents import InForce, in_force
from annotate.models import (
    Assignment,
    AssignmentState,
    Project,
    ProjectStage,
    Rung,
    Worker,
)
from annotate.prepared import Prepared, flag, json, moment, text, uuid
from annotate.queries.spending import budget_is_spent
from annotate.refusals import (
    AlreadyDecided,
    CoolingDown,
    NothingEasy,
    ProjectNotOpen,
    WorkPaused,
)
from annotate.services.keep_draft import Begun, drafts_of
from annotate.services.second_look import OwnEarlier, earlier_answers, sends_back, take_looks
from annotate.services.show import (
    Shown,
    decide_display,
    questions_in,
    shown_before,
    shows_anything,
)
from labeling.model_rules import AFTER_ANSWER

MOST_LEASES = 5
"""What a worker at work keeps ready."""
LONGEST_HOLD = timedelta(hours=4)
"""From the claim on. A forgotten tab sends heartbeats for days, and its item would wait for it."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """An item in a worker's hands. `data` is the item's content as stored."""

    assignment: UUID
    item: int
    project: int
    guideline: int
    expires_at: datetime
    data: dict[str, Any]
    prediction: Shown | None
    """The model's answer and score when the policy shows it from the start, else None."""
    has_check: bool
    """The policy shows it once the worker has answered; said of every lease alike."""
    earlier: OwnEarlier | None = None
    """The worker's own answer when the item came back to be looked at again."""
    is_new: bool
    """It was not in the worker's hands before."""
    draft: Begun | None = None
    """What the worker has begun to say of it, perhaps in another browser."""


PAUSE_SECONDS = 60
"""Between two items of a worker who stands at the rung `slower`."""
_HAND_OUT = Prepared(
    "hand_out",
    "SELECT * FROM hand_out($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    (uuid, int, int, moment, json, int, flag, text, float),
)


class HandedOut(NamedTuple):
    """What a claim gave, and what the worker's rung had to say to it: `wait` seconds."""

    leases: list[Lease]
    rung: str
    wait: float


def claim_items(*, worker: Worker, project: Project, count: int = 1) -> list[Lease]:
    """The leases of `hand_out_items`; raises what that raises."""
    return hand_out_items(worker=worker, project=project, count=count).leases


def hand_out_items(*, worker: Worker, project: Project, count: int = 1) -> HandedOut:
    """The worker's open leases, oldest first, topped up from the queue to `count` in all.

    The policy says how many at most. Those that are taken along to work without a network are
    leases like others: who does not come back in time has lost their turn, and a late answer is
    still kept. Without leases nothing waits for this worker now.

    Raises:
        ProjectNotOpen: nothing is handed out in a project that is paused or closed.
        NoGuideline: the project has no label schema yet.
        WorkPaused, CoolingDown, NothingEasy: the worker holds nothing, and the own rung of the
            ladder lets nothing new be handed out now.
    """
    handed = _hand_out(worker, project, count)
    if not handed.leases:
        if project.stage != ProjectStage.OPEN:
            raise ProjectNotOpen
        _refuse_by_rung(handed)
    drafts = drafts_of([lease.assignment for lease in handed.leases if not lease.is_new])
    leases = [replace(lease, draft=drafts.get(lease.assignment)) for lease in handed.leases]
    return handed._replace(leases=leases)


def _refuse_by_rung(handed: HandedOut) -> None:
    if handed.rung == Rung.PAUSED:
        raise WorkPaused(rung=handed.rung)
    if handed.wait > 0:
        raise CoolingDown(rung=handed.rung, retry_after=ceil(handed.wait))
    if handed.rung == Rung.OTHER_TIER:
        raise NothingEasy(rung=handed.rung)


def claim_next(*, worker: Worker, project: Project, held: int) -> Lease | None:
    """One more item for a worker who has just answered, for the same reply.

    `held` is how many leases the worker keeps ready; this is the last of them.
    """
    leases = _hand_out(worker, project, held).leases
    return leases[-1] if leases else None


@cache
def _salt() -> str:
    """What the draws of gold hang on. Made of the server's secret; says nothing of it."""
    return salted_hmac("annotate.gold", "draw", algorithm="sha256").hexdigest()


def _hand_out(worker: Worker, project: Project, want: int) -> HandedOut:
    rules = in_force(project)
    want = min(want, rules.policy.most_at_once)
    shows_model = shows_anything(rules)
    # One statement is a transaction by itself, and saves the worker two round trips.
    is_more = shows_model or sends_back(rules.policy)
    with transaction.atomic() if is_more else nullcontext():
        take_looks(worker=worker, rules=rules, want=want)
        standing, *rows = _HAND_OUT.all(
            worker.pk,
            project.pk,
            rules.guideline_id,
            f"{rules.policy.lease_seconds} seconds",
            want,
            project.stage == ProjectStage.OPEN and not budget_is_spent(project, rules.policy),
            rules.policy.gold_rate,
            _salt(),
            f"{PAUSE_SECONDS} seconds",
        )
        leases = [lease_of(worker, project, rules, row[:7]) for row in rows]
    earlier = earlier_answers(rules.policy, [lease.assignment for lease in leases])
    leases = [replace(lease, earlier=earlier.get(lease.assignment)) for lease in leases]
    return HandedOut(leases, rung=standing[7], wait=standing[8])


def lease_of(worker: Worker, project: Project, rules: InForce, row: tuple[Any, ...]) -> Lease:
    """The lease of a row of `hand_out`, without its last two columns."""
    assignment, item, guideline, lease_end, data, prediction, is_new = row
    shown = None
    if is_new and shows_anything(rules):
        shown = decide_display((assignment, item, data), worker.pk, project, rules)
    elif prediction is not None:
        shown = shown_before(assignment, item, prediction, rules)
    return Lease(
        assignment=assignment,
        item=item,
        project=project.pk,
        guideline=guideline,
        expires_at=lease_end,
        data=data,
        prediction=shown,
        has_check=bool(questions_in(rules, AFTER_ANSWER)),
        is_new=is_new,
    )


@transaction.atomic
def keep_lease(*, worker: Worker, assignment_id: UUID, lease_seconds: int) -> datetime:
    """Prolong a live lease, up to LONGEST_HOLD; answers when it ends now.

    It is never cut short: a lease that was given for longer lasts as long.

    Raises:
        AlreadyDecided: the lease ended, or the assignment is answered or skipped.
    """
    term = Least(Now() + timedelta(seconds=lease_seconds), F("leased_at") + LONGEST_HOLD)
    changed = Assignment.objects.filter(
        pk=assignment_id, worker=worker, state=AssignmentState.LEASED, expires_at__gt=Now()
    ).update(expires_at=Greatest(F("expires_at"), term))
    if not changed:
        message = "The lease has ended. Your answer is still taken if the item has room for it."
        raise AlreadyDecided(message)
    return Assignment.objects.values_list("expires_at", flat=True).get(pk=assignment_id)


def release_expired_leases(*, limit: int = 500) -> int:
    """Give the slots of leases that ran out back; answers how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT release_expired_leases(%s)", [limit])
        return int(cursor.fetchone()[0])
