"""Learning a crowd anew from all its votes, with the names that a server keeps."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from labeling.aggregation import Aggregate, Known, aggregate, group_prior, posterior_under
from labeling.ballots import Ballots, Booleans, Floats, Integers
from labeling.crowd import one_coin
from labeling.gain import dissent_of
from labeling.model_rater import Forecasts, ModelPrior, ModelWeight, priors_of, weigh_models
from labeling.standing import Standing

FEWEST_NEW_VOTES = 20
NEW_VOTES_SHARE = 0.05
"""A refresh is due when the votes have grown by so much, and by FEWEST_NEW_VOTES. Growth needs no
count of the items: that would read a million rows every few seconds."""
GOLD_ACCURACY = 0.99
"""Gold is wrong now and then, too."""


@dataclass(frozen=True, kw_only=True)
class ModelRecord:
    """What models said of the items that were voted on, and who voted after seeing it."""

    said: Sequence[tuple[int, ModelPrior]] = ()
    """(item, prior), one for each source at most. The exponent is what is to be found out; it is
    not looked at."""
    shown: frozenset[tuple[int, int]] = frozenset()
    """(item, worker) of each vote by somebody who had seen a prediction."""


NO_RECORD = ModelRecord()


@dataclass(frozen=True, kw_only=True)
class _Votes:
    """Votes as columns, with the places of the names."""

    ballots: Ballots
    items: Mapping[int, int]
    workers: Mapping[int, int]
    classes: Mapping[Hashable, int]

    @classmethod
    def of(
        cls, votes: Iterable[tuple[int, int, Hashable]], classes: Sequence[Hashable]
    ) -> "_Votes":
        """Labels that are no class are left out."""
        class_at = {name: place for place, name in enumerate(classes)}
        known = [
            (item, worker, class_at[label]) for item, worker, label in votes if label in class_at
        ]
        items = {item: place for place, item in enumerate(sorted({row[0] for row in known}))}
        workers = {name: place for place, name in enumerate(sorted({row[1] for row in known}))}
        ballots = Ballots.of(
            [(items[item], workers[worker], said) for item, worker, said in known],
            (len(items), len(workers), len(classes)),
        )
        return cls(ballots=ballots, items=items, workers=workers, classes=class_at)

    def places(self, labels: Mapping[int, Hashable]) -> dict[int, int]:
        """Return the class of each voted item that has one here, by their places."""
        return {
            self.items[item]: self.classes[label]
            for item, label in sorted(labels.items(), key=lambda pair: pair[0])
            if item in self.items and label in self.classes
        }


def is_due(given: int, known: int) -> bool:
    """Whether a crowd that was learnt from `known` votes is to be learnt anew, of `given` now."""
    return given - known >= max(FEWEST_NEW_VOTES, NEW_VOTES_SHARE * known)


def learn_standing(  # noqa: PLR0913 - keyword-only but for the three that always are
    votes: Iterable[tuple[int, int, Hashable]],
    verdicts: Mapping[int, Hashable],
    classes: Sequence[Hashable],
    *,
    expert_accuracy: float,
    gold: Mapping[int, Hashable] = MappingProxyType({}),
    record: ModelRecord = NO_RECORD,
    groups: Mapping[int, Hashable] = MappingProxyType({}),
) -> Standing:
    """Return the standing of a crowd, and of its models, under one question.

    `votes` are (item, worker, label); `verdicts` what experts say of an item, `gold` what is known
    of it. Gold trains workers as a verdict does, but tells nothing of how often experts overturn.
    Labels that are no class (of an older schema) are left out. Who learns from an own verdict
    would praise oneself: votes of experts do not belong here. Models are weighed by people alone;
    then the crowd is learnt once more with what the models say, as far as that counts. `groups`
    names the group of every item where they differ in how common the classes are.
    """
    given = _Votes.of(votes, classes)
    ballots = given.ballots
    ruled = given.places(verdicts)
    places = np.array(list(ruled), dtype=np.int64)
    truth = np.array(list(ruled.values()), dtype=np.int64)
    certainty = one_coin(expert_accuracy, len(classes))[truth]
    sure = {item: said for item, said in given.places(gold).items() if item not in ruled}
    known = _known(places, certainty, sure)
    base = group_prior(ballots, [groups[item] for item in given.items]) if groups else None
    # Of polls (groups) most say that nothing is there: their shares stand.
    learnt = aggregate(ballots, known=known, log_prior=base, is_levelled=not groups)
    models, log_prior = _models(given, learnt, record)
    if log_prior is not None:
        learnt = aggregate(ballots, known=known, log_prior=log_prior)
    prior = base if log_prior is None else log_prior
    answers = posterior_under(learnt.crowd, learnt.evidence, prior).argmax(axis=1)
    dissent = dissent_of(ballots, learnt.crowd, answers)[places]
    is_overturned = (answers[places] != truth) & (dissent > 0.0)
    return Standing(
        workers=tuple(given.workers),
        classes=tuple(classes),
        crowd=learnt.crowd,
        overturned=float(is_overturned.sum()),
        dissent=float(dissent.sum()),
        seen=_seen(ballots, learnt.posterior),
        models=models,
    )


def _models(
    given: _Votes, people: Aggregate, record: ModelRecord
) -> tuple[dict[str, ModelWeight], Floats | None]:
    """Weigh the models by the votes of those who saw no prediction; the prior that follows."""
    if not record.said:
        return {}, None
    ballots, forecasts = given.ballots, _forecasts(given, record.said)
    saw = _saw(given, record.shown)
    blind = _without(ballots, saw) if saw.any() else ballots
    alone = aggregate(blind, is_levelled=True) if saw.any() else people
    # Not `alone.posterior`: experts may have read the prediction before they ruled.
    posterior = posterior_under(alone.crowd, alone.evidence)
    weights = weigh_models(forecasts, posterior, blind.votes_per_item() > 0)
    is_shown = np.bincount(ballots.items[saw], minlength=ballots.item_count) > 0
    return weights, priors_of(forecasts, weights, people.crowd.class_prior, is_shown)


def _forecasts(given: _Votes, said: Sequence[tuple[int, ModelPrior]]) -> dict[str, Forecasts]:
    """What each source said of the items that were voted on, as arrays."""
    shape = (given.ballots.item_count, given.ballots.class_count)
    classes = list(given.classes)
    found: dict[str, Forecasts] = {}
    for item, prior in said:
        place, shares = given.items.get(item), prior.over(classes)
        if place is not None and shares is not None:
            if prior.source not in found:
                found[prior.source] = Forecasts(
                    spoken=np.zeros(shape[0], dtype=bool), shares=np.ones(shape)
                )
            found[prior.source].spoken[place] = True
            found[prior.source].shares[place] = shares
    return dict(sorted(found.items()))


def _saw(given: _Votes, shown: frozenset[tuple[int, int]]) -> Booleans:
    """(N,): whether each vote is of somebody who had seen what the model said."""
    at = {
        (given.items[item], given.workers[worker])
        for item, worker in shown
        if item in given.items and worker in given.workers
    }
    pairs = zip(given.ballots.items.tolist(), given.ballots.workers.tolist(), strict=True)
    return np.array([pair in at for pair in pairs], dtype=bool)


def _without(ballots: Ballots, left_out: Booleans) -> Ballots:
    kept = ~left_out
    return replace(
        ballots,
        items=ballots.items[kept],
        workers=ballots.workers[kept],
        classes=ballots.classes[kept],
    )


def _known(places: Integers, certainty: Floats, sure: Mapping[int, int]) -> Known:
    """Verdicts and gold together; gold is as good as certain."""
    table = one_coin(GOLD_ACCURACY, certainty.shape[1])
    truth = np.array(list(sure.values()), dtype=np.int64)
    return Known(
        items=np.concatenate([places, np.array(list(sure), dtype=np.int64)]),
        posterior=np.concatenate([certainty, table[truth]]),
    )


def _seen(ballots: Ballots, posterior: Floats) -> Floats:
    """Return how many items of each class (J, K) a worker has judged, by the posterior."""
    weights = posterior[ballots.items]
    seen = [np.bincount(ballots.workers, column, ballots.worker_count) for column in weights.T]
    return np.asarray(np.stack(seen, axis=1))
