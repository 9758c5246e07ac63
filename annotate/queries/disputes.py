"""Disputes as experts read them: the votes side by side, without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models.functions import Now

from annotate.models import (
    Assignment,
    AssignmentState,
    Event,
    EventKind,
    Item,
    Judgment,
    Prediction,
    Purpose,
)
from labeling.label_types import LABEL_TYPES
from labeling.problems import InvalidAnswer
from labeling.schema import LabelSchema
from labeling.votes import Answer

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter(index: int) -> str:
    """A, B, .., Z, A2, B2, ..: what an expert calls a voter. It links nothing across items."""
    turn, place = divmod(index, len(_LETTERS))
    return _LETTERS[place] + (str(turn + 1) if turn else "")


@dataclass(frozen=True, kw_only=True)
class CountedJudgments:
    """The judgments of an item that count, in the order they came, and those still readable."""

    judgments: list[Judgment]
    answers: list[Answer]


def counted_judgments(schema: LabelSchema, items: Sequence[Item]) -> dict[int, CountedJudgments]:
    """What counts of each of these items, by its id; one query for all of them."""
    rows: dict[int, list[Judgment]] = {item.pk: [] for item in items}
    for row in Judgment.objects.filter(
        item__in=rows, is_surplus=False, replaced_by__isnull=True
    ).order_by("id"):
        rows[row.item_id].append(row)
    return {item.pk: _readable(schema, item, rows[item.pk]) for item in items}


def _readable(schema: LabelSchema, item: Item, rows: list[Judgment]) -> CountedJudgments:
    facts = schema.facts_of(item.data)
    kept, answers = [], []
    for row in rows:
        try:
            answers.append(schema.parse_answer(row.answer, facts))
        except InvalidAnswer:
            continue
        kept.append(row)
    return CountedJudgments(judgments=kept, answers=answers)


def live_leases(items: list[int]) -> dict[int, Assignment]:
    """Who is deciding each of these items now."""
    rows = Assignment.objects.filter(
        item__in=items,
        purpose=Purpose.ADJUDICATE,
        state=AssignmentState.LEASED,
        expires_at__gt=Now(),
    )
    return {row.item_id: row for row in rows}


def opening_events(items: list[int]) -> dict[int, Event]:
    """The newest event by which each of these items became a dispute."""
    rows = (
        Event.objects.filter(item__in=items, kind=EventKind.DISPUTE_OPENED)
        .order_by("item", "-id")
        .distinct("item")
    )
    return {row.item_id: row for row in rows if row.item_id is not None}


def mean_agreement(schema: LabelSchema, answers: list[Answer]) -> float | None:
    """1 minus the mean distance of two voters, over all questions that both answered."""
    values = [
        value
        for question in agreement_of(schema, answers).values()
        if (value := question["observed"]) is not None
    ]
    return sum(values) / len(values) if values else None


def agreement_of(schema: LabelSchema, answers: list[Answer]) -> dict[str, Any]:
    """For each question: the mean agreement and the distances, voter by voter (None: hidden)."""
    found: dict[str, Any] = {}
    for question in schema.questions:
        labels = [answer.get(question.id) for answer in answers]
        distance = LABEL_TYPES[question.type].distance
        size = len(labels)
        matrix: list[list[float | None]] = [[0.0] * size for _ in range(size)]
        pairs: list[float] = []
        for a, b in combinations(range(size), 2):
            first, second = labels[a], labels[b]
            value = (
                None
                if first is None or second is None
                else float(distance(first, second, question))
            )
            matrix[a][b] = matrix[b][a] = value
            if value is not None:
                pairs.append(value)
        observed = 1 - sum(pairs) / len(pairs) if pairs else None
        found[question.id] = {"observed": observed, "distances": matrix}
    return found


def newest_prediction(item: Item) -> dict[str, Any] | None:
    """The newest prediction of each question as one answer; its score is the lowest of them."""
    rows = list(
        Prediction.objects.filter(item=item).order_by("question", "-id").distinct("question")
    )
    if not rows:
        return None
    return {
        "answer": {row.question: row.label for row in rows},
        "score": min(row.score for row in rows),
        "scores": {row.question: row.scores for row in rows},
    }
