"""What a decided dispute tells of the experts who read it."""

from collections import defaultdict
from typing import Any

from django.db import connection

from annotate.documents import in_force
from annotate.models import GoldLabel, GoldState, Item, Project, Reading, ReadingStep
from annotate.queries.disputes import counted_judgments, opening_events
from labeling.consensus import consensus
from labeling.expertise import credits_of, is_same
from labeling.problems import InvalidAnswer
from labeling.votes import Answer

SOUND = (GoldState.TRUSTED, GoldState.CONFIRMED)

_COUNT = """
INSERT INTO annotate_competence AS c (worker_id, category, "right", seen)
VALUES (%s, %s, %s, %s)
ON CONFLICT (worker_id, category) DO UPDATE
   SET "right" = c."right" + excluded."right", seen = c.seen + excluded.seen
"""


def credit_experts(*, project: Project, item: Item, final: dict[str, Any]) -> None:
    """Count the first answers of an item's experts as right or wrong. The item is locked.

    The truth is gold where there is some; else what two experts agreed on or a further one
    decided, who is then no evidence of the own skill; else, when the item was drawn for an audit,
    the consensus that would have settled it. A single expert's word alone proves nothing.
    """
    rules = in_force(project)
    schema, gates = rules.schema, rules.policy.gates(rules.schema)
    readings = list(Reading.objects.filter(item=item).order_by("pk"))
    truth, measured = _truth(project, item, readings, final)
    if truth is None:
        return
    counts: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for worker, said in measured.items():
        answer = _parsed(project, item, said)
        if answer is None:
            continue
        for credit in credits_of(schema, answer, truth, gates):
            count = counts[worker, credit.category]
            count[0] += min(max(credit.right, 0.0), 1.0)
            count[1] += 1.0
    # In one order, so that two disputes that end at once do not wait for each other.
    rows = [
        (worker, category, right, seen)
        for (worker, category), (right, seen) in sorted(counts.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_COUNT, rows)


def _truth(
    project: Project, item: Item, readings: list[Reading], final: dict[str, Any]
) -> tuple[Answer | None, dict[int, dict[str, Any]]]:
    """What is taken for true, and the first answer of each expert who is measured by it."""
    first: dict[int, dict[str, Any]] = {}
    for row in readings:
        first.setdefault(row.worker_id, row.answer)
    gold = GoldLabel.objects.filter(item=item, state__in=SOUND).first()
    if gold is not None:
        return _parsed(project, item, gold.answer), first
    finals = [row for row in readings if row.step == ReadingStep.FINAL]
    if len(finals) > 1:
        truth, decider = _parsed(project, item, final), finals[-1].worker_id
        before = [_parsed(project, item, row.answer) for row in finals[:-1]]
        has_agreed = any(_is_same(project, answer, truth) for answer in before)
        return truth, {who: said for who, said in first.items() if has_agreed or who != decider}
    opened = opening_events([item.pk]).get(item.pk)
    if opened is None or opened.payload.get("code") != "audit":
        return None, {}
    schema = in_force(project).schema
    answers = counted_judgments(schema, [item])[item.pk].answers
    if not answers:
        return None, {}
    return {key: value.label for key, value in consensus(schema, answers).items()}, first


def _is_same(project: Project, one: Answer | None, other: Answer | None) -> bool:
    schema, policy = in_force(project).schema, in_force(project).policy
    if one is None or other is None:
        return False
    return is_same(schema, one, other, policy.gates(schema))


def _parsed(project: Project, item: Item, answer: dict[str, Any]) -> Answer | None:
    """None for an answer of an older guideline: it is measured by nobody."""
    schema = in_force(project).schema
    try:
        return schema.parse_answer(answer, schema.facts_of(item.data))
    except InvalidAnswer:
        return None
