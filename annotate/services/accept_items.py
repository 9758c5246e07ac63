"""Auto-accept, the work itself: make final labels, watch the rolling audit, take labels back.

Each item is locked and looked at again, so that what a person has begun stays a person's, and a
job that is killed goes on where it was without a label made twice.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import F

from annotate.announce import announce
from annotate.documents import schema_version
from annotate.models import (
    Acceptance,
    AcceptanceItem,
    AcceptanceState,
    Event,
    EventKind,
    FinalSource,
    Item,
    ItemStage,
    Job,
    JobKind,
    Tier,
)
from annotate.queries.audits import most_evidence, rolling_audits
from annotate.queue import enqueue
from annotate.services.draw_audits import note_acceptance
from annotate.services.jobs import report, start_job
from annotate.services.list_items import take_back
from annotate.services.settle import LockedItem, settle_by_model
from labeling.problems import InvalidAnswer

CHUNK_ITEMS = 200
Change = Callable[[Acceptance, AcceptanceItem, Item], bool]


def accept_items(job: Job) -> dict[str, Any]:
    """Accept the rest of a batch; answers how many items were. Those of somebody stay so."""
    acceptance = _of(job)
    if acceptance.state == AcceptanceState.ACCEPTING:
        _go_through(job, acceptance, _accept, counts=1)
        _end(acceptance, AcceptanceState.ACCEPTED, EventKind.ACCEPTANCE_DONE)
    return {"acceptance": acceptance.pk, "accepted": acceptance.accepted}


def reopen_items(job: Job) -> dict[str, Any]:
    """Give back to people all that a batch accepted; answers how many items are left accepted."""
    acceptance = _of(job)
    if acceptance.state == AcceptanceState.REOPENING:
        _go_through(job, acceptance, _reopen, counts=-1)
        _end(acceptance, AcceptanceState.REOPENED, EventKind.ACCEPTANCE_REOPENED)
    return {"acceptance": acceptance.pk, "left": acceptance.accepted}


def _of(job: Job) -> Acceptance:
    return Acceptance.objects.select_related("project", "model_version").get(
        pk=job.parameters["acceptance"]
    )


def _go_through(job: Job, acceptance: Acceptance, change: Change, *, counts: int) -> None:
    """Change the items that are no audits, a chunk a transaction, from the job's cursor on."""
    first = acceptance.drawn + acceptance.rolling
    total = acceptance.size - first
    report(job, done=max(job.cursor - first, 0), total=total)
    for chunk in _chunks(acceptance, max(first, job.cursor)):
        with transaction.atomic():
            keys = [row.item_id for row in chunk]
            # In the order of their keys: two that lock many items can't wait for each other.
            rows = Item.objects.filter(pk__in=keys).select_related("final_label").order_by("pk")
            locked = rows.select_for_update(no_key=True, of=("self",))
            items = {item.pk: item for item in locked}
            changed = sum(change(acceptance, row, items[row.item_id]) for row in chunk)
            Acceptance.objects.filter(pk=acceptance.pk).update(
                accepted=F("accepted") + counts * changed
            )
        place = chunk[-1].place
        report(job, done=place - first, cursor=place)
        announce(acceptance.project_id, "board", "items")


def _chunks(acceptance: Acceptance, place: int) -> Iterator[list[AcceptanceItem]]:
    while True:
        rows = AcceptanceItem.objects.filter(acceptance=acceptance, place__gt=place)
        chunk = list(rows.select_related("prediction").order_by("place")[:CHUNK_ITEMS])
        if not chunk:
            return
        yield chunk
        place = chunk[-1].place


def _accept(acceptance: Acceptance, row: AcceptanceItem, item: Item) -> bool:
    if item.stage != ItemStage.NEW or item.taken > 0:
        return False
    schema = schema_version(acceptance.guideline_id)
    said = {acceptance.question: row.prediction.label}
    try:
        answer = schema.parse_answer(said, schema.facts_of(item.data))
    except InvalidAnswer:
        return False  # people find out what the item asks for
    settle_by_model(
        item=LockedItem.of(item),
        project=acceptance.project,
        guideline_id=acceptance.guideline_id,
        answer=schema.dump_answer(answer),
        confidence=row.prediction.score,
        reason=_reason(acceptance, row.prediction.score),
    )
    return True


def _reason(acceptance: Acceptance, confidence: float) -> dict[str, Any]:
    """The lineage of an accepted label, in numbers and in a sentence."""
    verdict = acceptance.verdict or {}
    version = acceptance.model_version.version
    return {
        "code": "auto_accepted",
        "sentence": (
            f"Model {version} is {confidence:.0%} sure. Of the {acceptance.size} items that it "
            f"was as sure of, people judged {verdict['audited']} drawn ones without seeing its "
            f"answers, and {verdict['errors']} of those were wrong. That proves, at a risk of "
            f"{acceptance.risk:.1%}, that at most {acceptance.target:.1%} of the rest are."
        ),
        "accepted": {
            "acceptance": acceptance.pk,
            "question": acceptance.question,
            "model_version": version,
            "confidence": confidence,
            "target": acceptance.target,
            "risk": acceptance.risk,
            "size": acceptance.size,
            **{
                name: verdict[name]
                for name in ("look", "audited", "errors", "target_of_rest", "upper")
            },
        },
    }


def _reopen(acceptance: Acceptance, row: AcceptanceItem, item: Item) -> bool:
    final = item.final_label
    if final is None or final.source != FinalSource.AUTO_ACCEPT:
        return False  # a person has decided since, or it never was accepted
    if final.reason["accepted"]["acceptance"] != row.acceptance_id:
        return False
    item.stage, item.final_label = ItemStage.NEW, None
    item.save(update_fields=["stage", "final_label"])
    Event.objects.create(
        project_id=item.project_id,
        kind=EventKind.ITEM_REOPENED,
        item=item,
        payload={
            "acceptance": acceptance.pk,
            "final": final.pk,
            "rolling_audited": acceptance.rolling_audited,
            "rolling_errors": acceptance.rolling_errors,
            "evidence": acceptance.evidence,
        },
    )
    take_back([final.pk])
    if item.taken < item.overlap:
        enqueue(item.pk, Tier.CROWD)
    return True


@transaction.atomic
def _end(acceptance: Acceptance, state: AcceptanceState, kind: EventKind) -> None:
    acceptance.refresh_from_db(fields=["accepted"])
    acceptance.state = state
    acceptance.save(update_fields=["state"])
    note_acceptance(acceptance, kind, None, {"accepted": acceptance.accepted})
    announce(acceptance.project_id, "board", "items")


def watch_audits() -> int:
    """Take in what the rolling audits found; answers how many batches broke their promise."""
    waiting = Acceptance.objects.filter(
        state=AcceptanceState.ACCEPTED, rolling_audited__lt=F("rolling")
    )
    return sum(map(_watch, waiting.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _watch(acceptance_id: int) -> bool:
    acceptance = (
        Acceptance.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project")
        .get(pk=acceptance_id)
    )
    if acceptance.state != AcceptanceState.ACCEPTED:
        return False
    audits = rolling_audits(acceptance)
    if len(audits.found) == acceptance.rolling_audited:
        return False
    acceptance.rolling_audited, acceptance.rolling_errors = len(audits.found), audits.errors
    evidence = most_evidence(acceptance.target, audits.found)
    acceptance.evidence = max(acceptance.evidence, evidence)
    is_broken = acceptance.evidence >= 1.0 / acceptance.risk
    if is_broken:
        _break(acceptance)
    acceptance.save()
    announce(acceptance.project_id, "board")
    return is_broken


def _break(acceptance: Acceptance) -> None:
    acceptance.state = AcceptanceState.REOPENING
    acceptance.job = start_job(
        project=acceptance.project,
        kind=JobKind.REOPEN,
        user=None,
        parameters={"acceptance": acceptance.pk},
    )
    found = {
        "rolling_audited": acceptance.rolling_audited,
        "rolling_errors": acceptance.rolling_errors,
        "evidence": acceptance.evidence,
        "breach_at": 1.0 / acceptance.risk,
    }
    note_acceptance(acceptance, EventKind.ACCEPTANCE_BREACHED, None, found)
