"""The model as a rater: what it says of an item is a prior, as far as it has been right.

A prediction f over the classes becomes the prior f^t / Z. The exponent t is fitted on what people
say who did not see the prediction: 1 takes the model at its word, less makes a boaster modest, and
0 switches a useless model off. It is a logarithmic opinion pool (Genest & Zidek 1986, "Combining
probability distributions"). Models are told apart by their source, the kind of model or the name
they were imported under: each counts by its own record.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from labeling.aggregation import softmax
from labeling.ballots import Booleans, Floats
from labeling.votes import JSON, Label

EXPONENTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
LOWEST_SHARE = 1e-4
FEWEST_ITEMS = 30
"""With fewer items that have both votes and a forecast nobody can say what the model is worth."""
DIGITS = 6
"""Of a share, as stored with a decision."""


@dataclass(frozen=True, kw_only=True)
class ModelWeight:
    """How far the models of one source count in a project."""

    exponent: float
    items: int
    """So many items were voted on by people who had not seen what the model said of them."""
    table: tuple[tuple[float, ...], ...] | None = None
    """(K, K), where labels decide polls: how often the model says what (columns) of which class.
    The exponent is then 1 or 0."""
    alone: tuple[tuple[float, ...], ...] | None = None
    """(K, K), likewise: what is true (columns) where the model alone says what."""
    gain: float = 0.0
    """Likewise: what it tells of an item beyond the base rates, in nats."""

    @property
    def rank(self) -> tuple[float, float]:
        """Orders the sources of a question by how much they count."""
        return self.exponent, self.gain

    def to_json(self) -> dict[str, JSON]:
        """Return what a version of the crowd keeps of it."""
        counted = {"exponent": self.exponent, "items": self.items}
        if self.table is None:
            return counted
        return {**counted, "table": self.table, "alone": self.alone, "gain": self.gain}

    @classmethod
    def from_json(cls, document: Mapping[str, JSON]) -> "ModelWeight":
        """Return what `to_json` wrote."""
        tables = {
            name: tuple(tuple(row) for row in document[name])
            for name in ("table", "alone")
            if name in document
        }
        return cls(**{**document, **tables})


@dataclass(frozen=True, kw_only=True)
class ModelPrior:
    """What a model said of one question of an item, and with which exponent it counts."""

    source: str
    prediction: int | None
    """Names the prediction, so that a reader can find it; nothing is read from it again."""
    shares: Mapping[str, float]
    """By class, as text; they sum to 1."""
    exponent: float
    label: JSON = None
    """As the model gave it, where labels are no classes; there are no shares then."""

    def to_json(self) -> dict[str, JSON]:
        """Return what a decision keeps of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, JSON]) -> "ModelPrior":
        """Return what `to_json` wrote."""
        return cls(**document)

    def over(self, classes: Sequence[Label]) -> Floats | None:
        """Return the shares in the order of the classes, (K,); None when they are not of these."""
        names = [str(name) for name in classes]
        if set(names) != set(self.shares):
            return None
        return np.array([self.shares[name] for name in names])


@dataclass(frozen=True, kw_only=True)
class Forecasts:
    """What the models of one source said of n items."""

    spoken: Booleans
    """(n,): of which items they spoke."""
    shares: Floats
    """(n, K); rows of items of which they did not speak are not looked at."""


def shares_over(
    classes: Sequence[Label], label: Label, score: float, scores: Mapping[str, float]
) -> dict[str, float] | None:
    """Return what a prediction says of each class, by its text; None when it names no class.

    Without a score for each class the others share what the label leaves. A label that is said
    to be less likely than chance says nothing: its model does not mean probabilities.
    """
    if label not in classes:
        return None
    names = [str(name) for name in classes]
    shares = [scores.get(name, math.nan) for name in names]
    if not all(math.isfinite(share) and share >= 0.0 for share in shares) or sum(shares) <= 0.0:
        own = max(score, 1.0 / len(names))
        others = (1.0 - own) / max(len(names) - 1, 1)
        shares = [own if name == str(label) else others for name in names]
    whole = sum(shares)
    return {name: round(share / whole, DIGITS) for name, share in zip(names, shares, strict=True)}


def fit_exponent(forecasts: Floats, posterior: Floats, weights: Floats | None = None) -> float:
    """Return the exponent t of forecasts (n, K) that the votes' posterior makes likeliest.

    `posterior` (n, K) must come from people alone who did not see the forecast. The grid is
    EXPONENTS, the likelihood that of the posterior under f^t / Z. Of use is who beats the base
    rates by more than a standard error (Breiman et al. 1984, "Classification and Regression
    Trees", section 3.4.3); else the exponent is 0.
    """
    if len(forecasts) < FEWEST_ITEMS:
        return 0.0
    counts = np.ones(len(forecasts)) if weights is None else weights
    logs = np.log(np.maximum(forecasts, LOWEST_SHARE))

    # The base rates are there without any model, so that is what it has to beat.
    shares = np.average(posterior, axis=0, weights=counts)
    without = np.log(np.maximum(shares, LOWEST_SHARE))

    def gains(exponent: float) -> Floats:
        prior = np.log(softmax(exponent * logs))
        return np.asarray(counts * (posterior * (prior - without)).sum(axis=1))

    best = max(EXPONENTS, key=lambda exponent: float(gains(exponent).sum()))
    found = gains(best)
    return best if found.mean() > found.std() / np.sqrt(len(found)) else 0.0


def weigh_models(
    forecasts: Mapping[str, Forecasts], posterior: Floats, is_blind: Booleans
) -> dict[str, ModelWeight]:
    """Return how far each source counts, by the posterior (n, K) of people who did not see it.

    Only items that `is_blind` (n,) are compared: those with a vote of such a person.
    """
    found = {}
    for source, said in forecasts.items():
        rows = np.flatnonzero(said.spoken & is_blind)
        exponent = fit_exponent(said.shares[rows], posterior[rows], certainty(posterior[rows]))
        found[source] = ModelWeight(exponent=exponent, items=len(rows))
    return found


def priors_of(
    forecasts: Mapping[str, Forecasts],
    weights: Mapping[str, ModelWeight],
    class_prior: Floats,
    is_shown: Booleans,
) -> Floats | None:
    """Return the log prior of each item, (n, K); None when no model counts for anything.

    Of several sources the one that counts most speaks. Where a voter saw the prediction,
    `is_shown` (n,), it is in the votes already and is not counted once more: the classes are then
    as common as everywhere.
    """
    logs = np.tile(np.log(class_prior), (len(is_shown), 1))
    is_any = False
    for source in sorted(weights, key=lambda name: weights[name].exponent):
        rows = forecasts[source].spoken & ~is_shown
        if weights[source].exponent > 0.0 and rows.any():
            logs[rows] = log_priors(forecasts[source].shares[rows], weights[source].exponent)
            is_any = True
    return logs if is_any else None


def log_priors(forecasts: Floats, exponent: float) -> Floats:
    """Return log f^t / Z, (n, K)."""
    return np.asarray(np.log(softmax(exponent * np.log(np.maximum(forecasts, LOWEST_SHARE)))))


def certainty(posterior: Floats) -> Floats:
    """Return how much each row of a posterior (n, K) has to teach a model, 0.02..1."""
    classes = posterior.shape[1]
    above_chance = (posterior.max(axis=1) - 1.0 / classes) * classes / max(classes - 1, 1)
    return np.asarray(np.maximum(above_chance, 0.02))
