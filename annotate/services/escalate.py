"""Step 6, for an expert who is not sure enough: leave a dispute to the leads."""

from django.db import transaction

from annotate.models import (
    Assignment,
    AssignmentState,
    Dispute,
    Event,
    EventKind,
    Project,
    Role,
    Worker,
)
from annotate.refusals import Forbidden
from annotate.services.count_experts import mark_experts
from annotate.services.lease_dispute import (
    close_lease,
    dispute_of,
    lock_dispute,
    offer_again,
    refuse_unless_free,
)


@transaction.atomic
def escalate_dispute(*, expert: Worker, project: Project, item_id: int, reason: str) -> None:
    """Leave a dispute to the leads; the expert does not get it again. Twice is once.

    Raises:
        NotFound, AlreadyDecided, HeldByAnother, JudgedItYourself, ReadAlready, WaitsForLead,
        Forbidden: to a lead, with whom it ends.
    """
    if expert.role == Role.LEAD:
        message = "You are a lead: decide it, or let the lease run out."
        raise Forbidden(message)
    item = lock_dispute(project, item_id)
    own = Assignment.objects.filter(item=item, worker=expert)
    if own.filter(state=AssignmentState.SKIPPED).exists():
        return
    refuse_unless_free(expert, item)
    close_lease(expert, project, item)
    own.update(state=AssignmentState.SKIPPED, skip_reason=f"escalated: {reason}"[:300])
    dispute_of(item)
    Dispute.objects.filter(item=item).update(is_for_leads=True)
    offer_again(item)
    mark_experts(project)
    Event.objects.create(
        project=project,
        kind=EventKind.DISPUTE_ESCALATED,
        item=item,
        worker=expert,
        payload={"reason": reason},
    )
