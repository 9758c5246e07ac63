"""What a worker's judgments are worth: accuracy a category and nats a judgment, with bounds."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from labeling.ballots import Floats
from labeling.crowd import ACCURACY_VOTES, ROW_VOTES
from labeling.ladder import FEWEST_GOLD
from labeling.poll_standing import PollStanding
from labeling.skill import Bounds, Skill, skill_of
from labeling.standing import Standing

DEVIATIONS = 1.96
"""A normal variable lies within so many deviations of its mean with the probability SURE."""
LEAST_REFERENCE = 1e-3
"""In nats. Where nobody tells anything, nobody tells less than the others."""


@dataclass(frozen=True, kw_only=True)
class Worth:
    """A worker's measure under one question. `reference` is that of an average judgment."""

    accuracy: Bounds
    by_category: dict[Hashable, Bounds]
    information: Bounds
    """Of one judgment: in nats; where labels are no classes, the share of gold answers met."""
    reference: float
    gold: Bounds | None = None
    """What gold alone says, as a share of what an average judgment tells."""
    is_young: bool = False
    """Of a young crowd: what peers say is shown, but nothing follows from it."""

    @property
    def share(self) -> Bounds:
        """The information as a share of the average.

        What peers say is the more precise, since there is more of it. But peers can err together;
        where gold finds their estimate improbable, gold is believed. In a young crowd nobody is
        taken for less than average on the word of peers.
        """
        value = self.information.value / self.reference
        lower = self.information.lower / self.reference
        upper = self.information.upper / self.reference
        if self.is_young:
            value, lower, upper = 1.0, min(lower, 1.0), max(upper, 1.0)
        scaled = Bounds(value=value, lower=lower, upper=upper, evidence=self.information.evidence)
        if self.gold is None or self.gold.evidence < FEWEST_GOLD:
            return scaled
        return scaled if self.gold.lower <= scaled.value <= self.gold.upper else self.gold


def worth_of(standing: Standing, worker: int) -> Worth | None:
    """Return what this worker's judgments are worth; None for who has given none.

    The rows of the confusion table are Dirichlet posteriors whose prior weighs ROW_VOTES, so the
    accuracy in category k is Beta(pi_kk (n_k + b), (1 - pi_kk) (n_k + b)).
    """
    place = standing.worker_at.get(worker)
    if place is None:
        return None
    crowd = standing.crowd
    seen = standing.seen_by(place)
    rows = crowd.confusion[place]
    total = float(crowd.votes[place])
    by_category = {
        name: _beta(float(rows[k, k]), float(seen[k]), ROW_VOTES)
        for k, name in enumerate(standing.classes)
    }
    value = float(crowd.information[place])
    spread = DEVIATIONS * information_deviation(rows, seen, crowd.class_prior)
    return Worth(
        accuracy=_beta(float(crowd.accuracy[place]), total, ACCURACY_VOTES),
        by_category=by_category,
        information=Bounds(
            value=value, lower=max(value - spread, 0.0), upper=value + spread, evidence=total
        ),
        reference=max(standing.mean_information, LEAST_REFERENCE),
        is_young=crowd.is_young,
    )


def worth_in_polls(standing: PollStanding, worker: int, judgments: int) -> Worth | None:
    """Return what the judgments of this worker are worth where each decides several polls.

    The polls of one judgment may err together, so the evidence is the judgments, and the variance
    that of as many: the design effect of clusters that are all alike (Kish 1965, "Survey
    Sampling", section 5.4).
    """
    worth = worth_of(standing, worker)
    if worth is None:
        return None
    count = min(max(judgments, 1.0), worth.information.evidence)
    wider = sqrt(worth.information.evidence / max(count, 1.0))
    value, told = worth.information.value, worth.information
    return Worth(
        accuracy=_beta(standing.accuracy_of(worker), count, ACCURACY_VOTES),
        by_category={},
        information=Bounds(
            value=value,
            lower=max(value - wider * (told.upper - value), 0.0),
            upper=value + wider * (told.upper - value),
            evidence=count,
        ),
        reference=worth.reference,
        is_young=worth.is_young,
    )


def information_deviation(rows: Floats, seen: Floats, class_prior: Floats) -> float:
    """Return the standard deviation of a worker's mutual information with the truth, in nats.

    By the delta method (Casella & Berger, Statistical Inference, 2nd ed., section 5.5.4). The
    information is sum_k p_k sum_l pi_kl log(pi_kl / s_l) with s_l = sum_k p_k pi_kl, so its slope
    in pi_kl is p_k log(pi_kl / s_l); and the row pi_k is Dirichlet with n_k + b votes.
    """
    said = class_prior @ rows
    ratio = np.log(np.maximum(rows, 1e-12) / np.maximum(said, 1e-12)[None, :])
    mean = (rows * ratio).sum(axis=1, keepdims=True)
    variance = (rows * (ratio - mean) ** 2).sum(axis=1) / (seen + ROW_VOTES + 1.0)
    return float(np.sqrt((class_prior**2 * variance).sum()))


def worth_by_gold(shares: Sequence[float], pool: Sequence[float]) -> Worth:
    """Return what gold alone says of a worker: `shares` of the own answers met it, `pool` of all.

    For labels that are no classes. A share between 0 and 1 counts as so much of a right answer.
    """
    accuracy = _skill(shares, pool).bounds(float(len(shares)))
    reference = _skill((), pool).accuracy
    return Worth(accuracy=accuracy, by_category={}, information=accuracy, reference=reference)


def gold_share(shares: Sequence[float], pool: Sequence[float], classes: int) -> Bounds:
    """Return what gold alone says of a worker under a question with so many classes: the
    information of the accuracy on it, as a share of that of everybody's accuracy on it."""
    own = _skill(shares, pool).bounds(float(len(shares)))
    reference = max(_one_coin(_skill((), pool).accuracy, classes), LEAST_REFERENCE)
    return Bounds(
        value=_one_coin(own.value, classes) / reference,
        lower=_one_coin(own.lower, classes) / reference,
        upper=_one_coin(own.upper, classes) / reference,
        evidence=own.evidence,
    )


def _one_coin(accuracy: float, classes: int) -> float:
    """The mutual information, in nats, of a vote that is right so often and errs alike on equally
    common classes: log K + a log a + (1 - a) log((1 - a) / (K - 1)). At chance or below: 0."""
    if classes < 2 or accuracy <= 1.0 / classes:
        return 0.0
    right = min(accuracy, 1.0 - 1e-9)
    wrong = 1.0 - right
    return log(classes) + right * log(right) + wrong * log(wrong / (classes - 1))


def _skill(shares: Sequence[float], pool: Sequence[float]) -> Skill:
    prior = skill_of(0, 0, pool_right=round(sum(pool)), pool_seen=len(pool))
    right = sum(shares)
    return Skill(alpha=prior.alpha + right, beta=prior.beta + len(shares) - right)


def _beta(mean: float, seen: float, prior_votes: float) -> Bounds:
    inside = min(max(mean, 1e-6), 1.0 - 1e-6)
    weight = seen + prior_votes
    return Skill(alpha=inside * weight, beta=(1.0 - inside) * weight).bounds(seen)


def compared(worths: Sequence[Worth]) -> Bounds | None:
    """Return a worker's worth over several questions, as a share of the average worth.

    The mean of the questions; their errors are taken to be independent. None without a question.
    """
    if not worths:
        return None
    count = len(worths)
    shares = [worth.share for worth in worths]
    value = sum(share.value for share in shares) / count
    up = sqrt(sum((share.upper - share.value) ** 2 for share in shares)) / count
    down = sqrt(sum((share.value - share.lower) ** 2 for share in shares)) / count
    return Bounds(
        value=value,
        lower=max(value - down, 0.0),
        upper=value + up,
        evidence=max(worth.information.evidence for worth in worths),
    )
