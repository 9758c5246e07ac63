"""How far a language model is to be believed: its likelihoods against labels that people gave.

What a model says of its own sureness is not asked for and not used. Its likelihoods are mended as
those of spans are (`platt`), on items that people or gold have answered.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from labeling.label_types import LABEL_TYPES
from labeling.model_rater import shares_over
from labeling.questions import Question
from labeling.votes import Label
from labeling.weighing import classes_of, has_classes
from models_assist.calibrate import Numbers, calibration_error, reliability
from models_assist.head_quality import HeadQuality, quality_of_classes
from models_assist.heads import Prediction
from models_assist.platt import FEWEST, Platt, fit_platt, mended_out_of_fold

FOLDS = 5
_NEAREST = 1e-4


class Compared(NamedTuple):
    """What a model said of an item whose label is known."""

    said: Label
    likelihood: float
    known: Label


class Trust:
    """What a model version of ours keeps of a language model for one question."""

    def __init__(self, platt: Platt, quality: HeadQuality | None) -> None:
        self.platt = platt
        self.quality = quality

    def to_bytes(self) -> bytes:
        """As `trust_from` undoes it."""
        return json.dumps({"slope": self.platt.slope, "offset": self.platt.offset}).encode()

    def prediction(self, question: Question, label: Label, likelihood: float) -> Prediction:
        """A prediction with its mended score; of classes with a score for each."""
        score = float(self.platt.mend(np.array([likelihood]))[0])
        shares: dict[str, float] = {}
        if has_classes(question):
            shares = shares_over(classes_of(question), label, score, {}) or {}
            score = shares.get(str(label), score)
        return Prediction(label=LABEL_TYPES[question.type].dump(label), score=score, scores=shares)


def trust_from(raw: bytes) -> Trust:
    """What `to_bytes` wrote, without the quality."""
    found = json.loads(raw)
    return Trust(Platt(found["slope"], found["offset"]), None)


def learn_trust(question: Question, compared: Sequence[Compared]) -> Trust:
    """Fit the mending, and measure out of fold what it comes to; nothing of too few labels."""
    if len(compared) < FEWEST:
        return Trust(Platt(), None)
    shares = np.array([each.likelihood for each in compared])
    is_right = np.array([each.said == each.known for each in compared])
    folds = np.arange(len(compared)) % FOLDS
    mended = mended_out_of_fold(shares, is_right, folds)
    measure = _of_classes if has_classes(question) else _of_others
    return Trust(fit_platt(shares, is_right), measure(question, compared, mended))


def _of_classes(question: Question, compared: Sequence[Compared], mended: Numbers) -> HeadQuality:
    classes = classes_of(question)
    names = [str(name) for name in classes]
    rows = []
    for each, score in zip(compared, mended.tolist(), strict=True):
        shares = shares_over(classes, each.said, score, {}) or {}
        rows.append([shares[name] for name in names])
    probabilities = np.array(rows)
    predicted = np.array([classes.index(each.said) for each in compared])
    targets = np.array([classes.index(each.known) for each in compared])
    own = probabilities[np.arange(len(targets)), targets]
    losses = -np.log(np.maximum(own, _NEAREST))
    return quality_of_classes(predicted, probabilities, targets, names, kind="llm", losses=losses)


def _of_others(_question: Question, compared: Sequence[Compared], mended: Numbers) -> HeadQuality:
    """Right is what is the very same; the loss is that of being right or not."""
    is_right = np.array([each.said == each.known for each in compared])
    kept = np.clip(mended, _NEAREST, 1.0 - _NEAREST)
    losses = -np.where(is_right, np.log(kept), np.log1p(-kept))
    known = [each.known for each in compared]
    diagram = reliability(mended, is_right)
    return HeadQuality(
        labels=len(compared),
        accuracy=float(is_right.mean()),
        log_loss=float(losses.mean()),
        majority_accuracy=max(known.count(label) for label in set(known)) / len(known),
        ece=calibration_error(diagram),
        kind="llm",
        per_category={},
        reliability=diagram,
    )


def likeness(question: Question, compared: Sequence[Compared]) -> float:
    """How near what it said is to what is known, 1 minus the mean distance; 0 of nothing."""
    label_type = LABEL_TYPES[question.type]
    gaps = [label_type.distance(each.said, each.known, question) for each in compared]
    return 1.0 - sum(gaps) / len(gaps) if gaps else 0.0
