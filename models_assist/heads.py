"""Heads: what a text's vector says about the categories of one question.

A head costs milliseconds, the encoder under it is the same for every project. It starts from the
category texts alone and learns with each label; how good it is, it says itself, out of fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models_assist.calibrate import (
    Indexes,
    Numbers,
    clearly_better,
    cross_fitted,
    fit_temperature,
    log_losses,
    log_probabilities,
)
from models_assist.choose import Margins, top_margins
from models_assist.head_quality import HeadQuality, measure_quality
from models_assist.head_storage import UnreadableHead, pack, unpack
from models_assist.scorers import (
    COSINE_TEMPERATURE,
    FOLDS,
    LinearMap,
    assign_folds,
    has_labels_for_choice,
    out_of_fold_logits,
    usable_scorers,
)

ZERO_SHOT = "zero_shot"

AnyVectors = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category as a head knows it."""

    id: str

    text: str
    """What the encoder reads for it; see `category_text`."""


def category_text(title: str, description: str = "") -> str:
    """What an encoder should read for a category.

    Measured zero-shot on reviews and headlines, a sentence beats the bare title by one to ten
    points of accuracy on three sets of four, and a description helps if it holds words that such
    texts use ("a bad movie", "danger, disease"); one that defines the category ("the reviewer
    dislikes it") can cost as much.
    """
    return f"This text is about {title}. {description}".strip()


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What a head says of one text."""

    label: Any
    """As the label type writes it; of a choice the id of the likeliest category, of equals the
    first."""

    score: float
    """Its probability, 0 to 1."""

    scores: dict[str, float]
    """The probability of every class, by its text; they sum to 1, except those of sets."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Head:
    """A linear map and a softmax. Belongs to one vector space; the caller keeps them together."""

    kind: str
    """`zero_shot`, or a key of `scorers.SCORERS`."""

    category_ids: tuple[str, ...]

    weights: npt.NDArray[np.float32]
    """(categories, dimensions)"""

    bias: npt.NDArray[np.float32]
    """(categories,)"""

    quality: HeadQuality | None = None
    """None where nothing was learnt."""

    def probabilities(self, vectors: AnyVectors) -> Numbers:
        """(texts, categories); raises ValueError for vectors that do not fit or are not finite."""
        inputs = _checked(vectors, self.weights.shape[1])
        linear = LinearMap(self.weights.astype(float), self.bias.astype(float))
        return np.asarray(np.exp(log_probabilities(linear.logits(inputs))))

    @property
    def classes_said(self) -> tuple[str, ...]:
        """The categories."""
        return self.category_ids

    def margins(self, vectors: AnyVectors) -> Margins:
        """How far the likeliest category is ahead of the next, of vectors that are known to be
        finite; in single precision, for pools of a million."""
        logits = vectors.astype(np.float32, copy=False) @ self.weights.T + self.bias
        return top_margins(logits)

    def predict(self, vectors: AnyVectors) -> list[Prediction]:
        """One prediction a row; raises as `probabilities` does."""
        predictions = []
        for row in self.probabilities(vectors).tolist():
            scores = dict(zip(self.category_ids, row, strict=True))
            label = max(scores, key=scores.__getitem__)
            predictions.append(Prediction(label=label, score=scores[label], scores=scores))
        return predictions

    def to_bytes(self) -> bytes:
        """A safetensors file that carries a JSON header: nothing in it can run."""
        header = {"kind": self.kind, "category_ids": self.category_ids}
        return pack(header, self.quality, {"weights": self.weights, "bias": self.bias})


class ZeroShotHead(Head):
    """Knows the category texts and no label."""

    def __init__(self, categories: Sequence[Category], category_vectors: AnyVectors) -> None:
        """`category_vectors` are the encoded `Category.text`, in order."""
        vectors = _checked_categories(categories, category_vectors)
        super().__init__(
            kind=ZERO_SHOT,
            category_ids=tuple(category.id for category in categories),
            weights=(vectors / COSINE_TEMPERATURE).astype(np.float32),
            bias=np.zeros(len(categories), dtype=np.float32),
        )


class FittedHead(Head):
    """Has learnt from labels, and knows how well."""

    quality: HeadQuality


def fit_head(
    vectors: AnyVectors,
    labels: Sequence[str],
    categories: Sequence[Category],
    category_vectors: AnyVectors,
    *,
    seed: int,
) -> FittedHead:
    """The scorer of least out-of-fold log-loss, with a temperature if that lowers it further.

    The plainer is kept unless the other is clearly better. Below 5 labels a category nothing but
    the weight of the category texts is chosen, and that from 25 labels in all. `labels` are
    category ids, one a vector. The same input and seed give the same head. Raises ValueError for
    no label, an unknown one, or vectors that do not fit or are not finite.
    """
    anchors = _checked_categories(categories, category_vectors)
    inputs = _checked(vectors, anchors.shape[1])
    targets = _indexes_of(labels, [category.id for category in categories])
    if len(inputs) != len(targets):
        raise ValueError(f"There are {len(inputs)} vectors, but {len(targets)} labels.")
    if len(targets) == 0:
        raise ValueError("There is no label to learn from; use ZeroShotHead.")
    random = np.random.default_rng(seed)
    folds = assign_folds(targets, min(FOLDS, len(targets)), random)
    scorers = usable_scorers(targets, len(categories))
    trials = (
        _try(kind, out_of_fold_logits(fit, inputs, targets, anchors, folds), targets, folds)
        for kind, fit in scorers.items()
    )
    best = reduce(_better, trials)
    fitted = scorers[best.kind](inputs, targets, anchors)
    ids = tuple(category.id for category in categories)
    return FittedHead(
        kind=best.kind,
        category_ids=ids,
        weights=(fitted.weights / best.temperature).astype(np.float32),
        bias=(fitted.bias / best.temperature).astype(np.float32),
        quality=measure_quality(best.logits, targets, ids, best.kind),
    )


class _Trial(NamedTuple):
    kind: str
    temperature: float
    logits: Numbers
    """Out of fold, and tempered out of fold: what serving this scorer would have said."""
    losses: Numbers


def _better(holder: _Trial, challenger: _Trial) -> _Trial:
    return challenger if clearly_better(challenger.losses, holder.losses) else holder


def _try(kind: str, logits: Numbers, targets: Indexes, folds: Indexes) -> _Trial:
    plain = _Trial(kind, 1.0, logits, log_losses(logits, targets))
    if not has_labels_for_choice(targets, logits.shape[1]):
        return plain
    tempered = cross_fitted(logits, targets, folds)
    losses = log_losses(tempered, targets)
    return _better(plain, _Trial(kind, fit_temperature(logits, targets), tempered, losses))


def head_from_bytes(data: bytes) -> Head:
    """Undoes `Head.to_bytes`; raises `UnreadableHead`."""
    header, quality, tensors = unpack(data)
    try:
        ids = tuple(header["category_ids"])
        weights, bias = tensors["weights"], tensors["bias"]
        kind = header["kind"]
    except (KeyError, TypeError) as error:
        raise UnreadableHead(f"These bytes are not a head ({error}).") from error
    if weights.ndim != 2 or bias.shape != (len(ids),) or len(weights) != len(ids):
        raise UnreadableHead("The numbers of this head do not fit its categories.")
    return Head(kind=kind, category_ids=ids, weights=weights, bias=bias, quality=quality)


def _checked(vectors: AnyVectors, dimensions: int) -> Numbers:
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:
        raise ValueError(f"Vectors of {dimensions} numbers are needed, not {vectors.shape}.")
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        raise ValueError(
            f"{len(broken)} vectors are not finite, the first at {broken[0]}: their texts were "
            "not encoded. Leave them out."
        )
    return vectors.astype(float)


def _checked_categories(categories: Sequence[Category], vectors: AnyVectors) -> Numbers:
    if not categories:
        raise ValueError("A head needs at least one category.")
    if len({category.id for category in categories}) != len(categories):
        raise ValueError("Two categories have the same id.")
    if len(vectors) != len(categories):
        raise ValueError(f"There are {len(vectors)} vectors for {len(categories)} categories.")
    return _checked(vectors, vectors.shape[-1])


def _indexes_of(labels: Sequence[str], category_ids: Sequence[str]) -> Indexes:
    index_of = {category_id: index for index, category_id in enumerate(category_ids)}
    unknown = sorted(set(labels) - set(index_of))
    if unknown:
        raise ValueError(f"The label {unknown[0]!r} is none of the categories.")
    return np.array([index_of[label] for label in labels], dtype=np.intp)
