"""Sequences that are hidden behind evidence: forward-backward and Viterbi, for many at once.

Rabiner (1989), "A tutorial on hidden Markov models", sections III.A to III.C, with the scaling of
section V.A. The sequences lie by time, not one after the other: first the first token of each, the
longest sequence in front, then the second of each that has one. So a step over all sequences is
one product of matrices, and nothing is padded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeling.ballots import Floats, Integers

FARTHEST = 100.0
"""Evidence is cut where a state is e^-100 less likely than the likeliest: no underflow, and no
crowd so large that it outvotes what cannot be."""
NEVER = -1e9
"""The logarithm of what cannot be."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the tokens of D sequences lie: N in all, by time."""

    rank: Integers
    """(D,): the place of each sequence at every time, longest first."""
    starts: Integers
    """(T + 1,): where each time begins; the tokens of time t are starts[t]:starts[t + 1]."""

    @classmethod
    def of(cls, lengths: Sequence[int]) -> "Layout":
        """Return the layout of sequences of these lengths, each at least 1."""
        sizes = np.asarray(lengths, dtype=np.int64)
        rank = np.empty(len(sizes), dtype=np.int64)
        rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
        alive = np.bincount(sizes, minlength=1)[::-1].cumsum()[::-1][1:]
        return cls(rank=rank, starts=np.concatenate([[0], alive.cumsum()]).astype(np.int64))

    @property
    def token_count(self) -> int:
        """N, the tokens of all sequences."""
        return int(self.starts[-1])

    def places(self, sequence: int, length: int) -> Integers:
        """Return where the tokens of one sequence lie, (length,)."""
        return np.asarray(self.starts[:length] + self.rank[sequence])

    def ranks(self) -> Integers:
        """Return the rank (N,) of the sequence that each token is of."""
        alive = np.diff(self.starts)
        return np.asarray(np.arange(self.token_count) - np.repeat(self.starts[:-1], alive))

    def times(self) -> list[tuple[slice, slice]]:
        """Return for each time but the first: the tokens then, and their predecessors."""
        bounds = self.starts.tolist()
        return [
            (slice(here, after), slice(before, before + after - here))
            for before, here, after in zip(bounds, bounds[1:], bounds[2:], strict=False)
        ]


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What follows what, among S states."""

    first: Floats
    """(S,): how a sequence begins. Sums to 1."""
    step: Floats
    """(S, S): from state, to state. Rows sum to 1; 0 for what cannot be."""


def smooth(chain: Chain, evidence: Floats, layout: Layout) -> tuple[Floats, Floats]:
    """Return the posterior of every token (N, S), and how often which state follows which (S, S).

    `evidence` (N, S) is the log likelihood of what was seen of each token. The forward-backward
    algorithm; O(N S^2).
    """
    likely = np.exp(_cut(evidence))
    times = layout.times()
    forward = np.empty_like(likely)
    begin = slice(0, int(layout.starts[1]))
    forward[begin] = _shares(chain.first * likely[begin])
    for here, before in times:
        forward[here] = _shares((forward[before] @ chain.step) * likely[here])
    backward = np.ones_like(likely)
    pairs = np.zeros_like(chain.step)
    for here, before in reversed(times):
        ahead = likely[here] * backward[here]
        told = ahead @ chain.step.T
        weight = (forward[before] * told).sum(axis=1, keepdims=True)
        pairs += (forward[before] / weight).T @ ahead
        backward[before] = _shares(told)
    return _shares(forward * backward), pairs * chain.step


def likeliest(chain: Chain, evidence: Floats, layout: Layout) -> Integers:
    """Return the states (N,) of the likeliest sequences as a whole (Viterbi 1967).

    Of equally likely states the one with the lowest number.
    """
    cut = _cut(evidence)
    step = _logs(chain.step)
    best = cut.copy()
    came_from = np.zeros(cut.shape, dtype=np.int64)
    begin = slice(0, int(layout.starts[1]))
    best[begin] += _logs(chain.first)
    times = layout.times()
    for here, before in times:
        through = best[before][:, :, None] + step[None]
        came_from[here] = through.argmax(axis=1)
        best[here] += through.max(axis=1)
    states: Integers = best.argmax(axis=1)
    for here, before in reversed(times):
        states[before] = came_from[here][np.arange(here.stop - here.start), states[here]]
    return states


def _cut(evidence: Floats) -> Floats:
    return np.asarray(np.maximum(evidence - evidence.max(axis=1, keepdims=True), -FARTHEST))


def _shares(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _logs(shares: Floats) -> Floats:
    return np.where(shares > 0.0, np.log(np.maximum(shares, 1e-300)), NEVER)
