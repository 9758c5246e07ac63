"""The tally of a schema: any order of changes gives what counting at the end gives."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.agreement import krippendorff_alpha, nominal_difference
from labeling.agreement_tally import AgreementTally, Pair, changed_table
from labeling.schema import LabelSchema
from labeling.votes import Answer

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}, {"id": "picture", "type": "image"}],
        "questions": [
            {"id": "tone", "type": "choice", "categories": [{"id": "a"}, {"id": "b"}]},
            {"id": "clear", "type": "rating", "min": 1, "max": 3, "required": False},
            {
                "id": "where",
                "type": "spans",
                "on": "text",
                "required": False,
                "categories": [{"id": "x"}],
            },
        ],
    }
)
STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from("ab"), st.integers(0, 3)),
    max_size=40,
)
"""What a worker says of an item, again and again: (item, worker, tone, clear; 0 is left out)."""


def said(tone: str, clear: int) -> dict[str, Any]:
    return {"tone": tone, **({"clear": clear} if clear else {})}


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_any_order_of_changes_gives_what_a_count_at_the_end_gives(
    steps: list[tuple[int, int, str, int]],
) -> None:
    moving, items = AgreementTally(SCHEMA), dict[int, dict[int, Answer]]()
    for item, worker, tone, clear in steps:
        before = items.get(item, {})
        answer = moving.read(said(tone, clear))
        assert answer is not None
        items[item] = {**before, worker: answer}
        moving.replace(str(item), before, items[item])
    at_once = AgreementTally(SCHEMA)
    for item, answers in items.items():
        at_once.replace(str(item), {}, answers)
    assert moving.counts == at_once.counts
    for key in moving.counts:
        tables = {pair: changed_table(Counter(), t) for pair, t in moving.pairs[key].items()}
        assert {pair: table for pair, table in tables.items() if table} == at_once.pairs[key]
    units = [[answer["tone"] for answer in answers.values()] for answers in items.values()]
    assert moving.counts["tone"].alpha() == krippendorff_alpha(units, nominal_difference)


def test_a_pair_is_told_lower_worker_first_and_spans_have_no_table() -> None:
    tally = AgreementTally(SCHEMA)
    spans = [{"start": 0, "end": 3, "category": "x"}]
    answers = {
        7: tally.read({"tone": "b", "where": spans}),
        3: tally.read({"tone": "a", "where": spans}),
    }
    assert None not in answers.values()
    tally.replace("1", {}, {worker: said for worker, said in answers.items() if said})
    assert tally.pairs["tone"] == {Pair(3, 7): Counter({('"a"', '"b"'): 1})}
    assert tally.pairs["where"] == {}
    assert tally.changed == {"tone", "where"}


def test_an_answer_under_another_schema_is_not_read() -> None:
    tally = AgreementTally(SCHEMA)
    assert tally.read({"tone": "deleted"}) is None
    assert tally.read({"clear": 1}) is None


def test_what_was_never_counted_cannot_be_taken_away() -> None:
    tally = AgreementTally(SCHEMA)
    answer = tally.read({"tone": "a"})
    assert answer is not None
    with pytest.raises(ValueError, match="recount"):
        tally.replace("1", {1: answer}, {})
    with pytest.raises(ValueError, match="recount"):
        changed_table(Counter(), Counter({("a", "b"): -1}))
