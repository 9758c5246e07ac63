"""How far workers are to be trusted, from nothing but distances between their labels.

For labels that no small number of classes can hold, such as free text. A worker who says what
others say of the same items is worth more than one who does not: Braylan & Lease (2020), "Modeling
and aggregation of complex annotations via annotation distances"; their "best available user", with
weights in place of the one best.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np

from labeling.ballots import Floats, Integers

T = TypeVar("T")

WEIGHT_LABELS = 5.0
"""The mean of all workers counts as so many labels of one worker."""
SWEEPS = 5
LEAST = 1e-3
"""Nobody counts for nothing."""


def reliabilities(
    items: Sequence[Sequence[tuple[int, T]]], workers: int, distance: Callable[[T, T], float]
) -> Floats:
    """Return how far each worker (J,) is to be trusted, between LEAST and 1; 1 where none can
    tell.

    `items` holds (worker, label) by item. The likeness of a worker on an item is the mean of
    1 - distance to the others' labels, weighted by their reliability; the reliability is the mean
    likeness, drawn to that of all workers:

        r_j = (sum_i s_ij + a s) / (n_j + a),  s_ij = sum_k r_k (1 - d_jk) / sum_k r_k

    O(m^2) distances an item of m labels, each once.
    """
    item_of, owner_of, judge, alike = _pairs(items, distance)
    if not len(alike):
        return np.ones(workers)
    keys, of_pair = np.unique(item_of * workers + owner_of, return_inverse=True)
    owner = keys % workers
    count = np.bincount(owner, minlength=workers)
    trust = np.ones(workers)
    for _ in range(SWEEPS):
        weight = trust[judge]
        likeness = np.bincount(of_pair, weight * alike) / np.bincount(of_pair, weight)
        total = np.bincount(owner, likeness, workers)
        mean = likeness.mean()
        trust = np.maximum((total + WEIGHT_LABELS * mean) / (count + WEIGHT_LABELS), LEAST)
    return np.asarray(trust)


def _pairs(
    items: Sequence[Sequence[tuple[int, T]]], distance: Callable[[T, T], float]
) -> tuple[Integers, Integers, Integers, Floats]:
    """Return item, worker, other worker, likeness of every ordered pair of an item's labels."""
    rows: list[tuple[int, int, int]] = []
    alike: list[float] = []
    for item, labels in enumerate(items):
        for (one, mine), (other, theirs) in combinations(labels, 2):
            near = 1.0 if mine == theirs else 1.0 - distance(mine, theirs)
            rows += [(item, one, other), (item, other, one)]
            alike += [near, near]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2], np.array(alike)
