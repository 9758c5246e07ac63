"""How far a worker is to be trusted, from how often the worker was right."""

import math
from dataclasses import dataclass

POOL_ACCURACY = 0.8
"""What a worker is taken for before anyone has been measured."""
PRIOR_VOTES = 10.0
"""The prior counts as much as so many votes; a newcomer moves away from it slowly."""


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
