"""Auto-accept, as a lead goes on with it: look at the audits, accept the rest, cancel.

What the model is believed in is proven by blind audits (labeling.guarantee). Batches are tried
from the surest down, and each only after the one before was accepted, so that the first that
fails ends it; every look within a batch is paid for, and so is every batch that was given up.
"""

import math
from dataclasses import replace
from typing import Any

from django.db import transaction

from annotate.acceptance_refusals import (
    AcceptanceStale,
    AcceptanceStateRefused,
    AuditsOpen,
    NothingSureEnough,
    NotProven,
)
from annotate.models import (
    Acceptance,
    AcceptanceState,
    EventKind,
    Job,
    JobKind,
    JobState,
    Project,
    User,
)
from annotate.queries.acceptance import stale_because
from annotate.queries.audits import audit_sample, left_to_accept
from annotate.refusals import NotFound
from annotate.services.draw_audits import claim_of, hand_to_people, note_acceptance
from annotate.services.jobs import cancel_job, start_job
from labeling.acceptance import audits_to_draw, target_of_rest
from labeling.guarantee import LOWEST_TARGET, Claim, judge


@transaction.atomic
def look_at_audits(*, project: Project, acceptance_id: int, user: User) -> Acceptance:
    """Judge the batch by its audits, once all of them are final; draw more where that may help.

    Raises:
        NotFound, AcceptanceStateRefused, AcceptanceStale: as `_locked` says.
        AuditsOpen: some audits have no final label yet.
        NothingSureEnough: people have taken nearly all of the rest meanwhile.
    """
    acceptance = _locked(project, acceptance_id, AcceptanceState.AUDITING)
    if _is_proven(acceptance):
        return acceptance
    audits = audit_sample(acceptance)
    if audits.still_open:
        raise AuditsOpen(left=audits.still_open, drawn=acceptance.drawn)
    claim = _claim_of_rest(acceptance)
    acceptance.verdict = _verdict(acceptance, claim, audits.errors)
    acceptance.looks += 1
    if not acceptance.verdict["is_proven"] and not acceptance.verdict["is_hopeless"]:
        _draw_more(acceptance, acceptance.verdict["missing"])
    acceptance.save(update_fields=["verdict", "looks", "drawn"])
    note_acceptance(acceptance, EventKind.ACCEPTANCE_LOOKED, user, acceptance.verdict)
    return acceptance


def _verdict(acceptance: Acceptance, claim: Claim, errors: int) -> dict[str, Any]:
    size, audited = acceptance.size, acceptance.drawn
    found = judge(claim, size=size, audited=audited, errors=errors)
    # The next look may spend less of the risk, so it needs more than this one lacked.
    following = replace(claim, look=claim.look + 1)
    missing = audits_to_draw(following, size=size, audited=audited, errors=errors)
    return {
        "audited": audited,
        "errors": errors,
        "look": claim.look,
        "target_of_rest": claim.target,
        "upper": found.upper,
        "missing": 0 if found.is_proven else missing,
        "is_proven": found.is_proven,
        "is_hopeless": not found.is_proven and missing >= size - audited,
    }


def _draw_more(acceptance: Acceptance, missing: int) -> None:
    before = acceptance.drawn
    acceptance.drawn += missing
    hand_to_people(acceptance, after=before, up_to=acceptance.drawn)


def _claim_of_rest(acceptance: Acceptance) -> Claim:
    """The claim about what is still nobody's: people may have taken the easy ones away."""
    target = target_of_rest(
        acceptance.target,
        rest=acceptance.size - acceptance.drawn,
        left=left_to_accept(acceptance),
    )
    if target < LOWEST_TARGET:
        raise NothingSureEnough(items=left_to_accept(acceptance), audits=acceptance.drawn)
    return replace(claim_of(acceptance), target=target)


@transaction.atomic
def accept_batch(*, project: Project, acceptance_id: int, user: User) -> Acceptance:
    """Begin to accept the rest of a proven batch, or go on with it after its job was cancelled.

    Raises:
        NotFound, AcceptanceStateRefused, AcceptanceStale: as `_locked` says.
        NotProven: the latest look did not prove it, or people took so much since that it does not.
    """
    acceptance = _locked(
        project, acceptance_id, AcceptanceState.AUDITING, AcceptanceState.ACCEPTING
    )
    if acceptance.state == AcceptanceState.ACCEPTING:
        if _is_at_work(acceptance.job):
            raise AcceptanceStateRefused(state=acceptance.state)
        return _start(acceptance, user)
    if not _is_proven(acceptance):
        raise NotProven
    rest = acceptance.size - acceptance.drawn
    acceptance.state = AcceptanceState.ACCEPTING
    acceptance.rolling = math.ceil(acceptance.rolling_share * rest)
    hand_to_people(acceptance, after=acceptance.drawn, up_to=acceptance.drawn + acceptance.rolling)
    return _start(acceptance, user)


def _is_proven(acceptance: Acceptance) -> bool:
    """Whether the latest look proves it of what people have left since."""
    verdict = acceptance.verdict
    if verdict is None or not verdict["is_proven"]:
        return False
    claim = replace(_claim_of_rest(acceptance), look=verdict["look"])
    return judge(
        claim, size=acceptance.size, audited=verdict["audited"], errors=verdict["errors"]
    ).is_proven


def _start(acceptance: Acceptance, user: User) -> Acceptance:
    acceptance.job = start_job(
        project=acceptance.project,
        kind=JobKind.ACCEPT,
        user=user,
        parameters={"acceptance": acceptance.pk},
    )
    acceptance.save(update_fields=["state", "rolling", "job"])
    note_acceptance(acceptance, EventKind.ACCEPTANCE_BEGUN, user, {"rolling": acceptance.rolling})
    return acceptance


def _is_at_work(job: Job | None) -> bool:
    return job is not None and job.state in {JobState.QUEUED, JobState.RUNNING}


@transaction.atomic
def cancel_acceptance(*, project: Project, acceptance_id: int, user: User) -> Acceptance:
    """Give a batch up, or stop the job that accepts it: what is accepted stays.

    Raises:
        NotFound, AcceptanceStateRefused: as `_locked` says.
        JobNotRunning: the job has ended already.
    """
    acceptance = _locked(
        project,
        acceptance_id,
        AcceptanceState.AUDITING,
        AcceptanceState.ACCEPTING,
        may_be_stale=True,
    )
    if acceptance.job is not None:
        cancel_job(job=acceptance.job)
        return acceptance
    acceptance.state = AcceptanceState.CANCELLED
    acceptance.save(update_fields=["state"])
    note_acceptance(acceptance, EventKind.ACCEPTANCE_CANCELLED, user, {"looks": acceptance.looks})
    return acceptance


def _locked(
    project: Project, acceptance_id: int, *states: AcceptanceState, may_be_stale: bool = False
) -> Acceptance:
    """Raises NotFound, AcceptanceStateRefused in another state, AcceptanceStale."""
    # Without its job: whoever waited for the lock would see a joined row as it was before.
    locked = Acceptance.objects.select_for_update(no_key=True)
    acceptance = locked.filter(project=project, pk=acceptance_id).first()
    if acceptance is None:
        raise NotFound
    if acceptance.state not in states:
        raise AcceptanceStateRefused(state=acceptance.state)
    if acceptance.state == AcceptanceState.AUDITING and not may_be_stale:
        because = stale_because(acceptance)
        if because is not None:
            raise AcceptanceStale(because=because)
    return acceptance
