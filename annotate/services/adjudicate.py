"""Step 6, adjudicate: an expert decides a dispute, or is one of two who read it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Dispute,
    Event,
    EventKind,
    FinalLabel,
    Item,
    Project,
    Reading,
    ReadingOutcome,
    ReadingStep,
    Role,
    Worker,
)
from annotate.queries.experts import eligible_readers
from annotate.refusals import AlreadyDecided, ReadAlready, SubmissionReused
from annotate.services.credit import credit_experts
from annotate.services.lease_dispute import (
    close_lease,
    dispute_of,
    lock_dispute,
    offer_again,
    refuse_unless_free,
)
from annotate.services.reveal import checked_answer, find_reading
from annotate.services.settle import LockedItem, Verdict, settle_by_expert
from labeling.expertise import is_same
from labeling.problems import InvalidAnswer


@dataclass(frozen=True, kw_only=True)
class Adjudicated:
    """What came of an expert's decision; `final` is None while another expert has to read."""

    final: FinalLabel | None
    outcome: ReadingOutcome


def adjudicate_item(
    *, expert: Worker, project: Project, item_id: int, answer: Any, verdict: dict[str, Any]
) -> Adjudicated:
    """Take an expert's decision: it is the final label, unless two experts are to read the item.

    `verdict` has `submission_id` (UUID), `adopted` (a voter, "model" or "") and `reason`.
    The same submission again gets the same reply. Without `reveal_votes` before, it is a blind
    decision, except when it adopts a vote, which nobody can without having seen it.

    Raises:
        InvalidAnswer, NotFound, AlreadyDecided, HeldByAnother, JudgedItYourself, ReadAlready,
        WaitsForLead, SubmissionReused.
    """
    checked = checked_answer(project, item_id, answer)
    said = {**verdict, "answer": checked}
    submission_id: UUID = verdict["submission_id"]
    try:
        with transaction.atomic():
            if earlier := _find_replay(expert, item_id, submission_id, checked):
                return earlier
            try:
                item = lock_dispute(project, item_id)
                refuse_unless_free(expert, item)
            except (AlreadyDecided, ReadAlready):
                # A copy of this decision may have been taken while we waited for the lock.
                if earlier := _find_replay(expert, item_id, submission_id, checked):
                    return earlier
                raise
            return _take(expert, project, item, said)
    except IntegrityError as error:
        # Twenty parallel copies of one decision: the database took one, the rest find it.
        if earlier := _find_replay(expert, item_id, submission_id, checked):
            return earlier
        raise AlreadyDecided from error


def _find_replay(
    expert: Worker, item_id: int, submission_id: UUID, answer: dict[str, Any]
) -> Adjudicated | None:
    # In this order: who commits between the two questions leaves both, and is found by the second.
    reading = find_reading(expert, ReadingStep.FINAL, item_id, submission_id, answer)
    final = FinalLabel.objects.filter(decided_by=expert, submission_id=submission_id).first()
    if final is not None:
        if final.item_id != item_id or final.answer != answer:
            raise SubmissionReused
        return Adjudicated(final=final, outcome=ReadingOutcome.DECIDED)
    if reading is None:
        return None
    return Adjudicated(final=None, outcome=ReadingOutcome(reading.outcome))


def _take(expert: Worker, project: Project, item: Item, said: dict[str, Any]) -> Adjudicated:
    rules = in_force(project)
    dispute = dispute_of(item)
    # The expert's lease is closed first, so that the expert is no reader to come.
    close_lease(expert, project, item)
    outcome = _outcome(expert, project, item, dispute, said["answer"])
    has_revealed = Reading.objects.filter(item=item, worker=expert).exists()
    Reading.objects.create(
        project=project,
        item=item,
        worker=expert,
        guideline_id=rules.guideline_id,
        step=ReadingStep.FINAL,
        submission_id=said["submission_id"],
        answer=said["answer"],
        adopted=said["adopted"],
        rationale=said["reason"],
        saw_votes=has_revealed or not rules.policy.experts.blind or said["adopted"] != "",
        outcome=outcome,
    )
    Worker.objects.filter(pk=expert.pk).update(read_count=F("read_count") + 1)
    if outcome is not ReadingOutcome.DECIDED:
        _ask_another(expert, item, outcome)
        return Adjudicated(final=None, outcome=outcome)
    final_id = settle_by_expert(
        item=LockedItem.of(item),
        project=project,
        expert=expert,
        verdict=Verdict(
            answer=said["answer"],
            adopted=said["adopted"],
            rationale=said["reason"],
            submission_id=said["submission_id"],
            readings=_told(item),
        ),
    )
    credit_experts(project=project, item=item, final=said["answer"])
    announce(project.pk, "board", "disputes", "items")
    return Adjudicated(final=FinalLabel.objects.get(pk=final_id), outcome=outcome)


def _outcome(
    expert: Worker, project: Project, item: Item, dispute: Dispute, answer: dict[str, Any]
) -> ReadingOutcome:
    """What an answer leads to: a lead's, a third expert's and a single reader's decides.

    So does that of who is left alone with an item that two should read: nobody else could.
    """
    finals = list(Reading.objects.filter(item=item, step=ReadingStep.FINAL).exclude(worker=expert))
    if dispute.is_for_leads or dispute.wanted != 2:
        return ReadingOutcome.DECIDED
    readers = eligible_readers(item, project)
    if not finals:
        return ReadingOutcome.SECOND if readers else ReadingOutcome.DECIDED
    if _agree(project, item, finals[0].answer, answer) or not readers:
        return ReadingOutcome.DECIDED
    return ReadingOutcome.THIRD if readers.get(Role.EXPERT) else ReadingOutcome.LEAD


def _agree(project: Project, item: Item, one: dict[str, Any], other: dict[str, Any]) -> bool:
    schema, policy = in_force(project).schema, in_force(project).policy
    facts = schema.facts_of(item.data)
    try:
        first, second = (schema.parse_answer(answer, facts) for answer in (one, other))
    except InvalidAnswer:
        return False  # one was given under an older guideline
    return is_same(schema, first, second, policy.gates(schema))


def _ask_another(expert: Worker, item: Item, outcome: ReadingOutcome) -> None:
    """Offer the item to the next reader; the trail says that it was read, and not how."""
    if outcome is ReadingOutcome.THIRD:
        Dispute.objects.filter(item=item).update(wanted=3)
    if outcome is ReadingOutcome.LEAD:
        Dispute.objects.filter(item=item).update(wanted=3, is_for_leads=True)
    Event.objects.create(
        project_id=item.project_id,
        kind=EventKind.DISPUTE_READ,
        item=item,
        worker=expert,
        payload={"outcome": outcome.value},
    )
    offer_again(item)


def _told(item: Item) -> list[dict[str, Any]]:
    """What each expert said of an item, in order: blind where it was, and in the end."""
    rows = list(Reading.objects.filter(item=item).select_related("worker").order_by("pk"))
    blind = {row.worker_id: row.answer for row in rows if row.step == ReadingStep.BLIND}
    return [
        {
            "expert": row.worker.pseudonym,
            "blind": blind.get(row.worker_id, None if row.saw_votes else row.answer),
            "answer": row.answer,
            "adopted": row.adopted,
            "saw_votes": row.saw_votes,
        }
        for row in rows
        if row.step == ReadingStep.FINAL
    ]
