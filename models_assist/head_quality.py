"""How good a head is, in numbers a project's owner can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models_assist.calibrate import Indexes, Numbers, expected_calibration_error, log_losses


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


def measure_quality(
    logits: Numbers, targets: Indexes, category_ids: Sequence[str], kind: str
) -> HeadQuality:
    """From out-of-fold logits and the category index of each label; at least one label."""
    predicted = logits.argmax(axis=1)
    counts = np.bincount(targets, minlength=len(category_ids))
    return HeadQuality(
        labels=len(targets),
        accuracy=float((predicted == targets).mean()),
        log_loss=float(log_losses(logits, targets).mean()),
        majority_accuracy=float(counts.max() / len(targets)),
        ece=expected_calibration_error(logits, targets),
        kind=kind,
        per_category={
            category_id: _category_quality(targets == index, predicted == index)
            for index, category_id in enumerate(category_ids)
        },
    )


def _category_quality(labelled: Indexes, predicted: Indexes) -> CategoryQuality:
    right = int((labelled & predicted).sum())
    labels, predictions = int(labelled.sum()), int(predicted.sum())
    return CategoryQuality(
        labels=labels,
        recall=right / labels if labels else None,
        precision=right / predictions if predictions else None,
    )
