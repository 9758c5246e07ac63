"""The funnel: how many items went which way, and how right the labels are."""

from collections.abc import Iterator
from typing import Any

from annotate.management.demo.majority import majority_accuracy
from annotate.management.demo.run import Outcome


def numbers_of(outcome: Outcome) -> dict[str, Any]:
    """For machines. All but `project` and `seconds` is the same in every run of a seed."""
    return {
        "items": len(outcome.items),
        "predictions": outcome.predictions,
        "crowd": outcome.crowd.judgments,
        "recorded": _recorded(outcome),
        "skipped": outcome.crowd.skipped,
        "settled_by_consensus": _by_source(outcome, "consensus")[0],
        "disputes": outcome.disputes,
        "adjudications": outcome.adjudications,
        "accuracy": round(_accuracy(outcome), 6),
        "consensus_accuracy": round(_consensus_accuracy(outcome), 6),
        "majority3": round(float(majority_accuracy(outcome.items, 3)), 6),
        "majority10": round(float(majority_accuracy(outcome.items, 10)), 6),
        "release": outcome.release.number,
        "release_files_checked": outcome.release.files,
        "project": outcome.project,
        "seconds": round(outcome.seconds, 1),
    }


def lines_of(outcome: Outcome) -> Iterator[str]:
    """For people."""
    figures = numbers_of(outcome)
    count, crowd, disputes = figures["items"], figures["crowd"], figures["disputes"]
    decided = figures["adjudications"]
    by_consensus, right = _by_source(outcome, "consensus")
    yield ""
    yield f"  items                     {count:>6}"
    yield f"  predictions               {figures['predictions']:>6}   hidden from all workers"
    yield f"  crowd judgments           {crowd:>6}   of {figures['recorded']} recorded" + (
        f" ({crowd / figures['recorded']:.0%}), {crowd / count:.2f} an item"
    )
    yield f"  settled by consensus      {by_consensus:>6}   {right} of them right"
    yield f"  disputes                  {disputes:>6}   {disputes / count:.0%}"
    yield f"  adjudications             {decided:>6}   simulated: they answer gold"
    yield f"  final accuracy            {figures['accuracy']:>6.3f}"
    yield f"  majority of 3 votes       {figures['majority3']:>6.3f}   {3 * count} judgments"
    yield f"  majority of all 10 votes  {figures['majority10']:>6.3f}   {10 * count} judgments"
    yield from _warnings(outcome)
    yield from _model_lines(outcome.model)
    release = outcome.release
    yield f"  release {release.number}: {release.files} files, every hash right, {release.sha256}"
    yield f"  {outcome.seconds:.0f} s"


def _warnings(outcome: Outcome) -> Iterator[str]:
    if missing := len(outcome.items) - len(outcome.finals):
        yield f"  {missing} items have no final label, and count as wrong"
    if outcome.crowd.unanswered:
        yield (
            f"  {outcome.crowd.unanswered} items still wait: all that ever judged them have "
            "answered. Lower max_overlap in the policy"
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
