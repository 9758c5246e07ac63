"""What a worker's judgments are worth: accuracy a category and nats a judgment, with bounds."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from labeling.ballots import Floats
from labeling.crowd import ACCURACY_VOTES, ROW_VOTES
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


def worth_by_gold(credits: Sequence[float], pool: Sequence[float]) -> Worth:
    """Return what gold alone says of a worker: `credits` of the own answers, `pool` of all.

    For labels that are no classes. A credit between 0 and 1 counts as so much of a right answer.
    """
    measured = _skill(credits, pool)
    accuracy = measured.bounds(float(len(credits)))
    reference = _skill((), pool).accuracy
    return Worth(accuracy=accuracy, by_category={}, information=accuracy, reference=reference)


def _skill(credits: Sequence[float], pool: Sequence[float]) -> Skill:
    prior = skill_of(0, 0, pool_right=round(sum(pool)), pool_seen=len(pool))
    right = sum(credits)
    return Skill(alpha=prior.alpha + right, beta=prior.beta + len(credits) - right)


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
    shares = [w.information.value / w.reference for w in worths]
    up = [(w.information.upper - w.information.value) / w.reference for w in worths]
    down = [(w.information.value - w.information.lower) / w.reference for w in worths]
    value = sum(shares) / count
    return Bounds(
        value=value,
        lower=max(value - sqrt(sum(d * d for d in down)) / count, 0.0),
        upper=value + sqrt(sum(u * u for u in up)) / count,
        evidence=max(w.information.evidence for w in worths),
    )
