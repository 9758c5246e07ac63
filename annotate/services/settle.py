"""Step 5, agree and route: the one place where a final label is born."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Event,
    EventKind,
    FinalLabel,
    FinalSource,
    Hold,
    Item,
    ItemStage,
    Project,
    Tier,
    Worker,
)
from annotate.prepared import Prepared, text
from annotate.queries.deciding import CountedVote, decide, readable_votes
from annotate.queue import dequeue
from annotate.services.second_look import send_back, waits_for_look
from labeling.deciding import readings_of
from labeling.decisions import Action, Decision
from labeling.expertise import conflict_of
from labeling.votes import Answer


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


def settle_or_route(*, item: LockedItem, project: Project, votes: list[CountedVote]) -> None:
    """Decide what becomes of an item after a vote, and do it. The item's row is locked.

    Settles it, opens a dispute, holds it, sends it back to workers who voted, or asks one more
    worker once all that were asked have answered. While somebody is to look at it again nothing
    is decided. The reason is kept with the final label or in the trail.
    """
    schema, policy = in_force(project).schema, in_force(project).policy
    if waits_for_look(policy, item.pk):
        return
    readable = readable_votes(schema, item.data, votes)
    decision = decide(item_id=item.pk, project=project, votes=readable)
    # Votes under an older schema that no longer fit do not count, so others may be asked.
    most = policy.max_overlap + len(votes) - len(readable)
    if decision.action is Action.SETTLE and decision.answer is not None:
        _settle(item, project, decision, schema.dump_answer(decision.answer))
    elif decision.action is Action.DISPUTE:
        open_dispute(item, project, decision, [answer for _, answer in readable])
    elif decision.action is Action.HOLD:
        _hold(item, project, decision)
    elif decision.action is Action.ASK_AGAIN:
        _ask_again(item, project, decision, votes)
    elif item.judged >= item.overlap and item.overlap < most:
        _ask_one_more(item, project, decision)


def _settle(
    item: LockedItem, project: Project, decision: Decision, answer: dict[str, Any]
) -> None:
    rules = in_force(project)
    _close(
        item,
        project,
        Closing(
            answer=answer,
            source=FinalSource.CONSENSUS,
            confidence=decision.confidence,
            reason=decision.reason,
            guideline_id=rules.guideline_id,
            policy_id=rules.policy_id,
        ),
    )


def open_dispute(
    item: LockedItem, project: Project, decision: Decision, answers: list[Answer]
) -> None:
    """Open a dispute: what is in conflict, and how many experts are to read it, go with it."""
    item.stage = ItemStage.DISPUTED
    schema, policy = in_force(project).schema, in_force(project).policy
    made_of = decision.reason.get("made_of") or {}
    payload = {
        **decision.reason,
        "conflict": conflict_of(schema, answers, policy.gates(schema)),
        "readings": readings_of(decision.reason, policy, made_of.get("key", str(item.pk))),
    }
    _OPEN.one(item.pk, project.pk, item.overlap, _json(payload))
    announce(project.pk, "disputes")


def _ask_one_more(item: LockedItem, project: Project, decision: Decision) -> None:
    item.overlap += 1
    payload = {"to": item.overlap, **decision.reason}
    _ASK.one(
        item.pk,
        project.pk,
        item.stage,
        item.overlap,
        Tier.CROWD,
        EventKind.OVERLAP_RAISED,
        _json(payload),
    )


def _hold(item: LockedItem, project: Project, decision: Decision) -> None:
    """Offer the item to nobody until a lead resumes it; answers under way still count."""
    item.stage = ItemStage.HELD
    Item.objects.filter(pk=item.pk).update(stage=ItemStage.HELD)
    dequeue(item.pk)
    Hold.objects.create(
        item_id=item.pk,
        project=project,
        guideline_id=in_force(project).guideline_id,
        rule=decision.reason["rule"]["name"],
        sentence=decision.reason["sentence"],
    )
    Event.objects.create(
        project=project, kind=EventKind.ITEM_HELD, item_id=item.pk, payload=decision.reason
    )


def _ask_again(
    item: LockedItem, project: Project, decision: Decision, votes: list[CountedVote]
) -> None:
    Event.objects.create(
        project=project, kind=EventKind.ITEM_RETURNED, item_id=item.pk, payload=decision.reason
    )
    is_awaited = send_back(
        item_id=item.pk,
        project=project,
        workers=decision.again,
        note=decision.reason["rule"].get("note", ""),
    )
    if not is_awaited:
        # It ends: each round asks somebody who was not asked before.
        settle_or_route(item=item, project=project, votes=votes)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """An expert's decision: the answer, the voter or model it adopts ("" for none), and why."""

    answer: dict[str, Any]
    adopted: str
    rationale: str
    submission_id: UUID
    readings: list[dict[str, Any]] = field(default_factory=list)
    """What each expert said, before and after the votes were shown; the decider is the last."""


def settle_by_expert(
    *, item: LockedItem, project: Project, expert: Worker, verdict: Verdict
) -> int:
    """Make an expert's verdict the final label; answers its id. The item is locked."""
    rules = in_force(project)
    reason = {
        "code": "adjudicated",
        "sentence": verdict.rationale,
        "adopted": verdict.adopted,
        "readings": verdict.readings,
    }
    return _close(
        item,
        project,
        Closing(
            answer=verdict.answer,
            source=FinalSource.ADJUDICATION,
            confidence=1.0,
            reason=reason,
            guideline_id=rules.guideline_id,
            policy_id=rules.policy_id,
            expert=expert.pk,
            submission_id=verdict.submission_id,
        ),
    )


def settle_by_model(
    *,
    item: LockedItem,
    project: Project,
    guideline_id: int,
    answer: dict[str, Any],
    confidence: float,
    reason: dict[str, Any],
) -> int:
    """Make what a model said the final label; answers its id. The item is locked, and nobody's."""
    return _close(
        item,
        project,
        Closing(
            answer=answer,
            source=FinalSource.AUTO_ACCEPT,
            confidence=confidence,
            reason=reason,
            guideline_id=guideline_id,
            policy_id=in_force(project).policy_id,
        ),
    )


def settle_by_spread(
    *, item: LockedItem, project: Project, said: FinalLabel, reason: dict[str, Any]
) -> int:
    """Make what people `said` of a near-duplicate the final label. The item is locked."""
    return _close(
        item,
        project,
        Closing(
            answer=said.answer,
            source=FinalSource.SPREAD,
            confidence=said.confidence,
            reason=reason,
            guideline_id=said.guideline_id,
            policy_id=in_force(project).policy_id,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What a final label is made of."""

    answer: dict[str, Any]
    source: FinalSource
    confidence: float
    reason: dict[str, Any]
    guideline_id: int
    policy_id: int
    expert: int | None = None
    submission_id: UUID | None = None


_EVENTS = {
    FinalSource.CONSENSUS: EventKind.ITEM_SETTLED,
    FinalSource.ADJUDICATION: EventKind.ITEM_ADJUDICATED,
    FinalSource.AUTO_ACCEPT: EventKind.ITEM_ACCEPTED,
    FinalSource.SPREAD: EventKind.ITEM_SPREAD,
}
_SETTLE = Prepared(
    "settle_item",
    "SELECT settle_item($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    (int,),
)
_ASK = Prepared("ask_again", "SELECT ask_again($1, $2, $3, $4, $5, $6, $7)", (text,))
_OPEN = Prepared("open_dispute", "SELECT open_dispute($1, $2, $3, $4)", (text,))


def _close(item: LockedItem, project: Project, closing: Closing) -> int:
    """Answers the id of the final label."""
    (final,) = _SETTLE.one(
        item.pk,
        project.pk,
        _json(closing.answer),
        closing.source,
        closing.confidence,
        _json(closing.reason),
        closing.guideline_id,
        closing.policy_id,
        closing.expert,
        closing.submission_id,
        item.final_label,
        _EVENTS[closing.source],
    )
    item.stage, item.final_label = ItemStage.SETTLED, final
    return int(final)


def _json(document: dict[str, Any]) -> str:
    return orjson.dumps(document).decode()
