"""Is a fine-tune better than the head it started from? Judged on the same labels, out of fold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from labeling.questions import Question
from labeling.votes import JSON
from models_assist.calibrate import (
    Indexes,
    Numbers,
    clearly_better,
    cross_fitted,
    fit_temperature,
)
from models_assist.head_quality import HeadQuality, quality_of_classes, quality_of_sets
from models_assist.heads import Prediction
from models_assist.many import set_losses
from models_assist.out_of_fold import chosen_losses
from models_assist.scorers import assign_folds

FOLDS = 3
"""Each costs a fine-tune of a minute or more on one core."""
ONE_SIDED_95 = 1.645


class Compared(NamedTuple):
    """What each said of every label without having learnt from it."""

    head: list[Prediction]
    tuned: list[Prediction]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Which of two is to speak, and by what."""

    head: HeadQuality
    tuned: HeadQuality

    gain: float
    """By how much the mean log-loss falls, in nats; below 0 the fine-tune is worse."""

    gain_low: float
    """The gain is above that with a confidence of 95 %, by the normal approximation to the paired
    differences. Folds share what they learn from, which this leaves out (Nadeau & Bengio 2003,
    "Inference for the Generalization Error")."""

    is_clear: bool
    """The gain is more than its standard error, see `clearly_better`. With about 100 labels
    few fine-tunes that are right some points more often would reach a confidence of 95 %."""

    temperature: float
    """What the logits of a fine-tuned choice are to be divided by; 1 where that does not help."""

    @property
    def is_better(self) -> bool:
        """Whether the fine-tune takes over: clearly less log-loss, and no fewer right answers."""
        return self.is_clear and self.tuned.accuracy >= self.head.accuracy


def folds_of(labels: Sequence[JSON], seed: int) -> Indexes:
    """The fold of each label, 0 to FOLDS - 1; labels that are alike are spread evenly."""
    _, kinds = np.unique([str(label) for label in labels], return_inverse=True)
    targets = np.asarray(kinds, dtype=np.intp)
    return assign_folds(targets, FOLDS, np.random.default_rng(seed))


def compare(
    question: Question,
    classes: Sequence[str],
    labels: Sequence[JSON],
    said: Compared,
    folds: Indexes,
) -> Verdict:
    """Both on all labels; `said` and `folds` are in the order of the labels."""
    head = _Side(question, classes, labels, said.head)
    tuned = _Side(question, classes, labels, said.tuned)
    temperature = 1.0
    if question.type == "choice":
        tuned, temperature = _tempered(tuned, folds)
    gains = head.losses - tuned.losses
    gain, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))
    return Verdict(
        head=head.quality("head"),
        tuned=tuned.quality("lp_ft"),
        gain=gain,
        gain_low=gain - ONE_SIDED_95 * error,
        is_clear=clearly_better(tuned.losses, head.losses),
        temperature=temperature,
    )


def differing(labels: Sequence[JSON], said: Compared, most: int) -> list[int]:
    """Places where the two say something else and one of them is right, those first of which the
    one that is wrong was surest."""
    pairs = zip(said.head, said.tuned, labels, strict=True)
    wrong = {
        at: tuned.score if _same(head.label, label) else head.score
        for at, (head, tuned, label) in enumerate(pairs)
        if _same(head.label, label) != _same(tuned.label, label)
    }
    return sorted(wrong, key=lambda at: -wrong[at])[:most]


def _same(one: JSON, other: JSON) -> bool:
    """A set has no order."""
    if isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    return bool(one == other)


class _Side:
    """One of the two, as numbers."""

    def __init__(
        self,
        question: Question,
        classes: Sequence[str],
        labels: Sequence[JSON],
        said: Sequence[Prediction],
    ) -> None:
        self._question, self._classes = question, tuple(classes)
        self.shares = np.array([[each.scores[name] for name in classes] for each in said])
        self._said = self._numbers([each.label for each in said])
        self.targets = self._numbers(labels)

    def _numbers(self, labels: Sequence[JSON]) -> Any:
        if self._question.type == "choices":
            return np.array([[float(name in label) for name in self._classes] for label in labels])
        places = {name: at for at, name in enumerate(self._classes)}
        return np.array([places[str(label)] for label in labels], dtype=np.intp)

    @property
    def losses(self) -> Numbers:
        if self._question.type == "choices":
            return set_losses(self.shares, self.targets)
        return chosen_losses(self.shares, self.targets)

    def quality(self, kind: str) -> HeadQuality:
        if self._question.type == "choices":
            found = quality_of_sets(
                self._said, self.shares, self.targets, self._classes, self.losses
            )
            return replace(found, kind=kind)
        return quality_of_classes(
            self._said, self.shares, self.targets, self._classes, kind=kind, losses=self.losses
        )


def _tempered(side: _Side, folds: Indexes) -> tuple[_Side, float]:
    """With a temperature, if that clearly lowers the loss of labels it was not fitted on."""
    logits = np.log(np.maximum(side.shares, 1e-12))
    shifted = cross_fitted(logits, side.targets, folds)
    shares = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    plain = side.losses
    before, side.shares = side.shares, shares / shares.sum(axis=1, keepdims=True)
    if clearly_better(side.losses, plain):
        return side, fit_temperature(logits, side.targets)
    side.shares = before
    return side, 1.0
