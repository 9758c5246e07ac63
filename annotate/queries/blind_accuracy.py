"""How often the versions of a model were right on items that people judged blind.

An item counts for a version that had predicted it before it was settled, when nobody who judged it
had been shown a prediction. What a model was trusted with, and the audits of that, are left out:
they were chosen by how sure the model was. Where a model says what is labelled next, the share
that chance picks counts alone, from when the model began to. Nothing else chooses items by what a
model said of them, so these are as good as drawn at random. The latest items alone are looked at:
so many tell enough.
"""

import math
from typing import TypedDict

from django.db import connection

from annotate.models import Project

MOST_ITEMS = 5000
_Z = 1.959964

_BLIND = """
WITH recent AS (
    SELECT f.item_id, f.answer, f.created_at
      FROM annotate_finallabel f JOIN annotate_item i ON i.final_label_id = f.id
      LEFT JOIN annotate_choosing c ON c.project_id = f.project_id
     WHERE f.project_id = %s
       AND (c.project_id IS NULL OR f.created_at < c.began_at
            OR blind_draw(i.id, c.seed) < c.least_share)
       AND f.source NOT IN ('auto_accept', 'spread')
       AND NOT EXISTS (
           SELECT FROM annotate_acceptanceitem a
             JOIN annotate_acceptance b ON b.id = a.acceptance_id
            WHERE a.item_id = i.id AND a.place <= b.drawn + b.rolling
       )
     ORDER BY f.created_at DESC LIMIT %s
)
SELECT p.model_version_id,
       -- A text's spans are a class of no others.
       CASE WHEN jsonb_typeof(f.answer -> p.question -> 0) = 'object' THEN ''
            ELSE f.answer -> p.question #>> '{}' END, count(*),
       count(*) FILTER (WHERE p.label = f.answer -> p.question)
  FROM recent f
  JOIN annotate_prediction p ON p.item_id = f.item_id AND p.created_at < f.created_at
 WHERE p.model_version_id IS NOT NULL
   AND f.answer ? p.question
   AND EXISTS (SELECT 1 FROM annotate_judgment j WHERE j.item_id = f.item_id)
   AND NOT EXISTS (
       SELECT 1 FROM annotate_judgment j WHERE j.item_id = f.item_id AND j.saw_prediction
   )
 GROUP BY 1, 2 ORDER BY 1, 2
"""


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
    classes: list[ClassAccuracy]


def blind_accuracy(project: Project) -> dict[int, BlindAccuracy]:
    """By the id of the model version; versions without such an item are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_BLIND, [project.pk, MOST_ITEMS])
        rows = cursor.fetchall()
    classes: dict[int, list[ClassAccuracy]] = {}
    for version, label, compared, agreed in rows:
        classes.setdefault(version, []).append(
            ClassAccuracy(label=label, compared=compared, agreed=agreed)
        )
    return {version: _together(found) for version, found in classes.items()}


def _together(classes: list[ClassAccuracy]) -> BlindAccuracy:
    compared = sum(each["compared"] for each in classes)
    agreed = sum(each["agreed"] for each in classes)
    low, high = _interval(agreed, compared)
    return BlindAccuracy(compared=compared, agreed=agreed, low=low, high=high, classes=classes)


def _interval(agreed: int, compared: int) -> tuple[float, float]:
    """95 % of a share (Wilson 1927, "Probable inference, the law of succession")."""
    share, spread = agreed / compared, _Z**2 / compared
    middle = share + spread / 2
    half = math.sqrt(share * (1 - share) * spread + spread**2 / 4)
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)
