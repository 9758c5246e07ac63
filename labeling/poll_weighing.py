"""The labels of one item that are no classes, weighed by who gave them.

The label type says what the labels decide (`LabelType.polls`), how the polls make a label
(`label_of`) and how probable that makes it (`fold`). Each poll has the posterior of its votes
under the crowd (`labeling.aggregation`), from the votes of this item alone. Where there are no
polls the consensus is the label type's own, weighted, and its likeness to the votes stands for the
probability that it is right.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.gain import LEAST_INFORMATION, Market, crowd_gain, rates_by, risk_by
from labeling.label_types import LABEL_TYPES
from labeling.poll_counting import Heard, ModelVote, count_polls, dissents_after
from labeling.poll_standing import PollStanding
from labeling.prices import Prices
from labeling.questions import Question
from labeling.votes import JSON, Label
from labeling.voting import HALF


@dataclass(frozen=True, kw_only=True)
class PollsWeighed:
    """What the votes say of one question, and what one more judgment of it would gain."""

    question: Question
    labels: Sequence[Label]
    make: Callable[[], Label]
    """Makes the consensus; only a settled item needs it."""
    polls: int
    """How many polls the labels decide; 0 where the label type has none."""
    entropy: float
    """Of the least sure poll, in nats."""
    confidence: float
    """1 minus the risk; by a version of the crowd that knew nothing of dissent in it, what the
    votes promise if workers err independently."""
    dissent: float
    """The mean over the polls."""
    risk: float
    crowd_rate: float
    expert_rate: float
    steps: tuple[dict[str, JSON], ...]
    """One for each vote, by its number from 1: what it says and counts, the confidence after
    it."""
    model: dict[str, JSON] | None = None
    """What a model said, how far it counted, and what the votes say without it."""

    @cached_property
    def label(self) -> Label:
        """The consensus."""
        return self.make()

    @property
    def consensus(self) -> list[str]:
        """The categories that the consensus has chosen, where a condition may ask for them."""
        label_type = LABEL_TYPES[self.question.type]
        if not label_type.condition_values(self.question):
            return []
        return [str(value) for value in label_type.chosen_values(self.label)]

    @property
    def conflict(self) -> set[str]:
        """The categories that some vote has chosen, likewise."""
        label_type = LABEL_TYPES[self.question.type]
        return {str(value) for label in self.labels for value in label_type.chosen_values(label)}

    def differs_from(self, label: Label) -> bool:
        """Return whether this is another label; of shapes and words none is quite the same, so
        they are not compared."""
        is_of_categories = LABEL_TYPES[self.question.type].condition_values(self.question)
        return bool(is_of_categories) and label != self.label

    def to_json(self) -> dict[str, JSON]:
        """Return the numbers for the reason of a decision."""
        return {
            "polls": self.polls,
            "dissent": round(self.dissent, 6),
            "risk": round(self.risk, 6),
            "crowd_rate": round(self.crowd_rate, 8),
            "expert_rate": round(self.expert_rate, 8),
            "steps": list(self.steps),
            **({} if self.model is None else {"model": self.model}),
        }


@dataclass(frozen=True, kw_only=True)
class Voters:
    """Who gave the labels of a question."""

    workers: Sequence[int]
    numbers: Sequence[int]
    """Their places among all votes of the item."""
    can_ask: bool
    """Whether another worker may be asked."""


def weigh_polls(
    question: Question,
    labels: Sequence[Label],
    voters: Voters,
    standing: PollStanding,
    prices: Prices,
    model: ModelVote | None = None,
) -> PollsWeighed | None:
    """Weigh the labels of one item, at least one; None where the standing is of other polls."""
    if standing.options != question.options:
        return None
    given = labels if model is None else [model.label, *labels]
    polls = LABEL_TYPES[question.type].polls(given, question)
    if not polls:
        return _weigh_alike(question, labels, voters, standing, prices)
    if {poll.class_count for poll in polls} != {len(standing.classes)}:
        return None
    heard = Heard.of(polls, voters.workers, standing, model)
    return _weigh(question, labels, voters, standing, prices, heard)


def _weigh(
    question: Question,
    labels: Sequence[Label],
    voters: Voters,
    standing: PollStanding,
    prices: Prices,
    heard: Heard,
) -> PollsWeighed:
    label_type, market = LABEL_TYPES[question.type], standing.market(prices)
    counted = count_polls(question, heard, market)
    after, results = counted.after, counted.results
    posterior = np.array([result.posterior for result in results])
    told = [standing.information_of(worker) + LEAST_INFORMATION for worker in voters.workers]
    dissents = dissents_after(heard.said, counted.decided, np.array(told))
    better = np.minimum(after[:, -1] + crowd_gain(posterior, market), 1.0)
    promised = counted.folded(label_type, after)
    gain = label_type.fold(better.tolist(), counted.missing[-1]) - promised[-1]
    honest = counted.folded(label_type, 1.0 - risk_by(1.0 - after, dissents, market))
    risk = 1.0 - honest[-1]
    confidences = honest if standing.counts_dissent else promised
    trust = [standing.accuracy_of(worker) for worker in voters.workers]
    weights = trust if heard.model is None else [heard.model.accuracy, *trust]
    crowd_rate, expert_rate = _rates(gain, risk, voters, market)
    return PollsWeighed(
        question=question,
        labels=labels,
        make=lambda: label_type.label_of(results, weights, question).label,
        polls=len(heard.polls),
        entropy=float(-(posterior * np.log(np.maximum(posterior, 1e-300))).sum(axis=1).max()),
        confidence=confidences[-1],
        dissent=float(dissents[:, -1].mean()),
        risk=risk,
        crowd_rate=crowd_rate,
        expert_rate=expert_rate,
        steps=_steps(question, labels, voters, trust, confidences, told),
    )


def _weigh_alike(
    question: Question,
    labels: Sequence[Label],
    voters: Voters,
    standing: PollStanding,
    prices: Prices,
) -> PollsWeighed:
    """Weigh labels that decide no polls. One more vote is taken for one in a poll of two classes,
    whether the consensus is right, in which a worker errs as often as the own label is unlike
    those of others."""
    label_type = LABEL_TYPES[question.type]
    trust = [standing.accuracy_of(worker) for worker in voters.workers]
    weights = [label_type.weight(reliability) for reliability in trust]
    label = label_type.aggregate(labels, weights, question).label
    near = [1.0 - label_type.distance(label, said, question) for said in labels]
    confidences = [
        _likeness(near[:count], weights[:count], trust[:count])
        for count in range(1, len(labels) + 1)
    ]
    confidence = confidences[-1]
    sure = max(confidence, HALF)
    market = standing.market(prices)
    gain = float(crowd_gain(np.array([[sure, 1.0 - sure]]), market)[0])
    risk = 1.0 - confidence
    crowd_rate, expert_rate = _rates(gain, risk, voters, market)
    return PollsWeighed(
        question=question,
        labels=labels,
        make=lambda: label,
        polls=0,
        entropy=-math.fsum(p * math.log(p) for p in (confidence, risk) if p > 0.0),
        confidence=confidence,
        dissent=0.0,
        risk=risk,
        crowd_rate=crowd_rate,
        expert_rate=expert_rate,
        steps=_steps(question, labels, voters, trust, confidences, None),
    )


def _likeness(near: Sequence[float], weights: Sequence[float], trust: Sequence[float]) -> float:
    """Return the expected likeness of the consensus to what is true.

    The weighted mean likeness of the labels to it, except that the nearest label, whose likeness
    says nothing, counts as its worker is usually like others. So a single label is as sure as its
    worker, and labels that agree make it surer.
    """
    nearest = max(range(len(near)), key=lambda place: (near[place], trust[place]))
    shares = [trust[at] if at == nearest else close for at, close in enumerate(near)]
    total = math.fsum(weight * share for weight, share in zip(weights, shares, strict=True))
    return min(max(total / math.fsum(weights), 0.0), 1.0)


def _rates(gain: float, risk: float, voters: Voters, market: Market) -> tuple[float, float]:
    votes, can_ask = np.array([len(voters.workers)]), np.array([voters.can_ask])
    rates = rates_by(np.array([gain]), np.array([risk]), votes, can_ask, market)
    return float(rates.crowd[0]), float(rates.expert[0])


def _steps(
    question: Question,
    labels: Sequence[Label],
    voters: Voters,
    trust: Sequence[float],
    confidences: Sequence[float],
    told: Sequence[float] | None,
) -> tuple[dict[str, JSON], ...]:
    label_type = LABEL_TYPES[question.type]
    return tuple(
        {
            "vote": number + 1,
            "label": label_type.summary(label, question),
            "weight": round(trust[place], 6),
            **({} if told is None else {"information": round(told[place], 6)}),
            "confidence": round(confidences[place], 6),
        }
        for place, (number, label) in enumerate(zip(voters.numbers, labels, strict=True))
    )
