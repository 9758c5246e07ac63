"""The model as a rater where labels are no classes: it votes in the polls, by its own record.

What a model says of an item is one more label, and stands before those of the workers. Its table,
how often it says what of which class, is counted on items that people voted on who had not seen
it, by the posterior of their votes alone (Dawid & Skene 1979, "Maximum likelihood estimation of
observer error-rates", eq. 2.3, with one annotator held out). So a model counts as a worker who
errs so, and one that tells nothing is not heard.

Where labels make their polls (places in a text or picture), a poll that the model alone made says
nothing of its table: it is there because the model said something. How often such a place is real
is counted by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from labeling.aggregation import softmax
from labeling.ballots import Floats, Integers
from labeling.crowd import one_coin
from labeling.item_facts import facts_of_any_label
from labeling.label_types import LABEL_TYPES
from labeling.model_rater import FEWEST_ITEMS, LOWEST_SHARE, ModelPrior, ModelWeight, certainty
from labeling.poll_counting import ModelVote, log_priors_of, vote_rows
from labeling.poll_standing import PollStanding
from labeling.polls import ABSTAINS, Poll
from labeling.problems import InvalidLabel
from labeling.questions import Question
from labeling.refresh import ModelRecord
from labeling.standing import DIGITS
from labeling.votes import Label

TABLE_VOTES = 8.0
"""So many votes of a rater as good as its mean a row of its table starts from."""
SWEEPS = 20


def label_said(question: Question, prior: ModelPrior) -> Label | None:
    """Return the label that a prediction names; None when the question takes it no longer."""
    try:
        label: Label = LABEL_TYPES[question.type].parse(
            prior.label, question, facts_of_any_label(question)
        )
    except InvalidLabel:
        return None
    return label


def vote_of(question: Question, prior: ModelPrior, standing: PollStanding) -> ModelVote | None:
    """Return the vote that a prediction is; None when nothing is known of its source."""
    weight = standing.models.get(prior.source)
    if weight is None or weight.table is None or weight.alone is None:
        return None
    label = label_said(question, prior)
    if label is None:
        return None
    return ModelVote(label=label, table=np.array(weight.table), alone=np.array(weight.alone))


def weigh_poll_models(
    question: Question,
    labels: Mapping[int, Sequence[tuple[int, Label]]],
    standing: PollStanding,
    record: ModelRecord,
) -> dict[str, ModelWeight]:
    """Return how far each source counts, by the votes of those who saw no prediction.

    `labels` are (worker, label) by item.
    """
    label_type = LABEL_TYPES[question.type]
    heard: dict[str, _Record] = {}
    for item, prior in record.said:
        given = labels.get(item, ())
        blind = [(who, said) for who, said in given if (item, who) not in record.shown]
        label = label_said(question, prior)
        if blind and label is not None:
            polls = label_type.polls([label, *(said for _, said in blind)], question)
            if polls:
                own = heard.setdefault(prior.source, _Record())
                own.add(polls, [who for who, _ in blind], standing)
    return {source: own.weigh() for source, own in sorted(heard.items())}


@dataclass(kw_only=True)
class _Record:
    """What a model said in the polls of items, and what people say of them."""

    items: int = 0
    item: list[int] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    is_own: list[bool] = field(default_factory=list)
    """Whether without the model there were no such poll."""
    starts: list[Floats] = field(default_factory=list)
    """(P, K) an item: log priors."""
    evidence: list[Floats] = field(default_factory=list)
    """(P, K) an item: what the votes of people add."""

    def add(self, polls: Sequence[Poll], workers: Sequence[int], standing: PollStanding) -> None:
        """Take the polls of an item; the model's label is the first."""
        classes = np.array([poll.classes for poll in polls])
        self.item += [self.items] * len(polls)
        self.items += 1
        self.said += classes[:, 0].tolist()
        self.is_own += [poll.made_by == (0,) for poll in polls]
        self.starts.append(log_priors_of(polls, standing))
        self.evidence.append(vote_rows(classes[:, 1:], standing.tables(workers)).sum(axis=1))

    def weigh(self) -> ModelWeight:
        """Of use is who beats the base rates by more than a standard error, counted by items."""
        if self.items < FEWEST_ITEMS:
            return ModelWeight(exponent=0.0, items=self.items)
        said, is_own, item = np.array(self.said), np.array(self.is_own), np.array(self.item)
        evidence = np.concatenate(self.evidence)
        posterior = softmax(np.concatenate(self.starts) + evidence)
        shared = ~is_own & (said != ABSTAINS)
        table = _table(posterior[shared], said[shared])
        gains = np.bincount(
            item[shared], _gains(posterior[shared], said[shared], table), minlength=self.items
        )
        return ModelWeight(
            exponent=float(gains.mean() > gains.std() / np.sqrt(self.items)),
            items=self.items,
            table=_stored(table),
            alone=_stored(_true_alone(evidence[is_own], said[is_own])),
            gain=round(float(gains.mean()), DIGITS),
        )


def _stored(table: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in np.round(table, DIGITS).tolist())


def _table(posterior: Floats, said: Integers) -> Floats:
    """Return (K, K), row k: (sum_i c_i q_ik s_il + b u_kl) / (n_k + b).

    u is the one-coin table of the mean, b TABLE_VOTES, c_i how sure people are.
    """
    counts = (certainty(posterior)[:, None] * posterior).T @ np.eye(posterior.shape[1])[said]
    right = (np.trace(counts) + 1.0) / (counts.sum() + 2.0)
    smooth = counts + TABLE_VOTES * one_coin(float(right), len(counts))
    return np.asarray(smooth / smooth.sum(axis=1, keepdims=True))


def _gains(posterior: Floats, said: Integers, table: Floats) -> Floats:
    """Return (P,): the log likelihood ratio of the truth with the model over the base rates."""
    weights = certainty(posterior)
    base = np.average(posterior, axis=0, weights=weights)
    logs = np.log(np.maximum(table, LOWEST_SHARE)) - np.log(np.maximum(base @ table, LOWEST_SHARE))
    return np.asarray(weights * (posterior * logs.T[said]).sum(axis=1))


def _true_alone(evidence: Floats, said: Integers) -> Floats:
    """Return (K, K): how probable each class is (columns) where only the model says k (rows).

    The shares of a mixture whose likelihoods, what people who are silent say, are known (EM;
    McLachlan & Peel 2000, "Finite mixture models", section 2.8), started and held by TABLE_VOTES
    places of which half are what it says and half are nothing, the first class.
    """
    classes = evidence.shape[1]
    anchor = np.eye(classes) / 2.0
    anchor[:, 0] += 0.5
    shares = anchor.copy()
    for _ in range(SWEEPS):
        found = softmax(np.log(np.maximum(shares, LOWEST_SHARE))[said] + evidence)
        counts = np.stack([found[said == k].sum(axis=0) for k in range(classes)])
        shares = counts + TABLE_VOTES * anchor
        shares /= shares.sum(axis=1, keepdims=True)
    return np.asarray(shares)
