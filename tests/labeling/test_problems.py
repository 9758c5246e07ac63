"""What is said of a stranger's values can always be stored, sent and read."""

from typing import Any

import pytest

from labeling.problems import MOST_PROBLEMS, Invalid, Problem, pointer, shown


def test_a_pointer_escapes_what_rfc_6901_asks_for() -> None:
    assert pointer() == ""
    assert pointer("a/b", 3, "m~n", "") == "/a~1b/3/m~0n/"


def test_a_pointer_can_be_stored_whatever_the_key() -> None:
    assert pointer("a\0b") == "/a\ufffdb"
    assert pointer("\ud800").encode("utf-8")
    assert len(pointer("x" * 10_000)) < 100


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        (float("nan"), "NaN"),
        (10**300, "a huge number"),
        ("\u8bd7", '"\u8bd7"'),
        ('say "so"', '"say \\"so\\""'),
        ("a\0\ud800\u202e", '"a\\u0000\\ud800\\u202e"'),
        ([[[]]], "a list of 1"),
        ({"a": 1}, "an object with 1 keys"),
        (b"", "a value of type bytes"),
    ],
)
def test_any_value_is_described_briefly(value: Any, text: str) -> None:
    assert shown(value) == text


def test_values_that_python_will_not_print_are_described_too() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a list of 1"
    assert shown(10**5000) == "a huge number"


def test_a_long_text_is_shortened() -> None:
    assert len(shown("x" * 10_000)) < 100


def test_a_problem_moves_with_its_document() -> None:
    problem = Problem(path="/end", code="c", message="m")
    assert problem.beneath("entities", 0).path == "/entities/0/end"


def test_a_refusal_lists_so_many_problems_and_counts_the_rest() -> None:
    problem = Problem(path="/a", code="c", message="m")
    assert len(Invalid([problem] * MOST_PROBLEMS).problems) == MOST_PROBLEMS
    cut = Invalid([problem] * (MOST_PROBLEMS + 5)).problems
    assert len(cut) == MOST_PROBLEMS + 1
    assert cut[-1].message == "5 more problems are not listed. Mend these first."
