"""Take in judgments that were made elsewhere, as votes of workers who can't sign in."""

import hashlib
from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db.models.functions import Now

from annotate.documents import in_force
from annotate.models import (
    Assignment,
    AssignmentState,
    Item,
    ItemStage,
    Judgment,
    Project,
    Role,
    User,
    Worker,
)
from annotate.queries.deciding import CountedVote
from annotate.services.settle import LockedItem, settle_or_route
from annotate.services.workforce import add_worker, find_or_create_user
from labeling.formats.rows import ImportedJudgment

# As many characters as a display name holds; a file may write longer ones.
LONGEST_NAME = 150
_NAMESPACE = UUID("6f5b7d0e-5c0d-4c52-8a0e-0b6b8f1c7a11")


def store_history(
    *, project: Project, item_id: int, judgments: Sequence[ImportedJudgment]
) -> None:
    """Store the judgments of a new item and route it, as if they had been made here.

    A second judgment of the same worker is left out: the first one counts.
    """
    item = Item.objects.select_for_update(no_key=True).get(pk=item_id)
    by_worker = {judgment.worker: judgment for judgment in reversed(judgments)}
    item.overlap = max(item.overlap, len(by_worker))
    item.taken = item.judged = len(by_worker)
    item.stage = ItemStage.OPEN
    item.save(update_fields=["overlap", "taken", "judged", "stage"])
    stored = [
        _store_one(project, item, _worker_of(project, name), judgment)
        for name, judgment in by_worker.items()
    ]
    votes = [
        CountedVote(judgment=kept.pk, worker=kept.worker_id, answer=kept.answer) for kept in stored
    ]
    settle_or_route(item=LockedItem.of(item), project=project, votes=votes)


def _worker_of(project: Project, name: str) -> Worker:
    """One worker for each name in the file. The account has no password and is inactive."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:24]
    username = f"imported:{project.pk}:{digest}"
    user = find_or_create_user(username=username, display_name=name[:LONGEST_NAME])
    if user.is_active:
        User.objects.filter(pk=user.pk).update(is_active=False)
    found = Worker.objects.filter(project=project, user=user).first()
    return found or add_worker(project=project, user=user, role=Role.CROWD, added_by=None)


def _store_one(
    project: Project, item: Item, worker: Worker, judgment: ImportedJudgment
) -> Judgment:
    assignment = Assignment.objects.create(
        project=project,
        item=item,
        worker=worker,
        state=AssignmentState.ANSWERED,
        guideline_id=in_force(project).guideline_id,
        expires_at=Now(),
    )
    worker.judged_count += 1
    worker.save(update_fields=["judged_count"])
    return Judgment.objects.create(
        project=project,
        item=item,
        worker=worker,
        assignment=assignment,
        guideline_id=in_force(project).guideline_id,
        submission_id=uuid5(_NAMESPACE, f"{item.pk}:{worker.pk}"),
        answer=judgment.answer,
        seconds=judgment.seconds or 0.0,
        ordinal=worker.judged_count,
    )
