"""The model's answer as a check: a worker answers first, then sees it and may change the own one.

Both states are kept: the first answer here, the last as the judgment.
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from annotate.documents import in_force
from annotate.models import Assignment, AssignmentState, Display, FirstAnswer
from annotate.queries.own_assignment import OwnAssignment
from annotate.refusals import AlreadyDecided, AssignmentClosed
from annotate.services.show import Shown, shown_after
from annotate.services.submit import checked_answer


@transaction.atomic
def check_answer(*, assignment: OwnAssignment, answer: Any) -> Shown | None:
    """Keep a worker's first answer, and tell what the model says; None where nothing is shown.

    The first answer is never changed: whoever asks again is told the same, and no more is kept.

    Raises:
        InvalidAnswer: the answer does not fit the schema version the item was leased with.
        AssignmentClosed: the worker skipped this item.
        AlreadyDecided: the worker has judged this item, without having looked.
    """
    first = checked_answer(assignment, answer)
    row = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    if row.state == AssignmentState.SKIPPED:
        raise AssignmentClosed
    is_kept = FirstAnswer.objects.filter(assignment=row).exists()
    if row.state == AssignmentState.ANSWERED and not is_kept:
        raise AlreadyDecided
    rules = in_force(assignment.project)
    shown = None
    if row.display != Display.CONTROL and row.kept_back_id is not None:
        shown = shown_after(assignment.item_id, row.kept_back_id, rules)
    if not is_kept:
        FirstAnswer.objects.create(assignment=row, answer=first, was_checked=shown is not None)
    if shown is not None:
        # From now on what is said was said by somebody who has seen the model's answer.
        Assignment.objects.filter(pk=row.pk).update(
            prediction=Greatest(F("kept_back"), F("prediction"))
        )
    return shown
