"""How right the heads are after so many labels, on held out texts with a known truth.

The movie reviews of `sentiment_mr` (the sentences that SST-2 was made of; a folder of public crowd
sets is given by the user and not part of the project), the sets of `public_texts`, and, for label
types without a public set here, short reviews made from templates, which are easy and are named
as made.
"""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.public_texts import REVIEWS, Labelled, labelled_sets
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.votes import JSON
from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.heads import AnyVectors
from models_assist.learners import LEARNERS
from models_assist.loading import load_encoder

LABELS = (0, 32, 128, 512)
_TESTED = 500
_DRAWS = 5
_STEPS = ("terrible", "weak", "decent", "good", "superb")
_PARTS = ("plot", "acting", "music", "photography")
_FRAMES = (
    "The {part} was {word}.",
    "I found the {part} {word}.",
    "What a {word} piece of {part}!",
)


def reviews(folder: Path) -> tuple[list[str], list[Any]]:
    """Return the sentences of sentiment_mr and "pos" or "neg" of each."""
    with (folder / "gold.csv").open(encoding="utf-8", newline="") as file:
        gold = {row["item_id"]: row["gold"] for row in csv.DictReader(file)}
    with (folder / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["item_id"] in gold]
    return [row["text"] for row in rows], [["neg", "pos"][int(gold[r["item_id"]])] for r in rows]


def made_up(kind: str, count: int, seed: int) -> tuple[list[Any], list[Any]]:
    """Return reviews made from templates, or pairs of them, and the label of each."""
    dice = np.random.default_rng(seed)

    def review(step: int, parts: Sequence[str]) -> str:
        return " ".join(str(dice.choice(_FRAMES)).format(part=p, word=_STEPS[step]) for p in parts)

    texts: list[Any] = []
    labels: list[Any] = []
    for _ in range(count):
        step, other = (int(each) for each in dice.integers(0, len(_STEPS), 2))
        parts = [part for part in _PARTS if dice.random() < 0.4] or ["plot"]
        if kind == "rating":
            texts, labels = [*texts, review(step, parts)], [*labels, step + 1]
        elif kind == "choices":
            texts, labels = [*texts, review(step, parts)], [*labels, parts]
        else:
            side = "tie" if step == other else "left" if step > other else "right"
            texts = [*texts, (review(step, parts), review(other, parts))]
            labels = [*labels, side]
    return texts, labels


def question_of(kind: str, categories: list[JSON] | None = None) -> Question:
    """Return the question that the labels of a set answer; a choice of the `categories`, or
    whether a review is good."""
    settings: dict[str, dict[str, Any]] = {
        "choice": {"categories": REVIEWS},
        "choices": {"categories": [{"id": part} for part in _PARTS]},
        "rating": {"min": 1, "max": len(_STEPS)},
        "pairwise": {"on": ["left", "right"]},
    }
    inputs = [{"id": name, "type": "text"} for name in ("left", "right")]
    question = {"id": "q", "type": kind, **settings[kind]}
    if categories is not None:
        question["categories"] = categories
    return LabelSchema.from_json({"inputs": inputs, "questions": [question]}).questions[0]


def accuracies(
    question: Question,
    vectors: AnyVectors,
    labels: Sequence[Any],
    encode: Callable[..., AnyVectors],
) -> list[float | None]:
    """Return the accuracy on the last _TESTED rows after each of LABELS, the mean of _DRAWS draws
    of the labels; None: nothing is said."""
    learner = LEARNERS[question.type]
    truth, pool = labels[-_TESTED:], len(labels) - _TESTED
    found: list[float | None] = []
    for count in LABELS:
        scores = []
        for draw in range(_DRAWS if count else 1):
            rows = np.random.default_rng(draw).permutation(pool)[:count]
            known = [labels[at] for at in rows]
            head = (
                learner.fit(question, vectors[rows], known, encode, seed=draw)
                if count
                else learner.unlearned(question, encode)
            )
            if head is not None:
                said = head.predict(vectors[-_TESTED:])
                right = sum(each.label == label for each, label in zip(said, truth, strict=True))
                scores.append(right / _TESTED)
        found.append(sum(scores) / len(scores) if scores else None)
    return found


def measure_heads(crowd: Path | None, public: Path | None) -> dict[str, list[float | None]]:
    """Return the accuracies of each set that is there, by its name."""
    encoder = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    count, found = 2 * LABELS[-1] + _TESTED, {}

    def encode(texts: Sequence[str]) -> AnyVectors:
        return encoder.encode(texts).vectors

    sets = {} if public is None else labelled_sets(public)
    if crowd is not None:
        sets["sentiment_mr"] = Labelled(*reviews(crowd / "sentiment_mr"), REVIEWS)
    for name, (texts, labels, categories) in sets.items():
        order = np.random.default_rng(0).permutation(len(texts))[:count]
        vectors = encode([texts[at] for at in order])
        known = [labels[at] for at in order]
        question = question_of("choice", categories)
        found[name] = accuracies(question, vectors, known, encode)
    for kind in ("choices", "rating", "pairwise"):
        made, labels = made_up(kind, count, seed=0)
        sides = list(zip(*made, strict=True)) if kind == "pairwise" else [made]
        vectors = np.concatenate([encode(side) for side in sides], axis=1)
        found[f"{kind}, made from templates"] = accuracies(
            question_of(kind), vectors, labels, encode
        )
    return found
