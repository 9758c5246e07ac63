"""Decide about an item again when something else than a vote changed: a look ended, a hold did."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from annotate.announce import announce
from annotate.documents import policy_version
from annotate.models import (
    Event,
    EventKind,
    Hold,
    Item,
    ItemStage,
    Judgment,
    LookState,
    Project,
    SecondLook,
    Tier,
    User,
)
from annotate.queries.deciding import CountedVote
from annotate.queue import enqueue
from annotate.refusals import WrongStage
from annotate.services.second_look import close_look, sends_back
from annotate.services.settle import LockedItem, settle_or_route

LONGEST_WAIT = timedelta(hours=24)
"""So long an item waits for a worker to come and look at it again."""
MOST_AT_ONCE = 500
_UNDECIDED = (ItemStage.NEW, ItemStage.OPEN)


def decide_anew(item: Item) -> None:
    """Decide about a locked item by the votes it has, if it is undecided and has any."""
    votes = [
        CountedVote(
            judgment=row.pk,
            worker=row.worker_id,
            answer=row.answer,
            is_unsure=row.is_unsure,
            has_comment=row.comment != "",
        )
        for row in Judgment.objects.filter(
            item=item, is_surplus=False, replaced_by__isnull=True
        ).order_by("pk")
    ]
    if item.stage in _UNDECIDED and votes:
        project = Project.objects.get(pk=item.project_id)
        settle_or_route(item=LockedItem.of(item), project=project, votes=votes)
    announce(item.project_id, "board", "items", "disputes")


def lock_item(item_id: int) -> Item:
    return Item.objects.select_for_update(no_key=True).get(pk=item_id)


@transaction.atomic
def end_look(*, item_id: int, assignment_id: UUID, state: LookState) -> None:
    """A worker leaves an item that came back, or does not come: the old judgment stands."""
    item = lock_item(item_id)
    if close_look(assignment_id, state):
        decide_anew(item)


def end_overdue_looks(*, limit: int = MOST_AT_ONCE) -> int:
    """End the looks whose time is up, or whose policy has no such rule any more; answers how many.

    Each in a transaction of its own, by the clock of the database.
    """
    is_open = Q(state=LookState.WAITING) | Q(state=LookState.LEASED)
    is_up = Q(state=LookState.WAITING, asked_at__lt=Now() - LONGEST_WAIT) | Q(
        state=LookState.LEASED, assignment__expires_at__lt=Now()
    )
    ruled_out = [
        project
        for project, policy in SecondLook.objects.filter(is_open)
        .values_list("project", "project__policy")
        .distinct()
        if policy is not None and not sends_back(policy_version(policy))
    ]
    looks = SecondLook.objects.filter(is_open & (is_up | Q(project__in=ruled_out)))
    overdue = list(looks.order_by("asked_at").values_list("item", "assignment")[:limit])
    for item_id, assignment_id in overdue:
        end_look(item_id=item_id, assignment_id=assignment_id, state=LookState.LAPSED)
    return len(overdue)


def resume_items(*, project: Project, user: User, items: list[int] | None = None) -> int:
    """Let held items go on, the given ones or the MOST_AT_ONCE oldest; answers how many did.

    The votes of each are decided again, in a transaction of its own. What is not held, or not of
    this project, is passed over.
    """
    held = Hold.objects.filter(project=project, resumed_at__isnull=True)
    if items is not None:
        held = held.filter(item__in=items)
    keys = list(held.order_by("held_at", "item").values_list("item", flat=True)[:MOST_AT_ONCE])
    return sum(_resume(item_id, user) for item_id in keys)


@transaction.atomic
def _resume(item_id: int, user: User) -> bool:
    item = lock_item(item_id)
    if item.stage != ItemStage.HELD:
        return False
    resume_item(item, user)
    return True


def resume_item(item: Item, user: User | None) -> None:
    """Let a locked item that is held go on: its votes are decided again.

    Raises:
        WrongStage: it is not held.
    """
    if item.stage != ItemStage.HELD:
        raise WrongStage(stage=item.stage)
    Hold.objects.filter(item=item).update(resumed_at=Now(), resumed_by=user)
    item.stage = ItemStage.OPEN
    item.save(update_fields=["stage"])
    Event.objects.create(
        project_id=item.project_id, kind=EventKind.ITEM_RESUMED, item=item, user=user
    )
    decide_anew(item)
    has_room = Item.objects.filter(pk=item.pk, stage__in=_UNDECIDED, taken__lt=F("overlap"))
    if has_room.exists():
        enqueue(item.pk, Tier.CROWD)
