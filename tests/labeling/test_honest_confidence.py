"""How sure a decision on polls says it is: of what the votes promise, what dissent leaves."""

import numpy as np
import pytest

from labeling.decisions import Decision
from labeling.label_types import LABEL_TYPES
from labeling.poll_standing import PollStanding, read_standing
from labeling.prices import Prices
from labeling.votes import Label
from tests.labeling.poll_crowds import (
    BAD,
    CROWDS,
    GOOD,
    Votes,
    by_item,
    crowd_at,
    decision_of,
    standing_of,
)
from tests.labeling.samples import seeded

OLD = {
    "choices": ([0.80451, 0.989377, 0.992849, 0.994243, 0.995257], 0.075265, 0.00505297),
    "spans": ([0.923331, 0.997301, 0.998029, 0.9983, 0.998544], 0.169183, 0.02383658),
}
"""Confidence after each vote, risk and rate of an expert, as stored before dissent counted."""

NO_EXPERT = Prices(crowd=1.0, expert=None, wrong=1.01)
"""So little that whatever there is settles."""

Truth = dict[int, Label]


def decided(name: str, standing: PollStanding) -> Decision:
    said = by_item(crowd_at(name, 3, seed=1)[1])[1]
    return decision_of(CROWDS[name][0], said, standing)


def aged(standing: PollStanding) -> PollStanding:
    """The same as an older program stored it."""
    document = standing.to_json()
    del document["counts_dissent"]
    read = read_standing(document)
    assert isinstance(read, PollStanding)
    return read


@pytest.mark.parametrize("name", OLD)
def test_what_an_older_version_decided_is_made_again_as_it_was(name: str) -> None:
    steps, risk, expert_rate = OLD[name]
    found = decided(name, aged(standing_of(name, crowd_at(name, 150)[1])))
    reason = found.reason["questions"]["q"]
    assert [step["confidence"] for step in reason["steps"]] == pytest.approx(steps, abs=2e-6)
    assert found.confidence == pytest.approx(steps[-1], abs=2e-6)
    assert found.reason["facts"]["posterior"] == pytest.approx(steps[-1], abs=2e-6)
    assert reason["risk"] == pytest.approx(risk, abs=2e-6)
    assert found.reason["expert_rate"] == pytest.approx(expert_rate, abs=2e-8)


@pytest.mark.parametrize("name", OLD)
def test_the_confidence_is_what_the_risk_leaves_and_what_is_bought_stays(name: str) -> None:
    standing = standing_of(name, crowd_at(name, 150)[1])
    now, before = decided(name, standing), decided(name, aged(standing))
    reason = now.reason["questions"]["q"]
    assert now.confidence == pytest.approx(1.0 - reason["risk"], abs=1e-6)
    assert reason["steps"][-1]["confidence"] == pytest.approx(now.confidence, abs=1e-6)
    assert now.action is before.action
    for rate in ("crowd_rate", "expert_rate"):
        assert now.reason[rate] == before.reason[rate]


def test_a_vote_against_what_others_said_lowers_the_confidence() -> None:
    """With the posterior alone two good workers drowned whoever contradicted them."""
    standing = standing_of("choices", crowd_at("choices", 150)[1])
    said: list[tuple[int, Label]] = [(1, ("a",)), (2, ("a",)), (3, ("b", "c"))]
    found = decision_of(CROWDS["choices"][0], said, standing)
    _, agreed, contradicted = (s["confidence"] for s in found.reason["questions"]["q"]["steps"])
    assert contradicted < agreed - 0.02


@pytest.mark.parametrize("name", ["choices", "spans", "boxes"])
def test_of_a_crowd_that_errs_together_it_promises_less(name: str) -> None:
    standing = standing_of(name, tempted(name, seed=0)[1])
    truth, votes = tempted(name, seed=1)
    sure, promised, right = [], [], []
    for item, said in by_item(votes).items():
        found = decision_of(CROWDS[name][0], said, standing, max_overlap=5, prices=NO_EXPERT)
        before = decision_of(CROWDS[name][0], said, aged(standing), prices=NO_EXPERT)
        assert found.answer is not None
        sure.append(found.confidence)
        promised.append(before.confidence)
        right.append(rightness(name, found.answer["q"], truth[item]))
    assert np.mean(promised) > np.mean(right) + 0.1
    assert abs(np.mean(sure) - np.mean(right)) < 0.75 * (np.mean(promised) - np.mean(right))


def rightness(name: str, label: Label, truth: Label) -> float:
    if name == "choices":
        return float(label == truth)
    return 1.0 - LABEL_TYPES[name].distance(label, truth, CROWDS[name][0])


def tempted(name: str, seed: int) -> tuple[Truth, Votes]:
    """On half of the items six of ten workers fall for the same wrong label."""
    _, make, slip = CROWDS[name]
    chance = seeded(seed)
    truth: Truth = {}
    votes: Votes = []
    for item in range(120):
        truth[item] = make(chance)
        bait, is_hard = slip(chance, truth[item]), chance.random() < 0.5
        for worker in (*GOOD, *BAD):
            if is_hard and chance.random() < 0.6:
                votes.append((item, worker, bait))
            else:
                slips = chance.random() < (0.1 if worker in GOOD else 0.5)
                votes.append((item, worker, slip(chance, truth[item]) if slips else truth[item]))
    return truth, votes
