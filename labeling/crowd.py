"""What a crowd is like: how often each of its workers says what, when the truth is known to be so.

The model is Dawid & Skene's (1979, "Maximum likelihood estimation of observer error-rates using
the EM algorithm"): worker j says class l of an item of class k with probability pi_jkl. With few
votes a worker that table cannot be read off the data, so it is pooled in three steps, from all
workers to one worker's accuracy to one worker's row, as in hierarchical Bayes (Gelman et al.,
Bayesian Data Analysis, 3rd ed., ch. 5; Paun et al. 2018, "Comparing Bayesian models of
annotation").
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from labeling.ballots import Ballots, Floats

NEWCOMER_ACCURACY = 0.75
"""What the pool of all workers is taken for before anybody has voted."""
POOL_VOTES = 30.0
"""That guess counts as so many votes."""
ACCURACY_VOTES = 20.0
"""The pool's accuracy counts as so many votes of one worker."""
ROW_VOTES = 8.0
"""The expected row counts as so many votes of one worker on items of that class."""
PRIOR_ANCHOR = 10.0
"""The share of the raw votes counts so many times as much as the posterior in the class prior:
without it EM gives up classes when items have one to three votes."""
SHARE_VOTES = 10.0
"""Every class is taken to have been said so many times more often than it was."""
LOWEST = 1e-4
"""No vote is believed to be less likely, lest one slip of a good worker outweighs everybody."""
EDGE = 1e-3
EQUAL_ACCURACY = (0.6, 0.9)
"""What equals are taken for at the least and at the most."""
ABOVE_CHANCE = 0.02
MOST_ACCURATE = 0.97
"""One of few votes is taken for so much above chance at the least, and so accurate at the most."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """The parameters of the model: J workers, K classes."""

    confusion: Floats
    """(J, K, K): worker, true class, class said. Rows sum to 1."""
    votes: Floats
    """(J,): how many votes each worker's table rests on."""
    accuracy: Floats
    """(J,): the pooled accuracy of each worker."""
    pooled: Floats
    """(K, K): the table of the pool."""
    pooled_accuracy: float
    class_prior: Floats
    """(K,): how common each class is."""
    is_young: bool = False
    """Of so few votes that people differ in one accuracy each, and little: see `told_apart`."""

    @classmethod
    def unknown(cls, workers: int, classes: int) -> "Crowd":
        """Return the crowd of which nothing is known."""
        pooled = one_coin(NEWCOMER_ACCURACY, classes)
        return cls(
            confusion=np.repeat(pooled[None], workers, axis=0),
            votes=np.zeros(workers),
            accuracy=np.full(workers, NEWCOMER_ACCURACY),
            pooled=pooled,
            pooled_accuracy=NEWCOMER_ACCURACY,
            class_prior=np.full(classes, 1.0 / classes),
        )

    @cached_property
    def log_confusion(self) -> Floats:
        """(J, K, K): what one vote adds to the log posterior."""
        return np.log(np.maximum(self.confusion, LOWEST))

    @cached_property
    def information(self) -> Floats:
        """(J,): the mutual information of the truth and a vote, in nats: what one vote is worth.

        Cover & Thomas (2006), "Elements of Information Theory", eq. 2.28.
        """
        said = np.einsum("k,jkl->jl", self.class_prior, self.confusion)
        ratio = np.log(np.maximum(self.confusion, 1e-300) / np.maximum(said, 1e-300)[:, None, :])
        return np.asarray(np.einsum("k,jkl,jkl->j", self.class_prior, self.confusion, ratio))

    @property
    def is_of_equals(self) -> bool:
        """Whether nobody is told apart from anybody else."""
        return len(set(self.accuracy.tolist())) < 2

    def of_equals(self) -> "Crowd":
        """Return the crowd with the pool's accuracy for everybody and no class preferred.

        Its posterior orders the classes by votes, as a majority does.
        """
        classes = len(self.class_prior)
        accuracy = float(np.clip(self.pooled_accuracy, *EQUAL_ACCURACY))
        table = one_coin(accuracy, classes)
        return replace(
            self,
            confusion=np.repeat(table[None], len(self.votes), axis=0),
            accuracy=np.full(len(self.votes), accuracy),
            pooled=table,
            pooled_accuracy=accuracy,
            class_prior=np.full(classes, 1.0 / classes),
        )

    def levelled(self, power: float) -> "Crowd":
        """Return the crowd with the class prior p_k^power / sum_l p_l^power."""
        if power == 1.0:
            return self
        shares = self.class_prior**power
        return replace(self, class_prior=shares / shares.sum())

    def told_apart(self, right: Floats) -> "Crowd":
        """Return this crowd of equals with the accuracy of each worker, and no more, told apart.

        `right` (J,) is the summed probability of each worker's votes, under these equals. With
        a = ACCURACY_VOTES, p the accuracy of the equals and r the mean of a vote,

            a_j = p + (right_j - n_j r) / (n_j + a),

        which is the M-step of one coin a worker (Dawid & Skene 1979, with a single rate) pooled as
        in `measure`; so that the mean of all votes stays p, whatever the equals are taken for.
        Nobody is taken for worse than chance: so few votes show that of nobody.
        """
        classes = len(self.class_prior)
        spoken = self.votes.sum()
        if spoken <= 0.0:
            return self
        more = (right - self.votes * right.sum() / spoken) / (self.votes + ACCURACY_VOTES)
        least = 1.0 / classes + ABOVE_CHANCE
        accuracy = np.clip(self.pooled_accuracy + more, least, MOST_ACCURATE)
        tables = one_coins(accuracy, classes)
        return replace(self, confusion=tables, accuracy=accuracy, is_young=True)


def one_coins(accuracy: Floats, classes: int) -> Floats:
    """Return the (J, K, K) tables of workers who err alike on every class."""
    wrong = (1.0 - accuracy) / max(classes - 1, 1)
    tables = np.repeat(wrong[:, None], classes * classes, axis=1).reshape(-1, classes, classes)
    diagonal = np.arange(classes)
    tables[:, diagonal, diagonal] = accuracy[:, None]
    return np.asarray(tables)


def one_coin(accuracy: float, classes: int) -> Floats:
    """Return the (K, K) table of a worker who errs alike on every class."""
    table = np.full((classes, classes), (1.0 - accuracy) / max(classes - 1, 1))
    np.fill_diagonal(table, accuracy)
    return table


def measure(ballots: Ballots, posterior: Floats) -> Crowd:
    """Return the crowd that the votes show, taking `posterior` (items, classes) for the truth.

    The M-step. C_jkl counts worker j's votes for l, weighted by the posterior of k:

        pooled accuracy  p   = (sum_jk C_jkk + s0 * 0.75) / (N + s0)
        pooled table     M_k = (sum_j C_jk + s * U_k) / (sum_jl C_jkl + s),  s = s0 + N / K
        worker accuracy  a_j = (sum_k C_jkk + a * p) / (n_j + a)
        expected row     m_jkk = sigma(logit a_j + logit M_kk - logit p), the rest spread as in M_k
        worker's row     pi_jk = (C_jk + b * m_jk) / (n_jk + b)

    with U the one-coin table of p, s0 = POOL_VOTES, a = ACCURACY_VOTES, b = ROW_VOTES.
    """
    tables = _soft_counts(ballots, posterior)
    classes = ballots.class_count
    total = tables.sum(axis=0)
    votes = tables.sum(axis=(1, 2))
    right = np.einsum("jkk->j", tables)
    spoken = votes.sum()
    pool = (right.sum() + POOL_VOTES * NEWCOMER_ACCURACY) / (spoken + POOL_VOTES)
    weight = POOL_VOTES + spoken / classes
    pooled = total + weight * one_coin(pool, classes)
    pooled /= pooled.sum(axis=1, keepdims=True)
    accuracy = (right + ACCURACY_VOTES * pool) / (votes + ACCURACY_VOTES)
    confusion = tables + ROW_VOTES * _expected_rows(accuracy, pooled, pool)
    confusion /= confusion.sum(axis=2, keepdims=True)
    return Crowd(
        confusion=confusion,
        votes=votes,
        accuracy=accuracy,
        pooled=pooled,
        pooled_accuracy=float(pool),
        class_prior=_class_prior(ballots, posterior),
    )


def _soft_counts(ballots: Ballots, posterior: Floats) -> Floats:
    classes, workers = ballots.class_count, ballots.worker_count
    cells = ballots.workers * classes + ballots.classes
    weights = posterior[ballots.items]
    tables = np.empty((workers, classes, classes))
    for truth in range(classes):
        flat = np.bincount(cells, weights[:, truth], workers * classes)
        tables[:, truth, :] = flat.reshape(workers, classes)
    return tables


def _expected_rows(accuracy: Floats, pooled: Floats, pool: float) -> Floats:
    """(J, K, K): the rows to expect of workers of these accuracies, before their own votes."""
    difficulty = _logit(np.diag(pooled)) - _logit(np.array(pool))
    right = 1.0 / (1.0 + np.exp(-(_logit(accuracy)[:, None] + difficulty)))
    wrong = pooled.copy()
    np.fill_diagonal(wrong, 0.0)
    wrong /= np.maximum(wrong.sum(axis=1, keepdims=True), 1e-12)
    rows = (1.0 - right)[:, :, None] * wrong
    diagonal = np.arange(len(pooled))
    rows[:, diagonal, diagonal] = right
    return rows


def _logit(share: Floats) -> Floats:
    inside = np.clip(share, EDGE, 1.0 - EDGE)
    return np.asarray(np.log(inside / (1.0 - inside)))


def _class_prior(ballots: Ballots, posterior: Floats) -> Floats:
    """p_k = (sum_i q_ik + c n v_k) / (n (1 + c)), v the smoothed share of k among the votes."""
    classes = ballots.class_count
    seen = ballots.votes_per_item() > 0
    said = np.bincount(ballots.classes, minlength=classes) + SHARE_VOTES
    share = said / said.sum()
    items = max(int(seen.sum()), 1)
    mean = posterior[seen].sum(axis=0) / items if seen.any() else share
    return np.asarray((mean + PRIOR_ANCHOR * share) / (1.0 + PRIOR_ANCHOR))
