"""How well spans are found after so many sentences: strict F1 on a set in the CoNLL format.

A file a split, one word a line with its tag in the last column (IOB or BIO), an empty line behind
each sentence. The user gives the folder; texts of CoNLL-2003 may not be passed on and are no part
of the project.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labeling.label_types.spans import Span
from labeling.span_tags import SpanScore, spans_of
from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.loading import load_encoder
from models_assist.memory import memory_of
from models_assist.span_head import fit_span_head
from models_assist.token_features import ReadText
from models_assist.words import Piece, words_of

SENTENCES = (8, 32, 128, 512)
EARLIER = {8: 0.11, 32: 0.34, 128: 0.56, 512: 0.70}
"""Frozen states with shapes under Viterbi in an earlier measurement on CoNLL-2003, one run."""
TESTED = 400
TRAIN, TEST = "eng.train", "eng.testb"
_DRAWS = {8: 6, 32: 5, 128: 4}


class Sentence(NamedTuple):
    """A text and its spans."""

    text: str
    spans: list[Span]


class Row(NamedTuple):
    """Strict scores after so many sentences, the mean of the draws."""

    sentences: int
    head: SpanScore
    foretold: float
    """The F1 that the heads had said of themselves, out of fold."""
    memory: SpanScore


def conll_below(folder: Path) -> Path | None:
    """The first folder that holds both files; None where there is none."""
    found = (place.parent for place in sorted(folder.rglob(TRAIN)))
    return next((each for each in found if (each / TEST).is_file()), None)


def sentences_of(path: Path) -> list[Sentence]:
    """Return the sentences of a file, their words joined by a space."""
    found, rows = [], []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip() and not line.startswith("-DOCSTART-"):
            rows.append(line.split())
        elif rows:
            found.append(_sentence([row[0] for row in rows], [row[-1] for row in rows]))
            rows = []
    return found


def _sentence(words: Sequence[str], tags: Sequence[str]) -> Sentence:
    ends = np.cumsum([len(word) + 1 for word in words]) - 1
    starts = [0, *(ends[:-1] + 1)]
    spans = [Span(int(starts[a]), int(ends[b - 1]), name) for a, b, name in spans_of(tags)]
    return Sentence(" ".join(words), spans)


def measure_spans(folder: Path, sizes: Sequence[int], tested: int) -> list[Row]:
    """Return a row a size; the draws of a size share no sentence."""
    dice = np.random.default_rng(0)
    train, test = (sentences_of(folder / name) for name in (TRAIN, TEST))
    train = [train[at] for at in dice.permutation(len(train))]
    test = [test[at] for at in dice.permutation(len(test))[:tested]]
    draws = {size: _DRAWS.get(size, 1) for size in sizes}
    train = train[: max(size * times for size, times in draws.items())]
    read = _read([*train, *test])
    known, asked = read[: len(train)], read[len(train) :]
    names = sorted({span.category for each in train for span in each.spans})
    rows = []
    for size, times in draws.items():
        found, foretold, recalled = [], [], []
        for draw in range(times):
            part = slice(draw * size, (draw + 1) * size)
            spans = [each.spans for each in train[part]]
            head = fit_span_head(names, known[part], spans, seed=draw)
            said = [[Span(**span) for span in each.label] for each in head.predict(asked)]
            found.append(_score(said, test))
            foretold.append(0.0 if head.quality is None else head.quality.f1 or 0.0)
            memory = memory_of((each.text, each.spans) for each in train[part])
            recalled.append(
                _score(
                    [[each.span for each in memory.recall(r.text, r.words)] for r in asked], test
                )
            )
        rows.append(Row(size, _mean(found), float(np.mean(foretold)), _mean(recalled)))
    return rows


def _read(sentences: Sequence[Sentence]) -> list[ReadText]:
    encoder = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    words = [words_of(each.text) for each in sentences]
    pieces = [Piece(0, each.text, tuple(w)) for each, w in zip(sentences, words, strict=True)]
    states = encoder.read_words(pieces).states
    return [
        ReadText(each.text, own, state)
        for each, own, state in zip(sentences, words, states, strict=True)
    ]


def _score(said: Sequence[Sequence[Span]], truth: Sequence[Sentence]) -> SpanScore:
    right = sum(len({*a} & {*b.spans}) for a, b in zip(said, truth, strict=True))
    marked, true = sum(map(len, said)), sum(len(each.spans) for each in truth)
    return SpanScore(right / max(marked, 1), right / true, 2 * right / (marked + true))


def _mean(scores: Sequence[SpanScore]) -> SpanScore:
    return SpanScore(*(float(each) for each in np.mean(np.array(scores), axis=0)))


def furthest_behind(rows: Sequence[Row]) -> float | None:
    """Return by how much F1 is below EARLIER at worst; None without a size that EARLIER has."""
    gaps = [EARLIER[row.sentences] - row.head.f1 for row in rows if row.sentences in EARLIER]
    return max(gaps, default=None)
