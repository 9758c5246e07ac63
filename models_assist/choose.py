"""What to label next: what stands for many others first, later what a head is least sure of.

With few labels a head's doubts are noise, and the items that stand in the middle of a crowd teach
most (Hacohen, Dekel, Weinshall, "Active Learning on a Budget: Opposite Strategies Suit High and
Low Budgets", ICML 2022: TypiClust). With more labels the items between two classes do (Scheffer,
Decomain, Wrobel, "Active Hidden Markov Models for Information Extraction", 2001: the margin). Not
entropy: with many classes it prefers what is spread over classes that nobody confuses.

A share that chance alone picks is mixed in at a constant rate, and stays apart: whatever a model
picks is harder than the rest, and says nothing of how good the model is.
"""

from contextlib import AbstractContextManager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from models_assist.calibrate import Indexes

Margins = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]

MOST_CLUSTERS = 500
FIRST_BATCH = 20
NEIGHBOURS = 20
"""As in the paper: so many neighbours say how typical an item is."""
MOST_SAMPLED = 20_000
"""So many items of a larger pool are looked at for density: chance picks them, so that what is
dense in the pool is dense in them."""
_ROUNDS = 8
_BLOCK = 4096


class Next(NamedTuple):
    """What comes next, the first first: rows of the pool."""

    rows: Indexes
    is_blind: npt.NDArray[np.bool_]
    """Of each row, whether chance alone picked it."""


def on_one_thread() -> AbstractContextManager[object]:
    """Within it, products of matrices keep to one thread: with several, those of a head, which
    are narrow, cost four times the processor time and are no faster."""
    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def top_margins(logits: Matrix) -> Margins:
    """How far the likeliest class is ahead of the next, 0 to 1, of each row of logits.

    1 where there is one class. Margin sampling takes the smallest first.
    """
    if logits.shape[1] < 2:
        return np.ones(len(logits), dtype=np.float32)
    # Classes are few and rows many: numpy is ten times as fast along the rows.
    classes = np.ascontiguousarray(logits.T)
    shares = np.exp(classes - classes.max(axis=0))
    return np.asarray(_ahead(shares) / shares.sum(axis=0), dtype=np.float32)


def share_margins(shares: Matrix) -> Margins:
    """The same of shares, (rows, classes)."""
    return _ahead(np.ascontiguousarray(shares.T))


def _ahead(classes: Matrix) -> Margins:
    """The largest minus the second of each column, (classes, rows)."""
    first = classes[0]
    second = np.full_like(first, -np.inf)
    for each in classes[1:]:
        second = np.maximum(second, np.minimum(first, each))
        first = np.maximum(first, each)
    return np.asarray(first - second, dtype=np.float32)


def set_margins(shares: Matrix) -> Margins:
    """Of sets: how far the category of which one is least sure is from either side, 0 to 1."""
    return np.asarray(2.0 * np.abs(shares - 0.5).min(axis=1), dtype=np.float32)


def typical_rows(vectors: Matrix, labelled: Matrix, count: int, *, seed: int) -> Indexes:
    """Up to `count` rows of a pool, those first that stand for most which no label covers yet.

    Pool and labelled vectors are clustered together; clusters with the fewest labels come first,
    of these the largest, and each gives its most typical row, in turns. That is done in batches,
    each twice as large as the one before and over as many clusters as there are labels by then,
    so that the first rows are good ones wherever labelling stops. `vectors` are (rows,
    dimensions), `labelled` (labels, dimensions), both of unit length or zero.

    Raises ValueError where the dimensions differ.
    """
    if vectors.shape[1] != labelled.shape[1]:
        raise ValueError("The pool and what is labelled have vectors of other lengths.")
    random = np.random.default_rng(seed)
    left = np.arange(len(vectors))
    found: list[Indexes] = []
    batch, wanted = FIRST_BATCH, min(count, len(vectors))
    while wanted > 0:
        done = vectors[np.concatenate(found)] if found else vectors[:0]
        covered = np.concatenate([labelled, done]).astype(np.float32)
        places = _batch(vectors[left].astype(np.float32), covered, min(batch, wanted), random)
        found.append(left[places])
        left = np.delete(left, places)
        wanted -= len(places)
        batch *= 2
    return np.concatenate(found) if found else left[:0]


def _batch(vectors: Matrix, covered: Matrix, count: int, random: np.random.Generator) -> Indexes:
    every = np.concatenate([vectors, covered])
    clusters = min(len(covered) + count, MOST_CLUSTERS, len(every))
    cluster_of = _clusters(every, clusters, random)
    labels_in = np.bincount(cluster_of[len(vectors) :], minlength=clusters)
    members = [np.flatnonzero(cluster_of[: len(vectors)] == each) for each in range(clusters)]
    sizes = np.array([len(rows) for rows in members])
    order = np.lexsort((-sizes, labels_in))
    ranked = [_most_typical_first(vectors, members[each]) for each in order]
    return _in_turns(ranked, labels_in[order], count)


def next_rows(preferred: Indexes, draws: Floats, *, share: float, count: int, seed: int) -> Next:
    """Up to `count` rows of a pool: at each place, with probability `share`, one that chance
    picked, else the next of `preferred`.

    `draws` are (pool,), uniform in [0, 1) and the same whenever they are asked for; a row below
    `share` is blind for good and is left out of what is preferred. The blind come in the order of
    their draws, so whenever one stops, those that came are a random sample of the pool.
    """
    is_blind = draws < share
    blind = np.flatnonzero(is_blind)
    blind = blind[np.argsort(draws[blind], kind="stable")]
    preferred = preferred[~is_blind[preferred]]
    places = min(count, len(blind) + len(preferred))
    takes_blind = np.random.default_rng(seed).random(places) < share
    # Where one of the two is used up, the other goes on.
    fewest, most = places - len(preferred), min(places, len(blind))
    surplus = int(takes_blind.sum())
    if surplus > most:
        takes_blind[np.flatnonzero(takes_blind)[most:]] = False
    elif surplus < fewest:
        takes_blind[np.flatnonzero(~takes_blind)[len(preferred) :]] = True
    rows = np.empty(places, dtype=np.intp)
    rows[takes_blind] = blind[: int(takes_blind.sum())]
    rows[~takes_blind] = preferred[: places - int(takes_blind.sum())]
    return Next(rows, takes_blind)


def _in_turns(ranked: list[Indexes], labels_in: Indexes, count: int) -> Indexes:
    """A row of each cluster, then a second one; a cluster with labels joins in later rounds."""
    turns = [
        (turn + int(labels), place, int(row))
        for place, (rows, labels) in enumerate(zip(ranked, labels_in.tolist(), strict=True))
        for turn, row in enumerate(rows[:count].tolist())
    ]
    return np.array([row for *_, row in sorted(turns)[:count]], dtype=np.intp)


def _most_typical_first(vectors: Matrix, rows: Indexes) -> Indexes:
    """By the mean likeness to the nearest neighbours of the same cluster, the highest first.

    The paper takes the inverse of the mean distance; of unit vectors that is the same order.
    """
    if len(rows) < 2:
        return rows
    inside = vectors[rows[:_BLOCK]].astype(np.float32)
    likeness = inside @ inside.T
    np.fill_diagonal(likeness, -2.0)
    near = min(NEIGHBOURS, len(inside) - 1)
    mean = np.partition(likeness, len(inside) - near, axis=1)[:, -near:].mean(axis=1)
    first = np.argsort(-mean, kind="stable")
    return np.concatenate([rows[:_BLOCK][first], rows[_BLOCK:]])


def _clusters(vectors: Matrix, count: int, random: np.random.Generator) -> Indexes:
    """The cluster of each row, by spherical k-means from rows drawn at random."""
    centres = vectors[random.choice(len(vectors), count, replace=False)]
    found = np.zeros(len(vectors), dtype=np.intp)
    for _ in range(_ROUNDS):
        for at in range(0, len(vectors), _BLOCK):
            found[at : at + _BLOCK] = (vectors[at : at + _BLOCK] @ centres.T).argmax(axis=1)
        order = np.argsort(found, kind="stable")
        present, starts = np.unique(found[order], return_index=True)
        sums = np.add.reduceat(vectors[order], starts, axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres[present] = sums / np.where(lengths > 0.0, lengths, 1.0)
    return found
