"""The model as a rater: it counts as far as people who did not see it bear it out."""

import math

import numpy as np
import pytest

from labeling.ballots import Floats
from labeling.model_rater import (
    FEWEST_ITEMS,
    Forecasts,
    ModelPrior,
    ModelWeight,
    fit_exponent,
    priors_of,
    shares_over,
    weigh_models,
)
from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext, route_priced
from labeling.refresh import ModelRecord, learn_standing
from labeling.schema import LabelSchema
from labeling.standing import Standing

CLASSES = ("a", "b", "c")
SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {"id": "q", "type": "choice", "categories": [{"id": name} for name in CLASSES]}
        ],
    }
)
POLICY = RoutingPolicy.from_json({"min_overlap": 1, "max_overlap": 6, "prices": {"wrong": 60}})


def one_sided(truth: list[int], *, right: float, sure: float, seed: int) -> Floats:
    """Forecasts (n, 3) that name the true class so often, each with the same share."""
    dice = np.random.default_rng(seed)
    said = [
        true if dice.random() < right else int(dice.choice([k for k in range(3) if k != true]))
        for true in truth
    ]
    shares = np.full((len(truth), 3), (1.0 - sure) / 2.0)
    shares[np.arange(len(truth)), said] = sure
    return shares


def prior(shares: Floats, *, exponent: float = 0.0, source: str = "head") -> ModelPrior:
    named = dict(zip(CLASSES, shares.tolist(), strict=True))
    return ModelPrior(source=source, prediction=1, shares=named, exponent=exponent)


def test_an_honest_model_is_taken_at_its_word_a_boaster_less_a_timid_one_more() -> None:
    truth = np.random.default_rng(0).integers(0, 3, 3000).tolist()
    certain = np.eye(3)[truth]
    fitted = {
        sure: fit_exponent(one_sided(truth, right=0.8, sure=sure, seed=1), certain)
        for sure in (0.55, 0.8, 0.98)
    }
    assert fitted[0.8] == 1.0
    assert fitted[0.98] in (0.25, 0.5)
    assert fitted[0.55] == 1.5


@pytest.mark.parametrize("seed", range(5))
def test_a_model_that_guesses_counts_for_nothing(seed: int) -> None:
    truth = np.random.default_rng(seed).integers(0, 3, 400).tolist()
    guesses = one_sided(truth, right=1 / 3, sure=0.7, seed=seed + 50)
    assert fit_exponent(guesses, np.eye(3)[truth]) == 0.0
    rates = np.repeat([[1 / 3, 1 / 3, 1 / 3]], 400, axis=0)
    assert fit_exponent(rates, np.eye(3)[truth]) == 0.0


def test_of_few_items_nobody_can_say_what_the_model_is_worth() -> None:
    truth = [k % 3 for k in range(FEWEST_ITEMS)]
    forecasts = one_sided(truth, right=1.0, sure=0.9, seed=0)
    assert fit_exponent(forecasts[:-1], np.eye(3)[truth[:-1]]) == 0.0
    assert fit_exponent(forecasts, np.eye(3)[truth]) > 0.0


def test_sources_are_weighed_apart_and_only_by_items_with_a_blind_vote() -> None:
    truth = np.random.default_rng(1).integers(0, 3, 200).tolist()
    good = one_sided(truth, right=0.9, sure=0.9, seed=2)
    bad = one_sided(truth, right=1 / 3, sure=0.9, seed=3)
    first = np.arange(200) < 100
    forecasts = {
        "head": Forecasts(spoken=first, shares=good),
        "imported:x": Forecasts(spoken=~first, shares=bad),
    }
    everybody = np.ones(200, dtype=bool)
    found = weigh_models(forecasts, np.eye(3)[truth], everybody)
    assert found["head"].exponent > 0.5
    assert found["imported:x"] == ModelWeight(exponent=0.0, items=100)
    few = np.arange(200) < FEWEST_ITEMS - 1
    found = weigh_models(forecasts, np.eye(3)[truth], few)
    assert found["head"] == ModelWeight(exponent=0.0, items=FEWEST_ITEMS - 1)


def test_where_a_voter_saw_the_prediction_the_classes_are_as_common_as_everywhere() -> None:
    said = Forecasts(
        spoken=np.array([True, True, False]), shares=np.repeat([[0.8, 0.1, 0.1]], 3, axis=0)
    )
    other = Forecasts(spoken=said.spoken, shares=np.repeat([[0.1, 0.1, 0.8]], 3, axis=0))
    forecasts = {"head": said, "imported:x": other}
    base = np.array([0.2, 0.3, 0.5])
    shown = np.array([True, False, False])
    weights = {
        "head": ModelWeight(exponent=1.0, items=50),
        "imported:x": ModelWeight(exponent=0.5, items=50),
    }
    logs = priors_of(forecasts, weights, base, shown)
    assert logs is not None
    assert np.exp(logs) == pytest.approx(np.array([base, [0.8, 0.1, 0.1], base]))
    useless = {"head": ModelWeight(exponent=0.0, items=50)}
    assert priors_of(forecasts, useless, base, shown) is None


@pytest.mark.parametrize(
    ("label", "score", "scores", "expected"),
    [
        ("a", 0.8, {"a": 0.8, "b": 0.15, "c": 0.05}, [0.8, 0.15, 0.05]),
        ("a", 0.8, {}, [0.8, 0.1, 0.1]),
        ("b", 0.8, {"a": 0.8}, [0.1, 0.8, 0.1]),
        ("a", 0.1, {}, [1 / 3, 1 / 3, 1 / 3]),
        ("a", 0.9, {"a": math.nan, "b": 0.1, "c": 0.0}, [0.9, 0.05, 0.05]),
        ("a", 0.9, {"a": 8, "b": 1, "c": 1}, [0.8, 0.1, 0.1]),
        ("z", 0.9, {"a": 0.9, "b": 0.1, "c": 0.0}, None),
    ],
)
def test_any_prediction_of_a_class_becomes_shares_or_is_not_one(
    label: str, score: float, scores: dict[str, float], expected: list[float] | None
) -> None:
    found = shares_over(CLASSES, label, score, scores)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert list(found.values()) == pytest.approx(expected, abs=1e-5)


def a_crowd(
    *, right: float, seed: int = 4, copies: float = 0.0
) -> tuple[list[tuple[int, int, str]], ModelRecord, list[int]]:
    """600 items, a model that is right so often, and two votes an item, right in 75 of 100.

    Voters copy the model with probability `copies`; then all of them have seen it.
    """
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, 3, 600).tolist()
    shares = one_sided(truth, right=right, sure=0.85, seed=seed + 1)
    votes = []
    for item, true in enumerate(truth):
        for worker in dice.choice(12, 2, replace=False).tolist():
            own = true if dice.random() < 0.75 else int(dice.integers(0, 3))
            said = int(shares[item].argmax()) if dice.random() < copies else own
            votes.append((item, worker, CLASSES[said]))
    record = ModelRecord(
        said=[(item, prior(row)) for item, row in enumerate(shares)],
        shown=frozenset((item, worker) for item, worker, _ in votes) if copies else frozenset(),
    )
    return votes, record, truth


def learn(votes: list[tuple[int, int, str]], record: ModelRecord) -> Standing:
    return learn_standing(votes, {}, CLASSES, expert_accuracy=0.95, record=record)


def test_a_useful_model_is_found_out_and_kept_with_the_crowd() -> None:
    votes, record, _ = a_crowd(right=0.85)
    standing = learn(votes, record)
    assert standing.models["head"].exponent > 0.5
    assert standing.models["head"].items == 600
    assert Standing.from_json(standing.to_json()).models == standing.models


def test_a_useless_model_changes_nothing_of_what_is_learnt() -> None:
    votes, record, _ = a_crowd(right=1 / 3)
    with_model, without = learn(votes, record), learn(votes, ModelRecord())
    assert with_model.models["head"].exponent == 0.0
    assert {**with_model.to_json(), "models": {}} == without.to_json()


def test_votes_that_copy_the_model_do_not_bear_it_out() -> None:
    votes, record, _ = a_crowd(right=1 / 3, copies=0.9)
    unmarked = ModelRecord(said=record.said)
    assert learn(votes, unmarked).models["head"].exponent > 0.5, "the trap is there"
    assert learn(votes, record).models["head"] == ModelWeight(exponent=0.0, items=0)


def test_blind_votes_among_shown_ones_say_what_the_model_is_worth() -> None:
    votes, record, _ = a_crowd(right=1 / 3, copies=0.9)
    blind, _, _ = a_crowd(right=1 / 3)
    newcomers = [(item, worker + 100, said) for item, worker, said in blind]
    standing = learn([*votes, *newcomers], record)
    assert standing.models["head"] == ModelWeight(exponent=0.0, items=600)


def decide(exponent: float, *ballots: tuple[str, bool]) -> dict[str, object]:
    said = {"q": prior(np.array([0.9, 0.06, 0.04]), exponent=exponent)}
    votes = [
        (Ballot(worker=number, saw_prediction=saw), {"q": label})
        for number, (label, saw) in enumerate(ballots)
    ]
    context = ItemContext(key="1", priors=said)
    decision = route_priced(SCHEMA, POLICY, votes, standings={}, context=context)
    found: dict[str, object] = decision.reason["questions"]["q"]
    return found


def test_the_reason_says_what_the_model_said_how_far_it_counts_and_what_the_votes_say() -> None:
    found = decide(0.5, ("b", False))
    roots = np.sqrt([0.9, 0.06, 0.04]) * [0.1, 0.8, 0.1]
    assert list(found["posterior"].values()) == pytest.approx(  # type: ignore[attr-defined]
        roots / roots.sum(), abs=1e-6
    )
    assert found["model"] == {
        "source": "head",
        "label": "a",
        "share": 0.9,
        "exponent": 0.5,
        "was_shown": False,
        "alone": {"label": "b", "confidence": 0.8},
    }


def test_a_prediction_that_a_voter_saw_is_not_counted_once_more() -> None:
    with_it, without = (
        decide(1.0, ("a", False), ("a", True)),
        decide(0.0, ("a", False), ("a", True)),
    )
    assert with_it["posterior"] == without["posterior"]
    assert with_it["model"]["exponent"] == 0.0  # type: ignore[index]
    assert with_it["model"]["was_shown"] is True  # type: ignore[index]
    assert decide(1.0, ("a", False))["confidence"] > decide(0.0, ("a", False))["confidence"]  # type: ignore[operator]


def test_shares_of_an_older_schema_are_not_counted() -> None:
    old = ModelPrior(source="head", prediction=1, shares={"a": 0.9, "z": 0.1}, exponent=1.0)
    context = ItemContext(key="1", priors={"q": old})
    votes = [(Ballot(worker=1), {"q": "b"})]
    decision = route_priced(SCHEMA, POLICY, votes, standings={}, context=context)
    assert "model" not in decision.reason["questions"]["q"]
