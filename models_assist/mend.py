"""What a strange model's scores are worth in a project: mended by labels that people gave blind.

A model that somebody else has trained knows neither how common the classes are here nor how hard
the items. With enough blind labels its shares p become

    q_k  ~  p_k^slope exp(offset_k)

temperature scaling with a bias a class (Alexandari, Kundaje & Shrikumar, ICML 2020, "Maximum
likelihood with bias-corrected calibration"); of labels without classes the one score is mended by
Platt's two numbers. Both ways can be undone, so what was said before a later fit is not lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from labeling.blind_figures import FEWEST_TO_CALIBRATE
from labeling.votes import JSON
from models_assist.calibrate import (
    Indexes,
    Numbers,
    calibration_error,
    clearly_better,
    log_losses,
    log_probabilities,
    reliability,
)
from models_assist.head_quality import HeadQuality, quality_of_classes
from models_assist.heads import Prediction
from models_assist.out_of_fold import minimised
from models_assist.platt import Platt, fit_platt, mended_out_of_fold

FOLDS = 5
_LEAST = 1e-6
"""Shares are stored to six digits."""


class Known(NamedTuple):
    """What a model said by itself of an item, beside what people say."""

    said: Prediction
    truth: JSON
    is_right: bool


@dataclass(frozen=True, kw_only=True)
class Mending:
    """Numbers that mend a prediction; as they are by default, they change nothing."""

    classes: tuple[str, ...] = ()
    """Empty: the one score is mended, and nothing is known of others."""
    slope: float = 1.0
    offsets: tuple[float, ...] = (0.0,)
    """One a class; of one score a single one."""

    def mend(self, said: Prediction) -> Prediction:
        """Return the prediction with probabilities; the likeliest class may be another."""
        return self._moved(said, self.slope, np.array(self.offsets))

    def undone(self, said: Prediction) -> Prediction:
        """Return what `mend` was given, as exactly as shares are stored."""
        return self._moved(said, 1.0 / self.slope, -np.array(self.offsets) / self.slope)

    def to_json(self) -> dict[str, Any]:
        """What a model version keeps; `from_json` undoes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Mending":
        """What `to_json` wrote."""
        return cls(
            classes=tuple(document["classes"]),
            slope=document["slope"],
            offsets=tuple(document["offsets"]),
        )

    def _moved(self, said: Prediction, slope: float, offsets: Numbers) -> Prediction:
        if not self.classes:
            score = Platt(slope, float(offsets[0])).mend(np.array([said.score]))
            return Prediction(label=said.label, score=float(score[0]), scores=said.scores)
        if set(said.scores) != set(self.classes):
            return said
        logs = _logs([said], self.classes)
        shares = np.exp(log_probabilities(slope * logs + offsets))[0]
        best = int(shares.argmax())
        name = self.classes[best]
        label = int(name) if isinstance(said.label, int) else name
        scores = dict(zip(self.classes, shares.tolist(), strict=True))
        return Prediction(label=label, score=float(shares[best]), scores=scores)


class Learnt(NamedTuple):
    """A mending that helps, and how good the model is with it, out of fold."""

    mending: Mending
    quality: HeadQuality
    said: list[Prediction]
    """What it says of each item with numbers learnt from others alone; in their order."""


def learn_mending(classes: Sequence[str], known: Sequence[Known], *, seed: int) -> Learnt | None:
    """Fit on what is known; None while that is too little, or where mending is of no clear use
    for items it was not fitted on. `classes` is empty for labels that are of none; all that is
    known `fits` them."""
    if len(known) < FEWEST_TO_CALIBRATE:
        return None
    folds = np.random.default_rng(seed).permutation(len(known)) % FOLDS
    return _of_classes(tuple(classes), known, folds) if classes else _of_scores(known, folds)


def fits(each: Known, classes: Sequence[str]) -> bool:
    """Whether it can be learnt from: what was said and what is true are of these classes, as they
    may not be after a change of the guideline; any label without classes can."""
    if not classes:
        return True
    return str(each.truth) in classes and set(each.said.scores) == set(classes)


def _of_classes(classes: tuple[str, ...], known: Sequence[Known], folds: Indexes) -> Learnt | None:
    logs = _logs([each.said for each in known], classes)
    targets = np.array([classes.index(str(each.truth)) for each in known])
    logits = np.empty_like(logs)
    said: list[Prediction] = [each.said for each in known]
    for fold in np.unique(folds):
        mending = _fit(classes, logs[folds != fold], targets[folds != fold])
        for row in np.flatnonzero(folds == fold).tolist():
            logits[row] = mending.slope * logs[row] + mending.offsets
            said[row] = mending.mend(known[row].said)
    losses = log_losses(logits, targets)
    if not clearly_better(losses, log_losses(logs, targets)):
        return None
    shares = np.exp(log_probabilities(logits))
    quality = quality_of_classes(
        shares.argmax(axis=1), shares, targets, classes, kind="mended", losses=losses
    )
    return Learnt(_fit(classes, logs, targets), quality, said)


def _fit(classes: tuple[str, ...], logs: Numbers, targets: Indexes) -> Mending:
    """The slope and offsets of least loss, with a standard normal prior on log slope and each
    offset: a class that nobody has named asks for no bound else."""
    rows, is_target = len(logs), np.eye(len(classes))[targets]

    def loss(numbers: Numbers) -> tuple[float, Numbers]:
        slope, offsets = np.exp(numbers[0]), numbers[1:]
        said = log_probabilities(slope * logs + offsets)
        gap = (np.exp(said) - is_target) / rows
        cost = -(said * is_target).sum() / rows + 0.5 * (numbers**2).sum() / rows
        slopes = np.array([(gap * logs).sum() * slope, *gap.sum(axis=0)])
        return float(cost), slopes + numbers / rows

    found = minimised(loss, np.zeros(1 + len(classes)))
    return Mending(
        classes=classes, slope=float(np.exp(found[0])), offsets=tuple(map(float, found[1:]))
    )


def _of_scores(known: Sequence[Known], folds: Indexes) -> Learnt | None:
    scores = np.clip([each.said.score for each in known], _LEAST, 1.0 - _LEAST)
    is_right = np.array([each.is_right for each in known])
    mended = np.clip(mended_out_of_fold(scores, is_right, folds), _LEAST, 1.0 - _LEAST)
    losses = _costs(mended, is_right)
    if not clearly_better(losses, _costs(scores, is_right)):
        return None
    platt = fit_platt(scores, is_right)
    diagram = reliability(mended, is_right)
    quality = HeadQuality(
        labels=len(known),
        accuracy=float(is_right.mean()),
        log_loss=float(losses.mean()),
        majority_accuracy=0.0,
        ece=calibration_error(diagram),
        kind="mended",
        per_category={},
        reliability=diagram,
    )
    said = [
        Prediction(label=each.said.label, score=score, scores=each.said.scores)
        for each, score in zip(known, mended.tolist(), strict=True)
    ]
    return Learnt(Mending(slope=platt.slope, offsets=(platt.offset,)), quality, said)


def _costs(shares: Numbers, is_right: Any) -> Numbers:
    return np.asarray(-np.where(is_right, np.log(shares), np.log1p(-shares)))


def _logs(said: Sequence[Prediction], classes: Sequence[str]) -> Numbers:
    shares = np.array([[each.scores[name] for name in classes] for each in said])
    return np.asarray(np.log(np.maximum(shares, _LEAST)))
