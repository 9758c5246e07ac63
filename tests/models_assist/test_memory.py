"""Strings that were marked are offered again where they mostly were, and nowhere else."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from labeling.label_types.spans import Span
from models_assist.memory import Memory, Recalled, memory_of
from models_assist.words import words_of

LETTERS = st.text("ab 北é👍\u200d", max_size=30)


def said(memory: Memory, text: str) -> list[Recalled]:
    return memory.recall(text, words_of(text))


def test_the_longest_known_string_is_offered_and_case_counts() -> None:
    memory = memory_of(
        [("in New York", [Span(3, 11, "place")]), ("York wins", [Span(0, 4, "team")])]
    )
    assert said(memory, "york, New York") == [Recalled(Span(6, 14, "place"), 2 / 3)]
    assert said(memory, "York") == [Recalled(Span(0, 4, "team"), 2 / 4)]


def test_a_string_that_is_mostly_left_alone_is_not_offered() -> None:
    texts = [("may", [Span(0, 3, "month")]), ("may", []), ("may", [])]
    assert memory_of(texts[:2]).strings.keys() == {"may"}, "half of its places"
    assert not memory_of(texts).strings
    assert not memory_of([]).strings


def test_parts_of_words_and_endless_spans_are_not_remembered() -> None:
    text = "abc d e f g h i j k l"
    assert not memory_of([(text, [Span(0, 2, "x"), Span(4, 21, "y")])]).strings


def test_bytes_hold_what_is_known_of_the_categories_there_are() -> None:
    memory = memory_of([("Anna 北京", [Span(0, 4, "person"), Span(5, 7, "place")])])
    assert Memory.of(memory.to_bytes(), ["person", "place"]) == memory
    less = Memory.of(memory.to_bytes(), ["place"])
    assert less is not None
    assert less.strings.keys() == {"北京"}
    for broken in (b"", b"{}", b"[1]", b'{"format": "memory 0", "strings": {}}', b"\xff"):
        assert Memory.of(broken, ["place"]) is None


@given(text=LETTERS, at=st.integers(0, 30), size=st.integers(1, 5))
def test_offers_are_strings_of_the_text_and_do_not_overlap(text: str, at: int, size: int) -> None:
    span = Span(at, min(at + size, len(text)), "x")
    memory = memory_of([(text, [span] if span.start < span.end else [])])
    offers = said(memory, f"👍 {text} {text}")
    for before, after in pairwise(offers):
        assert before.span.end <= after.span.start
    for offer in offers:
        start, end, _ = offer.span
        assert f"👍 {text} {text}"[start:end] in memory.strings
        assert 0 < offer.share < 1
