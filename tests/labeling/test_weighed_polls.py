"""Labels that are no classes, weighed by who gave them: learnt, stored, decided."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.ballots import Floats
from labeling.decisions import Action, Decision
from labeling.label_types import LABEL_TYPES
from labeling.places import MOST_UNMARKED, share_of, unmarked
from labeling.poll_learning import learn_polls
from labeling.poll_standing import PollStanding
from labeling.prices import Prices
from labeling.votes import Label
from tests.labeling.poll_crowds import (
    ABC,
    BAD,
    CHOICES,
    CROWDS,
    GOOD,
    Votes,
    by_item,
    crowd_at,
    decision_of,
    every_crowd,
    standing_of,
)
from tests.labeling.samples import SAMPLES, Samples, calmly, seeded
from tests.labeling.test_engine import question

NO_EXPERT = Prices(crowd=1.0, expert=None, wrong=1.01)
"""So little that whatever there is settles."""


def answer_of(found: Decision) -> Label:
    assert found.action is Action.SETTLE
    assert found.answer is not None
    return found.answer["q"]


@every_crowd
def test_the_weighted_consensus_beats_the_plain_one(name: str) -> None:
    asked = CROWDS[name][0]
    standing = standing_of(name, crowd_at(name, 150)[1])
    good, bad = ([standing.accuracy_of(worker) for worker in who] for who in (GOOD, BAD))
    assert min(good) > max(bad)
    truth, votes = crowd_at(name, 60, seed=1)
    label_type = LABEL_TYPES[asked.type]
    plain, weighed = [], []
    for item, said in by_item(votes).items():
        labels = [label for _, label in said]
        alike = label_type.aggregate(labels, [1.0] * len(said), asked).label
        plain.append(label_type.distance(alike, truth[item], asked))
        answer = answer_of(decision_of(asked, said, standing, max_overlap=5, prices=NO_EXPERT))
        weighed.append(label_type.distance(answer, truth[item], asked))
    assert float(np.mean(weighed)) < min(0.6 * float(np.mean(plain)), 0.15)


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
        found = decision_of(asked, few, standing, max_overlap=len(few), prices=NO_EXPERT)
        label = answer_of(found)
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
@settings(calmly, max_examples=4)
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
        assert crooked.accuracy_of(renamed) == pytest.approx(
            straight.accuracy_of(worker), abs=1e-6
        )
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
        votes += [(item, worker, fixed if kind == "same" else make(chance)) for worker in workers]
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


def test_who_reads_all_numbers_too_high_does_not_move_them() -> None:
    chance = seeded(4)
    votes: Votes = []
    for item in range(150):
        real = chance.randrange(200, 800)
        votes += [(item, worker, real + chance.randrange(-60, 61)) for worker in (1, 2, 3)]
        votes.append((item, 4, real + 150))
    standing = standing_of("number", votes)
    said: list[tuple[int, Label]] = [(1, 480), (2, 500), (3, 520), (4, 650)]
    found = decision_of(CROWDS["number"][0], said, standing, max_overlap=4, prices=NO_EXPERT)
    label = answer_of(found)
    assert isinstance(label, int)
    assert abs(label - 500) < 10


def test_gold_and_verdicts_tell_who_errs() -> None:
    """Three agree on what is wrong: what an expert said is believed, of all that it can show."""
    for name, (asked, make, _) in CROWDS.items():
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
    often, seldom = (decision_of(CHOICES, [(1, (said,))], standing) for said in "af")
    assert often.confidence > seldom.confidence


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
    votes = [(item, worker, chance.choice(labels)) for item in range(200) for worker in range(3)]
    standing = learn_polls(samples.parsed_question, votes, {}, expert_accuracy=0.95)
    assert standing is not None
    assert np.isfinite(standing.crowd.confusion).all()


@pytest.mark.parametrize("name", ["spans", "boxes"])
def test_one_who_drew_nothing_is_no_certainty_and_several_are_surer(name: str) -> None:
    asked, standing = CROWDS[name][0], standing_of(name, crowd_at(name, 150)[1])
    careless = decision_of(asked, [(3, ())], standing)
    good = decision_of(asked, [(1, ())], standing)
    both = decision_of(asked, [(1, ()), (2, ())], standing)
    assert careless.confidence < good.confidence < both.confidence < 1.0
    assert careless.reason["crowd_rate"] > both.reason["crowd_rate"]


def test_places_that_nobody_marked_are_estimated() -> None:
    """Of 1000 places, each marked by a worker with a known probability, the number is met."""
    dice = np.random.default_rng(0)
    missed = 0.4 * 0.5
    marked = int((dice.random(1000) >= missed).sum())
    assert unmarked([0.0, marked], [1.0, missed]) == pytest.approx(1000 - marked, rel=0.1)
    assert unmarked([0.0, 3.0], [1.0, 1.0]) == 3.0 * MOST_UNMARKED
    assert share_of([0.9, 0.7], 2.0) == pytest.approx(0.4)


def test_a_gain_is_that_of_one_more_vote() -> None:
    """Against a simulation of the next vote by its own model, where one vote is all there is."""
    standing = standing_of("choices", crowd_at("choices", 150)[1])
    said = [(1, ("a",)), (3, ("b",))]
    now = decision_of(CHOICES, said, standing)
    table = standing.market(Prices()).vote_table
    chances = [
        np.array([1.0 - chance, chance])
        for chance in _chances(standing, [label for _, label in said], [1, 3])
    ]
    exact = np.prod([np.max(q[:, None] * table, axis=0).sum() for q in chances])
    gain = exact - np.prod([q.max() for q in chances])
    older = decision_of(CHOICES, said, replace(standing, counts_dissent=False))
    assert np.prod([q.max() for q in chances]) == pytest.approx(older.confidence)
    realism = standing.market(Prices()).realism
    # Two classes are looked ahead on with the mean accuracy of the market, not with its table.
    assert now.reason["crowd_rate"] >= 0.9 * realism * gain


def _chances(standing: PollStanding, labels: list[tuple[str, ...]], workers: list[int]) -> Floats:
    """The probability of each category by Bayes' rule, vote by vote."""
    found = []
    for category in CHOICES.category_ids:
        shares = np.array(standing.prior_of(category))
        for label, worker in zip(labels, workers, strict=True):
            place = standing.worker_at[worker]
            shares = shares * standing.crowd.confusion[place][:, int(category in label)]
        found.append(shares[1] / shares.sum())
    return np.array(found)
