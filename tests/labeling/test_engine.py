"""One engine for every label type: polls, their posteriors, and the labels made of them."""

from collections.abc import Mapping
from itertools import product
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.aggregation import aggregate
from labeling.ballots import Ballots
from labeling.engine import QuestionFit, fit_question
from labeling.label_types import LABEL_TYPES
from labeling.label_types.spans import Span
from labeling.questions import Question
from labeling.votes import Label
from tests.labeling.samples import CATEGORIES, SAMPLES, Samples, calmly, seeded

Answers = dict[Any, dict[Any, Label]]
every_type = pytest.mark.parametrize("samples", SAMPLES.values(), ids=SAMPLES.keys())


def question(**raw: Any) -> Question:
    return Samples(question={"id": "q", **raw}, good=("", "", ""), bad=()).parsed_question


CHOICE = question(type="choice", categories=CATEGORIES)
CHOICES = question(type="choices", categories=CATEGORIES, min=1, max=2)
RATING = question(type="rating", min=1, max=5)
TEXT = question(type="text")
SPANS = question(type="spans", on="text", categories=CATEGORIES)
PAIRWISE = question(type="pairwise", on=["left", "right"])


def crowd_of(
    labels: Mapping[Any, Any], wrong: Any, accuracies: tuple[float, ...], seed: int = 0
) -> Answers:
    """Return the answers of workers with these accuracies; `wrong(chance, label)` is a slip."""
    chance = seeded(seed)
    return {
        item: {
            f"w{number}": label if chance.random() < accuracy else wrong(chance, label)
            for number, accuracy in enumerate(accuracies)
        }
        for item, label in labels.items()
    }


def check(fit: QuestionFit, answers: Answers, asked: Question) -> None:
    """Every number is one, posteriors sum to 1, and every label is a label of the type."""
    label_type = LABEL_TYPES[asked.type]
    assert fit.labels.keys() == {item for item, labels in answers.items() if labels}
    for scored in fit.labels.values():
        assert 0.0 <= scored.score <= 1.0 + 1e-9
        facts = Samples(question=asked.to_json(), good=("", "", ""), bad=()).facts
        assert label_type.parse(label_type.dump(scored.label), asked, facts) == scored.label
    for results in fit.results.values():
        for result in results:
            assert sum(result.posterior) == pytest.approx(1.0)
    assert all(0.0 <= trust <= 1.0 for trust in fit.reliability.values())
    assert np.isfinite([*fit.reliability.values()]).all()


@every_type
@settings(calmly, max_examples=60)
@given(table=st.lists(st.lists(st.integers(-1, 2), max_size=4), max_size=6))
def test_any_answers_give_labels_and_finite_numbers(
    samples: Samples, table: list[list[int]]
) -> None:
    labels = samples.labels()
    answers: Answers = {
        f"i{item}": {f"w{worker}": labels[said] for worker, said in enumerate(row) if said >= 0}
        for item, row in enumerate(table)
    }
    check(fit_question(samples.parsed_question, answers), answers, samples.parsed_question)


@every_type
def test_one_worker_all_the_same_and_all_different_are_sensible(samples: Samples) -> None:
    asked, labels = samples.parsed_question, samples.labels()
    alone: Answers = {"a": {"w": labels[1]}}
    assert fit_question(asked, alone).labels["a"].label == labels[1]
    same: Answers = {item: dict.fromkeys("uvw", labels[0]) for item in range(200)}
    fit = fit_question(asked, same)
    assert {scored.label for scored in fit.labels.values()} == {labels[0]}
    assert min(scored.score for scored in fit.labels.values()) > 0.9
    apart: Answers = {item: dict(zip("uvw", labels, strict=True)) for item in range(200)}
    check(fit_question(asked, apart), apart, asked)
    assert fit_question(asked, {}).labels == {}


@every_type
@settings(calmly, max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_items_and_workers_changes_nothing(samples: Samples, seed: int) -> None:
    asked, labels = samples.parsed_question, samples.labels()
    chance = seeded(seed)
    answers: Answers = {
        item: {worker: chance.choice(labels) for worker in chance.sample(range(8), 3)}
        for item in range(30)
    }
    items = chance.sample(sorted(answers, key=str), len(answers))
    turned: Answers = {
        item: dict(chance.sample(list(answers[item].items()), len(answers[item])))
        for item in items
    }
    straight, crooked = fit_question(asked, answers), fit_question(asked, turned)
    for item in answers:
        one, other = straight.labels[item], crooked.labels[item]
        assert one.score == pytest.approx(other.score)
        ties = len(set(answers[item].values())) > 1  # then a label may win by the order alone
        assert one.label == other.label or (asked.type == "text" and ties)
    for worker, trust in straight.reliability.items():
        assert crooked.reliability[worker] == pytest.approx(trust)


@settings(calmly, max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_other_names_of_the_categories_only_rename_the_labels(seed: int) -> None:
    chance = seeded(seed)
    names = ["PER", "LOC", "ORG"]
    swap = dict(zip(names, chance.sample(names, 3), strict=True))
    truth = {item: chance.choice(names) for item in range(150)}
    answers = crowd_of(truth, lambda chance, label: chance.choice(names), (0.9, 0.7, 0.5), seed)
    renamed: Answers = {
        item: {worker: swap[str(label)] for worker, label in labels.items()}
        for item, labels in answers.items()
    }
    straight, crooked = fit_question(CHOICE, answers), fit_question(CHOICE, renamed)
    for item, scored in straight.labels.items():
        assert crooked.labels[item].score == pytest.approx(scored.score)
        assert crooked.labels[item].label == swap[str(scored.label)] or scored.score < 0.5 + 1e-6


def test_a_choice_is_the_engine_itself() -> None:
    chance = seeded(1)
    votes = [(item, worker, chance.randrange(3)) for item, worker in product(range(200), range(5))]
    answers: Answers = {item: {} for item in range(200)}
    for item, worker, said in votes:
        answers[item][worker] = CHOICE.category_ids[said]
    whole = aggregate(Ballots.of(votes, (200, 5, 3)))
    fit = fit_question(CHOICE, answers)
    found = [fit.results[item][0].posterior for item in range(200)]
    assert np.array(found) == pytest.approx(whole.posterior)


def test_a_good_worker_outweighs_two_bad_ones() -> None:
    chance = seeded(0)
    truth = {item: chance.choice(["left", "right"]) for item in range(300)}
    answers = crowd_of(
        truth,
        lambda chance, _: chance.choice(["left", "right", "tie"]),
        (0.97, 0.97, 0.3, 0.3, 0.3),
    )
    fit = fit_question(PAIRWISE, answers)
    right = sum(fit.labels[item].label == label for item, label in truth.items())
    assert right > 285
    assert fit.reliability["w0"] > 0.85
    assert fit.reliability["w4"] < 0.7


def test_what_an_expert_said_is_the_label_and_teaches() -> None:
    chance = seeded(3)
    truth = {item: chance.choice(["PER", "LOC"]) for item in range(200)}
    answers: Answers = {
        item: {"honest": label, "liar": "LOC" if label == "PER" else "PER"}
        for item, label in truth.items()
    }
    known = {item: truth[item] for item in range(100)}
    fit = fit_question(CHOICE, answers, known)
    assert all(fit.labels[item].label == label for item, label in truth.items())
    assert fit.reliability["honest"] > 0.8
    assert fit.reliability["liar"] < 0.3
    assert fit_question(CHOICE, {}, {"new": "ORG"}).labels["new"].label == "ORG"
    spoken: Answers = {1: {"w": (Span(0, 3, "PER"),)}}
    assert fit_question(SPANS, spoken, {1: (Span(5, 9, "LOC"),)}).labels[1].label == (
        Span(5, 9, "LOC"),
    )


def test_choices_keep_what_is_likely_within_their_bounds() -> None:
    chance = seeded(5)
    sets = [("PER",), ("PER", "LOC"), ("ORG",), ("LOC", "ORG")]
    truth = {item: chance.choice(sets) for item in range(300)}
    answers = crowd_of(truth, lambda chance, _: chance.choice(sets), (0.95, 0.9, 0.4, 0.4))
    fit = fit_question(CHOICES, answers)
    assert sum(fit.labels[item].label == label for item, label in truth.items()) > 280
    few: Answers = {0: {"a": ("PER",), "b": ("LOC",), "c": ("ORG",)}}
    assert len(fit_question(CHOICES, few).labels[0].label) == 1  # type: ignore[arg-type]
    likely = fit.labels[next(iter(truth))]
    results = fit.results[next(iter(truth))]
    product_of_all = np.prod([max(result.posterior) for result in results])
    assert likely.score == pytest.approx(product_of_all)


def test_a_rating_is_the_median_of_what_is_probable() -> None:
    chance = seeded(2)
    truth = {item: chance.randint(1, 5) for item in range(300)}
    answers = crowd_of(
        truth, lambda chance, step: min(5, max(1, step + chance.choice([-1, 1]))), (0.8,) * 3
    )
    fit = fit_question(RATING, answers)
    off = [abs(int(str(fit.labels[item].label)) - step) for item, step in truth.items()]
    assert np.mean(off) < 0.12
    table = fit.crowds[""].pooled
    assert table[2, 1] + table[2, 3] > 2 * (table[2, 0] + table[2, 4])


def test_rare_and_common_categories_start_from_their_own_shares() -> None:
    chance = seeded(8)
    answers: Answers = {
        item: {worker: ("PER", "LOC") if chance.random() < 0.1 else ("PER",) for worker in "abc"}
        for item in range(200)
    }
    answers["alone"] = {"newcomer": ("LOC", "PER")}
    common, rare, absent = (
        result.posterior[1] for result in fit_question(CHOICES, answers).results["alone"]
    )
    assert common > 0.95
    assert rare < 0.7
    assert absent < 0.05


def test_text_goes_to_who_agrees_with_others_elsewhere() -> None:
    answers: Answers = {
        item: {"a": f"the bird number {item}", "b": f"the bird number {item}", "c": "spam spam"}
        for item in range(20)
    }
    answers["open"] = {"c": "spam spam spam", "a": "a red house"}
    fit = fit_question(TEXT, answers)
    assert fit.labels["open"].label == "a red house"
    assert fit.reliability["a"] > 2 * fit.reliability["c"]
    assert fit.results["open"] == ()


def test_a_hundred_thousand_judgments_take_less_than_two_seconds() -> None:
    chance = np.random.default_rng(0)
    truth, slips = chance.integers(0, 3, 20_000), chance.integers(0, 3, (20_000, 5))
    is_right = chance.random((20_000, 5)) < 0.7
    said = np.where(is_right, truth[:, None], slips)
    people = chance.integers(0, 60, (20_000, 1)) * 5 + np.arange(5)
    answers: Answers = {
        item: dict(
            zip(people[item].tolist(), map(CHOICE.category_ids.__getitem__, row), strict=True)
        )
        for item, row in enumerate(said)
    }
    began = process_time()
    fit = fit_question(CHOICE, answers)
    assert process_time() - began < 2.0
    assert (
        np.mean([fit.labels[i].label == CHOICE.category_ids[k] for i, k in enumerate(truth)]) > 0.9
    )
