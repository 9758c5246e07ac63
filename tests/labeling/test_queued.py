"""The replay of a queue: first in, first out; each vote decides; experts after a refresh."""

import numpy as np
import pytest

from labeling.expert_rules import ExpertRules
from labeling.policy import RoutingPolicy
from labeling.prices import Prices
from labeling.refresh import FEWEST_NEW_VOTES, is_due
from labeling.replay.queued import RAN_OUT, Decided, arrival, replay_queue
from labeling.replay.recording import Recording, part_of, recording_of
from labeling.replay.session import Session
from labeling.rules import Rule, RuleAction

PRICES = Prices(wrong=60.0)
MAJORITY = RoutingPolicy(min_overlap=2, max_overlap=3, threshold=0.6, assumed_accuracy=0.8)


def said(**votes: str) -> Recording:
    """Items with their votes in the order they come, "yyn"; gold is "y"."""
    rows = [
        (item, f"w{place}", label)
        for item, labels in votes.items()
        for place, label in enumerate(labels)
    ]
    return recording_of(rows, dict.fromkeys(votes, "y"))


def crowd_of(seed: int, items: int = 200) -> Recording:
    """Twelve workers, four of whom guess; eight votes an item."""
    dice = np.random.default_rng(seed)
    truth = {f"i{item}": str(dice.integers(0, 2)) for item in range(items)}
    rows = []
    for item, real in truth.items():
        for worker in dice.choice(12, 8, replace=False):
            is_right = dice.random() < (0.5 if worker < 4 else 0.9)
            rows.append((item, f"w{worker}", real if is_right else str(1 - int(real))))
    return recording_of(rows, truth)


def replayed(
    recording: Recording, policy: RoutingPolicy, *, seed: int = 1, order: str = "recorded"
) -> tuple[Session, list[Decided]]:
    prices = policy.prices or Prices()
    session = Session(recording, seed=seed, order=order, prices=prices)
    items = arrival(len(recording.items), seed)
    return session, replay_queue(session, policy, order=items).decided


def test_it_asks_the_fewest_then_one_more_and_the_rest_goes_to_an_expert() -> None:
    policy = RoutingPolicy(min_overlap=2, max_overlap=4, threshold=0.9, assumed_accuracy=0.8)
    recording = said(agreed="yyn", split="ynyy", disputed="ynyn")
    session, (agreed, disputed, split) = replayed(recording, policy)
    assert agreed.votes == (("w0", "y"), ("w1", "y"))
    assert (agreed.code, agreed.label, agreed.is_by_expert) == ("threshold_met", "y", False)
    assert (split.code, len(split.votes)) == ("threshold_met", 4)
    assert (disputed.code, len(disputed.votes)) == ("votes_used_up", 4)
    assert disputed.is_by_expert
    assert (session.crowd, session.experts) == (10, 1)


def test_an_item_whose_workers_have_all_answered_stays_undecided_with_a_likeliest_class() -> None:
    policy = RoutingPolicy(min_overlap=2, max_overlap=5, threshold=0.9)
    session = Session(said(a="yny"), seed=1, order="recorded", prices=Prices())
    found = replay_queue(session, policy, order=[0])
    (undecided,) = found.decided
    assert (undecided.code, undecided.label, len(undecided.votes)) == (RAN_OUT, None, 3)
    assert found.answers.tolist() == [1]


def test_with_all_items_audited_all_are_read_and_a_share_of_them_twice() -> None:
    recording = crowd_of(1)
    policy = RoutingPolicy(
        min_overlap=2, max_overlap=8, prices=PRICES, audit=1.0,
        experts=ExpertRules(double_read=0.5),
    )  # fmt: skip
    session, decided = replayed(recording, policy)
    assert all(one.is_by_expert for one in decided)
    assert "audit" in {one.code for one in decided}
    assert 1.3 < session.experts / len(decided) < 1.7


def test_a_second_expert_by_a_rule_is_paid_twice() -> None:
    rule = Rule(name="all", conditions=(), action=RuleAction.SECOND_EXPERT)
    policy = RoutingPolicy(min_overlap=1, max_overlap=2, prices=PRICES, rules=(rule,))
    session, decided = replayed(said(a="yy", b="nn"), policy)
    assert [one.code for one in decided] == ["rule", "rule"]
    assert (session.crowd, session.experts) == (2, 4)


def test_the_crowd_is_learnt_meanwhile_and_that_helps() -> None:
    policy = RoutingPolicy(min_overlap=3, max_overlap=8, prices=Prices(wrong=60.0, expert=None))
    blind = RoutingPolicy(min_overlap=3, max_overlap=8, threshold=0.94, assumed_accuracy=0.76)
    right = {policy: [], blind: []}  # type: dict[RoutingPolicy, list[tuple[float, float]]]
    for seed in range(4):
        recording = crowd_of(seed)
        for each, found in right.items():
            session = Session(recording, seed=seed, prices=Prices(expert=None))
            outcome = replay_queue(session, each, order=arrival(len(recording.items), seed))
            accuracy = float((outcome.answers == recording.gold).mean())
            found.append((session.crowd / len(recording.items), accuracy))
    learnt, not_learnt = (np.mean(found, axis=0) for found in right.values())
    assert learnt[1] > not_learnt[1] - 0.005
    assert learnt[0] < not_learnt[0]


def test_a_seed_says_it_all_and_another_says_something_else() -> None:
    recording = crowd_of(2)
    policy = RoutingPolicy(min_overlap=2, max_overlap=8, prices=PRICES)
    first, again, other = (
        replayed(recording, policy, seed=seed, order="queue")[1] for seed in (3, 3, 4)
    )
    assert first == again != other


def test_names_that_keep_their_order_say_nothing() -> None:
    """An item's name draws audits, and is nothing else but a name."""
    recording = crowd_of(3)
    renamed = Recording(
        items=tuple(f"x{name}" for name in recording.items),
        workers=tuple(f"x{name}" for name in recording.workers),
        classes=recording.classes,
        rows=recording.rows,
        gold=recording.gold,
    )
    policy = RoutingPolicy(min_overlap=2, max_overlap=8, prices=PRICES)
    plain, other = (replayed(one, policy)[1] for one in (recording, renamed))
    assert [(o.code, o.label, o.confidence) for o in plain] == [
        (o.code, o.label, o.confidence) for o in other
    ]


def test_a_part_of_a_recording_holds_all_of_its_items() -> None:
    recording = said(a="yn", b="nny", c="y")
    part = part_of(recording, np.array([2, 0]))
    assert (part.items, part.workers, part.classes) == (("a", "c"), ("w0", "w1"), ("n", "y"))
    assert part.rows.tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert part.gold.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("given", "known", "expected"),
    [
        (FEWEST_NEW_VOTES - 1, 0, False),
        (FEWEST_NEW_VOTES, 0, True),
        (1049, 1000, False),
        (1050, 1000, True),
        (1000, 1000, False),
    ],
)
def test_a_refresh_is_due_by_growth(given: int, known: int, *, expected: bool) -> None:
    assert is_due(given, known) is expected
