"""Sets of categories: each category is a yes or no of its own, with a threshold tuned out of fold.

A threshold of 0.5 finds hardly anything while labels are few: what is rare is never likelier than
not. The threshold is the one of best micro-F1 on labels that were not learnt from, the same for
all: one a category, each of its own best F1, names too much of what is hard to tell, and lost up
to six points of micro-F1 on GoEmotions.

Few labels say nothing of most categories, but their texts do. So how near a text is to that of a
category counts, too, and how much, the labels say: one number for all categories, which is known
from few of them.
"""

import numpy as np
import numpy.typing as npt

from models_assist.calibrate import Indexes, Numbers
from models_assist.out_of_fold import logistic, minimised

_GRID = np.linspace(0.02, 0.95, 94)

# What trust in the category texts is before any label, and how far it may be off (a standard
# deviation), in odds (log) a unit of nearness. Measured on four sets: labels that the texts fit
# ask for 8 to 18, texts that were dealt to the wrong categories for 1; 10 for a start was no
# better with the right ones and worse with the wrong.
_TRUST, _TRUST_SPREAD = 5.0, 7.0


def fit_many(
    features: Numbers, targets: Numbers, inverse_penalty: float, *, category_vectors: Numbers
) -> Numbers:
    """Return the parameters (D + 1, K), intercepts last: a logistic regression a category.

    `category_vectors` (K, D) are the categories' texts; zeros say nothing. Each category's weights
    are drawn to its own text instead of to 0: the prior of weight w is N(trust * text, penalty),
    with the trust fitted with all else. Texts count by what tells them apart, and nearness by how
    it differs from that of the mean text, so that neither says how frequent a category is.
    """
    apart = category_vectors - category_vectors.mean(axis=0)
    # The only label has nothing beside it in its fold.
    middle = features.sum(axis=0) / max(len(features), 1)
    near = (features - middle) @ apart.T
    padded = np.hstack([features, np.ones((len(features), 1))])
    shape = (padded.shape[1], targets.shape[1])
    # A weak penalty on the intercepts too: a category never seen stays at finite odds.
    weight = np.full((shape[0], 1), 1.0 / inverse_penalty)
    weight[-1] = 0.1

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        found, trust = flat[:-1].reshape(shape), flat[-1]
        scores = padded @ found + trust * near
        gap, off = logistic(scores) - targets, (trust - _TRUST) / _TRUST_SPREAD
        slope = padded.T @ gap + weight * found
        value = (np.logaddexp(0.0, scores) - targets * scores).sum()
        value += 0.5 * (weight * found**2).sum() + 0.5 * off**2
        of_trust = (gap * near).sum() + off / _TRUST_SPREAD
        return float(value), np.append(slope.ravel(), of_trust)

    flat = minimised(loss, np.append(np.zeros(shape[0] * shape[1]), _TRUST))
    found, trust = flat[:-1].reshape(shape), flat[-1]
    return np.asarray(found + trust * np.vstack([apart.T, -(middle @ apart.T)]))


def many_shares(parameters: Numbers, features: Numbers) -> Numbers:
    """Return the probability of each category, (n, K); they do not sum to 1."""
    return logistic(features @ parameters[:-1] + parameters[-1])


def set_losses(probabilities: Numbers, targets: Numbers) -> Numbers:
    """Return the log-loss of each row, the sum over its categories, (n,), in nats."""
    chosen = np.where(targets > 0, probabilities, 1.0 - probabilities)
    return np.asarray(-np.log(np.maximum(chosen, 1e-12)).sum(axis=1))


def tuned_thresholds(said: Numbers, targets: Numbers, fewest: int, most: int) -> Numbers:
    """Return the threshold of each category, (K,), from out-of-fold probabilities: of what is
    said with it, with fewest to most categories in each row, micro-F1 is best."""
    ranks = _ranks(said)
    scores = [micro_f1(_within(said >= level, ranks, fewest, most), targets) for level in _GRID]
    return np.full(targets.shape[1], _GRID[int(np.argmax(scores))])


def chosen_sets(said: Numbers, thresholds: Numbers, fewest: int, most: int) -> Numbers:
    """Return 1 where a category belongs to the set, (n, K), with fewest to most in each row."""
    return _within(said >= thresholds, _ranks(said - thresholds), fewest, most)


def micro_f1(chosen: Numbers, targets: Numbers) -> float:
    """Twice what both name over what each names; 1 when neither names anything."""
    named = chosen.sum() + targets.sum()
    return float(2.0 * (chosen * targets).sum() / named) if named else 1.0


def _ranks(leads: Numbers) -> Indexes:
    """0 for the category that leads its row, and so on."""
    return np.argsort(np.argsort(-leads, axis=1, kind="stable"), axis=1)


def _within(is_over: npt.NDArray[np.bool_], ranks: Indexes, fewest: int, most: int) -> Numbers:
    return np.asarray(is_over & (ranks < most) | (ranks < fewest), dtype=float)
