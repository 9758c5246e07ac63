"""One engine for every label type: polls in, posteriors out, and labels made of them.

The label type turns labels into polls and results into a label (`LabelType.polls`,
`LabelType.label_of`); here the polls of all items are counted together, family by family, by
`labeling.aggregation`. A label type without polls fits its labels and the workers itself
(`LabelType.fit`). Nothing here knows a label type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from labeling.aggregation import Aggregate, Known, aggregate, group_prior
from labeling.ballots import Ballots, Floats
from labeling.crowd import Crowd
from labeling.label_types import LABEL_TYPES
from labeling.polls import ABSTAINS, Poll, PollResult, votes_in
from labeling.questions import Question
from labeling.votes import Label, ScoredLabel

Item: TypeAlias = Any
"""Whatever the caller names items by; can be hashed."""
Worker: TypeAlias = Any
"""Likewise for workers."""

EXPERT_ACCURACY = 0.99
"""How sure a poll is that an expert decided."""


@dataclass(frozen=True, kw_only=True)
class QuestionFit:
    """What all answers to a question say together."""

    labels: Mapping[Item, ScoredLabel]
    """By item; items without any label have none. The score is a probability where the label type
    has polls, else a likeness."""
    results: Mapping[Item, tuple[PollResult, ...]]
    """By item: every poll with its posterior; none where the label type has no polls."""
    crowds: Mapping[str, Crowd]
    """By family of polls; the workers stand in the order of `workers`."""
    workers: tuple[Worker, ...]
    """In the order in which they first appear."""
    reliability: Mapping[Worker, float]
    """By worker, 0..1: the accuracy in the polls, or the likeness to others."""


def fit_question(
    question: Question,
    answers: Mapping[Item, Mapping[Worker, Label]],
    known: Mapping[Item, Label] | None = None,
) -> QuestionFit:
    """Fit the labels of all items and the reliability of all workers together.

    `answers` holds the label by worker by item; `known` what an expert said of an item, which is
    then its label and teaches who errs. O(N K) a sweep for N votes over K classes.
    """
    truths = known or {}
    workers: dict[Worker, int] = {}
    for labels in answers.values():
        for worker in labels:
            workers.setdefault(worker, len(workers))
    spoken = {item: labels for item, labels in answers.items() if labels}
    polls = {item: _polls(question, labels, truths.get(item)) for item, labels in spoken.items()}
    if any(polls.values()):
        results, crowds = _count(polls, spoken, truths, workers)
        trust = _accuracy(crowds, len(workers)).tolist()
        reliability = dict(zip(workers, trust, strict=True))
        unknown = {item: said for item, said in spoken.items() if item not in truths}
        labels = _labels(question, unknown, results, reliability)
    else:
        results, crowds = dict.fromkeys(spoken, ()), {}
        votes = [
            [(workers[who], said) for who, said in given.items()] for given in spoken.values()
        ]
        joint = LABEL_TYPES[question.type].fit(votes, len(workers), question)
        reliability = dict(zip(workers, joint.reliability, strict=True))
        labels = dict(zip(spoken, joint.labels, strict=True))
    certain = {item: ScoredLabel(label, EXPERT_ACCURACY) for item, label in truths.items()}
    return QuestionFit(
        labels=labels | certain,
        results=results,
        crowds=crowds,
        workers=tuple(workers),
        reliability=reliability,
    )


def _polls(
    question: Question, labels: Mapping[Worker, Label], truth: Label | None
) -> tuple[Poll, ...]:
    """Return the polls of an item. What an expert said stands as one more label, the last."""
    shown = [*labels.values()] if truth is None else [*labels.values(), truth]
    return LABEL_TYPES[question.type].polls(shown, question)


def _count(
    polls: Mapping[Item, Sequence[Poll]],
    answers: Mapping[Item, Mapping[Worker, Label]],
    truths: Mapping[Item, Label],
    workers: Mapping[Worker, int],
) -> tuple[dict[Item, tuple[PollResult, ...]], dict[str, Crowd]]:
    """Return the results of all polls, in their order, and the crowd of each family."""
    families: dict[str, list[tuple[Item, Poll]]] = {}
    for item, item_polls in polls.items():
        for poll in item_polls:
            families.setdefault(poll.family, []).append((item, poll))
    posteriors: dict[str, list[tuple[float, ...]]] = {}
    crowds = {}
    numbers = {item: [workers[worker] for worker in labels] for item, labels in answers.items()}
    for family, entries in families.items():
        counted = _fit([(numbers[item], item in truths, poll) for item, poll in entries], workers)
        posteriors[family] = [tuple(row) for row in counted.posterior.tolist()]
        crowds[family] = counted.crowd
    taken = {family: iter(rows) for family, rows in posteriors.items()}
    results = {
        item: tuple(PollResult(poll, next(taken[poll.family])) for poll in item_polls)
        for item, item_polls in polls.items()
    }
    return results, crowds


def _fit(
    entries: Sequence[tuple[Sequence[int], bool, Poll]], workers: Mapping[Worker, int]
) -> Aggregate:
    """Count one family. An entry: the workers, whether an expert spoke as the last, the poll."""
    classes = entries[0][2].class_count
    votes = votes_in((people, poll) for people, _, poll in entries)
    ballots = Ballots.of(votes, (len(entries), len(workers), classes))
    heard = [
        (place, poll.classes[-1])
        for place, (_, is_known, poll) in enumerate(entries)
        if is_known and poll.classes[-1] != ABSTAINS
    ]
    groups = [poll.group for _, _, poll in entries]
    return aggregate(ballots, log_prior=group_prior(ballots, groups), known=_known(heard, classes))


def _known(heard: Sequence[tuple[int, int]], classes: int) -> Known | None:
    if not heard or classes < 2:
        return None
    rest = (1.0 - EXPERT_ACCURACY) / (classes - 1)
    rows = np.full((len(heard), classes), rest)
    rows[np.arange(len(heard)), [said for _, said in heard]] = EXPERT_ACCURACY
    return Known(items=np.array([place for place, _ in heard]), posterior=rows)


def _accuracy(crowds: Mapping[str, Crowd], workers: int) -> Floats:
    """Return the accuracy (J,) of each worker, over the families by votes."""
    votes = sum((crowd.votes + 1.0 for crowd in crowds.values()), np.zeros(workers))
    right = sum(((c.votes + 1.0) * c.accuracy for c in crowds.values()), np.zeros(workers))
    return np.asarray(right / votes)


def _labels(
    question: Question,
    answers: Mapping[Item, Mapping[Worker, Label]],
    results: Mapping[Item, tuple[PollResult, ...]],
    reliability: Mapping[Worker, float],
) -> dict[Item, ScoredLabel]:
    label_type = LABEL_TYPES[question.type]
    return {
        item: label_type.label_of(
            results[item], [reliability[worker] for worker in labels], question
        )
        for item, labels in answers.items()
    }
