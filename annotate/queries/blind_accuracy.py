"""How good the versions of a model are, by items that people judged blind.

An item counts for a version that had predicted it before it was settled, when nobody who judged it
had been shown a prediction. What a model was trusted with, and the audits of that, are left out:
they were chosen by how sure the model was. Where a model says what is labelled next, the share
that chance picks counts alone, from when the model began to. Nothing else chooses items by what a
model said of them, so these are as good as drawn at random. The latest items alone are looked at:
so many tell enough.

The truth is what people said by themselves: of a consensus that the model had a say in, the votes
without it; of a dispute, the expert's answer before votes and prediction were shown. A dispute
that was decided with a prediction in sight, and has no such answer, is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict

import orjson
from django.db import connection

from annotate.documents import schema_version
from annotate.models import Project
from labeling.blind_figures import (
    BINS,
    FEWEST,
    FEWEST_TO_CALIBRATE,
    Bin,
    calibration_of,
    same_boxes,
    share_of,
)
from labeling.label_types.boxes import Box
from labeling.votes import JSON

MOST_ITEMS = 5000
MOST_DRAWN = 1000
"""Boxes are compared one by one."""
SEED = 0

MET: Final = """
WITH latest AS MATERIALIZED (
    SELECT f.id, f.item_id, f.created_at, f.source, f.reason, f.answer, f.decided_by_id,
           coalesce(blind_draw(f.item_id, c.seed) < c.least_share, false) AS is_drawn
      FROM annotate_finallabel f
      LEFT JOIN annotate_choosing c ON c.project_id = f.project_id
     WHERE f.project_id = %(project)s AND f.source NOT IN ('auto_accept', 'spread')
       AND (c.project_id IS NULL OR f.created_at < c.began_at
            OR blind_draw(f.item_id, c.seed) < c.least_share)
     ORDER BY f.created_at DESC LIMIT 2 * %(most)s
),
recent AS MATERIALIZED (
    SELECT f.item_id, f.created_at, f.source, f.reason,
           CASE WHEN f.is_drawn THEN f.answer ELSE coalesce(r.answer, f.answer) END AS answer
      FROM latest f
      LEFT JOIN annotate_reading r
        ON r.item_id = f.item_id AND r.worker_id = f.decided_by_id AND NOT r.saw_votes
     WHERE (SELECT i.final_label_id FROM annotate_item i WHERE i.id = f.item_id) = f.id
       AND (f.source = 'consensus' OR r.id IS NOT NULL OR f.is_drawn)
       AND NOT EXISTS (
           SELECT FROM annotate_acceptanceitem a
             JOIN annotate_acceptance b ON b.id = a.acceptance_id
            WHERE a.item_id = f.item_id AND a.place <= b.drawn + b.rolling
       )
       AND (SELECT bool_and(NOT j.saw_prediction)
              FROM annotate_judgment j WHERE j.item_id = f.item_id)
     ORDER BY f.created_at DESC LIMIT %(most)s
),
met AS (
    SELECT f.item_id, p.model_version_id AS version, p.question, p.label, p.score,
           coalesce(
               CASE WHEN f.source = 'consensus' THEN
                   f.reason #> ARRAY['questions', p.question, 'model', 'alone', 'label'] END,
               f.answer -> p.question) AS truth
      FROM recent f
      JOIN annotate_prediction p ON p.item_id = f.item_id AND p.created_at < f.created_at
     WHERE p.model_version_id IS NOT NULL
       AND f.answer ? p.question
)
"""
"""`met`: each prediction of such an item beside the truth. `latest` is made first, in the order of
an index: twice as many as are wanted, since some of them fall away, and never more. Whether one
still stands is looked up for each, for as a join it reads all items."""

_COUNTED = f"""{MET}
SELECT version,
       -- A text's spans are a class of no others.
       CASE WHEN jsonb_typeof(truth -> 0) = 'object' THEN '' ELSE truth #>> '{{}}' END,
       least(greatest(ceil(score * {BINS})::int - 1, 0), {BINS - 1}),
       count(*), count(*) FILTER (WHERE label = truth), sum(score)
  FROM met WHERE question <> ALL (%(boxes)s)
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 - the bins are fixed
_DRAWN = f"""{MET}
SELECT version, label, truth, score FROM met WHERE question = ANY (%(boxes)s)
"""  # noqa: S608

_TRUTHS = f"""{MET}
SELECT DISTINCT item_id, truth FROM met
 WHERE question = %(question)s AND version = ANY (%(versions)s) ORDER BY item_id
"""  # noqa: S608


class ClassAccuracy(TypedDict):
    """Of the items whose final label is one class."""

    label: str
    compared: int
    agreed: int


class BlindAccuracy(TypedDict):
    """Of one model version."""

    compared: int
    agreed: int
    low: float
    """`low` to `high`: 95 % of the share that agreed."""
    high: float
    needed: int
    """With fewer items than this the share says nothing yet."""
    is_enough: bool
    classes: list[ClassAccuracy]
    reliability: list[dict[str, Any]]
    calibration: dict[str, Any]
    """`needed`, `is_enough`, and where there are enough the fields of `Calibration`, else None."""


@dataclass(kw_only=True)
class _Cell:
    """Items of one version, class and bin of confidence."""

    labels: int = 0
    right: int = 0
    sure: float = 0.0

    def add(self, labels: int, right: int, sure: float) -> None:
        self.labels += labels
        self.right += right
        self.sure += sure


Cells = dict[tuple[str, int], _Cell]


def blind_accuracy(project: Project) -> dict[int, BlindAccuracy]:
    """By the id of the model version; versions without such an item are left out."""
    boxes = _boxes_questions(project)
    values: dict[str, Any] = {"project": project.pk, "most": MOST_ITEMS, "boxes": boxes}
    found: dict[int, Cells] = defaultdict(lambda: defaultdict(_Cell))
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, values)
        for version, label, place, labels, right, sure in cursor.fetchall():
            found[version][label, place].add(labels, right, sure)
        if boxes:
            cursor.execute(_DRAWN, {**values, "most": MOST_DRAWN})
            _add_drawn(found, cursor.fetchall())
    return {version: _together(cells) for version, cells in found.items()}


def blind_rows(project: Project, question: str, versions: Sequence[int]) -> dict[int, JSON]:
    """The truth of each such item of which one of these model versions had spoken."""
    values: dict[str, Any] = {
        "project": project.pk,
        "most": MOST_ITEMS,
        "question": question,
        "versions": list(versions),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRUTHS, values)
        return {item: orjson.loads(truth) for item, truth in cursor.fetchall()}


def is_right(said: JSON, truth: JSON) -> bool:
    """Whether a prediction is right: the very same label, and of boxes the same things."""
    if said == truth:
        return True
    if not (isinstance(said, list) and said and isinstance(said[0], dict) and "x" in said[0]):
        return False
    return same_boxes([Box(**box) for box in said], [Box(**box) for box in truth])


def _boxes_questions(project: Project) -> list[str]:
    if project.guideline_id is None:
        return []
    schema = schema_version(project.guideline_id)
    return [question.id for question in schema.questions if question.type == "boxes"]


def _add_drawn(found: dict[int, Cells], rows: Iterable[tuple[Any, ...]]) -> None:
    for version, label, truth, score in rows:
        agrees = is_right(orjson.loads(label), orjson.loads(truth))
        place = min(int(score * BINS), BINS - 1)
        found[version]["", place].add(1, int(agrees), score)


def _together(cells: Mapping[tuple[str, int], _Cell]) -> BlindAccuracy:
    classes: dict[str, _Cell] = defaultdict(_Cell)
    places: dict[int, _Cell] = defaultdict(_Cell)
    whole = _Cell()
    for (label, place), cell in cells.items():
        for sums in (classes[label], places[place], whole):
            sums.add(cell.labels, cell.right, cell.sure)
    bins = [
        Bin(cell.sure / cell.labels, cell.labels, cell.right) for _, cell in sorted(places.items())
    ]
    share = share_of(whole.right, whole.labels)
    return BlindAccuracy(
        compared=share.compared,
        agreed=share.agreed,
        low=share.low,
        high=share.high,
        needed=FEWEST,
        is_enough=whole.labels >= FEWEST,
        classes=[
            ClassAccuracy(label=label, compared=cell.labels, agreed=cell.right)
            for label, cell in sorted(classes.items())
        ],
        reliability=[
            {"confidence": b.confidence, "accuracy": b.right / b.labels, "labels": b.labels}
            for b in bins
        ],
        calibration=_calibration(bins, whole.labels),
    )


def _calibration(bins: list[Bin], labels: int) -> dict[str, Any]:
    is_enough = labels >= FEWEST_TO_CALIBRATE
    figures = calibration_of(bins, seed=SEED)._asdict() if is_enough else dict.fromkeys(_FIGURES)
    return {"needed": FEWEST_TO_CALIBRATE, "is_enough": is_enough, **figures}


_FIGURES = ("ece", "low", "high", "by_chance", "is_off")
