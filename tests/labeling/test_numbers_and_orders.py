"""What is peculiar to `number` and `ranking`; the contract of all label types is elsewhere."""

import json
from fractions import Fraction
from itertools import permutations
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from labeling.agreement import interval_difference, krippendorff_alpha
from labeling.agreement_counts import AgreementCounts, count_items
from labeling.engine import fit_question
from labeling.label_types.number import Number
from labeling.label_types.ranking import Ranking
from labeling.problems import InvalidLabel, InvalidSchema
from labeling.questions import ItemFacts, Question
from labeling.schema import LABEL_SCHEMA_JSON_SCHEMA, LabelSchema
from tests.labeling.agreement_samples import measure_of
from tests.labeling.samples import INPUTS, calmly, seeded

FACTS = ItemFacts()
NUMBER, RANKING = Number(), Ranking()
LETTERS = [{"id": letter} for letter in "abcdef"]


def asked(**raw: Any) -> Question:
    document = {"inputs": INPUTS, "questions": [{"id": "q", **raw}]}
    assert Draft202012Validator(LABEL_SCHEMA_JSON_SCHEMA).is_valid(document)
    schema = LabelSchema.from_json(document)
    assert LabelSchema.from_json(schema.to_json()) == schema
    return schema.questions[0]


def number(**limits: Any) -> Question:
    return asked(type="number", **limits)


def refusals(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSchema) as refusal:
        LabelSchema.from_json({"inputs": INPUTS, "questions": [{"id": "q", **document}]})
    return [(problem.path, problem.code) for problem in refusal.value.problems]


# -- numbers -----------------------------------------------------------------------------------


@calmly
@given(digits=st.integers(-(10**15) + 1, 10**15 - 1), decimals=st.integers(0, 15))
def test_every_decimal_of_fifteen_digits_is_kept_digit_by_digit(
    digits: int, decimals: int
) -> None:
    meant = Fraction(digits, 10**decimals)
    sent = json.dumps(float(meant))
    label = NUMBER.parse(json.loads(sent), number(), FACTS)
    assert Fraction(json.dumps(NUMBER.dump(label))) == meant


@pytest.mark.parametrize(
    ("raw", "limits", "code"),
    [
        (float("nan"), {}, "wrong_type"),
        (float("-inf"), {}, "wrong_type"),
        (True, {}, "wrong_type"),
        ("5", {}, "wrong_type"),
        (10**15 + 1, {}, "out_of_range"),
        (0.1234567890123456, {}, "too_many_digits"),
        (1234567890123.456, {}, "too_many_digits"),
        (0.25, {"step": 0.1}, "off_step"),
        (1, {"min": 0.5, "step": 1}, "off_step"),
        (7, {"step": 2}, "off_step"),
    ],
)
def test_what_is_no_number_of_the_question_is_refused(
    raw: Any, limits: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidLabel) as refusal:
        NUMBER.parse(raw, number(**limits), FACTS)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_steps_are_counted_in_decimals_and_not_in_floats() -> None:
    tenths = number(step=0.1)
    assert [NUMBER.parse(n / 10, tenths, FACTS) for n in range(-9, 90)] == [
        n / 10 for n in range(-9, 90)
    ]
    assert NUMBER.parse(4.0, number(step=1), FACTS) == 4
    assert isinstance(NUMBER.parse(4.0, number(step=1), FACTS), int)
    assert NUMBER.parse(-0.0, number(), FACTS) == 0
    whole = LabelSchema.from_json(
        {"inputs": INPUTS, "questions": [{"id": "q", "type": "number", "step": 1}]}
    )
    assert not Draft202012Validator(whole.answer_json_schema()).is_valid({"q": 0.5})


def test_impossible_limits_are_refused() -> None:
    assert ("/questions/0/min", "min_above_max") in refusals(
        {"type": "number", "min": 3, "max": 3}
    )
    assert ("/questions/0/step", "wrong_value") in refusals({"type": "number", "step": 0})
    assert ("/questions/0/unit", "blank") in refusals({"type": "number", "unit": " "})
    assert ("/questions/0/tolerance", "wrong_value") in refusals(
        {"type": "number", "tolerance": -1}
    )


def test_numbers_within_the_tolerance_agree_and_are_averaged() -> None:
    height = number(min=0, max=3, step=0.01, tolerance=0.02)
    assert NUMBER.distance(1.76, 1.78, height) == 0.0
    assert NUMBER.distance(1.76, 1.80, height) == 0.5
    found = NUMBER.aggregate([1.76, 1.78, 2.9], [1.0, 1.0, 1.0], height)
    assert found.label == 1.77
    assert found.score == pytest.approx(2 / 3, abs=0.01)
    heavier = NUMBER.aggregate([1.76, 1.78], [3.0, 1.0], height)
    assert heavier.label == 1.76  # 1.765, and the even neighbour
    assert NUMBER.aggregate([3, 4, 4], [1.0] * 3, number(tolerance=5)).label == 4
    assert NUMBER.aggregate([9.5, 9.5], [1.0] * 2, number(min=0.5, max=10, step=3)).label == 9.5


def test_without_a_tolerance_the_scale_or_the_numbers_themselves_measure() -> None:
    assert NUMBER.distance(10, 35, number(min=0, max=100)) == 0.25
    assert NUMBER.distance(1, 3, number()) == 0.5
    assert NUMBER.distance(-1, 1, number()) == 1.0
    assert NUMBER.distance(0, 0, number()) == 0.0


def test_agreement_is_interval_alpha_exactly_and_changes_nothing_when_kept() -> None:
    measure = measure_of({"type": "number", "tolerance": 1})
    rng = seeded(3)
    units = [
        [round(at + rng.gauss(0, 4), 1) for _ in range(rng.randrange(5))] for at in range(120)
    ]
    exact = [[Fraction(repr(value)) for value in unit] for unit in units]
    counts = count_items([(str(at), unit) for at, unit in enumerate(units)], measure)
    assert counts.alpha() == krippendorff_alpha(exact, interval_difference)
    figures = counts.figures()
    assert figures.metric == "krippendorff_interval"
    assert figures.alpha_interval is not None
    low, high = figures.alpha_interval
    assert figures.alpha is not None
    assert low < float(figures.alpha) < high
    again = AgreementCounts.from_json(json.loads(json.dumps(counts.to_json())), measure)
    assert again == counts
    with pytest.raises(ValueError, match="recount"):  # the summed distances are of that tolerance
        AgreementCounts.from_json(counts.to_json(), measure_of({"type": "number"}))


def test_agreement_of_twenty_thousand_different_numbers_is_quick() -> None:
    measure = measure_of({"type": "number"})
    rng = seeded(4)
    items = [(str(at), [round(at + rng.gauss(0, 9), 6) for _ in range(2)]) for at in range(10_000)]
    counts = count_items(items, measure)
    start = process_time()
    figures = counts.figures()
    assert process_time() - start < 1.0
    assert figures.alpha is not None
    assert float(figures.alpha) > 0.99


def test_the_engine_takes_out_what_a_worker_always_adds() -> None:
    rng = seeded(5)
    truth = {item: rng.randrange(10, 90) for item in range(200)}
    answers = {
        item: {
            "fine": value + rng.choice((-1, 0, 1)),
            "exact": value,
            "high": value + 20,
            "blind": rng.randrange(10, 90),
        }
        for item, value in truth.items()
    }
    fit = fit_question(number(step=1, tolerance=1), answers)
    found = np.array([float(str(fit.labels[item].label)) for item in truth])
    wanted = np.array([*truth.values()], dtype=float)
    shift = (found - wanted).mean()  # nobody can know who is biased, so the mean of all stands
    assert np.abs(found - wanted - shift).max() < 3.0  # the mean of four strays by 20
    assert fit.reliability["exact"] > 0.9
    assert fit.reliability["high"] > 0.9
    assert fit.reliability["blind"] < 0.3


# -- orders ------------------------------------------------------------------------------------


def kendall(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Return (1 - tau) / 2 by its definition: the share of pairs in another order."""
    pairs = [(one, other) for one in a for other in a if one < other]
    turned = sum((a.index(x) < a.index(y)) != (b.index(x) < b.index(y)) for x, y in pairs)
    return turned / len(pairs)


def test_the_distance_of_whole_orders_is_kendalls() -> None:
    four = asked(type="ranking", categories=LETTERS[:4])
    for other in permutations("abcd"):
        assert RANKING.distance(tuple("abcd"), other, four) == pytest.approx(
            kendall(tuple("abcd"), other)
        )


@pytest.mark.parametrize("top", range(1, 6))
def test_the_distance_of_first_places_is_a_metric_that_reaches_one(top: int) -> None:
    question = asked(type="ranking", categories=LETTERS[:5], top=top)
    orders = list(permutations("abcde", top))
    rng = seeded(top)
    first = orders[0]
    assert max(RANKING.distance(first, other, question) for other in orders) == 1.0
    for _ in range(300):
        a, b, c = (rng.choice(orders) for _ in range(3))
        direct = RANKING.distance(a, c, question)
        assert (direct == 0.0) == (a == c)
        by_way = RANKING.distance(a, b, question) + RANKING.distance(b, c, question)
        assert direct <= by_way + 1e-12


def test_what_an_order_names_may_be_inputs_of_the_item() -> None:
    question = asked(type="ranking", on=["text", "left", "right"], top=2)
    assert question.options == ("text", "left", "right")
    assert RANKING.parse(["right", "text"], question, FACTS) == ("right", "text")
    with pytest.raises(InvalidLabel):
        RANKING.parse(["right", "picture"], question, FACTS)
    both = {"type": "ranking", "on": ["left", "right"], "categories": LETTERS}
    assert ("/questions/0/on", "two_lists_of_options") in refusals(both)
    assert ("/questions/0", "missing_key") in refusals({"type": "ranking"})
    assert ("/questions/0/on", "unlike_inputs") in refusals(
        {"type": "ranking", "on": ["left", "picture"]}
    )
    assert ("/questions/0/on", "unlike_inputs") in refusals(
        {"type": "ranking", "on": ["left", "left"]}
    )
    assert ("/questions/0/on/1", "unknown_input") in refusals(
        {"type": "ranking", "on": ["left", "x"]}
    )
    assert ("/questions/0/on", "wrong_length") in refusals({"type": "ranking", "on": ["left"]})
    assert ("/questions/0/top", "wrong_value") in refusals(
        {"type": "ranking", "on": ["left", "right"], "top": 3}
    )


def test_an_order_is_the_one_of_most_weight_and_ties_keep_the_schema() -> None:
    four = asked(type="ranking", categories=LETTERS[:4])
    votes = [tuple("bacd"), tuple("bacd"), tuple("dcba")]
    assert RANKING.aggregate(votes, [1.0] * 3, four).label == tuple("bacd")
    assert RANKING.aggregate(votes, [1.0, 1.0, 5.0], four).label == tuple("dcba")
    assert RANKING.aggregate([tuple("dcba"), tuple("abcd")], [1.0, 1.0], four).score == 0.5
    circle = [tuple(turn) for turn in ("cdab", "abcd", "dabc", "bcda")]
    assert RANKING.aggregate(circle, [1.0] * 4, four).label == tuple("abcd")
    first_two = asked(type="ranking", categories=LETTERS, top=2)
    votes = [("c", "e"), ("c", "a"), ("e", "c")]
    assert RANKING.aggregate(votes, [1.0] * 3, first_two).label == ("c", "e")


@pytest.mark.parametrize("top", [6, 2])
def test_the_engine_finds_the_orders_of_two_hundred_items_and_who_turns_them(top: int) -> None:
    question = asked(type="ranking", categories=LETTERS, top=top)
    rng = seeded(6)
    truth = {item: tuple(rng.sample("abcdef", 6)) for item in range(200)}

    def nearly(order: tuple[str, ...]) -> tuple[str, ...]:
        at = rng.randrange(5)
        return (*order[:at], order[at + 1], order[at], *order[at + 2 :])

    answers = {
        item: {
            "one": nearly(order)[:top],
            "two": nearly(order)[:top],
            "three": order[:top],
            "turned": tuple(reversed(order))[:top],
            "random": tuple(rng.sample("abcdef", top)),
        }
        for item, order in truth.items()
    }
    start = process_time()
    fit = fit_question(question, answers)
    assert process_time() - start < 30.0
    right = sum(fit.labels[item].label == order[:top] for item, order in truth.items())
    assert right >= 150
    assert fit.reliability["three"] > 0.85
    assert fit.reliability["turned"] < 0.2
    assert 0.3 < fit.reliability["random"] < 0.65
