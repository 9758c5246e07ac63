"""Labels that are no classes, weighed by who gave them: learnt, stored, decided."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.decisions import Action
from labeling.deciding import decide
from labeling.label_types import LABEL_TYPES
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
from tests.labeling.samples import CATEGORIES, INPUTS, SAMPLES, Samples, calmly, seeded
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
    said = [
        span if chance.random() < 0.5 else Span(span.start, span.end, "ORG") for span in kept
    ]
    at = chance.randrange(210, 390)
    return (*said, Span(at, at + 6, "PER"))


def some_boxes(chance: Random) -> Label:
    places = chance.sample(range(64), 4)
    boxes = [
        Box(
            10.0 + 30.0 * (at % 8), 30.0 * (at // 8), 20.0, 20.0, chance.choice(("PER", "LOC"))
        )
        for at in places
    ]
    return tuple(sorted(boxes, key=lambda box: (box.y, box.x, box.height, box.width, box.category)))


def other_boxes(chance: Random, truth: Label) -> Label:
    assert isinstance(truth, tuple)
    kept = [box for box in truth if chance.random() < 0.5]
    said = [
        Box(box.x + chance.uniform(-6, 6), box.y + 5.0, box.width, box.height, "LOC")
        for box in kept
    ]
    return (*said, Box(500.0 + chance.randrange(400), 0.0, 20.0, 20.0, "PER"))


WORDS = "a green boat lies on the calm blue lake under seven old willows by our white house".split()


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
    asked: Question, votes: Sequence[tuple[int, Label]], standing: PollStanding | None, **policy: Any
) -> Any:
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


@every_crowd
def test_the_weighted_consensus_beats_the_plain_one(name: str) -> None:
    asked = CROWDS[name][0]
    standing = standing_of(name, crowd_at(name, 150)[1])
    good, bad = (
        [standing.accuracy_of(worker) for worker in who] for who in (GOOD, BAD)
    )
    assert min(good) > max(bad)
    truth, votes = crowd_at(name, 60, seed=1)
    distance = LABEL_TYPES[asked.type].distance
    errors: dict[bool, list[float]] = {True: [], False: []}
    for item, said in by_item(votes).items():
        for is_weighed in errors:
            # At a price of nearly nothing whatever there is settles.
            cheap = {"prices": Prices(crowd=1.0, expert=None, wrong=1.01), "max_overlap": 5}
            found = decision_of(
                asked, said, standing if is_weighed else None, threshold=0.51, **cheap
            )
            label = found.answer["q"] if found.answer else LABEL_TYPES[asked.type].aggregate(
                [label for _, label in said], [1.0] * len(said), asked
            ).label
            errors[is_weighed].append(distance(label, truth[item], asked))
    assert np.mean(errors[True]) < 0.6 * np.mean(errors[False])
    assert np.mean(errors[True]) < 0.15


@every_crowd
def test_how_sure_it_is_says_how_right_it_is(name: str) -> None:
    """Where it is surer it is righter, and it does not promise too much."""
    asked = CROWDS[name][0]
    standing = standing_of(name, crowd_at(name, 150)[1])
    truth, votes = crowd_at(name, 150, seed=2)
    sure, right = [], []
    chance = seeded(3)
    for item, said in by_item(votes).items():
        few = chance.sample(said, chance.randrange(1, 6))
        found = decision_of(asked, few, standing, max_overlap=len(few), prices=Prices(
            crowd=1.0, expert=None, wrong=1.01))
        assert found.action is Action.SETTLE
        label = found.answer["q"]
        is_right = (
            float(label == truth[item])
            if asked.type == "choices"
            else 1.0 - LABEL_TYPES[asked.type].distance(label, truth[item], asked)
        )
        sure.append(found.confidence)
        right.append(is_right)
    order = np.argsort(sure)
    half = len(order) // 2
    assert np.mean(np.array(right)[order[half:]]) > np.mean(np.array(right)[order[:half]])
    assert np.mean(sure) < np.mean(right) + 0.1


@every_crowd
def test_few_votes_learn_nothing_and_leave_the_plain_consensus(name: str) -> None:
    asked = CROWDS[name][0]
    _, votes = crowd_at(name, 4)
    assert learn_polls(asked, votes[:10], {}, expert_accuracy=0.95) is None
    reason = decision_of(asked, by_item(votes)[0], None).reason["questions"]["q"]
    assert reason["measure"] == "agreement"
    assert "steps" not in reason


@every_crowd
@settings(calmly, max_examples=10)
@given(seed=st.integers(0, 1000))
def test_the_order_of_votes_and_the_names_of_workers_say_nothing(name: str, seed: int) -> None:
    asked = CROWDS[name][0]
    chance = seeded(seed)
    _, votes = crowd_at(name, 90)
    other = {worker: worker + 100 * (6 - worker) for worker in (*GOOD, *BAD)}
    turned = [(item + 7, other[worker], label) for item, worker, label in votes]
    chance.shuffle(turned)
    straight, crooked = standing_of(name, votes), standing_of(name, turned)
    for worker, renamed in other.items():
        assert crooked.accuracy_of(renamed) == pytest.approx(straight.accuracy_of(worker), abs=1e-6)
    said = by_item(crowd_at(name, 1, seed=seed)[1])[0]
    shuffled = [(other[worker], label) for worker, label in chance.sample(said, len(said))]
    one = decision_of(asked, said, straight)
    two = decision_of(asked, shuffled, crooked)
    assert one.confidence == pytest.approx(two.confidence, abs=1e-6)
    assert one.reason["crowd_rate"] == pytest.approx(two.reason["crowd_rate"], abs=1e-6)
    assert one.reason["expert_rate"] == pytest.approx(two.reason["expert_rate"], abs=1e-6)


@every_crowd
@settings(calmly, max_examples=20)
@given(said=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), min_size=1, max_size=7))
def test_whatever_is_voted_every_number_is_one(name: str, said: list[tuple[int, int]]) -> None:
    """One vote, all different, all the same, newcomers: never NaN, and within 0 and 1."""
    asked, make, _ = CROWDS[name]
    standing = STANDINGS.setdefault(name, standing_of(name, crowd_at(name, 90)[1]))
    chance = seeded(5)
    labels: list[Label] = [make(chance) for _ in range(4)]
    if asked.type in {"choices", "spans", "boxes"}:
        labels[0] = ()
    found = decision_of(asked, [(worker, labels[at]) for worker, at in said], standing)
    (reason,) = found.reason["questions"].values()
    numbers = [found.confidence, reason["risk"], reason["dissent"]]
    assert all(-1e-9 <= number <= 1.0 + 1e-9 for number in numbers)
    assert np.isfinite([reason["crowd_rate"], reason["expert_rate"]]).all()
    assert [step["vote"] for step in reason["steps"]] == list(range(1, len(said) + 1))
    json.dumps(found.reason, allow_nan=False)


STANDINGS: dict[str, PollStanding] = {}


@every_crowd
@pytest.mark.parametrize("kind", ["same", "apart", "alone"])
def test_odd_crowds_give_sensible_standings(name: str, kind: str) -> None:
    """Everybody always says the same; nobody ever agrees; one worker is all there is."""
    _, make, _ = CROWDS[name]
    chance = seeded(6)
    fixed = make(chance)
    votes: Votes = []
    for item in range(450):
        workers = (1,) if kind == "alone" else (1, 2, 3)
        votes += [
            (item, worker, fixed if kind == "same" else make(chance)) for worker in workers
        ]
    standing = standing_of(name, votes)
    numbers = [standing.crowd.confusion, standing.crowd.accuracy, standing.crowd.class_prior]
    assert all(np.isfinite(part).all() for part in numbers)
    found = decision_of(CROWDS[name][0], [(1, fixed)], standing)
    assert 0.0 <= found.confidence <= 1.0


def test_who_always_says_the_same_counts_for_little() -> None:
    for name in ("choices", "number", "text", "ranking"):
        asked, make, _ = CROWDS[name]
        _, votes = crowd_at(name, 150)
        fixed = make(seeded(9))
        lazy = [(item, 9, fixed) for item in range(150)]
        standing = standing_of(name, votes + lazy)
        weight = LABEL_TYPES[asked.type].weight
        assert weight(standing.accuracy_of(9)) < 0.75 * weight(standing.accuracy_of(1)), name


def test_gold_and_verdicts_tell_who_errs() -> None:
    """Three agree on what is wrong: what an expert said is believed, of all that it can show."""
    for name in CROWDS:
        asked, make, _ = CROWDS[name]
        chance = seeded(11)
        truth = {item: make(chance) for item in range(150)}
        votes: Votes = []
        for item, real in truth.items():
            wrong = make(chance)
            votes += [(item, 1, real), (item, 2, wrong), (item, 3, wrong)]
        plain = standing_of(name, votes)
        known = {item: truth[item] for item in range(120)}
        taught = standing_of(name, votes, gold=known)
        assert plain.accuracy_of(1) < plain.accuracy_of(2)
        assert taught.accuracy_of(1) > taught.accuracy_of(2), asked.type


def test_a_question_with_other_options_is_weighed_plainly() -> None:
    standing = standing_of("choices", crowd_at("choices", 150)[1])
    fewer = question(type="choices", categories=ABC[:4], min=0)
    reason = decision_of(fewer, [(1, ("a",)), (2, ("b",))], standing).reason["questions"]["q"]
    assert reason["measure"] == "agreement"


def test_labels_of_an_older_schema_teach_nothing() -> None:
    _, votes = crowd_at("choices", 150)
    old: Votes = [(item, 3, None) for item in range(1000, 1100)]
    assert standing_of("choices", votes + old).to_json() == standing_of("choices", votes).to_json()


def test_categories_differ_in_how_common_they_are() -> None:
    """A single vote for a category that nobody ever chooses is doubted more."""
    chance = seeded(2)
    votes: Votes = []
    for item in range(300):
        real = ("a",) if chance.random() < 0.5 else ()
        for worker in (1, 2, 3):
            rare = ("f",) if chance.random() < 0.03 else ()
            votes.append((item, worker, (*real, *rare)))
    standing = standing_of("choices", votes)
    common, rare = (decision_of(CHOICES, [(1, (said,))], standing) for said in "af")
    assert common.confidence > rare.confidence


def test_rules_may_name_chosen_categories() -> None:
    standing = standing_of("choices", crowd_at("choices", 150)[1])
    facts = decision_of(CHOICES, [(1, ("a", "b")), (2, ("a",))], standing).reason["facts"]
    assert "a" in facts["consensus"]
    assert facts["conflict"] == ["a", "b"]


def test_every_sample_of_every_type_can_be_learnt_from() -> None:
    for samples in SAMPLES.values():
        _learn_samples(samples)


def _learn_samples(samples: Samples) -> None:
    labels, chance = samples.labels(), seeded(4)
    votes = [
        (item, worker, chance.choice(labels)) for item in range(200) for worker in range(3)
    ]
    standing = learn_polls(samples.parsed_question, votes, {}, expert_accuracy=0.95)
    assert standing is not None
    assert np.isfinite(standing.crowd.confusion).all()
