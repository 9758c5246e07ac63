"""What a decision costs inside the transaction of a submit, and a refresh in the background."""

import time

import numpy as np

from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext, route_priced
from labeling.prices import Prices
from labeling.refresh import learn_standing
from labeling.replay.threshold import QUESTION, schema_of

DECISIONS = 300
JUDGMENTS = 100_000


def decision_ms() -> float:
    """Return the processor time of one decision on five votes over two classes, in
    milliseconds."""
    schema, policy = schema_of(2), RoutingPolicy(max_overlap=7, prices=Prices())
    dice = np.random.default_rng(0)
    votes = [
        (int(item), int(worker), f"c{dice.integers(0, 2)}")
        for item in range(200)
        for worker in dice.choice(50, 5, replace=False)
    ]
    standing = learn_standing(votes, {}, ("c0", "c1"), expert_accuracy=0.95)
    ballots = [(Ballot(worker=worker), {QUESTION: said}) for _, worker, said in votes[:5]]
    context = ItemContext(key="1")
    route_priced(schema, policy, ballots, standings={QUESTION: standing}, context=context)
    started = time.process_time()
    for _ in range(DECISIONS):
        route_priced(schema, policy, ballots, standings={QUESTION: standing}, context=context)
    return 1000.0 * (time.process_time() - started) / DECISIONS


def refresh_seconds() -> float:
    """Return the processor time of learning a crowd of 500 from JUDGMENTS judgments, in
    seconds."""
    dice = np.random.default_rng(0)
    truth = dice.integers(0, 4, JUDGMENTS // 5)
    votes = []
    for item, real in enumerate(truth):
        for worker in dice.integers(0, 100, 5) + 100 * np.arange(5):
            says = real if dice.random() < 0.8 else dice.integers(0, 4)
            votes.append((item, int(worker), int(says)))
    started = time.process_time()
    learn_standing(votes, {}, range(4), expert_accuracy=0.95)
    return round(time.process_time() - started, 3)
