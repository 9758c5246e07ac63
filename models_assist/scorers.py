"""Ways to learn a linear map from vectors to categories, and how to judge them fairly."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models_assist.calibrate import Indexes, Numbers

# Divides cosines. Between 0.05, which is overconfident before 5 labels a category, and 0.2, which
# is timid after; with more labels a fitted temperature corrects it.
COSINE_TEMPERATURE = 0.1

# A category's own text counts as this many labelled vectors. At 8 labels a head can be worse than
# the zero-shot one it replaces; measured on three sets, with 4 it loses half as much accuracy as
# with 1, and from 128 labels on the two are alike.
TEXT_WEIGHT = 4.0

# Where the texts of the categories say what no few labels do, as of reviews, they may count for
# more, up to hundreds of labels; where they say little, as bare names of topics, that costs up to
# twenty points of accuracy. So the labels decide, once there are enough: see SCORERS.
MORE_TEXT_WEIGHT, MOST_TEXT_WEIGHT = 16.0, 64.0

# Where categories are many and narrow, one labelled text tells more than the category's own.
LESS_TEXT_WEIGHT, LEAST_TEXT_WEIGHT = 2.0, 1.0

# Below this many labels a category, on average, choosing between scorers picks the lucky one, and
# a fitted temperature does harm.
LABELS_FOR_CHOICE = 5

FOLDS = 5

# From so many labels in all, five a fold, the weight of the texts may be chosen before that. With
# 8 labels the choice costs up to three points of accuracy on reviews.
LABELS_FOR_WEIGHT = 5 * FOLDS


def moved_to(vectors: Numbers, targets: Indexes, category_vectors: Numbers) -> Numbers:
    """The category vectors, by the mean step from a category's own text to those labelled with it.

    Texts about a category lie elsewhere than the texts that belong to it, all to the same side:
    without that step a category that has labels is nearer to everything than one that has none.
    """
    if len(vectors) == 0:
        return category_vectors
    lengths = np.linalg.norm(category_vectors, axis=1, keepdims=True)
    moved = category_vectors + (vectors - category_vectors[targets]).mean(axis=0)
    new_lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    result: Numbers = moved * lengths / np.where(new_lengths > 0, new_lengths, 1)
    return result


class LinearMap(NamedTuple):
    """Logits are `vectors @ weights.T + bias`."""

    weights: Numbers
    """(categories, dimensions)"""

    bias: Numbers
    """(categories,)"""

    def logits(self, vectors: Numbers) -> Numbers:
        result: Numbers = vectors @ self.weights.T + self.bias
        return result


Fit = Callable[[Numbers, Indexes, Numbers], LinearMap]
"""From vectors, the category index of each, and one vector a category."""


def prototypes(text_weight: float) -> Fit:
    """Each category is the direction of the mean of its vectors.

    The category's own text counts among them, as `text_weight` vectors do, so that a category
    without labels is still scored, and with no label at all this is the zero-shot head.
    """

    def fit(vectors: Numbers, targets: Indexes, category_vectors: Numbers) -> LinearMap:
        sums = moved_to(vectors, targets, category_vectors) * text_weight
        np.add.at(sums, targets, vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        directions = sums / np.where(lengths > 0, lengths, 1)
        return LinearMap(directions / COSINE_TEMPERATURE, np.zeros(len(directions)))

    return fit


fit_prototypes = prototypes(TEXT_WEIGHT)


def logistic(inverse_penalty: float) -> Fit:
    """Logistic regression that learns from each category's own text too.

    Without these texts a category that has no label yet would have no score, and with few labels
    the log-loss is higher.
    """

    def fit(vectors: Numbers, targets: Indexes, category_vectors: Numbers) -> LinearMap:
        anchors = moved_to(vectors, targets, category_vectors)
        inputs = np.concatenate([vectors, anchors])
        wanted = np.concatenate([targets, np.arange(len(category_vectors))])
        model = LogisticRegression(C=inverse_penalty, max_iter=2000)
        trust = np.repeat([1.0, TEXT_WEIGHT], [len(vectors), len(category_vectors)])
        # On matrices this small a second thread costs more than it brings: ten times the time on
        # a busy machine. One thread also gives the same numbers whatever the number of cores.
        with threadpool_limits(limits=1, user_api="blas"):
            model.fit(inputs, wanted, sample_weight=trust)
        weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
        if len(category_vectors) == 2:
            # For two categories scikit-learn keeps one row: the odds of the second.
            weights = np.concatenate([-weights, weights]) / 2
            bias = np.concatenate([-bias, bias]) / 2
        return LinearMap(weights, bias)

    return fit


SCORERS: dict[str, Fit] = {
    "prototype_w64": prototypes(MOST_TEXT_WEIGHT),
    "prototype_w16": prototypes(MORE_TEXT_WEIGHT),
    "prototype": fit_prototypes,
    "prototype_w2": prototypes(LESS_TEXT_WEIGHT),
    "prototype_w1": prototypes(LEAST_TEXT_WEIGHT),
    "logistic_c5": logistic(5.0),
    "logistic_c50": logistic(50.0),
}
"""From the plainest, which knows nearly the texts alone, to the most eager: of equals, the first
is served."""


def has_labels_for_choice(targets: Indexes, categories: int) -> bool:
    """Whether the out-of-fold numbers of so many labels may decide anything."""
    return len(targets) >= LABELS_FOR_CHOICE * categories


def usable_scorers(targets: Indexes, categories: int) -> dict[str, Fit]:
    """Prototypes alone, until there are enough labels, and labels of at least two categories."""
    plain = {"prototype": fit_prototypes}
    if len(np.unique(targets)) < 2:
        return plain
    if has_labels_for_choice(targets, categories):
        return SCORERS
    if len(targets) < LABELS_FOR_WEIGHT:
        return plain
    return plain | {name: SCORERS[name] for name in ("prototype_w2", "prototype_w1")}


def assign_folds(targets: Indexes, count: int, random: np.random.Generator) -> Indexes:
    """A fold number for each label; every category is spread as evenly as it can be."""
    order = random.permutation(len(targets))
    order = order[np.argsort(targets[order], kind="stable")]
    folds = np.empty(len(targets), dtype=np.intp)
    folds[order] = np.arange(len(targets)) % count
    return folds


def out_of_fold_logits(
    fit: Fit, vectors: Numbers, targets: Indexes, category_vectors: Numbers, folds: Indexes
) -> Numbers:
    """Logits of each vector from a map that was fitted without its fold."""
    logits = np.empty((len(vectors), len(category_vectors)))
    for fold in np.unique(folds):
        held_out = folds == fold
        fitted = fit(vectors[~held_out], targets[~held_out], category_vectors)
        logits[held_out] = fitted.logits(vectors[held_out])
    return logits
