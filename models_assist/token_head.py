"""A head that finds spans: each word gets a tag, the likeliest row of tags makes the spans.

Multinomial logistic regression over BIO tags on what a frozen encoder makes of each word, Viterbi
under what may follow what (an I- only its own category), and one confidence a span: how much of
all valid rows of tags holds it, calibrated out of fold (Platt 1999, "Probabilistic outputs for
support vector machines").
"""

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from labeling.span_tags import OUTSIDE, TaggedSpan, spans_of
from labeling.tag_chain import FARTHEST, Chain, Layout, likeliest, smooth
from models_assist.calibrate import Indexes, Numbers, log_probabilities

Matrix = npt.NDArray[np.float32]
AnyFeatures = npt.NDArray[np.floating[Any]]

INVERSE_PENALTY = 0.3
MOST_STEPS = 150
_TINY = 1e-6


class TagMap(NamedTuple):
    """Logits of the tags are `features @ weights.T + bias`."""

    weights: Matrix
    """(tags, width)"""
    bias: Matrix
    """(tags,)"""


class FoundSpan(NamedTuple):
    """A span of words with how sure the rows of tags are of it, before calibration."""

    first: int
    last: int
    """The word behind the last."""
    category: str
    share: float

    @property
    def place(self) -> TaggedSpan:
        """Without how sure."""
        return self.first, self.last, self.category


class Decoded(NamedTuple):
    """What is said of one text."""

    spans: list[FoundSpan]
    losses: Numbers
    """(words, tags): minus the logarithm of each tag's probability, from the word alone."""
    share: float
    """How sure the rows of tags are of all of it, word by word, before calibration."""


def tag_names(categories: Sequence[str]) -> list[str]:
    """O, then every B-, then every I-."""
    return [OUTSIDE, *(f"{mark}-{category}" for mark in "BI" for category in categories)]


def fit_tags(
    features: AnyFeatures, tags: Indexes, count: int, trust: Numbers | None = None, *, seed: int
) -> TagMap:
    """Fit on words (n, width) and the index of each one's tag, of so many tags; `trust` (n,) says
    how much each word counts.

    A tag that no word has cannot be said. The same input and seed give the same.
    """
    center = features.mean(axis=0, dtype=np.float32)
    spread = features.std(axis=0, dtype=np.float32)
    scale = np.where(spread > _TINY, 1.0 / np.maximum(spread, _TINY), 0.0).astype(np.float32)
    seen = np.unique(tags)
    weights = np.zeros((count, features.shape[1]), dtype=np.float32)
    bias = np.full(count, -FARTHEST, dtype=np.float32)
    if len(seen) == 1:
        bias[seen] = 0.0
        return TagMap(weights, bias)
    inputs = ((features - center) * scale).astype(np.float32)
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MOST_STEPS, random_state=seed)
    with threadpool_limits(limits=1, user_api="blas"), warnings.catch_warnings():
        # A row of tags is as good some steps before the slope is zero.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(inputs, tags, sample_weight=trust)
    learnt, offset = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(seen) == 2:
        # For two tags scikit-learn keeps one row: the odds of the second.
        learnt = np.concatenate([-learnt, learnt]) / 2
        offset = np.concatenate([-offset, offset]) / 2
    weights[seen] = learnt * scale
    bias[seen] = offset - learnt @ (center * scale)
    return TagMap(weights, bias)


def chain_of(categories: int) -> Chain:
    """What may follow what, all of it alike: the words alone say what is likely."""
    size = 1 + 2 * categories
    first, step = np.ones(size), np.ones((size, size))
    first[1 + categories :] = 0.0
    step[:, 1 + categories :] = 0.0
    own = np.arange(categories)
    step[1 + own, 1 + categories + own] = 1.0
    step[1 + categories + own, 1 + categories + own] = 1.0
    return Chain(first=first, step=step)


def decode(
    found: TagMap, texts: Sequence[AnyFeatures], categories: Sequence[str]
) -> list[Decoded]:
    """Say the spans of texts, each (words, width). One without words has none."""
    names = tag_names(categories)
    said = [Decoded([], np.zeros((0, len(names))), 1.0) for _ in texts]
    chosen = [at for at, each in enumerate(texts) if len(each)]
    if not chosen:
        return said
    layout = Layout.of([len(texts[at]) for at in chosen])
    logs = np.empty((layout.token_count, len(names)))
    for place, at in enumerate(chosen):
        words = texts[at].astype(np.float32)
        rows = layout.places(place, len(words))
        logs[rows] = log_probabilities((words @ found.weights.T + found.bias).astype(float))
    chain = chain_of(len(categories))
    posterior, _ = smooth(chain, logs, layout)
    states = likeliest(chain, logs, layout)
    for place, at in enumerate(chosen):
        rows = layout.places(place, len(texts[at]))
        spans = spans_of([names[state] for state in states[rows]])
        shares = [_share(span, posterior[rows], categories) for span in spans]
        said[at] = Decoded(
            [FoundSpan(*span, share) for span, share in zip(spans, shares, strict=True)],
            -logs[rows],
            float(posterior[rows, states[rows]].prod()),
        )
    return said


def _share(span: TaggedSpan, posterior: Numbers, categories: Sequence[str]) -> float:
    """The posterior that it begins here, goes on so far and ends there, word by word."""
    first, last, category = span
    begins = 1 + categories.index(category)
    inside = begins + len(categories)
    share = posterior[first, begins] * posterior[first + 1 : last, inside].prod()
    if last < len(posterior):
        share *= 1.0 - posterior[last, inside]
    return float(share)
