"""Learning the crowd of a question whose labels are no classes, from all its labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from labeling.aggregation import FEWEST_VOTES, group_prior
from labeling.ballots import Ballots, Floats
from labeling.crowd import Crowd, one_coin
from labeling.label_types import LABEL_TYPES
from labeling.poll_model import weigh_poll_models
from labeling.poll_standing import PollStanding, poll_standing
from labeling.polls import ABSTAINS, Poll, votes_in
from labeling.questions import Question
from labeling.refresh import NO_RECORD, ModelRecord, learn_standing
from labeling.standing import DIGITS, Standing
from labeling.votes import Label

LEAST_TRUST, MOST_TRUST = 0.01, 0.99
"""Nobody is never right, and nobody always."""
EXPERTS = 3
"""Where no poll can be held fast, the truth is what so many workers say who never differ."""


def learn_polls(
    question: Question,
    votes: Iterable[tuple[int, int, Label]],
    verdicts: Mapping[int, Label],
    *,
    expert_accuracy: float,
    gold: Mapping[int, Label] = MappingProxyType({}),
    record: ModelRecord = NO_RECORD,
) -> PollStanding | None:
    """Return the standing of a crowd in the polls of a question; None while they are too few.

    `votes` are (item, worker, label), the label None where it is of an older schema: then it is
    left out. What an expert said, or gold, is one more label of its item
    and decides its polls. With fewer than FEWEST_VOTES votes in all polls nobody can be told
    apart: then the plain consensus decides, as it does where polls are of several families.
    Models are weighed by the people who had not seen what they say.
    """
    labels: dict[int, list[tuple[int, Label]]] = {}
    for item, worker, label in votes:
        if label is not None:
            labels.setdefault(item, []).append((worker, label))
    ruled, sure = _readable(verdicts), _readable(gold)
    known = {**sure, **ruled}
    label_type = LABEL_TYPES[question.type]
    ballot = _Ballot()
    for item, said in labels.items():
        truth = [known[item]] if item in known else []
        polls = label_type.polls([*(label for _, label in said), *truth], question)
        ballot.add(polls, [who for who, _ in said], is_ruled=item in ruled, is_gold=item in sure)
    if not ballot.polls:
        return _alike(question, labels, known)
    if len(ballot.votes) < FEWEST_VOTES or len(ballot.kinds) > 1:
        return None
    standing = learn_standing(
        ballot.votes,
        ballot.ruled,
        range(ballot.polls[0].class_count),
        expert_accuracy=expert_accuracy,
        gold=ballot.gold,
        groups={number: poll.group for number, poll in enumerate(ballot.polls)},
    )
    people = poll_standing(standing, options=question.options, priors=ballot.priors())
    # The crowd is not learnt once more with the models: they would bear themselves out.
    return replace(people, models=weigh_poll_models(question, labels, people, record))


def _readable(labels: Mapping[int, Label]) -> dict[int, Label]:
    return {item: label for item, label in labels.items() if label is not None}


@dataclass(kw_only=True)
class _Ballot:
    """The polls of all items, numbered; who said what in each, and what is known of some."""

    polls: list[Poll] = field(default_factory=list)
    workers: list[list[int]] = field(default_factory=list)
    ruled: dict[int, int] = field(default_factory=dict)
    gold: dict[int, int] = field(default_factory=dict)

    def add(
        self, polls: Iterable[Poll], workers: list[int], *, is_ruled: bool, is_gold: bool
    ) -> None:
        """Take the polls of an item; where it is ruled or gold, that label voted last."""
        for poll in polls:
            if (is_ruled or is_gold) and poll.classes[-1] != ABSTAINS:
                (self.ruled if is_ruled else self.gold)[len(self.polls)] = poll.classes[-1]
            self.polls.append(poll)
            self.workers.append(workers)

    @cached_property
    def votes(self) -> list[tuple[int, int, int]]:
        return votes_in(zip(self.workers, self.polls, strict=True))

    @property
    def kinds(self) -> set[tuple[str, int]]:
        return {(poll.family, poll.class_count) for poll in self.polls}

    def priors(self) -> dict[str, tuple[float, ...]]:
        """Return how common the classes are in each group, by its name."""
        shape = (len(self.polls), 1, self.polls[0].class_count)
        ballots = Ballots.of([(number, 0, said) for number, _, said in self.votes], shape)
        groups = [poll.group for poll in self.polls]
        logs = group_prior(ballots, groups)
        if logs is None:
            return {}
        rows = dict(zip(map(str, groups), np.exp(logs), strict=True))
        return {name: tuple(np.round(row, DIGITS).tolist()) for name, row in rows.items()}


def _alike(
    question: Question,
    labels: Mapping[int, list[tuple[int, Label]]],
    known: Mapping[int, Label],
) -> PollStanding | None:
    """Return how far each worker is to be trusted by the label type's own fit.

    Where the truth of an item is known, each label is compared with it alone, not with others.
    """
    if sum(map(len, labels.values())) < FEWEST_VOTES:
        return None
    workers = sorted({worker for said in labels.values() for worker, _ in said})
    place = {worker: at for at, worker in enumerate(workers)}
    items: list[list[tuple[int, Label]]] = []
    for item, said in labels.items():
        given = [(place[worker], label) for worker, label in said]
        if item in known:
            truth = [(len(workers) + expert, known[item]) for expert in range(EXPERTS)]
            items += [[one, *truth] for one in given]
        else:
            items.append(given)
    fit = LABEL_TYPES[question.type].fit(items, len(workers) + EXPERTS, question)
    reliability = fit.reliability if fit.alone is None else fit.alone
    trust = np.clip(np.array(reliability[: len(workers)]), LEAST_TRUST, MOST_TRUST)
    votes = np.bincount([place[worker] for said in labels.values() for worker, _ in said])
    crowd = _one_coins(trust, votes.astype(float))
    standing = Standing(workers=tuple(workers), classes=(0, 1), crowd=crowd)
    return poll_standing(standing, options=question.options, priors={})


def _one_coins(accuracy: Floats, votes: Floats) -> Crowd:
    """Return a crowd of workers who are right (class 1) so often, and else wrong."""
    pool = float(np.average(accuracy, weights=votes))
    return Crowd(
        confusion=np.stack([one_coin(float(a), 2) for a in accuracy]),
        votes=votes,
        accuracy=accuracy,
        pooled=one_coin(pool, 2),
        pooled_accuracy=pool,
        class_prior=np.full(2, 0.5),
    )
