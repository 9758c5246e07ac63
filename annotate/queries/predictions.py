"""What models said of items, as it is in force: the newest prediction of each source."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
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
SELECT DISTINCT ON (p.item_id, p.question, source)
       p.item_id, p.question, p.id, p.label, p.score, p.scores,
       coalesce(m.kind, 'imported:' || p.imported_from) AS source
  FROM annotate_prediction p
  LEFT JOIN annotate_modelversion m ON m.id = p.model_version_id
 WHERE p.item_id = ANY(%s)
 ORDER BY p.item_id, p.question, source, p.id DESC
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
    """The newest prediction of each source for each question of each item, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [list(items)])
        rows = cursor.fetchall()
    # A raw cursor hands jsonb over as text.
    return [
        Said(item, question, pk, orjson.loads(label), score, orjson.loads(scores), source)
        for item, question, pk, label, score, scores, source in sorted(rows, key=itemgetter(2))
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
    """The priors that predictions of one item make, by question, with the exponents in force.

    Of several sources the one that counts most speaks; of equals, the one that spoke last.
    """
    found = {}
    for question in schema.questions:
        standing = standings.get(question.id)
        models = {} if standing is None else standing.models
        priors = (
            prior_of(question, each, models[each.source].exponent)
            for each in reversed(said)
            if each.question == question.id and each.source in models
        )
        known = [prior for prior in priors if prior is not None]
        if known:
            found[question.id] = max(known, key=lambda prior: models[prior.source].rank)
    return found


def prior_of(question: Question, said: Said, exponent: float) -> ModelPrior | None:
    """What a prediction says of each class; None when the question does not have this one.

    Where labels are no classes it is the label alone.
    """
    if not has_classes(question):
        return ModelPrior(
            source=said.source,
            prediction=said.pk,
            shares={},
            exponent=exponent,
            label=said.label,
        )
    try:
        label = LABEL_TYPES[question.type].parse(said.label, question, NO_FACTS)
    except InvalidLabel:
        return None
    shares = shares_over(classes_of(question), label, said.score, said.scores)
    if shares is None:
        return None
    return ModelPrior(source=said.source, prediction=said.pk, shares=shares, exponent=exponent)
