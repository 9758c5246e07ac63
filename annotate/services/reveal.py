"""Step 6, the blind pass: an expert commits an answer, and only then sees the votes."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from annotate.documents import in_force
from annotate.models import (
    Event,
    EventKind,
    Item,
    Project,
    Reading,
    ReadingStep,
    Worker,
)
from annotate.refusals import (
    AlreadyDecided,
    InvalidAnswer,
    NotFound,
    SubmissionReused,
    VotesShown,
)
from annotate.services.lease_dispute import hold_dispute
from labeling.problems import Invalid


def reveal_votes(
    *, expert: Worker, project: Project, item_id: int, answer: Any, submission_id: UUID
) -> Reading:
    """Store the expert's blind answer on a dispute; from now on the expert sees the votes.

    It takes the dispute when the expert does not hold it yet. The same submission again gets the
    same reading.

    Raises:
        InvalidAnswer, NotFound, AlreadyDecided, HeldByAnother, JudgedItYourself, ReadAlready,
        WaitsForLead, TooManyHeld, VotesShown, SubmissionReused.
    """
    checked = checked_answer(project, item_id, answer)
    if earlier := find_reading(expert, ReadingStep.BLIND, item_id, submission_id, checked):
        return earlier
    try:
        with transaction.atomic():
            return _commit_blind(expert, project, item_id, checked, submission_id)
    except (IntegrityError, AlreadyDecided, VotesShown) as error:
        # A copy of this submission was taken while we waited for the lock.
        if earlier := find_reading(expert, ReadingStep.BLIND, item_id, submission_id, checked):
            return earlier
        if isinstance(error, IntegrityError):
            raise VotesShown from error
        raise


def _commit_blind(
    expert: Worker, project: Project, item_id: int, answer: dict[str, Any], submission_id: UUID
) -> Reading:
    item = hold_dispute(expert, project, item_id)
    rules = in_force(project)
    said = Reading.objects.filter(item=item, worker=expert)
    if not rules.policy.experts.blind or said.exists():
        raise VotesShown
    reading = Reading.objects.create(
        project=project,
        item=item,
        worker=expert,
        guideline_id=rules.guideline_id,
        step=ReadingStep.BLIND,
        submission_id=submission_id,
        answer=answer,
    )
    Event.objects.create(
        project=project,
        kind=EventKind.DISPUTE_REVEALED,
        item=item,
        worker=expert,
        payload={"reading": reading.pk},
    )
    return reading


def checked_answer(project: Project, item_id: int, raw: Any) -> dict[str, Any]:
    """The answer in its normal form. Raises NotFound, InvalidAnswer."""
    data = Item.objects.filter(pk=item_id, project=project).values_list("data", flat=True)
    content = data.first()
    if content is None:
        raise NotFound
    schema = in_force(project).schema
    try:
        return schema.dump_answer(schema.parse_answer(raw, schema.facts_of(content)))
    except Invalid as error:
        raise InvalidAnswer.of(error.problems) from error


def find_reading(
    expert: Worker, step: ReadingStep, item_id: int, submission_id: UUID, answer: dict[str, Any]
) -> Reading | None:
    """What an earlier copy of this submission left. Raises SubmissionReused."""
    earlier = Reading.objects.filter(worker=expert, step=step, submission_id=submission_id).first()
    if earlier is None:
        return None
    if earlier.item_id != item_id or earlier.answer != answer:
        raise SubmissionReused
    return earlier
