"""Judgments of items whose answer is known, and how far each met it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.utils import timezone

from annotate.documents import in_force
from annotate.models import GoldLabel, GoldState, Planting, Project, Worker
from annotate.queries.context import labels_of
from labeling.gold import credit
from labeling.schema import LabelSchema
from labeling.votes import Answer

IN_USE = (GoldState.TRUSTED, GoldState.CONFIRMED)

# Three readings by keys and no join: of tables without fresh statistics a join made a plan that
# went over all judgments once for each gold item.
_GOLD = """
SELECT g.item_id, g.answer, g.state, i.data, i.stage NOT IN ('new', 'open')
  FROM annotate_goldlabel g JOIN annotate_item i ON i.id = g.item_id
 WHERE g.project_id = %s
"""
_JUDGMENTS = """
SELECT j.id, j.replaces_id, j.assignment_id, j.worker_id, j.ordinal, j.item_id, j.answer,
       j.created_at
  FROM annotate_judgment j
 WHERE j.item_id = ANY(%(items)s)
   AND (%(worker)s::bigint IS NULL OR j.worker_id = %(worker)s)
 ORDER BY j.id
"""


class _Gold(NamedTuple):
    answer: dict[str, Any]
    state: str
    data: dict[str, Any]
    is_decided: bool


@dataclass(frozen=True, kw_only=True)
class GoldJudgment:
    """What a worker said of a gold item."""

    judgment: int
    """The last one."""
    assignment: UUID
    worker: int
    ordinal: int
    """It was the worker's n-th judgment."""
    item: int
    raw: dict[str, Any]
    raw_gold: dict[str, Any]
    state: str
    data: dict[str, Any]
    is_closed: bool
    at: datetime
    """When it was first answered."""
    schema: LabelSchema

    @cached_property
    def answer(self) -> Answer:
        """The labels that still fit the schema in force."""
        return labels_of(self.schema, self.raw, self.data)

    @cached_property
    def gold(self) -> Answer:
        """The known labels. Where a label of the answer fits no longer, nothing can be said."""
        known = labels_of(self.schema, self.raw_gold, self.data)
        return {
            name: label
            for name, label in known.items()
            if name in self.answer or name not in self.raw
        }

    @cached_property
    def credits(self) -> dict[str, float]:
        """By question, 1 for the very label of the gold. Empty: it counts neither way."""
        if self.state not in IN_USE:
            return {}
        return credit(self.answer, self.gold, self.schema.questions)

    @property
    def credit(self) -> float | None:
        """The mean over the questions; None where it does not count."""
        return sum(self.credits.values()) / len(self.credits) if self.credits else None


def gold_judgments(project: Project, worker: Worker | None = None) -> list[GoldJudgment]:
    """All judgments of gold items, or one worker's, in the order in which they were made; none
    in a project that measures nobody."""
    rules = in_force(project)
    if rules.policy.gold_rate == 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_GOLD, [project.pk])
        gold = {
            item: _Gold(orjson.loads(answer), state, orjson.loads(data), is_decided)
            for item, answer, state, data, is_decided in cursor.fetchall()
        }
        named = {"items": list(gold), "worker": None if worker is None else worker.pk}
        cursor.execute(_JUDGMENTS, named)
        rows = cursor.fetchall()
    assignments = {row[2] for row in rows}
    open_for = dict(
        Planting.objects.filter(assignment__in=assignments).values_list("assignment", "stays_open")
    )
    found: dict[UUID, GoldJudgment] = {}
    for row in rows:
        key = row[2]
        if row[1] is None:
            found[key] = _judgment(row, gold[row[5]], open_for.get(key), rules.schema)
        elif key in found:
            # A correction counts in place of what it corrects.
            found[key] = replace(found[key], judgment=row[0], raw=orjson.loads(row[6]))
    return list(found.values())


def _judgment(
    row: tuple[Any, ...], gold: _Gold, open_for: timedelta | None, schema: LabelSchema
) -> GoldJudgment:
    """An answer is closed when it cannot be corrected any more: only then may its worker learn
    what it was worth."""
    at: datetime = row[7]
    return GoldJudgment(
        judgment=row[0],
        assignment=row[2],
        worker=row[3],
        ordinal=row[4],
        item=row[5],
        raw=orjson.loads(row[6]),
        raw_gold=gold.answer,
        state=gold.state,
        data=gold.data,
        is_closed=gold.is_decided if open_for is None else at + open_for <= timezone.now(),
        at=at,
        schema=schema,
    )


def gold_in_use(project: Project) -> Iterator[tuple[int, dict[str, Any]]]:
    """The items whose known answers measure workers now, with those answers."""
    if in_force(project).policy.gold_rate > 0:
        rows = GoldLabel.objects.filter(project=project, state__in=IN_USE)
        yield from rows.values_list("item_id", "answer")


def by_item(judgments: Iterable[GoldJudgment]) -> dict[int, list[GoldJudgment]]:
    """The judgments of each gold item."""
    found: dict[int, list[GoldJudgment]] = {}
    for judgment in judgments:
        found.setdefault(judgment.item, []).append(judgment)
    return found
