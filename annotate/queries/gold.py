"""Judgments of items whose answer is known, and how far each met it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from annotate.documents import in_force
from annotate.models import GoldLabel, GoldState, Project, Worker
from annotate.queries.context import labels_of
from labeling.gold import credit
from labeling.schema import LabelSchema
from labeling.votes import Answer

IN_USE = (GoldState.TRUSTED, GoldState.CONFIRMED)

# Each assignment once, with its last answer, in the order of the first ones. An answer is closed
# when it cannot be corrected any more: only then may its worker learn what it was worth.
_JUDGMENTS = """
SELECT j.id, first.id, j.assignment_id, j.worker_id, first.ordinal, j.item_id, j.answer, g.answer,
       g.state, i.data, j.guideline_id,
       CASE WHEN p.assignment_id IS NULL THEN i.stage NOT IN ('new', 'open')
            ELSE first.created_at + p.stays_open <= now() END,
       first.created_at
  FROM annotate_goldlabel g
  JOIN annotate_item i ON i.id = g.item_id
  JOIN annotate_judgment j ON j.item_id = g.item_id
  JOIN annotate_judgment first
    ON first.assignment_id = j.assignment_id AND first.replaces_id IS NULL
  LEFT JOIN annotate_planting p ON p.assignment_id = j.assignment_id
 WHERE g.project_id = %(project)s AND (%(worker)s::bigint IS NULL OR j.worker_id = %(worker)s)
   AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id)
 ORDER BY first.id
"""


@dataclass(frozen=True, kw_only=True)
class GoldJudgment:
    """What a worker said of a gold item."""

    judgment: int
    first: int
    assignment: UUID
    worker: int
    ordinal: int
    """It was the worker's n-th judgment."""
    item: int
    raw: dict[str, Any]
    raw_gold: dict[str, Any]
    state: str
    data: dict[str, Any]
    guideline: int
    is_closed: bool
    at: Any
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
        named = {"project": project.pk, "worker": None if worker is None else worker.pk}
        cursor.execute(_JUDGMENTS, named)
        return [_judgment(row, rules.schema) for row in cursor.fetchall()]


def _judgment(row: tuple[Any, ...], schema: LabelSchema) -> GoldJudgment:
    return GoldJudgment(
        judgment=row[0],
        first=row[1],
        assignment=row[2],
        worker=row[3],
        ordinal=row[4],
        item=row[5],
        raw=orjson.loads(row[6]),
        raw_gold=orjson.loads(row[7]),
        state=row[8],
        data=orjson.loads(row[9]),
        guideline=row[10],
        is_closed=row[11],
        at=row[12],
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
