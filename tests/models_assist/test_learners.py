"""Each learner through the one protocol: it learns, says how well, and survives storage."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.calibrate import Numbers
from models_assist.head_storage import UnreadableHead
from models_assist.heads import AnyVectors
from models_assist.learners import LEARNERS, known_label
from models_assist.many import (
    chosen_sets,
    fit_many,
    many_shares,
    micro_f1,
    set_losses,
    tuned_thresholds,
)
from models_assist.ordinal import fit_ordinal, median_steps, ordinal_shares
from models_assist.pairs import fit_pairs, pair_shares
from models_assist.readings import LEARNT, inputs_of, is_readable

WIDTH = 12
CATEGORIES = [{"id": "x"}, {"id": "y"}, {"id": "z"}]
INPUTS = [{"id": name, "type": "text"} for name in ("one", "other")]
QUESTIONS: dict[str, dict[str, Any]] = {
    "choice": {"categories": CATEGORIES},
    "choices": {"categories": CATEGORIES, "min": 0},
    "rating": {"min": 1, "max": 5},
    "pairwise": {"on": ["one", "other"]},
}


def schema_of(kind: str, **changed: Any) -> LabelSchema:
    question = {"id": "q", "type": kind, **QUESTIONS[kind], **changed}
    return LabelSchema.from_json({"inputs": INPUTS, "questions": [question]})


def question_of(kind: str, **changed: Any) -> Question:
    return schema_of(kind, **changed).questions[0]


def encode(texts: Sequence[str]) -> AnyVectors:
    return np.zeros((len(texts), WIDTH))


def drawn(kind: str, count: int, seed: int) -> tuple[Numbers, list[Any]]:
    """Vectors, and labels that hang on their first three numbers with some noise."""
    dice = np.random.default_rng(seed)
    width = 2 * WIDTH if kind == "pairwise" else WIDTH
    vectors = dice.normal(size=(count, width))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    noisy = vectors + dice.normal(scale=0.05, size=vectors.shape)
    if kind == "choice":
        return vectors, ["xyz"[place] for place in noisy[:, :3].argmax(axis=1)]
    if kind == "choices":
        return vectors, [["xyz"[k] for k in range(3) if row[k] > 0.25] for row in noisy]
    if kind == "rating":
        edges = np.array([-0.3, -0.1, 0.1, 0.3])
        return vectors, (1 + np.searchsorted(edges, noisy[:, 0])).tolist()
    gap = noisy[:, 0] - noisy[:, WIDTH]
    return vectors, ["tie" if abs(g) < 0.1 else "left" if g > 0 else "right" for g in gap]


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_head_learns_says_how_well_and_survives_storage(kind: str) -> None:
    learner, question = LEARNERS[kind], question_of(kind)
    head = learner.fit(question, *drawn(kind, 500, 1), encode, seed=0)
    vectors, labels = drawn(kind, 500, 2)
    said = head.predict(vectors)
    accuracy = np.mean([each.label == label for each, label in zip(said, labels, strict=True)])
    assert head.quality is not None
    assert head.quality.accuracy == pytest.approx(accuracy, abs=0.08), "out of fold foretells"
    assert accuracy > head.quality.majority_accuracy + 0.2
    assert head.quality.ece < 0.15
    assert sum(found.labels for found in head.quality.reliability) == head.quality.labels == 500
    assert tuple(head.quality.per_category) == learner.classes(question)
    for each in said:
        assert 0 <= each.score <= 1
        assert known_label(question, each.label) == each.label, "a label that people may give"
    again = learner.read(head.to_bytes(), question)
    assert again is not None
    assert again.quality == head.quality
    assert [each.label for each in again.predict(vectors)] == [each.label for each in said]


@pytest.mark.parametrize("kind", QUESTIONS)
@pytest.mark.parametrize("count", [1, 2, 7])
def test_few_labels_break_nothing(kind: str, count: int) -> None:
    question = question_of(kind)
    vectors, labels = drawn(kind, count, 3)
    head = LEARNERS[kind].fit(question, vectors, labels, encode, seed=0)
    for each in head.predict(vectors):
        assert np.isfinite(list(each.scores.values())).all()


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("choice", {"categories": CATEGORIES[:2]}),
        ("choices", {"categories": CATEGORIES[:2]}),
        ("rating", {"max": 4}),
        ("pairwise", {"allow_tie": False}),
    ],
)
def test_a_head_of_other_classes_is_passed_over(kind: str, changed: dict[str, Any]) -> None:
    learner = LEARNERS[kind]
    data = learner.fit(question_of(kind), *drawn(kind, 30, 1), encode, seed=0).to_bytes()
    assert learner.read(data, question_of(kind, **changed)) is None


def test_a_head_of_another_label_type_is_refused() -> None:
    rating = LEARNERS["rating"].fit(question_of("rating"), *drawn("rating", 30, 1), encode, seed=0)
    with pytest.raises(UnreadableHead):
        LEARNERS["choices"].read(rating.to_bytes(), question_of("choices"))


def test_what_is_read_of_an_item() -> None:
    assert inputs_of(schema_of("choice"), question_of("choice")) == (("one", "other"),)
    pairwise = schema_of("pairwise")
    assert inputs_of(pairwise, pairwise.questions[0]) == (("one",), ("other",))
    assert set(LEARNERS) == set(LEARNT)
    assert is_readable(pairwise, pairwise.questions[0])


def test_labels_that_the_question_no_longer_allows_are_not_learnt() -> None:
    assert known_label(question_of("rating"), 6) is None
    assert known_label(question_of("choices"), ["x", "gone"]) is None
    assert known_label(question_of("choices"), ["y", "x"]) == ["x", "y"]


def test_the_slopes_of_ratings_are_those_of_their_loss() -> None:
    """A wrong slope would end the search early: at the end nothing near is likelier."""
    vectors, labels = drawn("rating", 200, 4)
    targets = np.array(labels, dtype=float) - 1
    found = fit_ordinal(vectors, targets, 5.0, 5)

    def loss(parameters: Numbers) -> float:
        shares = ordinal_shares(parameters, vectors)[np.arange(200), targets.astype(int)]
        direction, raw = parameters[:WIDTH], parameters[WIDTH + 1 :]
        return float(-np.log(shares).sum() + direction @ direction / 10 + 0.025 * raw @ raw)

    least = loss(found)
    for place in range(len(found)):
        for step in (-0.05, 0.05):
            moved = found.copy()
            moved[place] += step
            assert loss(moved) > least - 1e-3


def test_the_median_step_is_said() -> None:
    shares = np.array([[0.4, 0.2, 0.4], [0.6, 0.4, 0.0], [0.0, 0.0, 1.0]])
    assert median_steps(shares).tolist() == [1, 0, 2]


def test_swapped_sides_swap_the_answer() -> None:
    dice = np.random.default_rng(0)
    features, targets = dice.normal(size=(80, 4)), dice.integers(0, 3, 80).astype(float)
    parameters = fit_pairs(features, targets, 5.0, 3)
    there, back = pair_shares(parameters, features, 3), pair_shares(parameters, -features, 3)
    assert np.allclose(there[:, [1, 0, 2]], back)


def test_what_is_rare_is_found_by_a_lower_threshold() -> None:
    dice = np.random.default_rng(0)
    targets = (dice.random((400, 2)) < [0.1, 0.5]).astype(float)
    said = np.clip(0.25 * targets + 0.1 + dice.normal(scale=0.05, size=targets.shape), 0, 1)
    thresholds = tuned_thresholds(said, targets, 0, 2)
    assert (thresholds < 0.5).all()
    assert (chosen_sets(said, thresholds, 0, 2) == targets).mean() > 0.95


def test_what_is_hard_to_tell_is_not_named_for_its_own_sake() -> None:
    dice = np.random.default_rng(0)
    targets = (dice.random((400, 2)) < [0.5, 0.1]).astype(float)
    said = np.column_stack([np.clip(targets[:, 0], 0.1, 0.9), dice.uniform(0, 0.2, 400)])
    chosen = chosen_sets(said, tuned_thresholds(said, targets, 0, 2), 0, 2)
    assert micro_f1(chosen, targets) > 0.9
    assert chosen[:, 1].sum() == 0


def test_a_set_keeps_to_its_limits() -> None:
    said, thresholds = np.array([[0.9, 0.8, 0.7], [0.1, 0.2, 0.3]]), np.full(3, 0.5)
    assert chosen_sets(said, thresholds, 1, 2).tolist() == [[1, 1, 0], [0, 0, 1]]


def test_what_is_named_anyway_asks_for_no_low_threshold() -> None:
    """Each row names one category at least, so only what comes second is for the threshold."""
    targets = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    said = np.array([[0.12, 0.11], [0.11, 0.10], [0.40, 0.30]])
    assert tuned_thresholds(said, targets, 0, 2)[0] < 0.12
    thresholds = tuned_thresholds(said, targets, 1, 2)
    assert thresholds[0] > 0.11
    assert chosen_sets(said, thresholds, 1, 2).tolist() == targets.tolist()


def by_text(count: int, seed: int, *, dealt: Sequence[int]) -> tuple[Numbers, Numbers, Numbers]:
    """Vectors, sets of four categories, and the categories' texts, dealt in some order."""
    dice = np.random.default_rng(seed)
    texts = np.eye(4, WIDTH)
    targets = (dice.random((count, 4)) < [0.5, 0.5, 0.25, 0.25]).astype(float)
    vectors = targets @ texts + dice.normal(scale=0.3, size=(count, WIDTH))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, targets, texts[list(dealt)]


def told_apart(shares: Numbers, targets: Numbers) -> float:
    """How often what belongs is likelier than what does not: the area under the ROC curve."""
    return float(np.mean(shares[targets == 1][:, None] > shares[targets == 0][None, :]))


def test_a_category_without_labels_is_known_by_its_text() -> None:
    vectors, targets, texts = by_text(200, 0, dealt=(0, 1, 2, 3))
    usual = targets[:, 2:].sum(axis=1) == 0
    found = fit_many(vectors[usual], targets[usual], 5.0, category_vectors=texts)
    shares = many_shares(found, vectors)
    assert told_apart(shares[:, 2], targets[:, 2]) > 0.9
    silent = fit_many(vectors[usual], targets[usual], 5.0, category_vectors=0.0 * texts)
    assert told_apart(many_shares(silent, vectors)[:, 2], targets[:, 2]) < 0.8


def test_texts_that_mislead_are_trusted_no_more() -> None:
    vectors, targets, texts = by_text(200, 0, dealt=(1, 0, 3, 2))
    found = fit_many(vectors, targets, 5.0, category_vectors=texts)
    asked, truth, _ = by_text(200, 1, dealt=(0, 1, 2, 3))
    shares = many_shares(found, asked)
    assert min(told_apart(shares[:, k], truth[:, k]) for k in range(4)) > 0.9


def test_the_slopes_of_sets_are_those_of_their_loss() -> None:
    """Trust in the texts is fitted with all else: no other, with the weights that suit it, is
    likelier."""
    vectors, targets, texts = by_text(40, 1, dealt=(0, 1, 2, 3))
    found = fit_many(vectors, targets, 5.0, category_vectors=texts)
    apart, middle = texts - texts.mean(axis=0), vectors.mean(axis=0)

    def loss(parameters: Numbers, trust: float) -> float:
        pull = np.vstack([apart.T, -(middle @ apart.T)])
        own = parameters - trust * pull
        misfit = set_losses(many_shares(parameters, vectors), targets).sum()
        spread = ((trust - 5.0) / 7.0) ** 2 / 2
        return float(misfit + (own[:-1] ** 2).sum() / 10 + 0.05 * (own[-1] ** 2).sum() + spread)

    best = min(np.linspace(0.0, 20.0, 401), key=lambda trust: loss(found, trust))
    least = loss(found, best)
    dice = np.random.default_rng(2)
    for _ in range(200):
        moved = found + dice.normal(scale=0.05, size=found.shape)
        assert loss(moved, best + dice.normal(scale=0.5)) > least


def test_the_texts_of_a_picture_s_categories_say_nothing() -> None:
    """There they are zeros, and the fit is a plain logistic regression."""
    vectors, targets, texts = by_text(60, 3, dealt=(0, 1, 2, 3))
    found = fit_many(vectors, targets, 5.0, category_vectors=np.zeros_like(texts))
    said = many_shares(found, vectors)
    slope = vectors.T @ (said - targets) + found[:-1] / 5.0
    assert np.abs(slope).max() < 0.01


def test_a_category_that_was_never_named_has_finite_odds() -> None:
    dice = np.random.default_rng(0)
    parameters = fit_many(
        dice.normal(size=(20, 4)), np.zeros((20, 1)), 5.0, category_vectors=np.ones((1, 4))
    )
    assert np.isfinite(parameters).all()
