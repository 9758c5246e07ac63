"""The funnel: how many items went which way, how right the labels are, and what they cost."""

from collections.abc import Iterator
from typing import Any

from annotate.management.demo.fixed_overlap import (
    Costed,
    disputes_to_experts,
    majority_accuracy,
)
from annotate.management.demo.run import Outcome


def numbers_of(outcome: Outcome) -> dict[str, Any]:
    """For machines. All but `project` and `seconds` is the same in every run of a seed."""
    fixed, bill = _fixed_with_experts(outcome), outcome.bill
    return {
        "items": len(outcome.items),
        "predictions": outcome.predictions,
        "crowd": bill.crowd,
        "recorded": _recorded(outcome),
        "settled_by_consensus": _by_source(outcome, "consensus")[0],
        "disputes": outcome.disputes,
        "adjudications": outcome.adjudications,
        "readings": bill.readings,
        "cost": round(bill.cost, 6),
        "cost_per_item": round(_cost_per_item(outcome), 6),
        "refreshes": outcome.refreshes,
        "accuracy": round(_accuracy(outcome), 6),
        "consensus_accuracy": round(_consensus_accuracy(outcome), 6),
        "majority3": round(float(majority_accuracy(outcome.items, 3)), 6),
        "majority10": round(float(majority_accuracy(outcome.items, 10)), 6),
        "fixed_with_experts": None if fixed is None else round(fixed.accuracy, 6),
        "same_as_replay": _same_as_replay(outcome),
        "recomputed": outcome.told.recomputed,
        "release": outcome.release.number,
        "release_files_checked": outcome.release.files,
        "project": outcome.project,
        "seconds": round(outcome.seconds, 1),
    }


def lines_of(outcome: Outcome) -> Iterator[str]:
    """For people."""
    figures = numbers_of(outcome)
    count, crowd, disputes = figures["items"], figures["crowd"], figures["disputes"]
    decided, accuracy = figures["adjudications"], outcome.bill.prices.expert_accuracy
    by_consensus, right = _by_source(outcome, "consensus")
    yield ""
    yield f"  items                     {count:>6}"
    yield f"  predictions               {figures['predictions']:>6}   hidden from all workers"
    yield f"  crowd judgments           {crowd:>6}   of {figures['recorded']} recorded" + (
        f" ({crowd / figures['recorded']:.0%}), {crowd / count:.2f} an item"
    )
    yield f"  the crowd learnt anew     {figures['refreshes']:>6}   times meanwhile"
    yield f"  settled by consensus      {by_consensus:>6}   {right} of them right"
    yield f"  disputes                  {disputes:>6}   {disputes / count:.0%}"
    yield f"  adjudications             {decided:>6}   simulated: {accuracy:.0%} answer gold"
    yield f"  decided as a replay does  {figures['same_as_replay']:>6}   item by item"
    yield f"  reasons that recompute    {figures['recomputed']:>6}"
    yield from _comparison(outcome)
    yield from _warnings(outcome)
    yield from _model_lines(outcome.model)
    release = outcome.release
    yield f"  release {release.number}: {release.files} files, every hash right, {release.sha256}"
    yield f"  {outcome.seconds:.0f} s"


def _comparison(outcome: Outcome) -> Iterator[str]:
    """The policy beside fixed overlap, by cost."""
    prices, fixed = outcome.bill.prices, _fixed_with_experts(outcome)
    expert = "no expert" if prices.expert is None else f"an expert {prices.expert:g}"
    yield ""
    yield f"  a judgment costs {prices.crowd:g}, {expert}    cost an item  accuracy"
    rows = [
        ("this policy", Costed(_cost_per_item(outcome), _accuracy(outcome))),
        *(
            (f"majority of {votes} votes", Costed(votes * prices.crowd, float(share)))
            for votes in (3, 10)
            for share in [majority_accuracy(outcome.items, votes)]
        ),
        ("fixed overlap, disputes to experts", fixed),
    ]
    for name, row in rows:
        if row is None:
            yield f"    {name:37} cannot cost as much or as little"
        else:
            yield f"    {name:37} {row.cost:9.2f} {row.accuracy:9.3f}"
    yield ""


def _fixed_with_experts(outcome: Outcome) -> Costed | None:
    """At the cost of this policy."""
    cost = _cost_per_item(outcome)
    return disputes_to_experts(outcome.items, outcome.bill.prices, cost=cost)


def _cost_per_item(outcome: Outcome) -> float:
    return outcome.bill.cost / len(outcome.items)


def _same_as_replay(outcome: Outcome) -> int:
    """How many items a replay decides alike: by the same votes, for the same reason, as sure."""
    pairs = zip(outcome.told.decided, outcome.replayed, strict=True)
    return sum(told == replayed for told, replayed in pairs)


def _warnings(outcome: Outcome) -> Iterator[str]:
    if missing := len(outcome.items) - len(outcome.finals):
        yield f"  {missing} items have no final label, and count as wrong"
    if outcome.unanswered:
        yield (
            f"  {outcome.unanswered} items still wait: all that ever judged them have answered. "
            "Lower max_overlap in the policy"
        )


def _model_lines(versions: list[dict[str, Any]]) -> Iterator[str]:
    """How often each model version said what became final, of what it had said before that."""
    for version in reversed(versions):
        compared, agreed = version["acceptance"]["compared"], version["acceptance"]["agreed"]
        share = f"{agreed / compared:.3f}" if compared else "-"
        learnt = f"after {version['trained_on']} labels" if version["trained_on"] else "untaught"
        yield f"  model version {version['version']} ({version['kind']}, {learnt}):" + (
            f" agreed with {agreed} of {compared} final labels ({share})"
        )


def _recorded(outcome: Outcome) -> int:
    return sum(len(item.votes) for item in outcome.items)


def _by_source(outcome: Outcome, source: str) -> tuple[int, int]:
    """How many final labels came from there, and how many of these are right."""
    gold = {item.id: item.gold for item in outcome.items}
    found = [key for key, (_, came_from) in outcome.finals.items() if came_from == source]
    return len(found), sum(outcome.finals[key][0] == gold[key] for key in found)


def _consensus_accuracy(outcome: Outcome) -> float:
    count, right = _by_source(outcome, "consensus")
    return right / count if count else 0.0


def _accuracy(outcome: Outcome) -> float:
    """An item without a final label is not right."""
    right = sum(
        item.id in outcome.finals and outcome.finals[item.id][0] == item.gold
        for item in outcome.items
    )
    return right / len(outcome.items)
