"""Known answers: how far a worker met one, and when a crowd knows better than the gold."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from labeling.aggregation import softmax
from labeling.label_types import LABEL_TYPES
from labeling.questions import Question
from labeling.standing import Standing
from labeling.votes import Answer, Label

ALIKE = 1e-9
"""Labels nearer than this are the same."""
FEWEST_CONFUSIONS = 3
"""A worker is told what is mixed up only when it came so often: one answer is no habit, and what
is said of a single one would give away its known answer."""
FEWEST_WORKERS = 5
"""So many workers have to have answered before they can contradict a gold label."""
DOUBTED_FROM = 0.95
"""The posterior of the crowd for another class from which the gold is doubted."""
FAR, NEAR = 0.5, 0.2
"""Without classes: the workers are further than FAR from the gold and within NEAR of each
other."""


def credit(
    answer: Mapping[str, Label], gold: Mapping[str, Label], questions: Sequence[Question]
) -> dict[str, float]:
    """Return how far an answer met each question that the gold answers: 1 is the same label.

    A question that the gold answers and the worker left out gets 0.
    """
    return {
        question.id: 1.0
        - (
            LABEL_TYPES[question.type].distance(answer[question.id], gold[question.id], question)
            if question.id in answer
            else 1.0
        )
        for question in questions
        if question.id in gold
    }


class Confusion(NamedTuple):
    """A category that was chosen where another one is known to be right."""

    question: str
    said: str
    known: str


def confused(
    pairs: Iterable[tuple[Answer, Answer]], questions: Sequence[Question]
) -> Confusion | None:
    """Return what was most often mixed up in (answer, gold) pairs of one worker; of equals the
    first by name. None when nothing was, FEWEST_CONFUSIONS times; it speaks of labels that are a
    single category."""
    categories = {question.id: question.category_order for question in questions}
    counts = Counter(
        Confusion(name, str(answer[name]), str(known))
        for answer, gold in pairs
        for name, known in gold.items()
        if name in answer and answer[name] != known and known in categories.get(name, ())
    )
    if not counts:
        return None
    most = min(counts, key=lambda pair: (-counts[pair], pair))
    return most if counts[most] >= FEWEST_CONFUSIONS else None


def doubt_by_classes(
    standing: Standing, votes: Sequence[tuple[int, Hashable]], gold: Hashable
) -> float | None:
    """Return the posterior of the class the crowd holds against `gold`; None if it does not.

    `votes` are (worker, class). They are weighed by what is known of who gave them, so that it
    takes good workers to contradict a gold label; the gold itself has no say.
    """
    known = [(worker, said) for worker, said in votes if said in standing.class_at]
    if len({worker for worker, _ in known}) < FEWEST_WORKERS or gold not in standing.class_at:
        return None
    logs = np.log(standing.crowd.class_prior)
    for worker, said in known:
        logs = logs + standing.log_row(worker, standing.class_at[said])
    posterior = softmax(logs)
    best = int(posterior.argmax())
    share = float(posterior[best])
    return share if best != standing.class_at[gold] and share >= DOUBTED_FROM else None


def doubt_by_distance(labels: Sequence[Label], gold: Label, question: Question) -> float | None:
    """Return how far the labels of a crowd that agrees are from `gold`; None if they are not.

    For labels that are no classes: a mean distance of FAR or more from the gold, NEAR or less
    between the workers.
    """
    if len(labels) < FEWEST_WORKERS:
        return None
    distance = LABEL_TYPES[question.type].distance
    away = sum(distance(label, gold, question) for label in labels) / len(labels)
    pairs = [(a, b) for n, a in enumerate(labels) for b in labels[n + 1 :]]
    apart = sum(distance(a, b, question) for a, b in pairs) / len(pairs)
    return away if away >= FAR and apart <= NEAR else None
