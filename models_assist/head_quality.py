"""How good a head is, in numbers a project's owner can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models_assist.calibrate import (
    Indexes,
    Numbers,
    ReliabilityBin,
    calibration_error,
    log_losses,
    log_probabilities,
    reliability,
)


@dataclass(frozen=True, kw_only=True)
class CategoryQuality:
    """How a head does on one category, out of fold."""

    labels: int

    recall: float | None
    """Share of its labels that were found; None without labels."""

    precision: float | None
    """Share of its predictions that were right; None without predictions."""


@dataclass(frozen=True, kw_only=True)
class HeadQuality:
    """How a head does on its own labels, each predicted without having been learnt from.

    If items were chosen for being hard, or settled for being easy, this is the quality on such
    items. The choice among a handful of scorers was made on the same numbers, which flatters them
    a little.
    """

    labels: int

    accuracy: float

    log_loss: float
    """In nats; log(number of categories) is what knowing nothing costs."""

    majority_accuracy: float
    """What always saying the commonest category would score: below it, no head is of use."""

    ece: float
    """Expected calibration error, see `calibrate.expected_calibration_error`."""

    kind: str
    """The scorer that is served: a key of `scorers.SCORERS`."""

    per_category: Mapping[str, CategoryQuality]

    reliability: tuple[ReliabilityBin, ...] = ()
    """See `calibrate.reliability`; empty for heads of versions that did not keep it."""

    f1: float | None = None
    """Of spans, strictly: start, end and category are right. None for other label types."""

    def to_json(self) -> dict[str, Any]:
        """What a model version keeps of it."""
        return {
            "labels": self.labels,
            "accuracy": self.accuracy,
            "log_loss": self.log_loss,
            "majority_accuracy": self.majority_accuracy,
            "ece": self.ece,
            "f1": self.f1,
            "reliability": [found._asdict() for found in self.reliability],
            "categories": {name: asdict(found) for name, found in self.per_category.items()},
        }


def measure_quality(
    logits: Numbers, targets: Indexes, category_ids: Sequence[str], kind: str
) -> HeadQuality:
    """From out-of-fold logits and the category index of each label; at least one label."""
    probabilities = np.exp(log_probabilities(logits))
    return quality_of_classes(
        probabilities.argmax(axis=1),
        probabilities,
        targets,
        category_ids,
        kind=kind,
        losses=log_losses(logits, targets),
    )


def quality_of_classes(
    predicted: Indexes,
    probabilities: Numbers,
    targets: Indexes,
    names: Sequence[str],
    *,
    kind: str,
    losses: Numbers,
) -> HeadQuality:
    """From what was said out of fold, (n,) and (n, K), and the class of each label, (n,)."""
    counts = np.bincount(targets, minlength=len(names))
    confidence = probabilities[np.arange(len(predicted)), predicted]
    diagram = reliability(confidence, predicted == targets)
    return HeadQuality(
        labels=len(targets),
        accuracy=float((predicted == targets).mean()),
        log_loss=float(losses.mean()),
        majority_accuracy=float(counts.max() / len(targets)),
        ece=calibration_error(diagram),
        kind=kind,
        per_category={
            name: _category_quality(targets == index, predicted == index)
            for index, name in enumerate(names)
        },
        reliability=diagram,
    )


def quality_of_sets(
    chosen: Numbers,
    probabilities: Numbers,
    targets: Numbers,
    names: Sequence[str],
    losses: Numbers,
) -> HeadQuality:
    """The same of sets, (n, K) of 0 and 1: a set is right when it is the label's own."""
    is_right = (chosen == targets).all(axis=1)
    # The categories are taken for independent, which sets of many rarely are.
    confidence = np.where(chosen > 0, probabilities, 1.0 - probabilities).prod(axis=1)
    _, counts = np.unique(targets, axis=0, return_counts=True)
    diagram = reliability(confidence, is_right)
    return HeadQuality(
        labels=len(targets),
        accuracy=float(is_right.mean()),
        log_loss=float(losses.mean()),
        majority_accuracy=float(counts.max() / len(targets)),
        ece=calibration_error(diagram),
        kind="one_vs_rest",
        per_category={
            name: _category_quality(targets[:, index] > 0, chosen[:, index] > 0)
            for index, name in enumerate(names)
        },
        reliability=diagram,
    )


def _category_quality(
    labelled: npt.NDArray[np.bool_], predicted: npt.NDArray[np.bool_]
) -> CategoryQuality:
    right = int((labelled & predicted).sum())
    labels, predictions = int(labelled.sum()), int(predicted.sum())
    return CategoryQuality(
        labels=labels,
        recall=right / labels if labels else None,
        precision=right / predictions if predictions else None,
    )
