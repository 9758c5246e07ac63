"""What a model says with its own labels, as labels of a question. Numbers in, predictions out.

A label that is mapped to nothing takes its share with it: where too little is left of a choice,
nothing is predicted, and people answer as if there were no model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.label_types.boxes import TOLERANCE, BoxesLimits
from labeling.label_types.choices import ChoicesLimits
from labeling.questions import Question, limits_of
from models_assist.calibrate import Numbers
from models_assist.heads import AnyVectors, Prediction
from models_assist.many import chosen_sets
from models_assist.mapping import classes_of, parts_of
from models_assist.readings import span_key
from models_assist.vectors import States
from models_assist.words import Word

FEWEST_MAPPED = 0.5
"""With less of the whole on mapped labels, the model means something else."""
MOST_THINGS = 100
"""A detector that finds more in one picture finds noise."""
SAME_THING = 0.5
"""Overlap above which two boxes of one category are one thing (as in non-maximum suppression)."""


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A question, and the class that each of a model's labels means in it."""

    question: Question
    labels: tuple[str, ...]
    """In the order of the model's outputs."""
    mapping: Mapping[str, str]
    threshold: float
    """What is less sure than this is not said: categories of a set, spans, boxes."""

    def shares(self, rows: Numbers) -> Numbers:
        """From (n, labels) to (n, classes): each the sum of its labels' shares."""
        classes = classes_of(self.question)
        matrix = np.zeros((len(self.labels), len(classes)))
        for at, label in enumerate(self.labels):
            if label in self.mapping:
                matrix[at, classes.index(self.mapping[label])] = 1.0
        return np.asarray(rows @ matrix)


def say_classes(mapped: Mapped, rows: AnyVectors) -> list[Prediction | None]:
    """Of shares of the model's labels, (n, labels): a choice, a rating or a set each."""
    exact = np.asarray(rows, dtype=float)
    shares = np.minimum(mapped.shares(exact), 1.0)
    if mapped.question.type == "choices":
        # A text without words has no share of anything.
        holds_words = np.asarray(exact.any(axis=1)).tolist()
        pairs = zip(_sets(mapped, shares), holds_words, strict=True)
        return [said if is_read else None for said, is_read in pairs]
    sums = shares.sum(axis=1)
    return [
        _choice(mapped.question, row / total) if total >= FEWEST_MAPPED else None
        for row, total in zip(shares, sums.tolist(), strict=True)
    ]


def say_entailed(mapped: Mapped, logits: AnyVectors) -> list[Prediction | None]:
    """Of logits that each category's claim follows, or does not, (n, categories, 2).

    Of a choice the categories compete by what speaks for them; in a set each stands alone.
    """
    said = np.asarray(logits, dtype=float)
    if mapped.question.type == "choices":
        shares = 1.0 / (1.0 + np.exp(np.clip(said[:, :, 1] - said[:, :, 0], -60, 60)))
        return [*_sets(mapped, shares)]
    follows = np.exp(said[:, :, 0] - said[:, :, 0].max(axis=1, keepdims=True))
    rows = follows / follows.sum(axis=1, keepdims=True)
    return [_choice(mapped.question, row) for row in rows]


def _choice(question: Question, shares: Numbers) -> Prediction:
    classes = classes_of(question)
    scores = dict(zip(classes, shares.tolist(), strict=True))
    best = max(scores, key=scores.__getitem__)
    label = int(best) if question.type == "rating" else best
    return Prediction(label=label, score=scores[best], scores=scores)


def _sets(mapped: Mapped, shares: Numbers) -> list[Prediction]:
    question = mapped.question
    limits = limits_of(question, ChoicesLimits)
    levels = np.full(shares.shape[1], mapped.threshold)
    chosen = chosen_sets(shares, levels, limits.min, limits.max)
    said = []
    for row, is_in in zip(shares, chosen, strict=True):
        label = [name for name, yes in zip(question.category_ids, is_in, strict=True) if yes]
        score = float(np.where(is_in > 0, row, 1.0 - row).prod())
        scores = dict(zip(question.category_ids, row.tolist(), strict=True))
        said.append(Prediction(label=label, score=score, scores=scores))
    return said


def say_spans(mapped: Mapped, words: Sequence[Word], states: States) -> Prediction:
    """Of the share of each tag at each word, (words, 1, tags): spans of whole words.

    Each word gets its likeliest tag. A span begins at a B or S, where the kind changes, and after
    what is outside or an E; its score is the mean share of its words' tags.
    """
    shares = np.asarray(states, dtype=float).reshape(len(words), -1)
    spans: list[tuple[int, int, str, float]] = []
    for kind, first, last, score in _runs(mapped.labels, shares):
        category = mapped.mapping.get(kind)
        if category is not None and score >= mapped.threshold:
            spans.append((words[first].start, words[last].end, category, score))
    score = min((each[3] for each in spans), default=_nothing(mapped, shares))
    return Prediction(
        label=[{"start": a, "end": b, "category": category} for a, b, category, _ in spans],
        score=score,
        scores={span_key(a, b, category): share for a, b, category, share in spans},
    )


def _runs(labels: Sequence[str], shares: Numbers) -> list[tuple[str, int, int, float]]:
    """Kind, first word, last word and mean share of each stretch that is one thing."""
    runs: list[tuple[str, int, int, float]] = []
    held: list[float] = []
    is_open = False
    for at, row in enumerate(shares):
        best = int(row.argmax()) if row.any() else -1
        place, kind = parts_of(labels[best]) if best >= 0 else ("", "")
        if not kind:
            is_open = False
            continue
        goes_on = is_open and place not in {"B", "S"} and runs[-1][0] == kind
        held = [*held, row[best]] if goes_on else [row[best]]
        run = (kind, runs[-1][1] if goes_on else at, at, float(np.mean(held)))
        runs[-1 if goes_on else len(runs) :] = [run]
        is_open = place not in {"E", "S"}
    return runs


def _nothing(mapped: Mapped, shares: Numbers) -> float:
    """How sure it is that there is no span of the question: the least sure word tells."""
    said = [at for at, tag in enumerate(mapped.labels) if parts_of(tag)[1] in mapped.mapping]
    return float(1.0 - shares[:, said].sum(axis=1).max()) if len(shares) and said else 1.0


def say_boxes(mapped: Mapped, size: tuple[int, int], things: States) -> Prediction:
    """Of things in a picture, (things, 4 + labels), and its width and height in pixels: boxes in
    these pixels, cut off at its edges, the surest of those that lie on one another."""
    rows = np.asarray(things, dtype=float)
    shares = mapped.shares(rows[:, 4:])
    order = np.argsort(-shares.max(axis=1), kind="stable")[: 4 * MOST_THINGS]
    kept: list[tuple[Numbers, str, float]] = []
    smallest = max(limits_of(mapped.question, BoxesLimits).min_side, TOLERANCE)
    for at in order.tolist():
        best = int(shares[at].argmax())
        category = classes_of(mapped.question)[best]
        edges = np.round(np.clip(rows[at, :4], 0, 1) * [*size, *size], 2)
        sides = edges[2:] - edges[:2]
        if shares[at, best] < mapped.threshold or sides.min() < smallest:
            continue
        if all(name != category or _overlap(edges, other) < SAME_THING for other, name, _ in kept):
            kept.append((edges, category, min(float(shares[at, best]), 1.0)))
    nothing = 1.0 - min(float(shares.max(initial=0.0)), 1.0)
    kept = sorted(kept[:MOST_THINGS], key=lambda each: (each[0][1], each[0][0]))
    return Prediction(
        label=[_box(edges, category) for edges, category, _ in kept],
        score=min((score for *_, score in kept), default=nothing),
        scores={f"{place} {name}": score for place, (_, name, score) in enumerate(kept)},
    )


def _box(edges: Numbers, category: str) -> dict[str, object]:
    left, top, right, bottom = (float(edge) for edge in edges)
    width, height = round(right - left, 2), round(bottom - top, 2)
    return {"x": left, "y": top, "width": width, "height": height, "category": category}


def _overlap(one: Numbers, other: Numbers) -> float:
    """Intersection over union of two boxes given by their edges."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    shared = float(np.maximum(sides, 0).prod())
    areas = float((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod())
    return shared / (areas - shared) if areas > shared else 0.0
