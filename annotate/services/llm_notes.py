"""What a run of a language model came to, item by item: counts, and why one got no label."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from annotate.models import LlmRun, Rejection
from labeling.votes import Label


class Spoken(NamedTuple):
    """What a model said of one item."""

    labels: Mapping[str, tuple[Label, float]]
    """By question, with its likelihood before any mending."""
    problems: Mapping[str, str]
    lost_quotes: int


def count_spoken(run: LlmRun, items: int, spoken: Mapping[int, Spoken]) -> None:
    """Add to the counts of the run, and name each item that got no label."""
    counts = run.counts
    problems = Counter(counts.get("problems", {}))
    for each in spoken.values():
        problems.update(each.problems.values())
    run.counts = {
        "items": counts.get("items", 0) + items,
        "labels": counts.get("labels", 0) + sum(len(each.labels) for each in spoken.values()),
        "lost_quotes": counts.get("lost_quotes", 0)
        + sum(each.lost_quotes for each in spoken.values()),
        "problems": dict(problems),
    }
    run.save(update_fields=["counts"])
    Rejection.objects.bulk_create(
        Rejection(
            job_id=run.job_id, row=item, code=code, path=f"/{question}", message=_WORDS[code]
        )
        for item, each in spoken.items()
        for question, code in each.problems.items()
    )


def park_long(run: LlmRun, items: Collection[int]) -> None:
    """Name the items that are too long to be sent; people judge them without it."""
    if not items:
        return
    problems = Counter(run.counts.get("problems", {}))
    problems["too_long"] += len(items)
    run.counts = {**run.counts, "problems": dict(problems)}
    run.save(update_fields=["counts"])
    Rejection.objects.bulk_create(
        Rejection(job_id=run.job_id, row=item, code="too_long", message=_WORDS["too_long"])
        for item in items
    )


_WORDS = {
    "not_json": "The model did not answer in JSON, or was cut off.",
    "missing": "The model gave no label.",
    "invalid_label": "The model gave a label that the question does not have.",
    "invalid_item": "The item was made for an older guideline.",
    "no_confidence": "Nothing says how sure the model is of its label.",
    "too_long": "The item is too long to be sent to a language model.",
}
