"""Rules that send an item back to who judged it, or hold it for the guideline."""

from typing import Any

import pytest

from labeling.decisions import Action, Decision
from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext, route_priced
from labeling.problems import InvalidPolicy
from labeling.schema import LabelSchema

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {"id": "q", "type": "choice", "categories": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
        ],
    }
)


def decided(said: str, *rules: dict[str, Any], **context: Any) -> Decision:
    """What becomes of an item on which workers 11, 12, .. said these letters."""
    policy = RoutingPolicy.from_json(
        {"min_overlap": 2, "prices": {"expert": None}, "rules": list(rules)}
    )
    votes = [(Ballot(worker=11 + place), {"q": name}) for place, name in enumerate(said)]
    return route_priced(SCHEMA, policy, votes, standings={}, context=ItemContext(**context))


BACK = {"name": "look", "then": "back_to_worker", "note": "Read to the end."}
HOLD = {"name": "wait", "then": "hold"}


@pytest.mark.parametrize(
    ("said", "again", "who"),
    [
        ("aab", [3], (13,)),
        ("aa", [1, 2], (11, 12)),  # nobody disagrees: those who gave it
        ("aabc", [3, 4], (13, 14)),
    ],
)
def test_it_goes_back_to_those_who_disagree(said: str, again: Any, who: Any) -> None:
    decision = decided(said, BACK)
    assert decision.action is Action.ASK_AGAIN
    assert (decision.reason["again"], decision.again) == (again, who)
    assert decision.reason["rule"]["note"] == "Read to the end."
    assert decision.answer is None


def test_once_each_and_then_the_next_rule_decides() -> None:
    assert decided("aabc", BACK, asked_again=frozenset({13})).again == (14,)
    everybody = decided("aab", BACK, HOLD, asked_again=frozenset({11, 12, 13}))
    assert (everybody.action, everybody.reason["rule"]["name"]) == (Action.HOLD, "wait")
    assert "again" not in everybody.reason


def test_an_item_is_held_once() -> None:
    assert decided("aa", HOLD).action is Action.HOLD
    later = decided("aa", HOLD, was_held=True)
    assert (later.action, later.reason["rule"]) == (Action.SETTLE, None)


def test_too_few_votes_come_before_every_rule() -> None:
    assert decided("a", HOLD).reason["code"] == "too_few_votes"


def test_a_rule_without_a_note_is_the_document_it_was() -> None:
    rule = decided("aa", HOLD).reason["rule"]
    assert rule == {"name": "wait", "when": {}, "then": "hold"}


@pytest.mark.parametrize("note", ["", "x" * 501, 7])
def test_a_bad_note_is_refused_with_its_place(note: Any) -> None:
    with pytest.raises(InvalidPolicy) as found:
        decided("aa", {**BACK, "note": note})
    assert found.value.problems[0].path == "/rules/0/note"
