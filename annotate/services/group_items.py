"""Find near-duplicates: sketch what is new, and compare each item with those that look like it.

Nothing happens to an item by being found. A job that is killed goes on: sketches and groups are
stored a chunk a transaction, and what is in a group is not looked at again. The second part begins
with all sketches, which takes seconds for a million items.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models import F

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    GroupItem,
    Item,
    ItemGroup,
    ItemSketch,
    Job,
    SimilarRules,
)
from annotate.queries.alike import Alike, compared, content_of, contents_of, likenesses, unread
from annotate.queries.sketches import Sketches, candidates, read_sketches, row_after
from annotate.services.hold_back import hold_back
from annotate.services.jobs import report
from annotate.services.similar_rules import count_groups
from labeling.schema import LabelSchema
from models_assist.sketches import KEYS, sketch

CHUNK_ITEMS = 1000
CHUNK_PAIRS = 500
MOST_REFUSED = 1_000_000
"""So many pairs that were refused are remembered, so that they are not compared by each key."""
WAIT = "10 seconds"

Pairs = npt.NDArray[np.intp]


class Joined(NamedTuple):
    """A row that joins the group of another."""

    row: int
    first: int
    alike: Alike
    likeness: float


def group_items(job: Job) -> dict[str, Any]:
    """Find the near-duplicates among the items that came since; where the lead wants them labelled
    once, hold them back. Answers the counts."""
    rules = SimilarRules.objects.get(project=job.project_id)
    schema = in_force(job.project).schema
    _sketch_new(job, rules, schema)
    sketches = read_sketches(job.project)
    comparing = Comparing(job, rules, schema, sketches)
    found = comparing.run()
    if comparing.done_to is not None:
        _move(rules, "grouped_to", comparing.done_to)
    rules.refresh_from_db()
    held = hold_back(job, rules) if rules.is_spread else 0
    count_groups(rules)
    announce(job.project_id, "items", "board")
    return {
        "items": len(sketches.items),
        "grouped": found,
        "held_back": held,
        "unread": comparing.unread,
    }


def _sketch_new(job: Job, rules: SimilarRules, schema: LabelSchema) -> None:
    """The items that nobody is still importing, from the last sketch on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT complete_to('annotate_item', %s::interval)", [WAIT])
        (end,) = cursor.fetchone()
    waiting = Item.objects.filter(project=job.project_id, pk__lte=end or 0)
    total = waiting.filter(pk__gt=rules.sketched_to).count() + job.done
    while True:
        with transaction.atomic():
            rows = list(
                waiting.filter(pk__gt=rules.sketched_to)
                .order_by("pk")
                .values_list("pk", "data")[:CHUNK_ITEMS]
            )
            if not rows:
                return
            ItemSketch.objects.bulk_create(
                [_sketch_of(job, schema, item, data) for item, data in rows],
                ignore_conflicts=True,
            )
            _move(rules, "sketched_to", rows[-1][0])
            report(job, done=job.done + len(rows), total=total, cursor=job.cursor + 1)


def _sketch_of(job: Job, schema: LabelSchema, item: int, data: dict[str, Any]) -> ItemSketch:
    content = content_of(schema, data)
    keys = sketch(content.equal, content.text)
    return ItemSketch(item_id=item, project_id=job.project_id, keys=keys)


def _move(rules: SimilarRules, name: str, item: int) -> None:
    setattr(rules, name, item)
    rules.save(update_fields=[name])


class Comparing:
    """Candidates are compared in full, key after key; who is near joins the earlier one.

    A member is near the first item of its group itself: groups are stars, so that no chain of
    small steps leads from one thing to another.
    """

    def __init__(
        self, job: Job, rules: SimilarRules, schema: LabelSchema, sketches: Sketches
    ) -> None:
        self._job, self._rules, self._schema = job, rules, schema
        self._sketches = sketches
        self._since = row_after(sketches, rules.grouped_to)
        self._refused: set[tuple[int, int]] = set()
        self._found = 0
        self._unread: set[int] = set()

    @property
    def unread(self) -> int:
        """How many items look like another one, but no model has read both yet."""
        return sum(map(self._is_free, self._unread))

    @property
    def done_to(self) -> int | None:
        """The last item that need not be looked at again: those after it are, once a model has
        read them. None without items."""
        items = self._sketches.items
        end = min(filter(self._is_free, self._unread), default=len(items))
        return int(items[end - 1]) if len(items) else None

    def run(self) -> int:
        """Answers how many items joined a group."""
        keys = range(KEYS) if self._rules.least_likeness < 1.0 else range(1)
        for key in keys:
            pairs = candidates(self._sketches, key, self._since)
            for start in range(0, len(pairs), CHUNK_PAIRS):
                self._compare(pairs[start : start + CHUNK_PAIRS].tolist())
        return self._found

    def _compare(self, pairs: Sequence[Sequence[int]]) -> None:
        wanted = self._open_pairs(pairs)
        if not wanted:
            return
        near = self._near(wanted)
        joined, again = [], []
        for row, first in wanted:
            if not self._is_free(row):
                continue
            if self._sketches.first[first] >= 0:
                again.append((row, first))  # has joined another one since: compare with that
            elif (row, first) in near:
                joined.append(near[row, first])
                self._sketches.first[row] = first
                self._sketches.leads[first] = True
            else:
                self._refused.add((row, first))
        self._store(joined)
        if len(self._refused) > MOST_REFUSED:
            self._refused.clear()
        self._compare(again)

    def _open_pairs(self, pairs: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
        """The same with firsts of groups in place of their members, without what is known."""
        found: dict[tuple[int, int], None] = {}
        for row, other in pairs:
            first = int(self._sketches.first[other])
            pair = (row, other if first < 0 else first)
            if self._is_free(row) and pair not in self._refused and pair[0] != pair[1]:
                found[pair] = None
        return list(found)

    def _is_free(self, row: int) -> bool:
        return bool(self._sketches.first[row] < 0 and not self._sketches.leads[row])

    def _near(self, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Joined]:
        items = self._sketches.items
        contents = contents_of(self._schema, [int(items[row]) for row in {*sum(pairs, ())}])
        found = {}
        for row, first in pairs:
            one, other = contents.get(int(items[row])), contents.get(int(items[first]))
            if one is None or other is None:
                continue
            alike = compared(one, other, self._rules.least_shared)
            if alike is not None:
                found[row, first] = Joined(row, first, alike, 1.0)
        unequal = [pair for pair, joined in found.items() if not joined.alike.is_equal]
        named = {(row, first): (int(items[row]), int(items[first])) for row, first in unequal}
        cosines = likenesses(list(named.values()))
        to_come = unread({item for pair in named.values() for item in pair if pair not in cosines})
        for row, first in unequal:
            if not to_come.isdisjoint(named[row, first]):
                self._unread.add(row)
            likeness = cosines.get(named[row, first], 0.0)
            if likeness < self._rules.least_likeness:
                del found[row, first]
            else:
                found[row, first] = found[row, first]._replace(likeness=likeness)
        return found

    @transaction.atomic
    def _store(self, joined: Sequence[Joined]) -> None:
        report(self._job, done=self._job.done, cursor=self._job.cursor + 1)
        if not joined:
            return
        items = self._sketches.items
        project = self._job.project_id
        firsts = sorted({int(items[each.first]) for each in joined})
        ItemGroup.objects.bulk_create(
            [ItemGroup(project_id=project, first_id=item) for item in firsts],
            ignore_conflicts=True,
        )
        groups = dict(ItemGroup.objects.filter(first__in=firsts).values_list(F("first"), F("pk")))
        rows = [
            GroupItem(
                item_id=int(items[each.row]),
                group_id=groups[int(items[each.first])],
                is_equal=each.alike.is_equal,
                likeness=each.likeness,
                shared=each.alike.shared,
            )
            for each in joined
        ]
        GroupItem.objects.bulk_create(rows, ignore_conflicts=True)
        self._found += len(rows)
