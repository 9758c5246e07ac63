"""What experts are good at, and what of a dispute they are good for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.expert_rules import ExpertRules
from labeling.expertise import (
    Credit,
    advantages,
    categories_of,
    ceiling_of,
    competence,
    conflict_of,
    credits_of,
    is_same,
    lower_bound,
)
from labeling.policy import RoutingPolicy
from labeling.problems import InvalidPolicy
from labeling.questions import ItemFacts
from labeling.schema import LabelSchema

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {
                "id": "tone",
                "type": "choice",
                "categories": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
            },
            {
                "id": "names",
                "type": "spans",
                "on": "text",
                "required": False,
                "categories": [{"id": "person"}, {"id": "place"}],
            },
            {"id": "note", "type": "text", "required": False},
        ],
    }
)
FACTS: ItemFacts = SCHEMA.facts_of({"text": "Ann met Bob in Rome"})
GATES = frozenset({"tone", "names"})


def answer(tone: str, *spans: tuple[int, int, str], note: str = "") -> Any:
    raw: dict[str, Any] = {"tone": tone}
    raw["names"] = [{"start": s, "end": e, "category": c} for s, e, c in spans]
    if note:
        raw["note"] = note
    return SCHEMA.parse_answer(raw, FACTS)


def test_the_categories_of_a_conflict_are_those_that_not_all_named() -> None:
    answers = [answer("a", (0, 3, "person")), answer("b", (0, 3, "person"), (15, 19, "place"))]
    assert conflict_of(SCHEMA, answers, GATES) == ["names/place", "tone/a", "tone/b"]


def test_where_all_say_the_same_it_is_about_what_they_say() -> None:
    answers = [answer("a", (0, 3, "person"))] * 2
    assert conflict_of(SCHEMA, answers, GATES) == ["names/person", "tone/a"]


def test_a_question_that_disputes_nothing_is_in_no_conflict() -> None:
    assert conflict_of(SCHEMA, [answer("a"), answer("b")], frozenset({"names"})) == []
    assert conflict_of(SCHEMA, [], GATES) == []


def test_words_have_no_categories() -> None:
    assert categories_of(SCHEMA.question("note"), "a word") == set()


def test_without_evidence_all_are_equal() -> None:
    assert competence({}, "tone/a") == lower_bound(0, 0)
    assert advantages({}, [{}, {}]) == {}
    assert advantages({"tone/a": (9, 9)}, []) == {}


def test_a_good_record_lifts_and_a_bad_one_puts_below_a_newcomer() -> None:
    bad, newcomer, good = lower_bound(5, 20), lower_bound(0, 0), lower_bound(20, 20)
    assert bad < newcomer < good
    assert lower_bound(2, 2) < lower_bound(20, 20) < lower_bound(200, 200) < 1.0


def test_wilsons_bound_is_the_published_one() -> None:
    """Newcombe (1998), Statistics in Medicine 17: 81 of 263 has the interval 0.2553 to 0.3662."""
    right, seen = 81 - 8, 263 - 10  # with the prior, 81 of 263
    assert lower_bound(right, seen) == pytest.approx(0.2553, abs=5e-5)


@given(st.floats(0, 500), st.floats(0, 500))
def test_a_bound_is_a_share_and_below_the_mean(right: float, wrong: float) -> None:
    bound = lower_bound(right, right + wrong)
    assert 0.0 <= bound <= (right + 8.0) / (right + wrong + 10.0)


def test_an_advantage_is_over_the_others_on_average() -> None:
    mine, other = {"tone/a": (30.0, 30.0)}, {"tone/a": (5.0, 20.0), "tone/b": (30.0, 30.0)}
    found = advantages(mine, [other, {}])
    assert found["tone/a"] > 0 > found["tone/b"]
    expected = lower_bound(30, 30) - (lower_bound(5, 20) + lower_bound(0, 0)) / 2
    assert found["tone/a"] == pytest.approx(expected, abs=1e-6)


def test_a_reading_earns_what_it_has_in_common_with_the_truth() -> None:
    truth = answer("b", (0, 3, "person"))
    assert credits_of(SCHEMA, answer("a", (0, 3, "person")), truth, GATES) == [
        Credit(category="tone/b", right=0.0),
        Credit(category="names/person", right=1.0),
    ]


def test_two_readings_are_the_same_when_no_dispute_question_differs() -> None:
    one, other = answer("a", note="x"), answer("a", note="y")
    assert is_same(SCHEMA, one, other, GATES)
    assert not is_same(SCHEMA, one, answer("b"), GATES)
    assert not is_same(SCHEMA, one, answer("a", (0, 3, "person")), GATES)
    without = {key: label for key, label in one.items() if key != "names"}
    assert not is_same(SCHEMA, one, without, GATES)


def test_the_ceiling_is_how_far_experts_agree() -> None:
    pairs = [[answer("a"), answer("a")], [answer("b"), answer("b")], [answer("a"), answer("b")]]
    found = ceiling_of(SCHEMA, pairs)
    assert found["tone"]["items"] == 3
    assert found["tone"]["observed"] == pytest.approx(2 / 3)
    # Krippendorff (2011) by hand: n = 6, three of each; D_o = 1/3, D_e = 18/30.
    assert found["tone"]["alpha"] == pytest.approx(1 - (1 / 3) / (18 / 30))
    assert found["note"] == {"items": 0, "observed": None, "alpha": None}


def test_a_share_of_the_items_is_drawn_and_always_the_same() -> None:
    rules = ExpertRules(double_read=0.3)
    drawn = [rules.is_drawn(str(key)) for key in range(4000)]
    assert 0.27 < sum(drawn) / len(drawn) < 0.33
    assert drawn == [rules.is_drawn(str(key)) for key in range(4000)]
    assert not any(ExpertRules().is_drawn(str(key)) for key in range(100))
    assert all(ExpertRules(double_read=1.0).is_drawn(str(key)) for key in range(100))


def test_a_policy_without_the_key_wants_experts_blind() -> None:
    policy = RoutingPolicy.from_json({})
    assert policy.experts == ExpertRules()
    assert policy.experts.blind
    assert RoutingPolicy.from_json(policy.to_json()) == policy


@pytest.mark.parametrize(
    ("document", "place", "code"),
    [
        ({"experts": 1}, "/experts", "wrong_type"),
        ({"experts": {"blind": "yes"}}, "/experts/blind", "wrong_value"),
        ({"experts": {"double_read": 1.5}}, "/experts/double_read", "wrong_value"),
        ({"experts": {"most_at_once": 0}}, "/experts/most_at_once", "wrong_value"),
        ({"experts": {"overdue_hours": -1}}, "/experts/overdue_hours", "wrong_value"),
        ({"experts": {"sighted": True}}, "/experts/sighted", "unknown_key"),
    ],
)
def test_a_policy_says_what_is_wrong_about_its_experts(
    document: dict[str, Any], place: str, code: str
) -> None:
    with pytest.raises(InvalidPolicy) as refusal:
        RoutingPolicy.from_json(document)
    assert [(p.path, p.code) for p in refusal.value.problems] == [(place, code)]
