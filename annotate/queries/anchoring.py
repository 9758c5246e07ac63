"""What showing predictions does to people, by the latest assignments that chance has put into two
arms: those who were shown one, and those from whom it was kept back.

Only so many of the latest judgments are looked at, along an index: no view of the page goes
through the project.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import orjson
from django.db import connection

from annotate.documents import in_force
from annotate.models import Display, Project
from labeling.anchoring import (
    SMALLEST_EFFECT,
    Arm,
    anchoring_effect,
    median_difference,
    sample_needed,
)
from labeling.label_types import LABEL_TYPES
from labeling.model_rules import HIDDEN
from labeling.problems import InvalidLabel
from labeling.questions import ItemFacts, Question

MOST_JUDGMENTS = 3000
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 1.0)
"""Ends of the bands of confidence."""

# The truth of an item is its gold, an expert's decision, or what at least two blind votes of
# others agree on. A truth that the judgment itself has made, or anybody who was shown the
# prediction, would praise whoever follows.
_LATEST = """
SELECT j.item_id, a.display, p.question, p.label, p.score, j.answer, first.answer, j.seconds,
       coalesce(CASE WHEN g.state IN ('trusted', 'confirmed') THEN g.answer END,
                CASE WHEN f.source = 'adjudication' THEN f.answer END),
       (SELECT jsonb_agg(o.answer) FROM annotate_judgment o
         WHERE o.item_id = j.item_id AND o.worker_id <> j.worker_id AND NOT o.saw_prediction
           AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = o.id))
  FROM (SELECT * FROM annotate_judgment
         WHERE project_id = %(project)s ORDER BY created_at DESC LIMIT %(most)s) AS j
  JOIN annotate_assignment a ON a.id = j.assignment_id AND a.display = ANY (%(displays)s)
  JOIN annotate_prediction last ON last.id = coalesce(a.prediction_id, a.kept_back_id)
  JOIN LATERAL (
       SELECT DISTINCT ON (q.question) q.question, q.label, q.score FROM annotate_prediction q
        WHERE q.item_id = j.item_id
          AND CASE WHEN a.shown IS NULL THEN q.id <= last.id
                   WHEN a.display = 'control' THEN q.id = ANY (a.kept)
                   ELSE q.id = ANY (a.shown) END
        ORDER BY q.question, q.id DESC) AS p ON true
  LEFT JOIN annotate_firstanswer first ON first.assignment_id = a.id
  LEFT JOIN annotate_goldlabel g ON g.item_id = j.item_id
  LEFT JOIN annotate_item i ON i.id = j.item_id
  LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
 WHERE NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id)
   AND (a.display = 'control') = NOT j.saw_prediction
"""
_ANY_SIZE = 2**31
_DISPLAYS = (Display.SHOWN, Display.AFTER, Display.CONTROL)


class _Said(NamedTuple):
    """A judgment of one question, beside what the model says of it."""

    item: int
    is_shown: bool
    question: str
    label: Any
    score: float
    answer: Any
    first: Any
    seconds: float
    truth: Any


def anchoring_of(project: Project) -> dict[str, Any]:
    """By question: bands of confidence, time, the effect and what it still needs."""
    if project.guideline_id is None or project.policy_id is None:
        return {"questions": []}
    said = _read(project)
    rules = in_force(project)
    return {
        "questions": [
            {"question": question.id, "title": question.title, **_measured(question, own)}
            for question in rules.schema.questions
            if rules.policy.mode_of(question) != HIDDEN
            and (own := [each for each in said if each.question == question.id])
        ]
    }


def _read(project: Project) -> list[_Said]:
    values: dict[str, Any] = {
        "project": project.pk,
        "most": MOST_JUDGMENTS,
        "displays": list(_DISPLAYS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, values)
        rows = cursor.fetchall()
    found = []
    for item, display, question, label, score, answer, first, seconds, truth, blind in rows:
        own = orjson.loads(answer).get(question)
        before = None if first is None else orjson.loads(first).get(question)
        known = None if truth is None else orjson.loads(truth).get(question)
        votes = [] if blind is None else [vote.get(question) for vote in orjson.loads(blind)]
        agreed = votes[0] if len(votes) > 1 and all(v == votes[0] for v in votes) else None
        found.append(
            _Said(
                item,
                display != Display.CONTROL,
                question,
                orjson.loads(label),
                score,
                own,
                before,
                seconds,
                agreed if known is None else known,
            )
        )
    return found


def _measured(question: Question, said: Sequence[_Said]) -> dict[str, Any]:
    shown, kept = [s for s in said if s.is_shown], [s for s in said if not s.is_shown]
    arms = _arm(shown), _arm(kept)
    effect = anchoring_effect(*arms)
    needed = sample_needed(*arms)
    time = median_difference([s.seconds for s in shown], [s.seconds for s in kept])
    checked = [s for s in shown if s.first is not None and s.first != s.label]
    return {
        "shown": len(shown),
        "kept_back": len(kept),
        "bands": _bands(question, shown),
        "changed_after_check": {
            "differed": len(checked),
            "followed": sum(s.answer == s.label for s in checked),
        },
        "seconds_saved": None if time is None else time._asdict(),
        "effect": None if effect is None else effect._asdict(),
        "wrong": {"shown": arms[0]._asdict(), "kept_back": arms[1]._asdict()},
        "needed": {
            "effect": SMALLEST_EFFECT,
            "each": needed,
            "shown": max(needed - arms[0].wrong, 0),
            "kept_back": max(needed - arms[1].wrong, 0),
        },
    }


def _arm(said: Sequence[_Said]) -> Arm:
    wrong = [s for s in said if s.truth is not None and s.truth != s.label]
    return Arm(len(wrong), sum(s.answer == s.label for s in wrong))


def _bands(question: Question, shown: Sequence[_Said]) -> list[dict[str, Any]]:
    """What became of predictions that were shown, by how sure the model was."""
    found = []
    for low, high in pairwise(BANDS):
        inside = [s for s in shown if low < s.score <= high or s.score == low == 0.0]
        if not inside:
            continue
        fates = [_fate(question, s) for s in inside]
        counts = {fate: fates.count(fate) for fate in ("accepted", "edited", "rejected")}
        found.append({"low": low, "high": high, **counts})
    return found


def _fate(question: Question, said: _Said) -> str:
    """`edited`: the two labels have something in common."""
    if said.answer == said.label:
        return "accepted"
    label_type: Any = LABEL_TYPES[question.type]
    # Both were checked against their item when they were given.
    facts = ItemFacts(
        text_lengths=dict.fromkeys(question.on, _ANY_SIZE),
        image_sizes=dict.fromkeys(question.on, (_ANY_SIZE, _ANY_SIZE)),
    )
    try:
        labels = [label_type.parse(each, question, facts) for each in (said.answer, said.label)]
    except InvalidLabel:
        return "rejected"
    return "edited" if label_type.distance(*labels, question) < 1.0 else "rejected"
