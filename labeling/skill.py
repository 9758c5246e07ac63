"""How far a worker is to be trusted, from how often the worker was right."""

import math
from dataclasses import dataclass

POOL_ACCURACY = 0.8
"""What a worker is taken for before anyone has been measured."""
PRIOR_VOTES = 10.0
"""The prior counts as much as so many votes; a newcomer moves away from it slowly."""
SURE = 0.95
"""The share of the posterior that lies between the bounds."""
_HALVINGS = 40
_TERMS = 300
_TINY = 1e-300


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """A number with the range it lies in, as far as the evidence tells."""

    value: float
    lower: float
    upper: float
    evidence: float
    """How many votes it rests on, without those of the prior."""


@dataclass(frozen=True, kw_only=True)
class Skill:
    """The posterior of one worker's accuracy: Beta(alpha, beta)."""

    alpha: float
    beta: float

    @property
    def accuracy(self) -> float:
        """The mean: the probability that the next vote is right. Never 0 or 1."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def deviation(self) -> float:
        """The standard deviation: how unsure the accuracy itself is."""
        total = self.alpha + self.beta
        return math.sqrt(self.alpha * self.beta / (total * total * (total + 1.0)))

    def quantile(self, share: float) -> float:
        """The accuracy below which `share` of the posterior lies; by halving its cumulative."""
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            if beta_cumulative(middle, self.alpha, self.beta) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2.0

    def bounds(self, evidence: float) -> Bounds:
        """The mean between the quantiles that hold SURE of the posterior, half outside each."""
        outside = (1.0 - SURE) / 2.0
        return Bounds(
            value=self.accuracy,
            lower=self.quantile(outside),
            upper=self.quantile(1.0 - outside),
            evidence=evidence,
        )


def skill_of(right: int, seen: int, *, pool_right: int = 0, pool_seen: int = 0) -> Skill:
    """Return the skill of a worker who was right in `right` of `seen` comparable votes.

    Beta-binomial with partial pooling (Gelman et al., Bayesian Data Analysis, 3rd ed., sections
    2.4 and 5.3): the prior is the accuracy of the pool, worth PRIOR_VOTES votes. The pool is all
    workers together; its own prior is POOL_ACCURACY, worth as much. Raises ValueError when more
    votes are right than were seen.
    """
    if not (0 <= right <= seen and 0 <= pool_right <= pool_seen):
        raise ValueError("at most as many votes are right as were seen, and none below 0")
    pool = (pool_right + PRIOR_VOTES * POOL_ACCURACY) / (pool_seen + PRIOR_VOTES)
    return Skill(
        alpha=right + PRIOR_VOTES * pool,
        beta=seen - right + PRIOR_VOTES * (1.0 - pool),
    )


def beta_cumulative(x: float, alpha: float, beta: float) -> float:
    """Return the regularised incomplete beta function I_x(alpha, beta).

    The continued fraction of Abramowitz & Stegun (1964), 26.5.8, evaluated by Lentz's method; on
    the side where it converges fast, by the symmetry 26.5.2.
    """
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (alpha + 1.0) / (alpha + beta + 2.0):
        return 1.0 - beta_cumulative(1.0 - x, beta, alpha)
    log_front = (
        math.lgamma(alpha + beta)
        - math.lgamma(alpha)
        - math.lgamma(beta)
        + alpha * math.log(x)
        + beta * math.log1p(-x)
    )
    return math.exp(log_front) / (alpha * _fraction(x, alpha, beta))


def _fraction(x: float, alpha: float, beta: float) -> float:
    """1 + d1 / (1 + d2 / (1 + ..)): the fraction whose inverse the front is multiplied by."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _TERMS):
        half = term // 2
        if term % 2:
            step = -(alpha + half) * (alpha + beta + half) * x
            step /= (alpha + 2 * half) * (alpha + 2 * half + 1)
        else:
            step = half * (beta - half) * x / ((alpha + 2 * half - 1) * (alpha + 2 * half))
        d = 1.0 + step * d
        d = 1.0 / (d if abs(d) > _TINY else _TINY)
        c = 1.0 + step / c
        c = c if abs(c) > _TINY else _TINY
        value *= c * d
        if abs(c * d - 1.0) < 1e-12:
            break
    return value
