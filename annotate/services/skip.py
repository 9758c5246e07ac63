"""Pass on an item: it goes to others, and to an expert once enough people have passed on it."""

from collections import Counter
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Assignment,
    AssignmentState,
    Event,
    EventKind,
    Item,
    ItemStage,
    LookState,
    Project,
    Purpose,
    SecondLook,
    Tier,
    Worker,
)
from annotate.queries.disputes import counted_judgments
from annotate.queries.skips import skips_of_item, somebody_is_left
from annotate.queue import enqueue
from annotate.refusals import NotFound
from annotate.services.decide_anew import end_look
from annotate.services.second_look import waits_for_look
from annotate.services.settle import LockedItem, open_dispute
from labeling.decisions import Action, Decision

SKIP_REASONS = ("unclear", "cannot", "offensive", "other")
FEWEST_SKIPS = 2
"""Where nobody else is left. One person alone calls no expert: others may yet join a project."""
_UNDECIDED = (ItemStage.NEW, ItemStage.OPEN)
_COUNT = """
INSERT INTO annotate_skipcount AS c (worker_id, reason, skipped) VALUES (%s, %s, 1)
ON CONFLICT (worker_id, reason) DO UPDATE SET skipped = c.skipped + 1
"""


@transaction.atomic
def skip_item(*, worker: Worker, assignment_id: UUID, reason: str, comment: str = "") -> None:
    """Pass on an item: its slot goes back, and this worker does not get it again.

    Once as many different workers have skipped it as the policy says, or all who could be given
    it, it goes to an expert.

    Raises:
        NotFound: no such assignment of this worker.
    """
    found = Assignment.objects.filter(pk=assignment_id, worker=worker).values_list("item_id")
    item_id = found.first()
    if item_id is None:
        raise NotFound
    item = Item.objects.select_for_update(no_key=True).get(pk=item_id[0])
    changed = Assignment.objects.filter(
        pk=assignment_id, state__in=[AssignmentState.LEASED, AssignmentState.EXPIRED]
    )
    found_state = changed.values_list("state", "purpose").first()
    if found_state is None:
        return
    if SecondLook.objects.filter(pk=assignment_id, state=LookState.LEASED).exists():
        end_look(item_id=item.pk, assignment_id=assignment_id, state=LookState.DECLINED)
        return
    changed.update(state=AssignmentState.SKIPPED, skip_reason=f"{reason}: {comment}"[:300])
    Event.objects.create(
        project_id=item.project_id,
        kind=EventKind.ITEM_SKIPPED,
        item=item,
        worker=worker,
        payload={"reason": reason, "comment": comment},
    )
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [worker.pk, reason])
    state, purpose = found_state
    if purpose == Purpose.JUDGE:
        _pass_on(item, frees_slot=state == AssignmentState.LEASED)


def _pass_on(item: Item, *, frees_slot: bool) -> None:
    """Offer a locked item to others, or to an expert."""
    if frees_slot:
        Item.objects.filter(pk=item.pk).update(taken=F("taken") - 1)
        item.taken -= 1
    if item.stage not in _UNDECIDED:
        return
    project = Project.objects.get(pk=item.project_id)
    skips = _skips_for_dispute(item, project)
    if skips:
        _dispute(item, project, skips)
    elif frees_slot:
        enqueue(item.pk, Tier.CROWD)


def _skips_for_dispute(item: Item, project: Project) -> Counter[str]:
    """The skips of an item by their reason if they call for an expert, else none."""
    policy = in_force(project).policy
    if policy.skips == 0 or waits_for_look(policy, item.pk):
        return Counter()
    skips = Counter(row["reason"] for row in skips_of_item(item))
    is_enough = skips.total() >= policy.skips or (
        skips.total() >= FEWEST_SKIPS and not somebody_is_left(item)
    )
    return skips if is_enough else Counter()


def _dispute(item: Item, project: Project, skips: Counter[str]) -> None:
    rules = in_force(project)
    answers = counted_judgments(rules.schema, [item])[item.pk].answers
    reasons = ", ".join(f"{count} {reason}" for reason, count in skips.most_common())
    reason = {
        "code": "skipped",
        "sentence": f"{skips.total()} workers skipped it ({reasons}). From {rules.policy.skips} "
        "on an expert decides, or earlier when nobody else is left.",
        "votes": len(answers),
        "skips": skips.total(),
        "skip_reasons": dict(skips),
        "most_skips": rules.policy.skips,
        "questions": {},
        "versions": {"guideline": rules.guideline_id, "policy": rules.policy_id},
    }
    decision = Decision(action=Action.DISPUTE, answer=None, confidence=0.0, reason=reason)
    open_dispute(LockedItem.of(item), project, decision, answers)
    announce(project.pk, "board", "items")
