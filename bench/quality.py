"""`python bench/quality.py [DIR]`: the quality engine beside the policies of the market.

DIR holds one folder a data set (labels.csv, gold.csv, maybe items.csv), as `manage.py replay`
reads it. Each policy is replayed with fresh seeds, small sets with more of them; every baseline
stands at its best settings on each set, which no project could know. The last line is one JSON
object with the goals G1 to G7; `bench.quality_goals` says how each is read.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from annotate.management.replay.texts import Model, forecaster_of  # noqa: E402
from bench.quality_goals import (  # noqa: E402
    HEADER,
    OVERLAPS,
    SMALL,
    Curve,
    Measured,
    at,
    best_within,
    envelope,
    goal,
    goals_of,
    row,
)
from bench.quality_spans import span_gain  # noqa: E402
from bench.quality_speed import decision_ms, refresh_seconds, shapes_ms  # noqa: E402
from labeling.prices import Prices  # noqa: E402
from labeling.replay.baselines import agreement_overlap, fixed_overlap  # noqa: E402
from labeling.replay.outcome import Point, macro_f1  # noqa: E402
from labeling.replay.priced import Bounds, Forecaster, priced  # noqa: E402
from labeling.replay.recording import Recording  # noqa: E402
from labeling.replay.session import Session  # noqa: E402
from labeling.replay.span_recording import is_spans, read_directory  # noqa: E402

NO_EXPERT, EXPERT = Prices(expert=None), Prices(expert=5.0, expert_accuracy=0.95)
MOST_PAID = 10.0
EXPERT_BUDGET = 5.0
SETTINGS = [
    (fewest, share, most)
    for fewest in (2, 3)
    for most in (3, 4, 5, 7, 10)
    for share in (0.66, 0.8, 1.0)
]
RECORDED = Path(__file__).parent.parent / "annotate" / "management" / "demo"
MORE_SEEDS = 4
"""Small sets are replayed so many times more often: they are the noisiest, and cheap."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "directory", type=Path, nargs="?", default=RECORDED, help="default: the crowd of the demo"
    )
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
    plain = [path for path in folders if path not in spans and has_classes(path)]
    with ProcessPoolExecutor(options.processes) as pool:
        say(HEADER)
        measured = []
        for found in pool.map(partial(measure, seeds=list(seeds)), plain):
            say(row(found))
            measured.append(found)
    goals = goals_of(measured)
    goals["G6"] = goal(decision_ms(), 1.5, is_most=True) | {"refresh_seconds": refresh_seconds()}
    for kind in ("spans", "boxes"):
        for end, settles in (("asks on", False), ("settles", True)):
            spent = shapes_ms(kind, settles=settles)
            goals["G6"][f"{kind}, {end}"] = spent
            say(
                f"G6  50 {kind} by 5 workers, {end}: {spent['more']:.2f} ms above the plain "
                f"consensus ({spent['weighed']:.2f} against {spent['plain']:.2f}), goal 5"
            )
    if spans:
        gains = [span_gain(path, list(seeds)) for path in spans]
        goals["G7"] = goal(float(np.mean(gains)), 10.0, is_most=False)
    for name, reached in sorted(goals.items()):
        verdict = "met" if reached["met"] else "MISSED"
        say(f"{name}  {reached['value']:8.3f}  goal {reached['goal']:5.2f}  {verdict}")
    say(json.dumps(dict(sorted(goals.items()))))


def has_classes(path: Path) -> bool:
    """Whether labels are few enough to be classes: numbers and texts are not."""
    recording = read_directory(path)
    return len(recording.classes) <= 0.05 * len(recording.rows) and len(recording.classes) < 40


def measure(path: Path, seeds: Sequence[int]) -> Measured:
    """Replay every policy on one data set."""
    started = time.perf_counter()
    recording = read_directory(path)
    depth = len(recording.rows) / len(recording.items)
    paid = min(MOST_PAID, depth)
    if len(recording.items) < SMALL:
        seeds = range(seeds[0], seeds[0] + MORE_SEEDS * len(seeds))
    reads = partial(forecaster_of, path, recording, Model.WORDS)
    replays = [_ours(recording, seed, NO_EXPERT, paid, reads) for seed in seeds]
    grid = np.arange(0.5, paid + 1e-9, 0.05)
    majority = _mean([_majority(recording, seed) for seed in seeds])
    agreement = {
        s: _mean([_agreement(recording, seed, s, NO_EXPERT) for seed in seeds]) for s in SETTINGS
    }
    disputed = {
        s: _mean([_agreement(recording, seed, s, EXPERT) for seed in seeds]) for s in SETTINGS
    }
    experts = [_ours(recording, seed, EXPERT, EXPERT_BUDGET, reads) for seed in seeds]
    return Measured(
        name=path.name,
        items=len(recording.items),
        votes_per_item=depth,
        ours=[(float(x), float(np.mean([at(c, x) for c, _ in replays]))) for x in grid],
        majority=majority,
        agreement=envelope([point for curve in agreement.values() for point in curve]),
        with_expert=float(np.mean([curve[-1][1] for curve, _ in experts])),
        expert_baseline=best_within(
            [*majority, *(point for curve in disputed.values() for point in curve)], EXPERT_BUDGET
        ),
        macro_f1=float(np.mean([score for _, score in replays])),
        seconds=time.perf_counter() - started,
    )


def _ours(
    recording: Recording,
    seed: int,
    prices: Prices,
    budget: float,
    reads: Callable[..., Forecaster | None],
) -> tuple[Curve, float]:
    session = Session(recording, seed=seed, prices=prices)
    dice = np.random.default_rng([seed, 2])
    bounds = Bounds(budget=budget)
    outcome = priced(session, bounds, dice=dice, forecaster=reads(seed=seed))
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


if __name__ == "__main__":
    main()
