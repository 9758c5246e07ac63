"""The engine: what votes say together, and what they show of those who gave them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.aggregation import (
    FEWEST_VOTES,
    Known,
    add_vote,
    aggregate,
    posterior_under,
)
from labeling.ballots import Ballots, Floats, Integers
from labeling.crowd import Crowd, one_coin
from tests.labeling.samples import calmly

RECORDED = Path("annotate/management/demo/rte")


def simulated(
    *, seed: int, items: int, accuracies: list[float], classes: int = 2
) -> tuple[Ballots, Integers]:
    """Every worker votes on every item; the truth is drawn evenly."""
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, classes, items)
    votes = []
    for worker, accuracy in enumerate(accuracies):
        wrong = (truth + dice.integers(1, classes, items)) % classes
        said = np.where(dice.random(items) < accuracy, truth, wrong)
        votes += [(item, worker, int(said[item])) for item in range(items)]
    return Ballots.of(votes, (items, len(accuracies), classes)), truth


def share_right(posterior: Floats, truth: Integers) -> float:
    return float((posterior.argmax(axis=1) == truth).mean())


@st.composite
def small_ballots(draw: st.DrawFn) -> Ballots:
    items, workers, classes = (draw(st.integers(1, 6)) for _ in range(3))
    classes += 1
    cells = [(item, worker) for item in range(items) for worker in range(workers)]
    cast = draw(st.lists(st.sampled_from(cells), unique=True, max_size=len(cells)))
    votes = [(item, worker, draw(st.integers(0, classes - 1))) for item, worker in cast]
    return Ballots.of(votes, (items, workers, classes))


@calmly
@given(small_ballots())
def test_any_votes_give_a_posterior_that_sums_to_one(ballots: Ballots) -> None:
    found = aggregate(ballots)
    assert np.isfinite(found.posterior).all()
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1.0)
    np.testing.assert_allclose(found.crowd.confusion.sum(axis=2), 1.0)
    assert (found.crowd.information >= -1e-12).all()


@calmly
@given(st.integers(0, 10_000))
def test_other_names_of_items_workers_and_classes_change_nothing(seed: int) -> None:
    ballots, _ = simulated(
        seed=seed, items=60, accuracies=[0.9, 0.8, 0.6, 0.5, 0.9, 0.7, 0.8], classes=3
    )
    dice = np.random.default_rng(seed)
    items, workers, classes = (dice.permutation(count) for count in (60, 7, 3))
    renamed = Ballots(
        items=items[ballots.items],
        workers=workers[ballots.workers],
        classes=classes[ballots.classes],
        item_count=60,
        worker_count=7,
        class_count=3,
    )
    before, after = aggregate(ballots), aggregate(renamed)
    np.testing.assert_allclose(after.posterior[items][:, classes], before.posterior, atol=1e-9)
    np.testing.assert_allclose(after.crowd.accuracy[workers], before.crowd.accuracy, atol=1e-9)


@calmly
@given(st.integers(0, 10_000))
def test_a_second_perfect_worker_never_lowers_the_truth(seed: int) -> None:
    accuracies = [1.0, 0.8, 0.7, 0.6, 0.7]
    ballots, truth = simulated(seed=seed, items=120, accuracies=accuracies)
    own = ballots.workers == 0
    doubled = Ballots(
        items=np.concatenate([ballots.items, ballots.items[own]]),
        workers=np.concatenate([ballots.workers, np.full(own.sum(), 5)]),
        classes=np.concatenate([ballots.classes, ballots.classes[own]]),
        item_count=120,
        worker_count=6,
        class_count=2,
    )
    places = np.arange(120)
    before = aggregate(ballots).posterior[places, truth]
    after = aggregate(doubled).posterior[places, truth]
    assert (after >= before - 1e-6).all()


def test_skilled_workers_outvote_a_crowd_of_guessers() -> None:
    ballots, truth = simulated(seed=4, items=300, accuracies=[0.95, 0.95] + [0.5] * 5)
    majority = share_right(ballots.counts(), truth)
    found = aggregate(ballots)
    assert share_right(found.posterior, truth) > majority + 0.1
    assert found.crowd.accuracy[:2].min() > found.crowd.accuracy[2:].max()
    assert found.crowd.information[:2].min() > 5 * found.crowd.information[2:].max()


def test_who_always_says_the_same_tells_nothing() -> None:
    right = []
    for seed in range(10):
        ballots, truth = simulated(seed=seed, items=200, accuracies=[0.85, 0.85, 0.85])
        votes = list(zip(ballots.items, ballots.workers, ballots.classes, strict=True))
        lazy = Ballots.of([*votes, *((item, 3, 1) for item in range(200))], (200, 4, 2))
        found = aggregate(lazy)
        assert found.crowd.information[3] < 0.1 * found.crowd.information[:3].min()
        right.append(share_right(found.posterior, truth))
    # Three votes of 85 % make a majority that is right in 0.939.
    assert np.mean(right) > 0.92


def test_a_rare_class_does_not_vanish() -> None:
    """Without the anchor of the class prior, EM gives it up at two votes an item."""
    dice = np.random.default_rng(9)
    truth = (dice.random(1500) < 0.12).astype(int)
    votes = [
        (item, int(worker), int(real if dice.random() < 0.85 else 1 - real))
        for item, real in enumerate(truth)
        for worker in dice.choice(40, 2, replace=False)
    ]
    found = aggregate(Ballots.of(votes, (1500, 40, 2)))
    assert 0.05 < (found.posterior.argmax(axis=1) == 1).mean() < 0.25


def test_of_few_votes_who_agrees_with_the_others_breaks_their_ties() -> None:
    """Of four workers one is always right and one guesses: where two stand against two, the pair
    with the first is believed. A majority of three is never overruled."""
    right = []
    for seed in range(10):
        ballots, truth = simulated(seed=seed, items=90, accuracies=[1.0, 0.75, 0.75, 0.5])
        assert len(ballots) < FEWEST_VOTES
        found = aggregate(ballots)
        assert found.crowd.is_young
        assert np.ptp(found.crowd.accuracy) < 0.4
        counts = ballots.counts()
        is_tied = counts[:, 0] == counts[:, 1]
        said = found.posterior.argmax(axis=1)
        np.testing.assert_array_equal(said[~is_tied], counts.argmax(axis=1)[~is_tied])
        right.append(float((said == truth)[is_tied].mean()))
    assert np.mean(right) > 0.8


def test_of_few_votes_gold_tells_people_apart() -> None:
    """What is known weighs as much as it does later: two meet all gold, two who agree with each
    other meet none, and without gold nothing tells who of them is right."""
    truth = np.arange(40) % 2
    votes = [
        (item, worker, int(real if worker < 2 else 1 - real))
        for item, real in enumerate(truth)
        for worker in range(4)
    ]
    ballots = Ballots.of(votes, (40, 4, 2))
    assert np.ptp(aggregate(ballots).crowd.accuracy) < 1e-9
    gold = Known(items=np.arange(10), posterior=one_coin(0.99, 2)[truth[:10]])
    found = aggregate(ballots, known=gold)
    assert found.crowd.accuracy[:2].min() > found.crowd.accuracy[2:].max() + 0.1
    assert found.crowd.information[:2].min() > 1.5 * found.crowd.information[2:].max()
    assert share_right(found.posterior[10:], truth[10:]) == 1.0


def test_of_three_classes_single_votes_tell_nobody_apart() -> None:
    ballots, _ = simulated(seed=1, items=500, accuracies=[0.9, 0.8, 0.6], classes=3)
    once = ballots.workers == ballots.items % 3
    columns = np.stack([ballots.items, ballots.workers, ballots.classes], axis=1)
    found = aggregate(Ballots.of(columns[once][:499].tolist(), (500, 3, 3)))
    assert np.ptp(found.crowd.accuracy) < 1e-12
    assert np.ptp(aggregate(ballots).crowd.accuracy) > 0.1


def fallen_back_on(*, seed: int, shares: list[float]) -> tuple[Ballots, Integers]:
    """Three votes of 30 workers on each of 900 items of three classes. Of the second and third
    class people name the first in half of the cases, and else err rarely."""
    dice = np.random.default_rng(seed)
    table = np.array([[0.9, 0.05, 0.05], [0.5, 0.45, 0.05], [0.5, 0.05, 0.45]])
    truth = dice.choice(3, 900, p=shares)
    votes = [
        (item, int(worker), int(dice.choice(3, p=table[real])))
        for item, real in enumerate(truth)
        for worker in dice.choice(30, 3, replace=False)
    ]
    return Ballots.of(votes, (900, 30, 3)), truth


def test_a_class_that_people_fall_back_on_is_not_expected_as_often_as_they_say_it() -> None:
    gained = []
    for seed in range(4):
        ballots, truth = fallen_back_on(seed=seed, shares=[1 / 3, 1 / 3, 1 / 3])
        found = aggregate(ballots, is_levelled=True)
        said = np.bincount(ballots.classes, minlength=3) / len(ballots)
        assert found.crowd.class_prior[0] < said[0] - 0.05
        by_shares = aggregate(ballots, log_prior=np.log(np.tile(said, (900, 1))))
        gained.append(
            share_right(found.posterior, truth) - share_right(by_shares.posterior, truth)
        )
    assert np.mean(gained) > 0.01


def test_classes_that_are_rare_are_believed_to_be_as_rare_as_the_votes_say() -> None:
    for seed in range(4):
        dice = np.random.default_rng(seed)
        truth = dice.choice(3, 900, p=[0.92, 0.04, 0.04])
        votes = [
            (item, int(worker), int(real if dice.random() < 0.8 else dice.integers(0, 3)))
            for item, real in enumerate(truth)
            for worker in dice.choice(30, 2, replace=False)
        ]
        ballots = Ballots.of(votes, (900, 30, 3))
        said = np.bincount(ballots.classes, minlength=3) / len(ballots)
        found = aggregate(ballots, is_levelled=True)
        assert found.crowd.class_prior[0] > said[0] - 0.05


def test_a_verdict_is_held_fast_and_teaches_who_was_right() -> None:
    ballots, truth = simulated(seed=3, items=300, accuracies=[0.9, 0.6, 0.6, 0.6])
    known = Known(items=np.arange(150), posterior=one_coin(0.98, 2)[truth[:150]])
    found = aggregate(ballots, known=known)
    np.testing.assert_array_equal(found.posterior[:150], known.posterior)
    free = aggregate(ballots)
    gap = [result.crowd.accuracy[0] - result.crowd.accuracy[1:].max() for result in (found, free)]
    assert gap[0] > gap[1]


def test_one_vote_more_is_what_a_fit_of_the_same_crowd_would_say() -> None:
    ballots, _ = simulated(seed=5, items=200, accuracies=[0.9, 0.7, 0.8])
    found = aggregate(ballots)
    evidence = np.zeros(2)
    for worker, said in zip(
        ballots.workers[ballots.items == 7], ballots.classes[ballots.items == 7], strict=True
    ):
        evidence = add_vote(evidence, found.crowd, int(worker), int(said))
    np.testing.assert_allclose(evidence, found.evidence[7])
    np.testing.assert_allclose(posterior_under(found.crowd, evidence), found.posterior[7])


def test_trusted_workers_of_one_mind_are_believed() -> None:
    crowd = Crowd.unknown(3, 4)
    evidence = np.zeros(4)
    for worker in range(3):
        evidence = add_vote(evidence, crowd, worker, 2)
    posterior = posterior_under(crowd, evidence)
    # Bayes by hand: 0.75^3 against three classes at (0.25 / 3)^3.
    assert posterior[2] == pytest.approx(0.75**3 / (0.75**3 + 3 * (0.25 / 3) ** 3))


def test_a_vote_outside_of_the_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="outside of"):
        Ballots.of([(0, 0, 2)], (1, 1, 2))


def test_it_is_as_right_on_recorded_entailment_as_was_published(recorded: Any) -> None:
    """Snow et al. (2008), RTE, 10 votes an item: Dawid-Skene is right in 92.7 to 92.9 % of the
    items (Raykar et al. 2010; CROWD section 2), the majority in 89.9 %.
    """
    ballots, gold = recorded
    assert share_right(aggregate(ballots).posterior, gold) == pytest.approx(0.928, abs=0.004)


@pytest.fixture
def recorded() -> tuple[Ballots, Integers]:
    lines = [line.split(",") for line in (RECORDED / "labels.csv").read_text().split()[1:]]
    truth = dict(line.split(",") for line in (RECORDED / "gold.csv").read_text().split()[1:])
    names = [sorted({line[column] for line in lines}) for column in (0, 1)]
    items, workers = ({name: place for place, name in enumerate(column)} for column in names)
    votes = [(items[item], workers[worker], int(said)) for item, worker, said in lines]
    gold = np.array([int(truth[item]) for item in names[0]])
    return Ballots.of(votes, (len(items), len(workers), 2)), gold
