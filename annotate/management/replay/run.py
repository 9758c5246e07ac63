"""One replay: read the files, run the policy, count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from annotate.management.replay.left_out import left_out
from annotate.management.replay.texts import Model, forecaster_of
from labeling.policy import RoutingPolicy
from labeling.prices import Prices
from labeling.replay.baselines import agreement_overlap, fixed_overlap
from labeling.replay.outcome import Outcome, Point, accuracy, macro_f1, point
from labeling.replay.priced import Bounds, priced
from labeling.replay.queued import Decided, arrival, replay_queue
from labeling.replay.recording import BadRecording, Recording, part_of
from labeling.replay.session import Session
from labeling.replay.span_recording import (
    SpanRecording,
    is_spans,
    part_of_spans,
    read_directory,
    read_spans,
)
from labeling.replay.spans import (
    SpanOrder,
    SpanOutcome,
    category_f1,
    replay_span_majority,
    replay_spans,
    span_agreement,
)
from labeling.replay.threshold import threshold
from labeling.span_tags import score_tags

FIXED, AGREEMENT = "fixed:", "agreement:"
QUEUE = "queue"
DEFAULT_EXPERT_COST = 5.0
MOST_CELLS = 20_000_000
"""Of the workers' tables together: a fit holds several of them, of 8 bytes a cell."""
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
    items: int | None = None
    """So many of the items, drawn by the seed; None: all."""
    decisions: Path | None = None
    """Where to write what was decided of each item. In the order of the queue only."""
    has_curve: bool = False
    model: Model = Model.WORDS
    """What reads items.csv, where there is one, and takes part as a rater."""


def not_followed(request: Request) -> list[str]:
    """Return the keys of the request's policy file that its replay does not follow.

    Raises what `run` raises of the files it reads.
    """
    if request.policy is None or request.policy.startswith((FIXED, AGREEMENT)):
        return []
    return left_out(
        _policy_of(request),
        in_queue=request.order == QUEUE,
        are_spans=is_spans(request.directory),
    )


def run(request: Request) -> dict[str, Any]:
    """Return the figures of one replay.

    Raises BadRecording, InvalidPolicy, OSError, or ValueError for a policy or an option that is
    none.
    """
    policy = _policy_of(request)
    _refuse_what_no_queue_knows(request)
    if is_spans(request.directory):
        return run_spans(request, policy)
    recording = read_directory(request.directory)
    if request.items is not None:
        drawn = arrival(len(recording.items), request.seed)
        recording = part_of(recording, drawn[: request.items])
    session = Session(
        recording, seed=request.seed, order=request.order, prices=_prices(request, policy)
    )
    outcome = _replay(session, request, policy)
    numbers = _numbers(session, outcome)
    if request.has_curve:
        numbers["curve"] = _curve(outcome.curve)
    return numbers


def run_spans(request: Request, policy: RoutingPolicy) -> dict[str, Any]:
    """Return the figures of a replay of BIO tags; `accuracy` is strict entity F1."""
    recording = read_spans(request.directory)
    if request.items is not None:
        drawn = arrival(len(recording.items), request.seed)
        recording = part_of_spans(recording, drawn[: request.items])
    prices = _prices(request, policy)
    outcome = _replay_spans(recording, request, policy, prices)
    cost = outcome.crowd * prices.crowd + outcome.expert * (prices.expert or 0.0)
    numbers: dict[str, Any] = {
        "accuracy": round(score_tags(outcome.tags, recording.gold).f1, 6),
        "macro_f1": round(category_f1(outcome.tags, recording.gold), 6),
        "crowd": outcome.crowd,
        "expert": outcome.expert,
        "cost": round(cost, 6),
        "cost_per_item": round(cost / len(recording.items), 6),
        "items": len(recording.items),
    }
    if request.has_curve:
        numbers["curve"] = _curve(outcome.curve)
    return numbers


def _replay_spans(
    recording: SpanRecording, request: Request, policy: RoutingPolicy, prices: Prices
) -> SpanOutcome:
    named = request.policy or ""
    dice = np.random.default_rng([request.seed, 2])
    order = SpanOrder(dice=dice, is_recorded=request.order == "recorded")
    if named.startswith(FIXED):
        most = _whole(named, FIXED)
        return replay_span_majority(recording, lambda _: False, most=most, order=order)
    if named.startswith(AGREEMENT):
        fewest, share, most = _three(named)
        return replay_span_majority(
            recording,
            lambda votes: len(votes) >= fewest and span_agreement(votes) >= share,
            most=most,
            order=order,
            prices=prices,
        )
    budget = policy.budget if request.budget is None else request.budget
    return replay_spans(recording, order, budget=budget, most=policy.max_overlap, prices=prices)


def _curve(points: Sequence[Point]) -> list[list[float]]:
    return [
        [round(point.cost_per_item, 4), round(point.accuracy, 6), point.crowd, point.expert]
        for point in points
    ]


def _policy_of(request: Request) -> RoutingPolicy:
    named = request.policy
    if named is None or named.startswith((FIXED, AGREEMENT)):
        return DEFAULT
    try:
        document = orjson.loads(Path(named).read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{named} is not JSON ({error}). Write one policy document.") from error
    return RoutingPolicy.from_json(document)


def _prices(request: Request, policy: RoutingPolicy) -> Prices:
    prices = policy.prices or Prices(expert=None)
    if request.expert_cost is not None:
        prices = replace(prices, expert=request.expert_cost)
    elif request.expert_accuracy is not None and prices.expert is None:
        prices = replace(prices, expert=DEFAULT_EXPERT_COST)
    if request.expert_accuracy is not None:
        prices = replace(prices, expert_accuracy=request.expert_accuracy)
    if request.order == QUEUE:
        return prices
    # A share of what an expert gets is read by two. In the queue those two are asked and paid.
    return replace(policy, prices=prices).expected_prices


def _replay(session: Session, request: Request, policy: RoutingPolicy) -> Outcome:
    dice = np.random.default_rng([request.seed, 2])
    named = request.policy or ""
    if named.startswith(FIXED):
        return fixed_overlap(session, judgments=_whole(named, FIXED), dice=dice)
    if named.startswith(AGREEMENT):
        fewest, share, most = _three(named)
        return agreement_overlap(session, fewest=fewest, threshold=share, most=most, dice=dice)
    if policy.prices is not None:
        _refuse_too_many_classes(session.recording)
    if request.order == QUEUE:
        return _replay_queue(session, request, policy)
    if policy.prices is None:
        return threshold(session, policy, dice=dice)
    budget = policy.budget if request.budget is None else request.budget
    bounds = Bounds(min_overlap=policy.min_overlap, max_overlap=policy.max_overlap, budget=budget)
    forecaster = forecaster_of(
        request.directory, session.recording, request.model, seed=request.seed
    )
    return priced(session, bounds, dice=dice, forecaster=forecaster)


def _refuse_too_many_classes(recording: Recording) -> None:
    """Raises BadRecording where labels are no classes: a worker has a table of all pairs."""
    workers, classes = len(recording.workers), len(recording.classes)
    if workers * classes**2 > MOST_CELLS:
        raise BadRecording(
            f"labels.csv has {classes} different labels by {workers} workers, too many to be "
            "classes. Replay labels that are chosen from a list, or a fixed:K policy."
        )


def _replay_queue(session: Session, request: Request, policy: RoutingPolicy) -> Outcome:
    if policy.prices is not None:
        policy = replace(policy, prices=session.prices)
    order = arrival(len(session.recording.items), request.seed)
    found = replay_queue(session, policy, order=order)
    if request.decisions is not None:
        write_decisions(request.decisions, found.decided)
    return Outcome(answers=found.answers, curve=[point(session, found.answers)])


def _refuse_what_no_queue_knows(request: Request) -> None:
    """Raises ValueError: a server has no such thing, or a queue alone has it."""
    if request.order != QUEUE and request.decisions is not None:
        raise ValueError("--decisions is for --order queue: elsewhere items are chosen together.")
    if request.order != QUEUE:
        return
    if request.budget is not None or request.model is Model.LANGUAGE:
        raise ValueError("--order queue keeps no --budget and asks no --model: see the policy.")
    if (request.policy or "").startswith((FIXED, AGREEMENT)):
        raise ValueError("--order queue takes a policy that a server can follow: name a file.")
    if is_spans(request.directory):
        raise ValueError("--order queue replays labels that are classes, and these are BIO tags.")


def write_decisions(path: Path, decided: Sequence[Decided]) -> None:
    """One JSON object a line, item after item."""
    lines = [orjson.dumps(one.to_json()) for one in decided]
    path.write_bytes(b"\n".join(lines) + b"\n")


def _whole(named: str, prefix: str) -> int:
    raw = named.removeprefix(prefix)
    if not raw.isdecimal() or int(raw) < 1:
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
