"""The model's answer as a check: a worker answers first, then sees it and may change the own one.

Both states are kept: the first answer here, the last as the judgment.
"""

from typing import Any

from django.db import transaction

from annotate.documents import in_force
from annotate.models import Assignment, AssignmentState, FirstAnswer
from annotate.queries.own_assignment import OwnAssignment
from annotate.refusals import AlreadyDecided, AssignmentClosed
from annotate.services.show import Shown, show_after
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
    shown = show_after(row, in_force(assignment.project))
    if not is_kept:
        FirstAnswer.objects.create(assignment=row, answer=first, was_checked=shown is not None)
    return shown
