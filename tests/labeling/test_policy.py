"""The routing policy document: what it says, and what no votes could meet."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.problems import InvalidPolicy
from labeling.routing import DisputeOn, Measure, RoutingPolicy
from labeling.rules import first_match
from tests.labeling.hostile import hostile_json
from tests.labeling.samples import SAMPLES, calmly
from tests.labeling.test_routing import FOLLOWED, policy

CHOICE = SAMPLES["choice"].schema
WHEN = "/rules/0/when/"


def rule(when: dict[str, Any]) -> dict[str, Any]:
    return {"prices": {}, "rules": [{"when": when, "then": "expert"}]}


def test_a_policy_survives_its_own_document() -> None:
    document = {
        "min_overlap": 2,
        "max_overlap": 3,
        "measure": "posterior",
        "threshold": 0.9,
        "assumed_accuracy": 0.8,
        "dispute": {"questions": "required", "on": "exhausted", "unsure_votes": 0, "skips": 3},
        "prediction": "hidden",
        "model": {"order": "arrival", "blind_share": 0.15, "control_share": 0.0, "modes": {}},
        "count_models": True,
        "lease_seconds": 900,
        "most_at_once": 60,
        "prices": None,
        "rules": [],
        "audit": 0.0,
        "budget": None,
        "gold_rate": 0.0,
        "ladder": True,
        "experts": {
            "blind": True,
            "double_read": 0.0,
            "most_at_once": 5,
            "overdue_hours": 24.0,
        },
    }
    assert RoutingPolicy.DEFAULT.to_json() == document
    assert RoutingPolicy.from_json({}) == RoutingPolicy.DEFAULT
    other = {
        **document,
        "dispute": {"questions": ["q"], "on": "disagreement", "unsure_votes": 1, "skips": 0},
    }
    read = RoutingPolicy.from_json(other, CHOICE)
    assert read.to_json() == other
    assert (read.measure, read.dispute_on) == (Measure.POSTERIOR, DisputeOn.DISAGREEMENT)
    assert policy(min_overlap=5).max_overlap == 5


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], ("", "wrong_type")),
        ({"min_overlap": 0}, ("/min_overlap", "wrong_value")),
        ({"min_overlap": True}, ("/min_overlap", "wrong_value")),
        ({"min_overlap": 3, "max_overlap": 2}, ("/min_overlap", "min_above_max")),
        ({"max_overlap": 51}, ("/max_overlap", "wrong_value")),
        ({"threshold": 0.5}, ("/threshold", "wrong_value")),
        ({"threshold": 1.1}, ("/threshold", "wrong_value")),
        ({"threshold": float("nan")}, ("/threshold", "wrong_value")),
        ({"threshold": 1}, ("/threshold", "unreachable_threshold")),
        ({"assumed_accuracy": 0.5}, ("/assumed_accuracy", "wrong_value")),
        ({"assumed_accuracy": 1}, ("/assumed_accuracy", "wrong_value")),
        ({"measure": "luck"}, ("/measure", "wrong_value")),
        ({"gold_rate": 1.1}, ("/gold_rate", "wrong_value")),
        ({"gold_rate": float("nan")}, ("/gold_rate", "wrong_value")),
        ({"prediction": "maybe"}, ("/prediction", "wrong_value")),
        ({"model": 1}, ("/model", "wrong_type")),
        ({"model": {"order": "best"}}, ("/model/order", "wrong_value")),
        ({"model": {"blind_share": 0.0}}, ("/model/blind_share", "wrong_value")),
        ({"model": {"control_share": float("nan")}}, ("/model/control_share", "wrong_value")),
        ({"model": {"modes": {"q": "loud"}}}, ("/model/modes/q", "wrong_value")),
        ({"model": {"modes": {"": "shown"}}}, ("/model/modes", "wrong_value")),
        ({"model": {"modes": {"x": "shown"}}}, ("/model/modes/x", "unknown_question")),
        ({"lease_seconds": 5}, ("/lease_seconds", "wrong_value")),
        ({"most_at_once": 0}, ("/most_at_once", "wrong_value")),
        ({"most_at_once": 201}, ("/most_at_once", "wrong_value")),
        ({"dispute": "all"}, ("/dispute", "wrong_type")),
        ({"dispute": {"on": "never"}}, ("/dispute/on", "wrong_value")),
        ({"dispute": {"questions": []}}, ("/dispute/questions", "wrong_value")),
        ({"dispute": {"questions": ["q", "q"]}}, ("/dispute/questions", "wrong_value")),
        ({"dispute": {"questions": [["q"]]}}, ("/dispute/questions", "wrong_value")),
        ({"prices": 3}, ("/prices", "wrong_type")),
        ({"prices": {"expert": 0}}, ("/prices/expert", "wrong_value")),
        ({"prices": {"expert_accuracy": 0.4}}, ("/prices/expert_accuracy", "wrong_value")),
        ({"prices": {"price": 1}}, ("/prices/price", "unknown_key")),
        ({"budget": 3}, ("/budget", "budget_without_prices")),
        ({"prices": {}, "budget": 0}, ("/budget", "wrong_value")),
        ({"audit": 1.5}, ("/audit", "wrong_value")),
        ({"rules": {}}, ("/rules", "wrong_value")),
        ({"rules": [3]}, ("/rules/0", "wrong_type")),
        ({"rules": [{"when": {}, "then": "shrug"}]}, ("/rules/0/then", "wrong_value")),
        ({"rules": [{"when": [], "then": "expert"}]}, ("/rules/0/when", "wrong_type")),
        (
            {"rules": [{"when": {"mood": {"below": 1}}, "then": "expert"}]},
            ("/rules/0/when/mood", "unknown_fact"),
        ),
        (
            {"rules": [{"when": {"votes": {"is": True}}, "then": "expert"}]},
            ("/rules/0/when/votes", "wrong_value"),
        ),
        (
            {"rules": [{"when": {"votes": {"below": "3"}}, "then": "expert"}]},
            ("/rules/0/when/votes", "wrong_value"),
        ),
        ({"dispute": {"unsure_votes": 4}}, ("/dispute/unsure_votes", "wrong_value")),
        ({"dispute": {"skips": -1}}, ("/dispute/skips", "wrong_value")),
        ({"dispute": {"questions": ["q", "x"]}}, ("/dispute/questions/1", "unknown_question")),
        ({"threshold": 0.999}, ("/threshold", "unreachable_threshold")),
        ({"quorum": 1}, ("/quorum", "unknown_key")),
        (rule({"votes": {"at_least": 3, "below": 3}}), (WHEN + "votes", "impossible_bounds")),
        (rule({"posterior": {"at_least": 1.5}}), (WHEN + "posterior", "impossible_bounds")),
        (rule({"agreement": {"below": 0}}), (WHEN + "agreement", "impossible_bounds")),
        (rule({"conflict": {"any_of": ["PER", "x"]}}), (WHEN + "conflict", "unknown_category")),
    ],
)
def test_an_impossible_policy_is_refused(document: Any, problem: tuple[str, str]) -> None:
    with pytest.raises(InvalidPolicy) as refusal:
        RoutingPolicy.from_json(document, CHOICE)
    assert [(found.path, found.code) for found in refusal.value.problems] == [problem]
    assert refusal.value.problems[0].message.count(".") >= 2


@pytest.mark.parametrize(
    ("kind", "name"), [("choice", "PER"), ("rating", "5"), ("pairwise", "tie")]
)
def test_a_rule_may_name_whatever_a_question_calls_its_categories(kind: str, name: str) -> None:
    document = rule({"consensus": {"any_of": [name]}})
    read = RoutingPolicy.from_json(document, SAMPLES[kind].schema)
    assert read.rules[0].matches({"consensus": [name]})


def test_each_label_type_has_the_mode_that_suits_it_unless_its_question_has_its_own() -> None:
    kinds = ("spans", "boxes", "choice", "rating")
    questions = {kind: SAMPLES[kind].schema.questions[0] for kind in kinds}
    by_type = RoutingPolicy.from_json({"prediction": "by_type"})
    found = {kind: by_type.mode_of(question) for kind, question in questions.items()}
    assert found == {
        "spans": "shown",
        "boxes": "shown",
        "choice": "after_answer",
        "rating": "after_answer",
    }
    document = {"prediction": "shown", "model": {"modes": {questions["choice"].id: "hidden"}}}
    own = RoutingPolicy.from_json(document)
    assert own.mode_of(questions["choice"]) == "hidden"
    assert RoutingPolicy.from_json(own.to_json()) == own


def test_a_threshold_within_reach_of_every_vote_is_accepted() -> None:
    assert RoutingPolicy.from_json({"threshold": 0.99}, CHOICE).threshold == 0.99
    for others in ({"measure": "agreement"}, {"min_overlap": 1, "max_overlap": 1}):
        assert RoutingPolicy.from_json({"threshold": 1, **others}, CHOICE).threshold == 1.0


@calmly
@given(raw=hostile_json, key=st.sampled_from(["threshold", "dispute", "min_overlap", "measure"]))
def test_hostile_policies_are_refused_and_never_crash(raw: Any, key: str) -> None:
    for document in (raw, {key: raw}, {"dispute": {"questions": raw, "on": raw}}):
        try:
            read = RoutingPolicy.from_json(document, CHOICE)
        except InvalidPolicy:
            continue
        assert RoutingPolicy.from_json(read.to_json()) == read


def test_questions_that_a_newer_guideline_dropped_do_not_gate() -> None:
    gone = policy(dispute={"questions": ["dropped"]})
    assert gone.gates(FOLLOWED) == {"is_fit", "kind"}
    assert policy(dispute={"questions": ["note", "dropped"]}).gates(FOLLOWED) == {"note"}


def test_prices_and_rules_survive_their_own_document() -> None:
    document = {
        **RoutingPolicy.DEFAULT.to_json(),
        "prices": {"crowd": 0.2, "expert": None, "wrong": 30.0, "expert_accuracy": 0.9},
        "budget": 2.5,
        "audit": 0.05,
        "rules": [
            {
                "name": "doubtful",
                "when": {"posterior": {"below": 0.7, "at_least": 0.2}, "votes": {"at_least": 3.0}},
                "then": "expert",
            },
            {
                "name": "rule 2",
                "when": {"conflict": {"any_of": ["a", "b"]}, "model_disagrees": {"is": True}},
                "then": "crowd",
            },
        ],
    }
    assert RoutingPolicy.from_json(document).to_json() == document


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        ({"posterior": 0.6, "votes": 3}, "expert"),
        ({"posterior": 0.6, "votes": 2}, "accept"),
        ({"posterior": 0.7, "votes": 3}, "accept"),
        ({"votes": 3}, "accept"),
        ({"conflict": ["a", "b", "c"], "model_disagrees": True}, "crowd"),
        ({"conflict": ["a", "c"], "model_disagrees": True}, "accept"),
        ({"conflict": ["a", "b"], "model_disagrees": False}, "accept"),
    ],
)
def test_the_first_rule_that_matches_decides(facts: dict[str, Any], action: str) -> None:
    read = RoutingPolicy.from_json(
        {
            "rules": [
                {
                    "when": {"posterior": {"below": 0.7}, "votes": {"at_least": 3}},
                    "then": "expert",
                },
                {
                    "when": {"conflict": {"any_of": ["a", "b"]}, "model_disagrees": {"is": True}},
                    "then": "crowd",
                },
                {"then": "accept"},
                {"then": "expert"},
            ]
        }
    )
    found = first_match(read.rules, facts)
    assert found is not None
    assert found.action.value == action
    assert first_match(read.rules[:1], {}) is None
