"""The posterior of every item from the votes, and the crowd that gave them: Dawid-Skene by EM.

Over `labeling.crowd`, which holds the model. A fit is cheap (N votes and K classes: O(N K) a
sweep), so each refresh makes one from cold (decision 9). Between two refreshes one vote changes
one item by adding one row of logarithms: `add_vote`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.ballots import Ballots, Floats, Integers
from labeling.crowd import Crowd, measure

SWEEPS = 8
"""So few on purpose: with few votes an item EM has more to lose than to gain by going on."""
FEWEST_VOTES = 400
"""With fewer votes in all EM is not believed: people differ in one accuracy each, and little."""
LEVEL = 0.5
"""The class prior of more than two classes counts with this power: the shares of the votes make
too much of the classes that people fall back on."""
AGAINST = 3.0
"""Not so where the votes speak against it by so many standard errors."""
GROUP_VOTES = 10.0
"""The shares of all items count as so many votes of each of their groups."""
CLOSE_ENOUGH = 1e-4
"""EM stops when no probability moves by more in a sweep."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """Items whose truth an expert has said: their posterior is held fast."""

    items: Integers
    """(M,) positions."""
    posterior: Floats
    """(M, K): near certainty, as sure as an expert is."""


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """What the votes say together."""

    posterior: Floats
    """(items, classes); rows sum to 1."""
    evidence: Floats
    """(items, classes): the summed log likelihood of the votes, without any prior."""
    crowd: Crowd


def aggregate(
    ballots: Ballots,
    *,
    log_prior: Floats | None = None,
    known: Known | None = None,
    sweeps: int = SWEEPS,
    is_levelled: bool = False,
) -> Aggregate:
    """Fit crowd and posterior together, by EM, from the shares of the votes.

    `log_prior` (items, classes) replaces the class prior where a model has an opinion of each
    item. No tempering inside EM: it drifts to switched labels. Of fewer than FEWEST_VOTES votes
    the posterior is that of a majority in which who agrees with the others and with what is known
    counts a little more: see `Crowd.told_apart`. So it is of more than two classes with fewer
    votes than items: where hardly two people saw the same item, which classes they mix up cannot
    be told. `is_levelled`: of more than two classes the class prior counts with the power LEVEL,
    unless the votes speak against it (`_is_worse`) or `log_prior` stands in its place.
    """
    learnt = _fit(ballots, log_prior, known, sweeps)
    crowd = learnt.crowd
    fewest = ballots.item_count if ballots.class_count > 2 else 0
    if len(ballots) < max(FEWEST_VOTES, fewest):
        crowd = crowd.of_equals()
        posterior = posterior_under(crowd, _evidence(ballots, crowd), log_prior)
        _hold(posterior, known)
        agreed = posterior[ballots.items, ballots.classes]
        right = np.bincount(ballots.workers, agreed, ballots.worker_count)
        crowd = crowd.told_apart(right.astype(np.float64))
        evidence = _evidence(ballots, crowd)
        posterior = posterior_under(crowd, evidence, log_prior)
        _hold(posterior, known)
        return Aggregate(posterior=posterior, evidence=evidence, crowd=crowd)
    if is_levelled and ballots.class_count > 2 and log_prior is None:
        level = _fit(ballots, None, known, sweeps, power=LEVEL)
        return learnt if _is_worse(level, learnt, ballots, known) else level
    return learnt


def _fit(
    ballots: Ballots,
    log_prior: Floats | None,
    known: Known | None,
    sweeps: int,
    *,
    power: float = 1.0,
) -> Aggregate:
    """Return what EM finds, the class prior counting with `power`."""
    posterior = _vote_shares(ballots)
    crowd = Crowd.unknown(ballots.worker_count, ballots.class_count)
    evidence = np.zeros_like(posterior)
    for _ in range(sweeps):
        _hold(posterior, known)
        crowd = measure(ballots, posterior).levelled(power)
        before, evidence = posterior, _evidence(ballots, crowd)
        posterior = posterior_under(crowd, evidence, log_prior)
        _hold(posterior, known)
        if np.abs(posterior - before).max(initial=0.0) < CLOSE_ENOUGH:
            break
    return Aggregate(posterior=posterior, evidence=evidence, crowd=crowd)


def _is_worse(one: Aggregate, other: Aggregate, ballots: Ballots, known: Known | None) -> bool:
    """Return whether the votes of the items speak against `one` by AGAINST standard errors.

    The test of Vuong 1989, "Likelihood ratio tests for model selection and non-nested
    hypotheses": over items i whose truth nobody has said, with the likelihood of their votes
    L_i = sum_k p_k prod_votes pi_j,k,l, the sum of d_i = log L_i(one) - log L_i(other) beside its
    standard error, sqrt(n) times the deviation of d.
    """
    is_asked = ballots.votes_per_item() > 0
    if known is not None:
        is_asked[known.items] = False
    gains = (_log_likelihood(one) - _log_likelihood(other))[is_asked]
    deviation = float(gains.std()) if len(gains) else 0.0
    return bool(gains.sum() < -AGAINST * np.sqrt(len(gains)) * deviation)


def _log_likelihood(found: Aggregate) -> Floats:
    """Return log sum_k p_k exp(evidence_k) of each item, (items,)."""
    logs = found.evidence + np.log(found.crowd.class_prior)
    most = logs.max(axis=1)
    return np.asarray(most + np.log(np.exp(logs - most[:, None]).sum(axis=1)))


def posterior_under(crowd: Crowd, evidence: Floats, log_prior: Floats | None = None) -> Floats:
    """Return the posterior (items, classes) of items with this evidence. The E-step:

    log q_i(k) = log prior_i(k) + sum over votes of log pi_j,k,l, less a constant.
    """
    prior = np.log(crowd.class_prior) if log_prior is None else log_prior
    return softmax(evidence + prior)


def add_vote(evidence: Floats, crowd: Crowd, worker: int, said: int) -> Floats:
    """Return the evidence (K,) on an item after one more vote."""
    return np.asarray(evidence + crowd.log_confusion[worker, :, said])


def softmax(logs: Floats) -> Floats:
    """Return exp(logs) scaled to sum to 1 along the last axis; logs may be very negative."""
    shares = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def group_prior(ballots: Ballots, groups: Sequence[Hashable]) -> Floats | None:
    """Return the log prior (items, classes) by the votes in each group; None for that of all.

    `groups` names the group of each item. p_gk = (n_gk + s v_k) / (n_g + s), v the shares in all
    groups and s = GROUP_VOTES. Of fewer than FEWEST_VOTES votes a majority decides: then None as
    well.
    """
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if len(numbers) < 2 or len(ballots) < FEWEST_VOTES:
        return None
    group = np.array([numbers[name] for name in groups])
    counts = ballots.counts()
    sums = np.stack([np.bincount(group, column, len(numbers)) for column in counts.T], axis=1)
    share = (sums.sum(axis=0) + 1.0) / (sums.sum() + ballots.class_count)
    smooth = sums + GROUP_VOTES * share
    return np.asarray(np.log(smooth / smooth.sum(axis=1, keepdims=True))[group])


def _evidence(ballots: Ballots, crowd: Crowd) -> Floats:
    evidence = np.empty((ballots.item_count, ballots.class_count))
    for truth in range(ballots.class_count):
        weights = crowd.log_confusion[ballots.workers, truth, ballots.classes]
        evidence[:, truth] = np.bincount(ballots.items, weights, ballots.item_count)
    return evidence


def _vote_shares(ballots: Ballots) -> Floats:
    counts = ballots.counts() + 0.5 / ballots.class_count
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _hold(posterior: Floats, known: Known | None) -> None:
    if known is not None and len(known.items):
        posterior[known.items] = known.posterior
