"""What becomes of an item after a vote."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.label_types.spans import Span
from labeling.routing import Action, Decision, RoutingPolicy, route
from labeling.schema import LabelSchema
from tests.labeling.samples import CATEGORIES, INPUTS, SAMPLES, calmly

ASK, SETTLE, DISPUTE = Action.ASK_ONE_MORE, Action.SETTLE, Action.DISPUTE
CHOICE = SAMPLES["choice"].schema
SPANS = SAMPLES["spans"].schema


def policy(**keys: Any) -> RoutingPolicy:
    return RoutingPolicy.from_json(keys)


def decide(votes: str, rules: RoutingPolicy, **others: Any) -> Decision:
    """Route votes given by the first letters of their categories."""
    names = {"P": "PER", "L": "LOC", "O": "ORG"}
    return route(CHOICE, rules, [{"q": names[vote]} for vote in votes], **others)


def schema_of(*questions: dict[str, Any]) -> LabelSchema:
    return LabelSchema.from_json({"inputs": INPUTS, "questions": list(questions)})


ASKED = {"id": "is_fit", "type": "choice", "categories": [{"id": "yes"}, {"id": "no"}]}
FOLLOWED = schema_of(
    ASKED,
    {
        "id": "kind",
        "type": "choice",
        "categories": CATEGORIES,
        "show_when": {"question": "is_fit", "in": ["yes"]},
    },
    {"id": "note", "type": "text", "required": False},
)


@pytest.mark.parametrize(
    ("votes", "action", "code"),
    [
        ("", ASK, "too_few_votes"),
        ("P", ASK, "too_few_votes"),
        ("PP", SETTLE, "threshold_met"),
        ("PL", ASK, "below_threshold"),
        ("PLP", DISPUTE, "votes_used_up"),  # 0.877 of three categories
        ("PLO", DISPUTE, "votes_used_up"),
        ("PPP", SETTLE, "threshold_met"),
        ("PPPL", SETTLE, "threshold_met"),  # more votes than asked for: a late one
    ],
)
def test_the_default_policy(votes: str, action: Action, code: str) -> None:
    decision = decide(votes, RoutingPolicy.DEFAULT)
    assert (decision.action, decision.reason["code"]) == (action, code)
    assert decision.answer == ({"q": "PER"} if action is SETTLE else None)


def test_a_disagreement_disputes_at_once_when_the_policy_says_so() -> None:
    rules = policy(max_overlap=5, threshold=0.99, dispute={"on": "disagreement"})
    assert decide("PL", rules).action is DISPUTE
    assert decide("PL", rules).reason["code"] == "disagreement"
    assert decide("PP", rules).action is ASK  # they agree, but two are too few for 0.99
    assert decide("PPP", rules).action is SETTLE


def test_agreement_as_the_measure() -> None:
    rules = policy(measure="agreement", threshold=0.6, min_overlap=2, max_overlap=5)
    assert decide("PP", rules).action is SETTLE
    assert decide("PPL", rules).action is ASK  # one pair of three
    assert decide("PPPPL", rules).action is SETTLE  # six pairs of ten, just the threshold
    assert decide("PPPPL", rules).confidence == pytest.approx(0.6)
    assert decide("PPPLL", rules).action is DISPUTE


@pytest.mark.parametrize("measure", ["posterior", "agreement"])
def test_a_single_vote_settles_when_one_is_all_there_is(measure: str) -> None:
    rules = policy(min_overlap=1, max_overlap=1, measure=measure, threshold=0.95)
    decision = decide("P", rules)
    assert (decision.action, decision.reason["code"]) == (SETTLE, "only_vote")
    assert decision.answer == {"q": "PER"}
    assert decision.confidence == pytest.approx(0.8 if measure == "posterior" else 1.0)


def test_a_single_vote_of_many_settles_by_its_posterior_only() -> None:
    rules = policy(min_overlap=1, max_overlap=3)
    assert decide("P", rules).action is ASK
    assert decide("P", policy(min_overlap=1, max_overlap=3, threshold=0.7)).action is SETTLE
    assert route(SPANS, rules, [{"q": ()}]).action is SETTLE  # no posterior: agrees with itself


def test_unsure_votes_dispute_from_the_number_of_the_policy_on() -> None:
    rules = policy(dispute={"unsure_votes": 2})
    assert decide("PP", rules, unsure=1).action is SETTLE
    assert decide("PP", rules, unsure=2).reason["code"] == "unsure_votes"
    assert decide("PP", rules, unsure=2).action is DISPUTE
    assert decide("P", rules, unsure=1).action is ASK
    assert decide("PP", RoutingPolicy.DEFAULT, unsure=2).action is SETTLE


def test_known_skills_replace_the_assumed_accuracy() -> None:
    votes = "PL"
    assert decide(votes, RoutingPolicy.DEFAULT).action is ASK
    decision = decide(votes, RoutingPolicy.DEFAULT, accuracies=[0.6, 0.99])
    assert decision.action is SETTLE
    assert decision.answer == {"q": "LOC"}


def test_a_question_hidden_by_most_needs_no_label() -> None:
    rules = policy(min_overlap=3, max_overlap=5, threshold=0.7)
    votes = [{"is_fit": "no"}, {"is_fit": "no"}, {"is_fit": "yes", "kind": "PER"}]
    decision = route(FOLLOWED, rules, votes)
    assert decision.action is SETTLE
    assert decision.answer == {"is_fit": "no"}
    numbers = decision.reason["questions"]["kind"]
    assert numbers["agreement"] == pytest.approx(1 / 3, abs=1e-6)  # "hidden" is a value
    assert numbers["confidence"] == pytest.approx(0.8)  # as sure as the question it hangs on
    assert numbers["labels"] == 1


def test_a_question_shown_to_most_counts_those_who_did_not_see_it() -> None:
    rules = policy(min_overlap=3, max_overlap=3, threshold=0.75)
    votes: list[Any] = [
        {"is_fit": "no"},
        {"is_fit": "yes", "kind": "PER"},
        {"is_fit": "yes", "kind": "PER"},
    ]
    decision = route(FOLLOWED, rules, votes)
    kind = decision.reason["questions"]["kind"]["confidence"]
    # shown at all: 0.8; PER of three categories by two votes: 0.64 / (0.64 + 0.02)
    assert kind == pytest.approx(0.8 * 0.64 / 0.66, abs=1e-6)
    assert decision.action is SETTLE
    assert decision.answer == {"is_fit": "yes", "kind": "PER"}
    hidden = route(FOLLOWED, policy(measure="agreement", min_overlap=3), votes)
    assert hidden.reason["questions"]["kind"]["agreement"] == pytest.approx(1 / 3, abs=1e-6)
    assert hidden.action is DISPUTE


def test_a_question_hidden_from_all_is_not_spoken_of() -> None:
    decision = route(FOLLOWED, RoutingPolicy.DEFAULT, [{"is_fit": "no"}, {"is_fit": "no"}])
    assert decision.action is SETTLE
    assert list(decision.reason["questions"]) == ["is_fit"]


def test_questions_that_may_be_left_out_do_not_dispute() -> None:
    votes = [{"is_fit": "no", "note": "a b"}, {"is_fit": "no", "note": "c d"}]
    decision = route(FOLLOWED, RoutingPolicy.DEFAULT, votes)
    assert decision.action is SETTLE
    assert decision.answer == {"is_fit": "no", "note": "a b"}
    assert decision.reason["questions"]["note"]["gates"] is False
    named = policy(dispute={"questions": ["note"]})
    assert route(FOLLOWED, named, votes).action is ASK


def test_a_note_that_most_left_out_is_left_out() -> None:
    votes: list[Any] = [{"is_fit": "no"}, {"is_fit": "no", "note": "a"}, {"is_fit": "no"}]
    assert route(FOLLOWED, RoutingPolicy.DEFAULT, votes).answer == {"is_fit": "no"}


def test_a_required_question_that_nobody_answered_never_settles() -> None:
    shown = [{"question": name, "in": ["yes"]} for name in ("is_fit", "is_new")]
    kind = {"id": "kind", "type": "choice", "categories": CATEGORIES, "show_when": {"all": shown}}
    both = schema_of(ASKED, {**ASKED, "id": "is_new"}, {**ASKED, "id": "is_short"}, kind)
    # Each worker saw a reason to hide "kind"; the consensus (ties go to "yes") shows it.
    votes = [
        {"is_fit": "yes", "is_new": "no", "is_short": "yes"},
        {"is_fit": "no", "is_new": "yes", "is_short": "yes"},
    ]
    rules = policy(max_overlap=2, dispute={"questions": ["is_short"]})
    decision = route(both, rules, votes)
    assert decision.action is DISPUTE
    assert decision.reason["questions"]["kind"]["confidence"] == 0.0
    assert decision.reason["questions"]["is_short"]["confidence"] > rules.threshold
    hidden = route(both, rules, votes, accuracies=[0.9, 0.7])
    assert hidden.action is SETTLE
    assert hidden.answer == {"is_fit": "yes", "is_new": "no", "is_short": "yes"}


def test_with_nothing_to_compare_the_asked_votes_settle() -> None:
    optional = schema_of({"id": "note", "type": "text", "required": False})
    decision = route(optional, RoutingPolicy.DEFAULT, [{}, {}])
    assert decision.action is SETTLE
    assert decision.answer == {}
    assert decision.confidence == 1.0


def test_the_reason_is_json_with_a_sentence_and_numbers() -> None:
    decision = decide("PL", RoutingPolicy.DEFAULT)
    assert json.loads(json.dumps(decision.reason)) == decision.reason
    assert decision.reason["sentence"] == (
        '2 votes: the posterior of "q", 0.47, is below the threshold of 0.9, '
        "so one more is asked for, up to 3."
    )
    assert decision.reason["questions"] == {
        "q": {
            "measure": "posterior",
            "confidence": round(0.08 / 0.17, 6),
            "agreement": 0.0,
            "labels": 2,
            "gates": True,
        }
    }


@settings(calmly, max_examples=200)
@given(
    votes=st.text("PLO", max_size=8),
    fewest=st.integers(1, 4),
    spare=st.integers(0, 3),
    how=st.tuples(
        st.sampled_from(["posterior", "agreement"]), st.sampled_from(["exhausted", "disagreement"])
    ),
    threshold=st.floats(0.51, 0.99),
    unsure=st.integers(0, 2),
)
def test_every_decision_keeps_the_rule(
    votes: str, fewest: int, spare: int, how: tuple[str, str], threshold: float, unsure: int
) -> None:
    rules = policy(
        min_overlap=fewest,
        max_overlap=fewest + spare,
        measure=how[0],
        threshold=threshold,
        dispute={"on": how[1], "unsure_votes": 1},
    )
    decision = decide(votes, rules, unsure=min(unsure, len(votes)))
    counts = sorted((votes.count(vote) for vote in "PLO"), reverse=True)
    if len(votes) < fewest:
        assert decision.action is ASK
    elif len(votes) >= rules.max_overlap:
        assert decision.action is not ASK
    if decision.action is SETTLE and len(votes) > 1:
        assert counts[0] > counts[1]
        assert decision.confidence >= threshold - 1e-9
    assert (decision.answer is None) == (decision.action is not SETTLE)
    assert 0.0 <= decision.confidence <= 1.0


BUSY = 4.0
"""The limits hold on an idle machine; a busy one may take so many times as long."""


def fastest(schema: LabelSchema, answers: list[Any], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        route(schema, RoutingPolicy(max_overlap=5), answers)
        times.append(time.perf_counter() - started)
    return min(times)


def test_routing_a_choice_takes_less_than_a_tenth_of_a_millisecond() -> None:
    assert fastest(CHOICE, [{"q": "PER"}, {"q": "PER"}, {"q": "LOC"}], 300) < 100e-6 * BUSY


def test_routing_fifty_spans_of_five_workers_takes_less_than_five_milliseconds() -> None:
    answers = [
        {
            "q": tuple(
                Span(20 * i + (i * k) % 7, 20 * i + 10 + (i + k) % 5, "PER") for i in range(50)
            )
        }
        for k in range(5)
    ]
    assert fastest(SPANS, answers, 30) < 5e-3 * BUSY
