"""What a decision costs inside the transaction of a submit, and a refresh in the background."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from labeling.label_types.boxes import Box
from labeling.label_types.spans import Span
from labeling.policy import RoutingPolicy
from labeling.poll_learning import learn_polls
from labeling.priced_routing import Ballot, ItemContext, route_priced
from labeling.prices import Prices
from labeling.refresh import learn_standing
from labeling.replay.threshold import QUESTION, schema_of
from labeling.rules import Rule, RuleAction
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.votes import Label

DECISIONS = 300
SHAPES, WORKERS, ROUNDS = 50, 5, 60
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


def shapes_ms(kind: str, *, settles: bool) -> dict[str, float]:
    """Return the processor time of one decision on SHAPES `spans` or `boxes` by WORKERS workers,
    no two of them the same: with the plain consensus, weighed, and what that is more.

    Milliseconds, the medians of ROUNDS of both in turn. Only one that `settles` makes a label.
    """
    dice = np.random.default_rng(0)
    schema = _shapes_schema(kind)
    votes = [(item, worker, _shapes(kind, dice)) for item in range(4) for worker in range(WORKERS)]
    standing = learn_polls(schema.questions[0], votes, {}, expert_accuracy=0.95)
    accept = Rule(name="accept", conditions=(), action=RuleAction.ACCEPT)
    policy = RoutingPolicy(
        min_overlap=1 if settles else WORKERS + 1,
        max_overlap=WORKERS + 2,
        prices=Prices(),
        rules=(accept,),
    )
    ballots = [(Ballot(worker=worker), {QUESTION: said}) for _, worker, said in votes[:WORKERS]]
    known: dict[str, Mapping[str, Standing]] = {
        "plain": {},
        "weighed": {} if standing is None else {QUESTION: standing},
    }
    spent: dict[str, list[float]] = {name: [] for name in known}
    for _ in range(ROUNDS):
        for name, standings in known.items():
            started = time.process_time()
            route_priced(
                schema, policy, ballots, standings=standings, context=ItemContext(key="1")
            )
            spent[name].append(1000.0 * (time.process_time() - started))
    medians = {name: float(np.median(times)) for name, times in spent.items()}
    more = medians["weighed"] - medians["plain"]
    return {name: round(ms, 2) for name, ms in {**medians, "more": more}.items()}


def _shapes_schema(kind: str) -> LabelSchema:
    category = [{"id": "a"}, {"id": "b"}]
    question = {"id": QUESTION, "type": kind, "on": "it", "categories": category}
    inputs = [{"id": "it", "type": "text" if kind == "spans" else "image"}]
    return LabelSchema.from_json({"inputs": inputs, "questions": [question]})


def _shapes(kind: str, dice: np.random.Generator) -> Label:
    """Return shapes that are where others are, but nowhere quite the same."""
    shapes: list[Any] = []
    for place in range(SHAPES):
        if kind == "spans":
            start, end = (
                int(it) for it in 20 * place + np.array([0, 12]) + dice.integers(0, 4, 2)
            )
            shapes.append(Span(start, end, "a"))
        else:
            x, y, wide, high = (float(it) for it in dice.uniform(-3.0, 3.0, 4))
            x, y = x + 100.0 * (place % 10), y + 100.0 * (place // 10)
            shapes.append(Box(x, y, 40.0 + wide, 30.0 + high, "a"))
    return tuple(shapes)
