"""Learning a crowd anew from all its votes, with the names that a server keeps."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np

from labeling.aggregation import Known, aggregate, posterior_under
from labeling.ballots import Ballots
from labeling.crowd import one_coin
from labeling.gain import dissent_of
from labeling.standing import Standing


def learn_standing(
    votes: Iterable[tuple[int, int, Hashable]],
    verdicts: Mapping[int, Hashable],
    classes: Sequence[Hashable],
    *,
    expert_accuracy: float,
) -> Standing:
    """Return the standing of a crowd under one question.

    `votes` are (item, worker, label); `verdicts` what experts or gold say of an item. Labels that
    are no class (of an older schema) are left out. Who learns from an own verdict would praise
    oneself: votes of experts do not belong here.
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
        for item, label in verdicts.items()
        if item in items and label in class_at
    }
    places = np.array(list(ruled), dtype=np.int64)
    truth = np.array(list(ruled.values()), dtype=np.int64)
    certainty = one_coin(expert_accuracy, len(classes))[truth]
    learnt = aggregate(ballots, known=Known(items=places, posterior=certainty))
    answers = posterior_under(learnt.crowd, learnt.evidence).argmax(axis=1)
    dissent = dissent_of(ballots, learnt.crowd, answers)[places]
    is_overturned = (answers[places] != truth) & (dissent > 0.0)
    return Standing(
        workers=tuple(workers),
        classes=tuple(classes),
        crowd=learnt.crowd,
        overturned=float(is_overturned.sum()),
        dissent=float(dissent.sum()),
    )
