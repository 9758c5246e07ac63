"""One replay: read the files, run the policy, count."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from labeling.policy import RoutingPolicy
from labeling.prices import Prices
from labeling.replay.baselines import agreement_overlap, fixed_overlap
from labeling.replay.outcome import Outcome, accuracy, macro_f1
from labeling.replay.priced import Bounds, priced
from labeling.replay.recording import Recording, read_recording
from labeling.replay.session import Session
from labeling.replay.threshold import threshold

FIXED, AGREEMENT = "fixed:", "agreement:"
DEFAULT_EXPERT_COST = 5.0
DEFAULT = RoutingPolicy(min_overlap=1, max_overlap=50, prices=Prices(expert=None))


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be replayed."""

    directory: Path
    policy: str | None = None
    """A file, `fixed:K`, `agreement:KMIN,THETA,KMAX`; None: DEFAULT."""
    seed: int = 0
    budget: float | None = None
    expert_accuracy: float | None = None
    expert_cost: float | None = None
    order: str = "random"
    has_curve: bool = False


def run(request: Request) -> dict[str, Any]:
    """Return the figures of one replay.

    Raises BadRecording, InvalidPolicy, OSError, or ValueError for a policy that is none.
    """
    recording = _read(request.directory)
    policy = _policy_of(request)
    session = Session(
        recording, seed=request.seed, order=request.order, prices=_prices(request, policy)
    )
    outcome = _replay(session, request, policy, np.random.default_rng([request.seed, 2]))
    numbers = _numbers(session, outcome)
    if request.has_curve:
        numbers["curve"] = [
            [round(point.cost_per_item, 4), round(point.accuracy, 6), point.crowd, point.expert]
            for point in outcome.curve
        ]
    return numbers


def _read(directory: Path) -> Recording:
    labels, gold = directory / "labels.csv", directory / "gold.csv"
    with (
        labels.open(encoding="utf-8-sig", newline="") as said,
        gold.open(encoding="utf-8-sig", newline="") as truth,
    ):
        return read_recording(said, truth)


def _policy_of(request: Request) -> RoutingPolicy:
    named = request.policy
    if named is None or named.startswith((FIXED, AGREEMENT)):
        return DEFAULT
    return RoutingPolicy.from_json(orjson.loads(Path(named).read_bytes()))


def _prices(request: Request, policy: RoutingPolicy) -> Prices:
    prices = policy.prices or Prices(expert=None)
    if request.expert_cost is not None:
        prices = replace(prices, expert=request.expert_cost)
    elif request.expert_accuracy is not None and prices.expert is None:
        prices = replace(prices, expert=DEFAULT_EXPERT_COST)
    if request.expert_accuracy is not None:
        prices = replace(prices, expert_accuracy=request.expert_accuracy)
    return prices


def _replay(
    session: Session, request: Request, policy: RoutingPolicy, dice: np.random.Generator
) -> Outcome:
    named = request.policy or ""
    if named.startswith(FIXED):
        return fixed_overlap(session, judgments=_whole(named, FIXED), dice=dice)
    if named.startswith(AGREEMENT):
        fewest, share, most = _three(named)
        return agreement_overlap(session, fewest=fewest, threshold=share, most=most, dice=dice)
    if policy.prices is None:
        return threshold(session, policy, dice=dice)
    budget = policy.budget if request.budget is None else request.budget
    bounds = Bounds(min_overlap=policy.min_overlap, max_overlap=policy.max_overlap, budget=budget)
    return priced(session, bounds, dice=dice)


def _whole(named: str, prefix: str) -> int:
    raw = named.removeprefix(prefix)
    if not raw.isdigit() or int(raw) < 1:
        raise ValueError(f'"{named}" is no policy. Write fixed:3 for three judgments an item.')
    return int(raw)


def _three(named: str) -> tuple[int, float, int]:
    try:
        fewest, share, most = named.removeprefix(AGREEMENT).split(",")
        found = int(fewest), float(share), int(most)
    except ValueError as error:
        message = f'"{named}" is no policy. Write agreement:2,0.8,5: fewest, threshold, most.'
        raise ValueError(message) from error
    if not (1 <= found[0] <= found[2] and 0.0 <= found[1] <= 1.0):
        raise ValueError(f'"{named}": fewest must not exceed most, the threshold lie in 0..1.')
    return found


def _numbers(session: Session, outcome: Outcome) -> dict[str, Any]:
    gold = session.recording.gold
    return {
        "accuracy": round(accuracy(outcome.answers, gold), 6),
        "macro_f1": round(macro_f1(outcome.answers, gold), 6),
        "crowd": session.crowd,
        "expert": session.experts,
        "cost": round(session.cost, 6),
        "cost_per_item": round(session.cost / len(gold), 6),
        "items": len(gold),
    }
