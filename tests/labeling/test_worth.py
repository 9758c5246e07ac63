"""What a worker's judgments are worth, with bounds: against scipy, and on simulated crowds."""

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from labeling.gold import DOUBTED_FROM, credit, doubt_by_classes, doubt_by_distance
from labeling.ladder import LADDER, Record, Rung, next_rung
from labeling.refresh import learn_standing
from labeling.skill import Skill, beta_cumulative
from labeling.standing import Standing
from labeling.worth import compared, gold_share, worth_by_gold, worth_of
from tests.labeling.samples import SAMPLES

CLASSES = ("a", "b", "c")
positive = st.floats(0.5, 500.0)


@given(st.floats(0.0, 1.0), positive, positive)
def test_the_cumulative_of_beta_is_that_of_scipy(x: float, alpha: float, beta: float) -> None:
    assert beta_cumulative(x, alpha, beta) == pytest.approx(
        # Next to 1 the last bit of x is worth its square root.
        stats.beta.cdf(x, alpha, beta),
        abs=1e-8,
    )


@given(positive, positive)
def test_the_bounds_hold_95_percent(alpha: float, beta: float) -> None:
    bounds = Skill(alpha=alpha, beta=beta).bounds(3.0)
    assert 0.0 <= bounds.lower <= bounds.upper <= 1.0
    assert stats.beta.cdf(bounds.upper, alpha, beta) - stats.beta.cdf(
        bounds.lower, alpha, beta
    ) == pytest.approx(0.95, abs=1e-4)


def crowd(
    accuracies: list[float], *, items: int, seed: int = 1, gold_share: float = 0.0
) -> tuple[Standing, dict[int, Hashable]]:
    """Everybody judges everything; worker j is right so often. A negative: says "a" always."""
    dice = np.random.default_rng(seed)
    votes: list[tuple[int, int, Hashable]] = []
    truth: dict[int, Hashable] = {item: CLASSES[int(dice.integers(3))] for item in range(items)}
    for item, name in truth.items():
        for worker, accuracy in enumerate(accuracies):
            others = [other for other in CLASSES if other != name]
            said = name if dice.random() < accuracy else others[int(dice.integers(2))]
            votes.append((item, worker, "a" if accuracy < 0 else said))
    known = {item: name for item, name in truth.items() if item < gold_share * items}
    return learn_standing(votes, {}, CLASSES, expert_accuracy=0.95, gold=known), truth


def share_of(standing: Standing, worker: int) -> Record:
    worth = worth_of(standing, worker)
    assert worth is not None
    bounds = compared([worth])
    assert bounds is not None
    return Record(
        judgments=round(bounds.evidence),
        gold=0,
        value=bounds.value,
        lower=bounds.lower,
        upper=bounds.upper,
    )


def test_of_few_votes_gold_and_peers_are_shown_and_peers_move_nobody() -> None:
    """Below 400 votes everybody was shown as accurate as everybody, whatever gold said of each."""
    accuracies = [0.95, 0.9, 0.7, 0.4, 0.35]
    known, _ = crowd(accuracies, items=60, gold_share=0.4)
    worths = [worth_of(known, worker) for worker in range(5)]
    found = [worth for worth in worths if worth is not None]
    assert found[1].accuracy.value > found[2].accuracy.value + 0.05
    assert found[2].accuracy.value > found[3].accuracy.value + 0.05
    assert found[0].information.value > 3 * found[4].information.value
    for worth in found:
        assert worth.accuracy.evidence == pytest.approx(60.0)
        assert worth.share.value == 1.0 <= worth.share.upper
        doubted = replace(worth, gold=gold_share([0.0] * 20, [1.0] * 80 + [0.0] * 20, 3))
        assert doubted.share.upper < 0.35


def rest(standing: Standing, worker: int) -> Rung:
    rung = Rung.NONE
    for _ in LADDER:
        rung = next_rung(share_of(standing, worker), rung).rung
    return rung


def test_who_guesses_and_who_always_says_the_same_end_paused_and_the_others_do_not() -> None:
    standing, _ = crowd([0.85, 0.85, 0.85, 0.7, 1 / 3, -1.0], items=300)
    found = [rest(standing, worker) for worker in range(6)]
    assert found[:3] == [Rung.NONE] * 3
    assert found[3] in {Rung.NONE, Rung.HINT, Rung.SLOWER}
    assert found[4:] == [Rung.PAUSED] * 2


@pytest.mark.parametrize("seed", range(20))
def test_equally_good_workers_are_not_moved_by_noise(seed: int) -> None:
    standing, _ = crowd([0.8] * 6, items=25, seed=seed)
    assert [rest(standing, worker) for worker in range(6)] == [Rung.NONE] * 6


def test_more_votes_make_the_bounds_narrower_around_the_truth() -> None:
    widths = []
    for items in (40, 160, 640):
        standing, _ = crowd([0.85] * 5, items=items)
        worth = worth_of(standing, 0)
        assert worth is not None
        assert worth.accuracy.lower < 0.85 < worth.accuracy.upper
        assert set(worth.by_category) == set(CLASSES)
        assert sum(b.evidence for b in worth.by_category.values()) == pytest.approx(items)
        widths.append(worth.information.upper - worth.information.lower)
    assert widths[0] > widths[1] > widths[2]


def test_gold_is_believed_where_it_finds_what_peers_say_improbable() -> None:
    """Three who copy each other praise each other; gold finds out who was right."""
    standing, _ = crowd([0.8] * 6, items=200)
    copier, honest = worth_of(standing, 0), worth_of(standing, 5)
    assert copier is not None
    assert honest is not None
    guessed = [1.0] * 13 + [0.0] * 27
    pool = [*guessed * 3, *([1.0] * 36 + [0.0] * 4) * 3]
    copier = replace(copier, gold=gold_share(guessed, pool, 3))
    honest = replace(honest, gold=gold_share([1.0] * 39 + [0.0], pool, 3))
    assert copier.share.upper < 0.5
    assert honest.share.lower > 1.0


def test_little_gold_says_nothing_and_gold_that_agrees_leaves_the_closer_bounds() -> None:
    standing, _ = crowd([0.8] * 5, items=120)
    peers = worth_of(standing, 0)
    assert peers is not None
    few = replace(peers, gold=gold_share([0.0] * 7, [1.0] * 50, 3))
    agreeing = replace(peers, gold=gold_share([1.0] * 8 + [0.0] * 2, [1.0] * 80 + [0.0] * 20, 3))
    assert few.share == agreeing.share == peers.share


@given(st.lists(st.floats(0.0, 1.0), max_size=40), st.integers(1, 30))
def test_a_share_is_never_nan_and_lies_within_its_bounds(met: list[float], classes: int) -> None:
    bounds = gold_share(met, met, classes)
    assert 0.0 <= bounds.lower <= bounds.value <= bounds.upper < 1e5


def test_a_standing_without_counts_by_class_still_has_bounds() -> None:
    standing, _ = crowd([0.8, 0.8, 0.6], items=60)
    document = {key: value for key, value in standing.to_json().items() if key != "seen"}
    old = worth_of(Standing.from_json(document), 2)
    new = worth_of(Standing.from_json(standing.to_json()), 2)
    assert old is not None
    assert new is not None
    assert old.information.value == new.information.value
    assert sum(b.evidence for b in old.by_category.values()) == pytest.approx(60)
    assert worth_of(standing, 99) is None


def test_without_classes_gold_alone_measures() -> None:
    pool = [1.0] * 60 + [0.2] * 10
    good, bad, new = (worth_by_gold(own, pool) for own in ([1.0] * 20, [0.1] * 20, []))
    assert bad.accuracy.upper < new.accuracy.value < good.accuracy.value
    assert new.accuracy.value == pytest.approx(new.reference)
    share = compared([bad])
    assert share is not None
    assert share.upper < 0.7
    assert compared([]) is None


def test_a_gold_label_that_good_workers_contradict_is_doubted_and_what_guessers_say_is_not() -> (
    None
):
    standing, _ = crowd([0.9] * 6 + [1 / 3] * 6, items=200)
    good, bad = range(6), range(6, 12)
    assert doubt_by_classes(standing, [(w, "b") for w in good], "a") is not None
    assert doubt_by_classes(standing, [(w, "b") for w in bad], "a") is None
    assert doubt_by_classes(standing, [(w, "b") for w in list(good)[:4]], "a") is None
    assert doubt_by_classes(standing, [(w, "a") for w in good], "a") is None
    assert doubt_by_classes(standing, [(w, "b") for w in good], "gone") is None
    assert (doubt_by_classes(standing, [(w, "b") for w in good], "a") or 0.0) >= DOUBTED_FROM


def test_credit_is_one_less_the_distance_and_none_for_what_was_left_out() -> None:
    sample = SAMPLES["choice"]
    (question,) = sample.schema.questions
    first, second, _ = sample.labels()
    assert credit({question.id: first}, {question.id: first}, (question,)) == {question.id: 1.0}
    assert credit({question.id: second}, {question.id: first}, (question,)) == {question.id: 0.0}
    assert credit({}, {question.id: first}, (question,)) == {question.id: 0.0}
    assert credit({question.id: first}, {}, (question,)) == {}
    assert doubt_by_distance([second] * 5, first, question) == 1.0
    assert doubt_by_distance([second] * 4, first, question) is None
    assert doubt_by_distance([first] * 5, first, question) is None
