"""How right heads and fine-tunes are on the sets of `table_sets`, beside an earlier measurement.

As there: labels by chance, the frozen default encoder, the mean of several draws, the category's
title and description as the text of a category. What answers is what a project would have: the
head that its learner chooses out of fold, and a fine-tune only where its trial is won.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.models_heads import question_of
from bench.table_sets import TableSet, table_set
from labeling.questions import Question
from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.encode import Encoder
from models_assist.heads import AnyVectors, Prediction
from models_assist.learners import LEARNERS, Answering
from models_assist.lessons import Lesson, Tuned
from models_assist.loading import load_encoder
from models_assist.many import micro_f1
from models_assist.trial import FOLDS, Compared, compare, folds_of
from models_assist.tune import tune

EARLIER = {
    "banking77": {0: 0.66, 32: 0.68, 128: 0.70, 512: 0.82},
    "banking77, names alone": {0: 0.66, 32: 0.68, 128: 0.70, 512: 0.82},
    "AG News": {0: 0.72, 32: 0.81, 128: 0.85, 512: 0.87},
    "TREC": {0: 0.32, 32: 0.56, 128: 0.69, 512: 0.82},
    "SST-2": {0: 0.71, 32: 0.66, 128: 0.75, 512: 0.79},
    "GoEmotions": {32: 0.33, 128: 0.36, 512: 0.37, 1500: 0.40},
    "GoEmotions, names alone": {32: 0.33, 128: 0.36, 512: 0.37, 1500: 0.40},
}
"""Accuracy by the number of labels, of the best of prototypes and logistic regressions; of
GoEmotions micro-F1 with a tuned threshold."""
WITHOUT_GOAL = ("banking77, names alone", "GoEmotions, names alone")
"""What the category texts were in the earlier measurement is not known; the others have a line of
description a category, as a project is asked for."""
TUNED = {("SST-2", 128): 0.81, ("TREC", 128): 0.90, ("TREC", 512): 0.96}
"""Accuracy of the best fine-tune there, one draw, the first 300 texts of the test part asked."""
TUNED_DRAWS = 5
"""Fine-tunes of 512 labels of TREC differ by .01 and more from draw to draw."""
# One draw of 32 labels differs from the next by .035 of micro-F1 on GoEmotions: the mean of five
# would be less sure than the .02 that is asked about.
_DRAWS = {0: 1, 32: 20, 1500: 2}
_MOST_DRAWS = 5
_POOL = 3000
"""Texts of a pool that are read, of which each draw takes some."""


class Found(NamedTuple):
    """What was right after so many labels, and earlier."""

    labels: int
    right: float
    earlier: float


class TunedFound(NamedTuple):
    """Fine-tunes of so many labels, one a draw, and the trial of the first draw."""

    name: str
    labels: int
    heads: list[float]
    tuned: list[float]
    """How right head and fine-tune are of the texts that were asked earlier, by draw."""
    all_tuned: list[float]
    """How right the fine-tune is of `TableSet.asked`, which has others, too."""
    is_taken: bool
    """Whether the trial is won, out of fold; then the fine-tune speaks, else the head."""
    earlier: float
    seconds: float
    """Of the processor, a fine-tune."""

    @property
    def served(self) -> float:
        """How right whoever speaks is, of the first draw."""
        return (self.tuned if self.is_taken else self.heads)[0]


def measure_table(folder: Path) -> Iterator[tuple[str, list[Found] | None]]:
    """Each set with a row a number of labels; None for one that is not there."""
    encoder = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    for name, earlier in EARLIER.items():
        known = table_set(folder, name)
        yield name, None if known is None else _measure(known, earlier, encoder)


def _measure(known: TableSet, earlier: dict[int, float], encoder: Encoder) -> list[Found]:
    def encode(texts: Sequence[str]) -> AnyVectors:
        return encoder.encode(texts).vectors

    pool = known.pool[:_POOL]
    question = question_of(_kind(known), known.categories)
    vectors = encode([text for text, _ in pool])
    asked = encode([text for text, _ in known.asked])
    truth = [label for _, label in known.asked]
    rows = []
    for count, before in earlier.items():
        scores = []
        for draw in range(_DRAWS.get(count, _MOST_DRAWS)):
            chosen = np.random.default_rng(draw).permutation(len(pool))[:count]
            head = _head(question, vectors[chosen], [pool[at][1] for at in chosen], encode, draw)
            scores.append(_right(head.predict(asked), truth, question))
        rows.append(Found(count, float(np.mean(scores)), before))
    return rows


def _kind(known: TableSet) -> str:
    return "choices" if isinstance(known.pool[0][1], list) else "choice"


def _head(
    question: Question,
    vectors: AnyVectors,
    labels: Sequence[Any],
    encode: Callable[[Sequence[str]], AnyVectors],
    seed: int,
) -> Answering:
    learner = LEARNERS[question.type]
    unlearned = None if labels else learner.unlearned(question, encode)
    return unlearned or learner.fit(question, vectors, labels, encode, seed=seed)


def _right(said: Sequence[Prediction], truth: Sequence[Any], question: Question) -> float:
    """The share that is right; of sets micro-F1."""
    if question.type == "choice":
        return float(np.mean([each.label == true for each, true in zip(said, truth, strict=True)]))
    names = question.category_ids
    chosen, targets = (
        np.array([[float(name in label) for name in names] for label in labels])
        for labels in ([each.label for each in said], truth)
    )
    return micro_f1(chosen, targets)


def measure_tuned(folder: Path) -> Iterator[TunedFound]:
    """A row each of TUNED whose set is there."""
    encoder = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    for (name, count), earlier in TUNED.items():
        known = table_set(folder, name)
        if known is not None:
            draws = [_Draw(known, count, draw, encoder) for draw in range(TUNED_DRAWS)]
            found = [draw.right() for draw in draws]
            yield TunedFound(
                name=name,
                labels=count,
                heads=[each.head for each in found],
                tuned=[each.tuned for each in found],
                all_tuned=[each.all_tuned for each in found],
                is_taken=draws[0].is_won(),
                earlier=earlier,
                seconds=float(np.mean([each.seconds for each in found])),
            )


class _Right(NamedTuple):
    head: float
    tuned: float
    all_tuned: float
    seconds: float


class _Draw:
    """Head, fine-tune and trial as `annotate.services.tune` has them, of labels by chance."""

    def __init__(self, known: TableSet, count: int, draw: int, encoder: Encoder) -> None:
        self._encoder, self._seed = encoder, draw
        self._question = question_of("choice", known.categories)
        chosen = np.random.default_rng(draw).permutation(len(known.pool))[:count]
        self._texts, self._labels = (
            list(each) for each in zip(*(known.pool[at] for at in chosen), strict=True)
        )
        self._vectors = self._encode(self._texts)
        self._first, self._asked = known.first, known.asked

    def right(self) -> _Right:
        """How right head and fine-tune of all labels are."""
        everything, first = list(range(len(self._labels))), len(self._first)
        texts, truth = ([row[at] for row in [*self._first, *self._asked]] for at in (0, 1))
        head = self._fit(everything).predict(self._encode(texts[:first]))
        tuned = self._tune(everything, texts)
        return _Right(
            head=_right(head, truth[:first], self._question),
            tuned=_right(tuned.said[:first], truth[:first], self._question),
            all_tuned=_right(tuned.said[first:], truth[first:], self._question),
            seconds=tuned.seconds,
        )

    def is_won(self) -> bool:
        folds = folds_of(self._labels, seed=self._seed)
        said: dict[str, dict[int, Prediction]] = {"head": {}, "tuned": {}}
        for fold in range(FOLDS):
            learnt, asked = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            tuned = self._tune(learnt.tolist(), [self._texts[at] for at in asked]).said
            head = self._fit(learnt.tolist()).predict(self._vectors[asked])
            said["tuned"] |= dict(zip(asked.tolist(), tuned, strict=True))
            said["head"] |= dict(zip(asked.tolist(), head, strict=True))
        head, tuned = ([side[at] for at in range(len(folds))] for side in said.values())
        classes = LEARNERS["choice"].classes(self._question)
        both = Compared(head, tuned)
        return compare(self._question, classes, self._labels, both, folds).is_better

    def _tune(self, rows: Sequence[int], asked: Sequence[str]) -> Tuned:
        lesson = Lesson(
            question=self._question,
            probe=self._fit(rows).to_bytes(),
            texts=tuple(self._texts[at] for at in rows),
            labels=tuple(self._labels[at] for at in rows),
            asked=tuple(asked),
            seed=self._seed,
        )
        return tune(DEFAULT_TEXT_ENCODER, lesson, progress=lambda *_: None)

    def _fit(self, rows: Sequence[int]) -> Answering:
        labels = [self._labels[at] for at in rows]
        return LEARNERS["choice"].fit(
            self._question, self._vectors[rows], labels, self._encode, seed=self._seed
        )

    def _encode(self, texts: Sequence[str]) -> AnyVectors:
        return self._encoder.encode(texts).vectors
