"""Label once, spread: what people settled becomes the label of near-duplicates, until it is
contradicted.

The trail of final labels is followed behind a cursor, as lists do (decision 24), and marks the
groups that have something to do. What is done with a group is done under the lock of its first
item, so many members a transaction: whenever the process is killed, each has been labelled or
given back once or not at all.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from annotate.announce import announce
from annotate.documents import schema_version
from annotate.models import (
    BY_PEOPLE,
    Event,
    EventKind,
    FinalLabel,
    GroupItem,
    GroupState,
    Item,
    ItemGroup,
    ItemStage,
    MemberState,
    SimilarRules,
    SpreadCursor,
    Tier,
)
from annotate.queries.groups import contradiction_of
from annotate.queue import enqueue
from annotate.services.list_items import take_back
from annotate.services.settle import LockedItem, settle_by_spread
from annotate.services.similar_rules import count_groups
from labeling.problems import InvalidAnswer, InvalidItem

BATCH_FINALS = 2000
CHUNK_ITEMS = 100
MOST_SECONDS = 20.0
WAIT = "10 seconds"
COUNT_PAUSE = timedelta(seconds=5)

_COMPLETE = "SELECT complete_to('annotate_finallabel', %s::interval)"
_FINALS = """
SELECT id, item_id FROM annotate_finallabel
 WHERE id > %s AND id <= %s AND source <> 'spread' ORDER BY id LIMIT %s
"""
# A first item was decided, perhaps anew; or a member that was left to people was, after its group
# had been labelled. Who works on a group holds its row: a group that is just becoming done is
# waited for, and worked on once more.
_MARK = """
UPDATE annotate_itemgroup SET state = 'spreading' WHERE id IN (
    SELECT g.id FROM annotate_itemgroup g
     WHERE g.state IN ('open', 'spreading', 'done') AND g.first_id = ANY (%(items)s)
        OR g.state IN ('spreading', 'done') AND g.id IN (
           SELECT m.group_id FROM annotate_groupitem m
            WHERE m.item_id = ANY (%(items)s) AND m.state IN ('audit', 'own'))
     ORDER BY g.id FOR NO KEY UPDATE)
"""
_NEXT = """
SELECT id, first_id FROM annotate_itemgroup
 WHERE state IN ('spreading', 'returning') AND id > %s ORDER BY id LIMIT 1
"""


def follow_labels() -> int:
    """Spread what was settled since, take back what was contradicted; answers how many groups had
    something to do. May run twice at once."""
    until = time.monotonic() + MOST_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, [WAIT])
        (end,) = cursor.fetchone()
    while end is not None and time.monotonic() < until and _mark(end):
        continue
    group, count = 0, 0
    while time.monotonic() < until and (following := _next_group(group)) is not None:
        while time.monotonic() < until and _work_on(*following):
            continue
        group, count = following[0], count + 1
    _count_again()
    return count


def _count_again() -> None:
    """What screens show of groups that were worked on, at most every COUNT_PAUSE."""
    before = timezone.now() - COUNT_PAUSE
    for rules in SimilarRules.objects.filter(is_stale=True, counted_at__lt=before):
        count_groups(rules)


@transaction.atomic
def _mark(end: int) -> bool:
    """Mark the groups of the next final labels; answers whether there may be more."""
    SpreadCursor.objects.bulk_create([SpreadCursor(pk=1)], ignore_conflicts=True)
    at = SpreadCursor.objects.select_for_update(skip_locked=True).first()
    if at is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_FINALS, [at.last_final, end, BATCH_FINALS])
        rows = cursor.fetchall()
        cursor.execute(_MARK, {"items": [item for _, item in rows]})
    is_full = len(rows) == BATCH_FINALS
    at.last_final = rows[-1][0] if is_full else max(at.last_final, end)
    at.save()
    return is_full


def _next_group(after: int) -> tuple[int, int] | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [after])
        found: tuple[int, int] | None = cursor.fetchone()
    return found


@transaction.atomic
def _work_on(group_id: int, first_id: int) -> bool:
    """Do the next part of what a group needs; answers whether something is left."""
    locked = Item.objects.select_for_update(no_key=True, of=("self",))
    first = locked.select_related("final_label").get(pk=first_id)
    groups = ItemGroup.objects.select_for_update(no_key=True, of=("self",))
    group = groups.select_related("project").get(pk=group_id)
    if group.state == GroupState.RETURNING:
        return _return_some(group)
    if group.state != GroupState.SPREADING:
        return False  # another process was here
    said = first.final_label
    if said is None or said.source not in BY_PEOPLE:
        _turn(group, {"code": "no_label_of_people"})
        return True
    against = contradiction_of(group, said)
    if against is not None:
        _turn(group, against)
        return True
    return _spread_some(group, said)


def _turn(group: ItemGroup, reason: dict[str, Any]) -> None:
    """From now on what the group held back or labelled goes back to people."""
    group.state, group.reason = GroupState.RETURNING, reason
    group.save(update_fields=["state", "reason"])
    if reason["code"] == "contradicted":
        Event.objects.create(
            project=group.project,
            kind=EventKind.GROUP_CONTRADICTED,
            item_id=reason["item"],
            payload={"group": group.pk, "first": group.first_id, **reason},
        )


def _some(group: ItemGroup, *states: MemberState) -> list[tuple[GroupItem, Item]]:
    """Some members in these states, with their locked items, in the order of their ids."""
    rows = GroupItem.objects.filter(group=group, state__in=states).order_by("item")
    members = {row.item_id: row for row in rows[:CHUNK_ITEMS]}
    locked = Item.objects.filter(pk__in=list(members)).order_by("pk")
    items = locked.select_for_update(no_key=True, of=("self",)).select_related("final_label")
    return [(members[item.pk], item) for item in items]


def _spread_some(group: ItemGroup, said: FinalLabel) -> bool:
    chunk = _some(group, MemberState.WAITING)
    for member, item in chunk:
        member.state = _spread_to(group, member, item, said)
        member.save(update_fields=["state"])
    return _ended(group, chunk, GroupState.DONE)


def _spread_to(group: ItemGroup, member: GroupItem, item: Item, said: FinalLabel) -> MemberState:
    if item.stage != ItemStage.NEW or item.taken > 0:
        return MemberState.OWN  # withdrawn meanwhile
    schema = schema_version(said.guideline_id)
    try:
        schema.parse_answer(said.answer, schema.facts_of(item.data))
    except (InvalidAnswer, InvalidItem):
        enqueue(item.pk, Tier.CROWD)
        return MemberState.RETURNED  # the answer does not fit: people find one that does
    settle_by_spread(
        item=LockedItem.of(item),
        project=group.project,
        said=said,
        reason=_reason(group, member, said),
    )
    return MemberState.SPREAD


def _reason(group: ItemGroup, member: GroupItem, said: FinalLabel) -> dict[str, Any]:
    """The lineage of a copied label, in numbers and in a sentence."""
    alike = (
        "The texts are equal but for case and white space."
        if member.is_equal
        else f"The texts share {member.shared:.0%} of their parts, their vectors have a likeness "
        f"of {member.likeness:.2f}, and no word that they differ in tells anything."
    )
    return {
        "code": "spread",
        "sentence": f"People settled item {group.first_id}, of which this is a near-duplicate. "
        f"{alike}",
        "spread": {
            "item": group.first_id,
            "final": said.pk,
            "source": said.source,
            "group": group.pk,
            "is_equal": member.is_equal,
            "shared": member.shared,
            "likeness": member.likeness,
        },
    }


def _return_some(group: ItemGroup) -> bool:
    chunk = _some(group, MemberState.WAITING, MemberState.SPREAD)
    taken_back = []
    for member, item in chunk:
        # Whatever people made of it since stays what it is.
        if member.state == MemberState.SPREAD and _is_spread(item, group):
            taken_back.append(_reopen(group, item))
        elif member.state == MemberState.WAITING:
            _offer(item)
        member.state = MemberState.RETURNED
        member.save(update_fields=["state"])
    if taken_back:
        take_back(taken_back)
    return _ended(group, chunk, GroupState.RETURNED)


def _is_spread(item: Item, group: ItemGroup) -> bool:
    final = item.final_label
    return final is not None and bool(final.reason.get("spread", {}).get("group") == group.pk)


def _reopen(group: ItemGroup, item: Item) -> int:
    """Take a copied label back; answers its id."""
    final = item.final_label_id or 0
    item.stage, item.final_label = ItemStage.NEW, None
    item.save(update_fields=["stage", "final_label"])
    Event.objects.create(
        project=group.project,
        kind=EventKind.ITEM_REOPENED,
        item=item,
        payload={"group": group.pk, "final": final, "because": group.reason},
    )
    _offer(item)
    return final


def _offer(item: Item) -> None:
    if item.stage in {ItemStage.NEW, ItemStage.OPEN} and item.taken < item.overlap:
        enqueue(item.pk, Tier.CROWD)


def _ended(group: ItemGroup, chunk: Sequence[Any], state: GroupState) -> bool:
    """Answers whether something may be left."""
    if len(chunk) == CHUNK_ITEMS:
        return True
    group.state = state
    group.save(update_fields=["state"])
    SimilarRules.objects.filter(project=group.project_id).update(is_stale=True)
    announce(group.project_id, "board", "items")
    return False
