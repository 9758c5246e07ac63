"""Crowds with good and bad workers, for every label type whose labels are no classes."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from labeling.deciding import decide
from labeling.decisions import Decision
from labeling.label_types.boxes import Box
from labeling.label_types.spans import Span
from labeling.policy import RoutingPolicy
from labeling.poll_learning import learn_polls
from labeling.poll_standing import PollStanding, read_standing
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import Prices
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.votes import Label
from tests.labeling.samples import CATEGORIES, INPUTS, seeded
from tests.labeling.test_engine import question

ABC = [{"id": name} for name in "abcdef"]
CHOICES = question(type="choices", categories=ABC, min=0)
SPANS = question(type="spans", on="text", categories=CATEGORIES)
BOXES = question(type="boxes", on="picture", categories=CATEGORIES)
TEXT = question(type="text")
NUMBER = question(type="number", min=0, max=1000)
RANKING = question(type="ranking", categories=ABC)

Make = Callable[[Random], Label]
"""What is true of an item."""
Slip = Callable[[Random, Label], Label]
"""What a bad worker says of it."""


def some_choices(chance: Random) -> Label:
    return tuple(name for name in "abcdef" if chance.random() < 0.4)


def other_choices(chance: Random, truth: Label) -> Label:
    assert isinstance(truth, tuple)
    return tuple(name for name in "abcdef" if (name in truth) != (chance.random() < 0.45))


def some_spans(chance: Random) -> Label:
    starts = sorted(chance.sample(range(0, 200, 10), 4))
    return tuple(Span(at, at + 6, chance.choice(("PER", "LOC", "ORG"))) for at in starts)


def other_spans(chance: Random, truth: Label) -> Label:
    """Misses half, mixes up half of the rest, and invents."""
    assert isinstance(truth, tuple)
    kept = [span for span in truth if chance.random() < 0.5]
    said = [span if chance.random() < 0.5 else Span(span.start, span.end, "ORG") for span in kept]
    at = chance.randrange(210, 390)
    return (*said, Span(at, at + 6, "PER"))


def some_boxes(chance: Random) -> Label:
    places = chance.sample(range(64), 4)
    boxes = [
        Box(10.0 + 30.0 * (at % 8), 30.0 * (at // 8), 20.0, 20.0, chance.choice(("PER", "LOC")))
        for at in places
    ]
    return tuple(
        sorted(boxes, key=lambda box: (box.y, box.x, box.height, box.width, box.category))
    )


def other_boxes(chance: Random, truth: Label) -> Label:
    assert isinstance(truth, tuple)
    kept = [box for box in truth if chance.random() < 0.5]
    said = [
        Box(box.x + chance.uniform(-6, 6), box.y + 5.0, box.width, box.height, "LOC")
        for box in kept
    ]
    return (*said, Box(500.0 + chance.randrange(400), 0.0, 20.0, 20.0, "PER"))


LINE = "a green boat lies on the calm blue lake under seven old willows by our white house"
WORDS = LINE.split()


def some_text(chance: Random) -> Label:
    return " ".join(chance.sample(WORDS, 6))


def other_text(chance: Random, truth: Label) -> Label:
    """A part of it, which others may take as well, and words that are not there."""
    words = str(truth).split()
    return " ".join([*chance.choice((words[:2], words[2:])), *chance.sample(WORDS, 2)])


def some_number(chance: Random) -> Label:
    return chance.randrange(200, 800)


def other_number(chance: Random, truth: Label) -> Label:
    assert isinstance(truth, int)
    return round(min(max(truth + chance.gauss(0, 150), 0), 1000))


def some_order(chance: Random) -> Label:
    return tuple(chance.sample("abcdef", 6))


def other_order(chance: Random, truth: Label) -> Label:
    return tuple(chance.sample("abcdef", 6))


CROWDS: dict[str, tuple[Question, Make, Slip]] = {
    "choices": (CHOICES, some_choices, other_choices),
    "text": (TEXT, some_text, other_text),
    "number": (NUMBER, some_number, other_number),
    "ranking": (RANKING, some_order, other_order),
    "spans": (SPANS, some_spans, other_spans),
    "boxes": (BOXES, some_boxes, other_boxes),
}
every_crowd = pytest.mark.parametrize("name", CROWDS)
GOOD, BAD = (1, 2), (3, 4, 5)
"""Workers: the bad ones are more, so that a majority is often wrong."""

Votes = list[tuple[int, int, Label]]


def crowd_at(name: str, items: int, seed: int = 0) -> tuple[dict[int, Label], Votes]:
    """Return what is true of each item, and what all five workers say of it."""
    _, make, slip = CROWDS[name]
    chance = seeded(seed)
    truth = {item: make(chance) for item in range(items)}
    votes: Votes = []
    for item, real in truth.items():
        for worker in (*GOOD, *BAD):
            is_slip = chance.random() < (0.1 if worker in GOOD else 0.9)
            votes.append((item, worker, slip(chance, real) if is_slip else real))
    return truth, votes


def standing_of(name: str, votes: Votes, **known: Any) -> PollStanding:
    standing = learn_polls(CROWDS[name][0], votes, {}, expert_accuracy=0.95, **known)
    assert standing is not None
    read = read_standing(json.loads(json.dumps(standing.to_json())))
    assert isinstance(read, PollStanding)
    return read


def schema_of(asked: Question) -> LabelSchema:
    return LabelSchema.from_json({"inputs": INPUTS, "questions": [asked.to_json()]})


POLICY = RoutingPolicy(
    min_overlap=1, max_overlap=7, prices=Prices(crowd=1.0, expert=5.0, wrong=30.0)
)


def decision_of(
    asked: Question,
    votes: Sequence[tuple[int, Label]],
    standing: PollStanding | None,
    **policy: Any,
) -> Decision:
    return decide(
        schema_of(asked),
        RoutingPolicy(**{**POLICY.__dict__, **policy}),
        [(Ballot(worker=worker), {"q": label}) for worker, label in votes],
        standings={} if standing is None else {"q": standing},
        context=ItemContext(key="1"),
    )


def by_item(votes: Votes) -> dict[int, list[tuple[int, Label]]]:
    found: dict[int, list[tuple[int, Label]]] = {}
    for item, worker, label in votes:
        found.setdefault(item, []).append((worker, label))
    return found
