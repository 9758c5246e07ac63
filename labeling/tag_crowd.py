"""How workers tag: what each says of a token, by its true tag and by what the worker said before.

A worker who began a span says "inside" of the next token whatever it is; two tags of one span are
one slip, not two. So the tables of `labeling.crowd` gain a column, the worker's own tag before
(Simpson & Gurevych 2019, "A Bayesian approach for sequence tagging with crowds", the model "seq"),
and the pooling is over kinds of error: missed, marked as it is, marked as something else.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.ballots import Floats, Integers
from labeling.crowd import one_coin

NEWCOMER_ACCURACY = 0.75
"""What everybody is taken for before anything is known."""
POOL_VOTES = 30.0
"""That guess counts as so many tags of a true tag; so does the pool for one tag before."""
KIND_VOTES = 20.0
"""The pool's share of each kind of error counts as so many tags of one worker."""
ROW_VOTES = 20.0
"""The expected row counts as so many tags of one worker, by true tag and tag before."""
LOWEST = 1e-4
"""No tag is believed to be less likely."""
MISSED, SAME, OTHER = range(3)
"""Kinds of what is said: outside, of the true category, of another."""


@dataclass(frozen=True, kw_only=True)
class TagVotes:
    """V votes of J workers on N tokens; S = 1 + 2 C tags: O, then B and I of C categories."""

    tokens: Integers
    """(V,)"""
    workers: Integers
    """(V,)"""
    before: Integers
    """(V,): what the worker said of the token before; 0 (O) at the beginning."""
    said: Integers
    """(V,)"""
    token_count: int
    worker_count: int
    category_count: int

    @property
    def tag_count(self) -> int:
        """S, how many tags there are."""
        return 1 + 2 * self.category_count

    @cached_property
    def cells(self) -> tuple[Integers, Integers]:
        """The distinct (worker, before, said) as numbers (U,), and the one of each vote (V,)."""
        size = self.tag_count
        keys = (self.workers * size + self.before) * size + self.said
        cells, of_vote = np.unique(keys, return_inverse=True)
        return cells.astype(np.int64), of_vote.astype(np.int64)

    @cached_property
    def kinds(self) -> Integers:
        """(S, S): the kind of what is said (second) of a true tag (first); O of O is SAME."""
        tags = np.arange(self.tag_count)
        category = np.where(tags == 0, -1, (tags - 1) % max(self.category_count, 1))
        kinds = np.where(category[:, None] == category[None], SAME, OTHER)
        kinds[1:, 0] = MISSED
        return kinds

    def shares(self) -> Floats:
        """Return the share (N, S) of each tag among the votes on a token."""
        size = self.tag_count
        counts = np.bincount(self.tokens * size + self.said, minlength=self.token_count * size)
        smooth = counts.reshape(-1, size) + 0.5 / size
        return np.asarray(smooth / smooth.sum(axis=1, keepdims=True))

    def evidence(self, rows: Floats) -> Floats:
        """Return the summed log likelihood (N, S) of the votes; `rows` (U, S) is by cell."""
        logs = np.log(np.maximum(rows, LOWEST))
        of_vote = self.cells[1]
        found = np.empty((self.token_count, self.tag_count))
        for truth in range(self.tag_count):
            found[:, truth] = np.bincount(self.tokens, logs[of_vote, truth], self.token_count)
        return found


def measure_rows(votes: TagVotes, posterior: Floats) -> Floats:
    """Return how likely each cell's tag is (U, S), by true tag. The M-step.

    With C_jpkl the votes of worker j for l after p, weighted by the posterior (N, S) of k, and g
    the kind of (k, l):

        pool          M_kl  = (sum_jp C_jpkl + t U_kl) / (sum_jpl C + t),  t = s + V / S
        after a tag   M_pkl = (sum_j C_jpkl + s M_kl) / (sum_jl C + s)
        kinds         f_jg  = (seen_jg + a h_g) / (expected_jg + a h_g), expected under M_pkl
        worker        m_jpkl ~ M_pkl f_jg,  pi_jpkl = (C_jpkl + b m_jpkl) / (sum_l C_jpkl + b)

    U is the one-coin table of the pooled accuracy (as in `labeling.crowd`), s = POOL_VOTES, a =
    KIND_VOTES, b = ROW_VOTES, h the pool's shares of the kinds. f is of all true categories
    together, and apart for O. Only cells that occur are held: O(V S + U S + S^3) time, O(U S +
    S^3) memory.
    """
    size, (cells, of_vote) = votes.tag_count, votes.cells
    weights = posterior[votes.tokens]
    counts = _sums(weights, of_vote, len(cells))
    said, after = cells % size, cells // size
    pooled = _pool(counts, after % size, said, size)
    contexts, of_cell = np.unique(after, return_inverse=True)
    spoken = _sums(counts, of_cell, len(contexts))
    by_kind = np.stack([(pooled * (votes.kinds == kind)).sum(axis=2) for kind in range(3)], axis=2)
    expected = spoken[:, :, None] * by_kind[contexts % size]
    seen = counts[:, :, None] * np.eye(3)[votes.kinds.T[said]]
    factors = _factors(
        _sums(seen, after // size, votes.worker_count),
        _sums(expected, contexts // size, votes.worker_count),
    )
    worker = after // size
    own = np.take_along_axis(factors[worker], votes.kinds.T[said][:, :, None], axis=2)[:, :, 0]
    scale = (factors[worker] * by_kind[after % size]).sum(axis=2)
    row = pooled[after % size, :, said] * own / scale
    return np.asarray((counts + ROW_VOTES * row) / (spoken[of_cell] + ROW_VOTES))


def _pool(counts: Floats, before: Integers, said: Integers, size: int) -> Floats:
    """Return the table (before, truth, said) of all workers together."""
    total = _sums(counts, before * size + said, size * size)
    total = total.reshape(size, size, size).transpose(0, 2, 1)
    overall = total.sum(axis=0)
    spoken = overall.sum()
    accuracy = (np.trace(overall) + POOL_VOTES * NEWCOMER_ACCURACY) / (spoken + POOL_VOTES)
    overall = overall + (POOL_VOTES + spoken / size) * one_coin(float(accuracy), size)
    overall /= overall.sum(axis=1, keepdims=True)
    pooled = total + POOL_VOTES * overall
    return np.asarray(pooled / pooled.sum(axis=2, keepdims=True))


def _factors(seen: Floats, expected: Floats) -> Floats:
    """Return (workers, truth, kind): how much more often than the pool a worker errs in a way."""
    factors = np.empty_like(seen)
    for rows in (slice(0, 1), slice(1, None)):
        had = seen[:, rows].sum(axis=1)
        due = expected[:, rows].sum(axis=1)
        share = (due.sum(axis=0) + 1.0) / (due.sum() + 3.0)
        factors[:, rows] = ((had + KIND_VOTES * share) / (due + KIND_VOTES * share))[:, None]
    return factors


def _sums(values: Floats, groups: Integers, count: int) -> Floats:
    """Return the sums (count, ...) of the values (U, ...) of each group."""
    flat = values.reshape(len(values), int(np.prod(values.shape[1:])))
    sums = np.empty((count, flat.shape[1]))
    for place, column in enumerate(flat.T):
        sums[:, place] = np.bincount(groups, column, count)
    return sums.reshape(count, *values.shape[1:])
