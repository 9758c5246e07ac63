"""Step 5, agree and route: the one place where a final label is born."""

import logging
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Event,
    EventKind,
    FinalLabel,
    FinalSource,
    Item,
    ItemStage,
    Project,
    Tier,
    Worker,
)
from annotate.queue import dequeue, enqueue
from labeling.problems import InvalidAnswer
from labeling.routing import Action, Decision, route
from labeling.schema import LabelSchema
from labeling.votes import Answer

logger = logging.getLogger(__name__)


class CountedVote(NamedTuple):
    """A judgment that counts: not surplus, not replaced by a later one of the same worker."""

    answer: dict[str, Any]
    is_unsure: bool


@dataclass(kw_only=True)
class LockedItem:
    """An item whose row this transaction has locked, so that what it says is true."""

    pk: int
    data: dict[str, Any]
    stage: str
    overlap: int
    taken: int
    judged: int
    final_label: int | None

    @classmethod
    def of(cls, item: Item) -> "LockedItem":
        """From a row that was read with select_for_update."""
        return cls(
            pk=item.pk,
            data=item.data,
            stage=item.stage,
            overlap=item.overlap,
            taken=item.taken,
            judged=item.judged,
            final_label=item.final_label_id,
        )


def settle_or_route(*, item: LockedItem, project: Project, votes: list[CountedVote]) -> Decision:
    """Decide what becomes of an item after a vote, and do it. The item's row is locked.

    Settles it, opens a dispute, or asks one more worker once all that were asked have
    answered. The reason is kept with the final label or in the trail.
    """
    schema, policy = in_force(project).schema, in_force(project).policy
    answers = _readable(schema, item, votes)
    unsure = sum(vote.is_unsure for vote in votes)
    decision = route(schema, policy, answers, unsure=unsure)
    # Votes under an older schema that no longer fit do not count, so others may be asked.
    most = policy.max_overlap + len(votes) - len(answers)
    if decision.action is Action.SETTLE and decision.answer is not None:
        _settle(item, project, decision, schema.dump_answer(decision.answer))
    elif decision.action is Action.DISPUTE:
        _dispute(item, project, decision)
    elif item.judged >= item.overlap and item.overlap < most:
        _ask_one_more(item, project, decision)
    return decision


def _readable(schema: LabelSchema, item: LockedItem, votes: list[CountedVote]) -> list[Answer]:
    facts = schema.facts_of(item.data)
    answers = []
    for vote in votes:
        try:
            answers.append(schema.parse_answer(vote.answer, facts))
        except InvalidAnswer:
            logger.info("a vote on item %s does not fit the schema in force", item.pk)
    return answers


def _settle(
    item: LockedItem, project: Project, decision: Decision, answer: dict[str, Any]
) -> None:
    rules = in_force(project)
    final = FinalLabel.objects.create(
        project=project,
        item_id=item.pk,
        answer=answer,
        source=FinalSource.CONSENSUS,
        confidence=decision.confidence,
        reason=decision.reason,
        guideline_id=rules.guideline_id,
        policy_id=rules.policy_id,
        replaces_id=item.final_label,
    )
    _close(item, final)
    _tell(item, project, EventKind.ITEM_SETTLED, {"final": final.pk, **decision.reason})


def _dispute(item: LockedItem, project: Project, decision: Decision) -> None:
    item.stage = ItemStage.DISPUTED
    Item.objects.filter(pk=item.pk).update(stage=ItemStage.DISPUTED)
    enqueue(item.pk, Tier.EXPERT)
    announce(project.pk, "disputes")
    _tell(item, project, EventKind.DISPUTE_OPENED, decision.reason)


def _ask_one_more(item: LockedItem, project: Project, decision: Decision) -> None:
    item.overlap += 1
    Item.objects.filter(pk=item.pk).update(overlap=item.overlap)
    enqueue(item.pk, Tier.CROWD)
    _tell(item, project, EventKind.OVERLAP_RAISED, {"to": item.overlap, **decision.reason})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """An expert's decision: the answer, the voter or model it adopts ("" for none), and why."""

    answer: dict[str, Any]
    adopted: str
    rationale: str
    submission_id: UUID


def settle_by_expert(
    *, item: LockedItem, project: Project, expert: Worker, verdict: Verdict
) -> FinalLabel:
    """Make an expert's verdict the final label. The item's row is locked and disputed."""
    rules = in_force(project)
    reason = {
        "code": "adjudicated",
        "sentence": verdict.rationale,
        "adopted": verdict.adopted,
    }
    final = FinalLabel.objects.create(
        project=project,
        item_id=item.pk,
        answer=verdict.answer,
        source=FinalSource.ADJUDICATION,
        confidence=1.0,
        reason=reason,
        guideline_id=rules.guideline_id,
        policy_id=rules.policy_id,
        decided_by=expert,
        submission_id=verdict.submission_id,
        replaces_id=item.final_label,
    )
    _close(item, final)
    Event.objects.create(
        project=project,
        kind=EventKind.ITEM_ADJUDICATED,
        item_id=item.pk,
        worker=expert,
        payload={"final": final.pk, **reason},
    )
    return final


def _close(item: LockedItem, final: FinalLabel) -> None:
    item.stage = ItemStage.SETTLED
    item.final_label = final.pk
    Item.objects.filter(pk=item.pk).update(stage=ItemStage.SETTLED, final_label=final)
    dequeue(item.pk)


def _tell(item: LockedItem, project: Project, kind: EventKind, payload: dict[str, Any]) -> None:
    Event.objects.create(project=project, kind=kind, item_id=item.pk, payload=payload)
