"""What models said of items, as it is in force: the newest prediction of each question."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db import connection

from labeling.label_types import LABEL_TYPES
from labeling.model_rater import ModelPrior, shares_over
from labeling.problems import InvalidLabel
from labeling.questions import ItemFacts, Question
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.weighing import classes_of, has_classes

NO_FACTS = ItemFacts()
"""A class is checked against the schema alone."""

# A head speaks of items only that were not settled when it was fitted on settled ones, so that
# no item's own label is in what it says of it.
_NEWEST = """
SELECT DISTINCT ON (p.item_id, p.question)
       p.item_id, p.question, p.id, p.label, p.score, p.scores,
       coalesce(m.kind, 'imported:' || p.imported_from)
  FROM annotate_prediction p
  LEFT JOIN annotate_modelversion m ON m.id = p.model_version_id
 WHERE p.item_id = ANY(%s)
 ORDER BY p.item_id, p.question, p.id DESC
"""
_SAW = "SELECT j.id FROM annotate_judgment j WHERE j.id = ANY(%s) AND j.saw_prediction"


class Said(NamedTuple):
    """A prediction; `source` is the kind of our model, or the name it was imported under."""

    item: int
    question: str
    pk: int
    label: Any
    score: float
    scores: dict[str, float]
    source: str


def newest_predictions(items: Sequence[int]) -> list[Said]:
    """The newest prediction of each question of each item."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [list(items)])
        rows = cursor.fetchall()
    # A raw cursor hands jsonb over as text.
    return [
        Said(item, question, pk, orjson.loads(label), score, orjson.loads(scores), source)
        for item, question, pk, label, score, scores, source in rows
    ]


def saw_a_prediction(judgments: Sequence[int]) -> set[int]:
    """Those of the judgments that were given after a prediction had been shown."""
    with connection.cursor() as cursor:
        cursor.execute(_SAW, [list(judgments)])
        return {pk for (pk,) in cursor.fetchall()}


def counts_any_model(standings: Mapping[str, Standing]) -> bool:
    """Whether a prediction can move any posterior here; if not, it need not be read."""
    weights = (weight for standing in standings.values() for weight in standing.models.values())
    return any(weight.exponent > 0.0 for weight in weights)


def priors_in(
    schema: LabelSchema, said: Sequence[Said], standings: Mapping[str, Standing]
) -> dict[str, ModelPrior]:
    """The priors that predictions of one item make, by question, with the exponents in force."""
    by_question = {prediction.question: prediction for prediction in said}
    found = {}
    for question in schema.questions:
        prediction, standing = by_question.get(question.id), standings.get(question.id)
        if prediction is None or standing is None:
            continue
        weight = standing.models.get(prediction.source)
        exponent = 0.0 if weight is None else weight.exponent
        if (prior := prior_of(question, prediction, exponent)) is not None:
            found[question.id] = prior
    return found


def prior_of(question: Question, said: Said, exponent: float) -> ModelPrior | None:
    """What a prediction says of each class; None when the question has none, or not this one."""
    if not has_classes(question):
        return None
    try:
        label = LABEL_TYPES[question.type].parse(said.label, question, NO_FACTS)
    except InvalidLabel:
        return None
    shares = shares_over(classes_of(question), label, said.score, said.scores)
    if shares is None:
        return None
    return ModelPrior(source=said.source, prediction=said.pk, shares=shares, exponent=exponent)
