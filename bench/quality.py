"""`python bench/quality.py DIR`: the quality engine beside the policies of the market.

DIR holds one folder a data set (labels.csv, gold.csv), as `manage.py replay` reads it. Each policy
is replayed with fresh seeds; every baseline stands at its best settings on each set, which no
project could know. The last line is one JSON object with the goals G1 to G7.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.quality_spans import span_gain  # noqa: E402
from bench.quality_speed import decision_ms, refresh_seconds  # noqa: E402
from labeling.prices import Prices  # noqa: E402
from labeling.replay.baselines import agreement_overlap, fixed_overlap  # noqa: E402
from labeling.replay.outcome import Point, macro_f1  # noqa: E402
from labeling.replay.priced import Bounds, priced  # noqa: E402
from labeling.replay.recording import Recording  # noqa: E402
from labeling.replay.session import Session  # noqa: E402
from labeling.replay.spans import is_spans, read_directory  # noqa: E402

NO_EXPERT, EXPERT = Prices(expert=None), Prices(expert=5.0, expert_accuracy=0.95)
MOST_PAID = 10.0
EXPERT_BUDGET = 5.0
OVERLAPS = (1, 2, 3, 4, 5, 7, 10)
SETTINGS = [
    (fewest, share, most)
    for fewest in (2, 3)
    for most in (3, 4, 5, 7, 10)
    for share in (0.55, 0.66, 0.8, 1.0)
]
LEVELS = 12

Curve = list[tuple[float, float]]
"""(cost an item, accuracy), by cost."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Measured(NamedTuple):
    """One data set, the means over the seeds."""

    name: str
    votes_per_item: float
    ours: Curve
    majority: Curve
    agreement: Curve
    with_expert: float
    expert_baseline: float
    macro_f1: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=100)
    parser.add_argument("--sets", help="names with commas; default: all")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    wanted = options.sets.split(",") if options.sets else None
    folders = [
        path for path in sorted(options.directory.iterdir()) if (path / "gold.csv").exists()
    ]
    folders = [path for path in folders if wanted is None or path.name in wanted]
    spans = [path for path in folders if is_spans(path)]
    plain = [path for path in folders if path not in spans and _has_classes(path)]
    with ProcessPoolExecutor(options.processes) as pool:
        measured = list(pool.map(partial(measure, seeds=list(seeds)), plain))
    for line in table(measured):
        say(line)
    goals = goals_of(measured)
    goals["G6"] = _goal(decision_ms(), 1.5, is_most=True) | {"refresh_seconds": refresh_seconds()}
    if spans:
        gains = [span_gain(path, list(seeds)) for path in spans]
        goals["G7"] = _goal(float(np.mean(gains)), 10.0, is_most=False)
    for name, goal in sorted(goals.items()):
        verdict = "met" if goal["met"] else "MISSED"
        say(f"{name}  {goal['value']:8.3f}  goal {goal['goal']:5.2f}  {verdict}")
    say(json.dumps(dict(sorted(goals.items()))))


def _has_classes(path: Path) -> bool:
    """Whether labels are few enough to be classes: numbers and texts are not."""
    recording = read_directory(path)
    return len(recording.classes) <= 0.05 * len(recording.rows) and len(recording.classes) < 40


def measure(path: Path, seeds: Sequence[int]) -> Measured:
    """Replay every policy on one data set."""
    started = time.perf_counter()
    recording = read_directory(path)
    depth = len(recording.rows) / len(recording.items)
    paid = min(MOST_PAID, depth)
    replays = [_ours(recording, seed, NO_EXPERT, paid) for seed in seeds]
    grid = np.arange(0.5, paid + 1e-9, 0.05)
    majority = _mean([_majority(recording, seed) for seed in seeds])
    agreement = {
        s: _mean([_agreement(recording, seed, s, NO_EXPERT) for seed in seeds]) for s in SETTINGS
    }
    disputed = {
        s: _mean([_agreement(recording, seed, s, EXPERT) for seed in seeds]) for s in SETTINGS
    }
    experts = [_ours(recording, seed, EXPERT, EXPERT_BUDGET) for seed in seeds]
    return Measured(
        name=path.name,
        votes_per_item=depth,
        ours=[(float(x), float(np.mean([_at(c, x) for c, _ in replays]))) for x in grid],
        majority=majority,
        agreement=envelope([point for curve in agreement.values() for point in curve]),
        with_expert=float(np.mean([curve[-1][1] for curve, _ in experts])),
        expert_baseline=_best_within(
            [*majority, *(point for curve in disputed.values() for point in curve)], EXPERT_BUDGET
        ),
        macro_f1=float(np.mean([score for _, score in replays])),
        seconds=time.perf_counter() - started,
    )


def _ours(recording: Recording, seed: int, prices: Prices, budget: float) -> tuple[Curve, float]:
    session = Session(recording, seed=seed, prices=prices)
    outcome = priced(session, Bounds(budget=budget), dice=np.random.default_rng([seed, 2]))
    return _curve(outcome.curve), macro_f1(outcome.answers, recording.gold)


def _majority(recording: Recording, seed: int) -> Curve:
    session = Session(recording, seed=seed, prices=NO_EXPERT)
    dice = np.random.default_rng([seed, 2])
    curve = _curve(fixed_overlap(session, judgments=max(OVERLAPS), dice=dice).curve)
    return [curve[k - 1] for k in OVERLAPS]


def _agreement(
    recording: Recording, seed: int, setting: tuple[int, float, int], prices: Prices
) -> Curve:
    fewest, share, most = setting
    session = Session(recording, seed=seed, prices=prices)
    dice = np.random.default_rng([seed, 2])
    outcome = agreement_overlap(session, fewest=fewest, threshold=share, most=most, dice=dice)
    return _curve(outcome.curve)


def _curve(points: Sequence[Point]) -> Curve:
    return [(point.cost_per_item, point.accuracy) for point in points]


def _mean(curves: Sequence[Curve]) -> Curve:
    """The mean of curves whose points mean the same: the k-th round, the one setting."""
    return [
        (float(np.mean([p[0] for p in points])), float(np.mean([p[1] for p in points])))
        for points in zip(*curves, strict=True)
    ]


def envelope(points: Sequence[tuple[float, float]]) -> Curve:
    """What is best at each cost: the points that no cheaper one equals."""
    best: Curve = []
    for cost, accuracy in sorted(points):
        if not best or accuracy > best[-1][1]:
            best.append((cost, accuracy))
    return best


def _at(curve: Curve, cost: float) -> float:
    return float(np.interp(cost, [p[0] for p in curve], [p[1] for p in curve]))


def _best_within(points: Sequence[tuple[float, float]], cost: float) -> float:
    curve = envelope(points)
    return _at([p for p in curve if p[0] <= curve[-1][0]], cost) if cost >= curve[0][0] else 0.0


def cost_to(curve: Curve, accuracy: float) -> float | None:
    """Return the cost at which a curve first reaches an accuracy; None if it never does."""
    if curve[0][1] >= accuracy:
        return curve[0][0]
    for (cost, before), (further, after) in pairwise(curve):
        if after >= accuracy:
            return cost + (further - cost) * (accuracy - before) / (after - before)
    return None


def cost_ratio(found: Measured) -> float:
    """Return the mean ratio of costs at accuracies that the agreement rule spans."""
    low, high = found.agreement[0][1], found.agreement[-1][1]
    ratios = []
    for accuracy in np.linspace(low, high, LEVELS):
        ours, theirs = cost_to(found.ours, accuracy), cost_to(found.agreement, accuracy)
        if theirs is not None:
            # Where we never get there the whole budget is counted against us.
            ratios.append((ours if ours is not None else found.ours[-1][0]) / theirs)
    return float(np.mean(ratios))


def worst_gap(found: Measured) -> float:
    """Return the points by which the best baseline is ahead at most, at any of its own costs."""
    theirs = envelope([*found.majority, *found.agreement])
    costs = [cost for cost, _ in theirs if cost <= found.ours[-1][0]]
    crowd = max((_at(theirs, cost) - _at(found.ours, cost) for cost in costs), default=0.0)
    return 100.0 * max(crowd, found.expert_baseline - found.with_expert)


def goals_of(measured: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """Return G1 to G5, the means over the sets."""

    def lead(votes: int) -> Iterator[float]:
        for found in measured:
            if found.votes_per_item >= votes - 0.1:
                base = found.majority[OVERLAPS.index(votes)]
                yield 100.0 * (_at(found.ours, min(votes, base[0])) - base[1])

    deep = [found for found in measured if found.votes_per_item >= 4.9]
    fives = [cost_to(found.ours, found.majority[OVERLAPS.index(5)][1]) for found in deep]
    reached = [
        cost if cost is not None else found.ours[-1][0]
        for cost, found in zip(fives, deep, strict=True)
    ]
    experts = [100.0 * (found.with_expert - found.expert_baseline) for found in measured]
    at_two, at_three = float(np.mean(list(lead(2)))), float(np.mean(list(lead(3))))
    return {
        "G1": _goal(float(np.mean(reached)), 2.2, is_most=True),
        "G2": _goal(float(np.mean([cost_ratio(found) for found in measured])), 0.59, is_most=True),
        "G3": _goal(at_two, 7.0, is_most=False)
        | {"at_3": at_three, "goal_at_3": 5.0, "met": at_two >= 7.0 and at_three >= 5.0},
        "G4": _goal(float(np.mean(experts)), 2.3, is_most=False),
        "G5": _goal(max(map(worst_gap, measured)), 1.0, is_most=True),
    }


def _goal(value: float, goal: float, *, is_most: bool) -> dict[str, Any]:
    is_met = value <= goal if is_most else value >= goal
    return {"value": round(value, 4), "goal": goal, "met": bool(is_met)}


def table(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield the lines of the table: ours beside the majority and the best of the market."""
    yield (
        "set              votes   @2 ours/maj    @3 ours/maj    to maj@5   ratio   "
        "expert@5 ours/best  worst gap  macro F1     s"
    )
    for found in measured:
        five = cost_to(found.ours, found.majority[OVERLAPS.index(5)][1])
        yield (
            f"{found.name:16} {found.votes_per_item:5.1f}   "
            f"{_at(found.ours, 2):.3f}/{found.majority[1][1]:.3f}    "
            f"{_at(found.ours, 3):.3f}/{found.majority[2][1]:.3f}    "
            f"{five if five is not None else float('nan'):8.2f}   {cost_ratio(found):5.2f}   "
            f"{found.with_expert:.3f}/{found.expert_baseline:.3f}         "
            f"{worst_gap(found):6.1f}     {found.macro_f1:.3f}  {found.seconds:6.1f}"
        )


if __name__ == "__main__":
    main()
