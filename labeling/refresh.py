"""Learning a crowd anew from all its votes, with the names that a server keeps."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from labeling.aggregation import Known, aggregate, posterior_under
from labeling.ballots import Ballots, Floats, Integers
from labeling.crowd import one_coin
from labeling.gain import dissent_of
from labeling.standing import Standing

FEWEST_NEW_VOTES = 20
NEW_VOTES_SHARE = 0.05
"""A refresh is due when the votes have grown by so much, and by FEWEST_NEW_VOTES. Growth needs no
count of the items: that would read a million rows every few seconds."""
GOLD_ACCURACY = 0.99
"""Gold is wrong now and then, too."""


def is_due(given: int, known: int) -> bool:
    """Whether a crowd that was learnt from `known` votes is to be learnt anew, of `given` now."""
    return given - known >= max(FEWEST_NEW_VOTES, NEW_VOTES_SHARE * known)


def learn_standing(
    votes: Iterable[tuple[int, int, Hashable]],
    verdicts: Mapping[int, Hashable],
    classes: Sequence[Hashable],
    *,
    expert_accuracy: float,
    gold: Mapping[int, Hashable] = MappingProxyType({}),
) -> Standing:
    """Return the standing of a crowd under one question.

    `votes` are (item, worker, label); `verdicts` what experts say of an item, `gold` what is known
    of it. Gold trains workers as a verdict does, but tells nothing of how often experts overturn.
    Labels that are no class (of an older schema) are left out. Who learns from an own verdict
    would praise oneself: votes of experts do not belong here.
    """
    class_at = {name: place for place, name in enumerate(classes)}
    known = [(item, worker, class_at[label]) for item, worker, label in votes if label in class_at]
    items = {item: place for place, item in enumerate(sorted({item for item, _, _ in known}))}
    workers = {name: place for place, name in enumerate(sorted({who for _, who, _ in known}))}
    ballots = Ballots.of(
        [(items[item], workers[worker], said) for item, worker, said in known],
        (len(items), len(workers), len(classes)),
    )
    ruled = {
        items[item]: class_at[label]
        for item, label in sorted(verdicts.items(), key=lambda verdict: verdict[0])
        if item in items and label in class_at
    }
    places = np.array(list(ruled), dtype=np.int64)
    truth = np.array(list(ruled.values()), dtype=np.int64)
    certainty = one_coin(expert_accuracy, len(classes))[truth]
    sure = {
        items[item]: class_at[label]
        for item, label in gold.items()
        if item in items and label in class_at and items[item] not in ruled
    }
    learnt = aggregate(ballots, known=_known(places, certainty, sure))
    answers = posterior_under(learnt.crowd, learnt.evidence).argmax(axis=1)
    dissent = dissent_of(ballots, learnt.crowd, answers)[places]
    is_overturned = (answers[places] != truth) & (dissent > 0.0)
    return Standing(
        workers=tuple(workers),
        classes=tuple(classes),
        crowd=learnt.crowd,
        overturned=float(is_overturned.sum()),
        dissent=float(dissent.sum()),
        seen=_seen(ballots, learnt.posterior),
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
