"""Replays of recorded judgments: what is bought, what it costs, what it may not see."""

import io

import numpy as np
import pytest

from labeling.ballots import Integers
from labeling.policy import RoutingPolicy
from labeling.prices import Prices
from labeling.replay.baselines import agreement_overlap, fixed_overlap
from labeling.replay.outcome import Outcome, macro_f1
from labeling.replay.priced import Bounds, priced
from labeling.replay.recording import BadRecording, Recording, read_recording, recording_of
from labeling.replay.session import Session
from labeling.replay.threshold import threshold

NO_EXPERT = Prices(expert=None)


def crowd_of(seed: int, *, items: int = 300, votes: int = 6) -> Recording:
    """A third of twelve workers guess; the others are right in 85 of 100 cases."""
    dice = np.random.default_rng(seed)
    truth = {f"i{item}": str(dice.integers(0, 2)) for item in range(items)}
    rows = []
    for item, real in truth.items():
        for worker in dice.choice(12, votes, replace=False):
            is_right = dice.random() < (0.5 if worker < 4 else 0.85)
            rows.append((item, f"w{worker}", real if is_right else str(1 - int(real))))
    return recording_of(rows, truth)


def replay(
    recording: Recording, *, budget: float | None, seed: int = 1, prices: Prices = NO_EXPERT
) -> tuple[Session, Outcome]:
    session = Session(recording, seed=seed, prices=prices)
    bounds = Bounds(budget=budget)
    return session, priced(session, bounds, dice=np.random.default_rng(seed))


def share_right(recording: Recording, answers: Integers) -> float:
    return float((answers == recording.gold).mean())


def test_the_priced_policy_is_better_than_a_majority_of_as_many_votes() -> None:
    gained = []
    for seed in range(4):
        recording = crowd_of(seed)
        _, bought = replay(recording, budget=3.0, seed=seed)
        session = Session(recording, seed=seed, prices=NO_EXPERT)
        plain = fixed_overlap(session, judgments=3, dice=np.random.default_rng(seed))
        gained.append(
            share_right(recording, bought.answers) - share_right(recording, plain.answers)
        )
    assert np.mean(gained) > 0.03


def test_it_never_spends_more_than_the_budget_and_buys_nothing_twice() -> None:
    recording = crowd_of(1)
    session, outcome = replay(recording, budget=2.0)
    assert session.crowd == 600
    ballots = session.ballots()
    assert len(set(zip(ballots.items, ballots.workers, strict=True))) == 600
    costs = [point.cost_per_item for point in outcome.curve]
    assert costs == sorted(costs)
    assert costs[-1] == pytest.approx(2.0)


def test_without_a_budget_the_price_of_a_wrong_label_says_when_to_stop() -> None:
    recording = crowd_of(1)
    spent = []
    for wrong in (5.0, 50.0, 500.0):
        session, _ = replay(recording, budget=None, prices=Prices(expert=None, wrong=wrong))
        spent.append(session.cost)
    assert spent == sorted(set(spent))
    assert spent[-1] < len(recording.rows)


def test_an_expert_who_costs_nothing_much_gets_the_disputed_items() -> None:
    recording = crowd_of(2)
    session, outcome = replay(
        recording, budget=5.0, prices=Prices(expert=5.0, expert_accuracy=1.0)
    )
    alone = replay(recording, budget=5.0)[1]
    assert 0 < session.experts < 300
    # What is too little for an expert is spent on the crowd.
    assert 5.0 * 300 - 1.0 < session.cost <= 5.0 * 300
    assert share_right(recording, outcome.answers) > share_right(recording, alone.answers) + 0.02


def test_a_seed_is_a_whole_replay() -> None:
    recording = crowd_of(3)
    first, second = (replay(recording, budget=2.0, seed=5)[1] for _ in range(2))
    np.testing.assert_array_equal(first.answers, second.answers)
    assert first.curve == second.curve
    other = replay(recording, budget=2.0, seed=6)[1]
    assert other.curve != first.curve


def test_gold_only_scores() -> None:
    """With every gold label turned over the same judgments are bought and the same answers
    given."""
    recording = crowd_of(4)
    turned = Recording(**{**vars(recording), "gold": 1 - recording.gold})
    sessions = [replay(one, budget=2.5) for one in (recording, turned)]
    np.testing.assert_array_equal(sessions[0][1].answers, sessions[1][1].answers)
    np.testing.assert_array_equal(
        sessions[0][0].ballots().workers, sessions[1][0].ballots().workers
    )


def test_more_judgments_are_bought_until_people_agree() -> None:
    rows = [("a", f"w{n}", said) for n, said in enumerate("0011111")]
    rows += [("b", f"w{n}", "1") for n in range(7)]
    recording = recording_of(rows, {"a": "1", "b": "1"})
    session = Session(recording, seed=0, order="recorded", prices=NO_EXPERT)
    dice = np.random.default_rng(0)
    outcome = agreement_overlap(session, fewest=2, threshold=0.6, most=7, dice=dice)
    # a: 00 agrees at once, though wrong; b: 11.
    assert session.votes.tolist() == [2, 2]
    assert outcome.answers.tolist() == [0, 1]
    session = Session(recording, seed=0, order="recorded", prices=Prices(expert_accuracy=1.0))
    outcome = agreement_overlap(session, fewest=3, threshold=1.0, most=4, dice=dice)
    assert session.votes.tolist() == [4, 3]
    assert (outcome.answers.tolist(), session.experts) == ([1, 1], 1)


def test_the_threshold_policy_is_routed_as_on_the_server() -> None:
    recording = crowd_of(5, items=60)
    policy = RoutingPolicy(min_overlap=2, max_overlap=5, threshold=0.9)
    session = Session(recording, seed=1, prices=Prices(expert_accuracy=1.0))
    outcome = threshold(session, policy, dice=np.random.default_rng(1))
    assert set(session.votes) <= {2, 3, 4, 5}
    assert session.experts > 0
    assert share_right(recording, outcome.answers) > 0.85


def test_macro_f1_by_hand() -> None:
    gold, answers = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    assert macro_f1(answers, gold) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


@pytest.mark.parametrize(
    ("labels", "gold", "message"),
    [
        ("item,worker_id,label\n", "item_id,gold\n", "labels.csv has no column item_id"),
        ("item_id,worker_id,label\na,w,\n", "item_id,gold\na,1\n", "line 2: a cell is empty"),
        ("item_id,worker_id,label\na,w,1\n", "item_id,gold\nb,1\n", "No line of labels.csv"),
        ('item_id,worker_id,label\na,w,1\na,v,"1\n', "item_id,gold\na,1\n", "line 3: a quotation"),
    ],
)
def test_files_that_are_none_are_refused(labels: str, gold: str, message: str) -> None:
    with pytest.raises(BadRecording, match=message):
        read_recording(io.StringIO(labels), io.StringIO(gold))


def test_one_worker_says_one_thing_of_an_item() -> None:
    labels = "item_id,worker_id,label\na,w,1.0\na,w,0\na,v,1\nb,w,-2\n"
    recording = read_recording(io.StringIO(labels), io.StringIO("item_id,gold\na,1\nb,-2.00\n"))
    assert recording.classes == ("-2", "1")
    assert len(recording.rows) == 3


@pytest.mark.parametrize("votes", [["0"], ["0", "1"], ["0", "0", "0"]])
def test_a_handful_of_votes_is_enough_to_go_on_with(votes: list[str]) -> None:
    rows = [("a", f"w{n}", said) for n, said in enumerate(votes)]
    recording = recording_of(rows, {"a": "0"})
    _, outcome = replay(recording, budget=None)
    assert outcome.answers[0] in (0, len(recording.classes) - 1)
    assert np.isfinite([point.accuracy for point in outcome.curve]).all()
