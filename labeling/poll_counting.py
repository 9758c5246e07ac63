"""Counting the polls that the labels of one item decide, vote after vote."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from labeling.aggregation import softmax
from labeling.ballots import Floats, Integers
from labeling.gain import LEAST_INFORMATION, Market
from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import LabelType
from labeling.model_rater import LOWEST_SHARE
from labeling.poll_standing import PollStanding
from labeling.polls import ABSTAINS, Poll, PollResult
from labeling.questions import Question
from labeling.votes import Label


def log_priors_of(polls: Sequence[Poll], standing: PollStanding) -> Floats:
    """Return (P, K): how common the classes of each poll are, as logarithms."""
    return np.asarray(np.log(np.array([standing.prior_of(poll.group) for poll in polls])))


def vote_rows(said: Integers, tables: Floats) -> Floats:
    """Return (P, V, K): what each vote adds to the log posterior of each poll.

    `said` (P, V) is the class of each vote or ABSTAINS, `tables` (V, K, K) those of the voters.
    """
    rows = tables[np.arange(len(tables))[None, :], :, said]
    rows[said == ABSTAINS] = 0.0
    return np.asarray(rows)


@dataclass(frozen=True, kw_only=True)
class ModelVote:
    """What a model says of an item, as a vote in its polls."""

    label: Label
    table: Floats
    """(K, K): how often it says what (columns) of which class, in polls that people made."""
    alone: Floats
    """(K, K): what is true (columns), by what it says, where without it there were no poll."""

    @cached_property
    def accuracy(self) -> float:
        """Return how often it is right, 0..1, neither included, each class as often."""
        return float(np.clip(np.diag(self.table).mean(), 0.01, 0.99))

    def rows(self, polls: Sequence[Poll], log_priors: Floats) -> Floats:
        """Return (P, K): what it adds to the log posterior of polls whose first label it is."""
        said = np.array([poll.classes[0] for poll in polls])
        rows = np.log(np.maximum(self.table, LOWEST_SHARE)).T[said]
        own = np.array([poll.made_by == (0,) for poll in polls])
        rows[own] = (np.log(np.maximum(self.alone, LOWEST_SHARE))[said] - log_priors)[own]
        rows[said == ABSTAINS] = 0.0
        return np.asarray(rows)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The votes in the polls of an item, and how probable each class is before them."""

    polls: Sequence[Poll]
    said: Integers
    """(P, V): the class of each vote of a worker, or ABSTAINS."""
    tables: Floats
    """(V, K, K): what each adds to the log posterior."""
    start: Floats
    """(P, K): log priors; with what a model says, if that counts."""
    silence: Floats
    """(K,): how often the model says the first class, of each; 1 without one."""
    model: ModelVote | None

    @classmethod
    def of(
        cls,
        polls: Sequence[Poll],
        workers: Sequence[int],
        standing: PollStanding,
        model: ModelVote | None,
    ) -> "Heard":
        """Take the polls of the labels of these workers, in front of them that of the model."""
        people = 0 if model is None else 1
        start = log_priors_of(polls, standing)
        return cls(
            polls=polls,
            said=np.array([poll.classes[people:] for poll in polls]),
            tables=standing.tables(workers),
            start=start if model is None else start + model.rows(polls, start),
            silence=np.ones(len(standing.classes)) if model is None else model.table[:, 0],
            model=model,
        )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What comes of the polls of an item."""

    results: Sequence[PollResult]
    decided: Integers
    """(polls,)"""
    after: Floats
    """(polls, votes): how probable each decision is after each vote."""
    missing: Sequence[float]
    """How many polls are missing after each vote, and after one more of whomever."""

    def folded(self, label_type: LabelType[Any], sure: Floats) -> list[float]:
        """Return how probable the label is after each vote, where its polls are sure by so much
        (polls, votes)."""
        pairs = zip(sure.T.tolist(), self.missing[:-1], strict=True)
        return [label_type.fold(*pair) for pair in pairs]


def count_polls(question: Question, heard: Heard, market: Market) -> Counted:
    """Return what the votes make of the polls, vote after vote."""
    label_type = LABEL_TYPES[question.type]
    rows = vote_rows(heard.said, heard.tables)
    shares = softmax(heard.start[:, None, :] + rows.cumsum(axis=1))
    ends = zip(heard.polls, shares[:, -1].tolist(), strict=True)
    results = [PollResult(poll, tuple(row)) for poll, row in ends]
    decided = np.array(label_type.decided(results, question))
    return Counted(
        results=results,
        decided=decided,
        after=shares[np.arange(len(decided)), :, decided],
        missing=_missing(label_type, shares.sum(axis=0), heard, market),
    )


def dissents_after(said: Integers, decided: Integers, told: Floats) -> Floats:
    """Return the share (polls, votes) of the votes so far, weighed by what they tell, against the
    decision."""
    spoken = (said != ABSTAINS) * told
    against = spoken * (said != decided[:, None])
    heard = np.maximum(spoken.cumsum(axis=1), LEAST_INFORMATION)
    return np.asarray(against.cumsum(axis=1) / heard)


def _missing(
    label_type: LabelType[Any], found: Floats, heard: Heard, market: Market
) -> list[float]:
    """Return how many polls are missing after each vote, and after one more of whomever.

    `found` (votes, classes): how many polls of each class there are expected to be after each.
    """
    # Everybody so far says the first class.
    silent = heard.silence * np.exp(heard.tables[:, :, 0].cumsum(axis=0))
    silent = np.concatenate([silent, silent[-1:] * market.vote_table[:, 0]])
    found = np.concatenate([found, found[-1:]])
    pairs = zip(found.tolist(), silent.tolist(), strict=True)
    return [label_type.overlooked(*pair) for pair in pairs]
