"""The recorded judgments of a real crowd: 800 items, each judged by ten of 164 workers."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

RTE = Path(__file__).parent / "rte"
ENTAILED, NOT_ENTAILED = "entailed", "not_entailed"
_CATEGORIES = {"1": ENTAILED, "0": NOT_ENTAILED}
_SEPARATOR = " [SEP] "


@dataclass(frozen=True, kw_only=True)
class RecordedItem:
    """An item with what is known of it. Only premise and hypothesis are ever shown to anybody."""

    id: str
    premise: str
    hypothesis: str
    gold: str
    votes: dict[str, str]
    """What each of its ten workers said: category by worker."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Items that the same workers judged, and the order in which these workers come."""

    items: tuple[RecordedItem, ...]
    workers: tuple[str, ...]


def recorded_items() -> list[RecordedItem]:
    """All items, in the order of the file."""
    gold = {row["item_id"]: _CATEGORIES[row["gold"]] for row in _rows("gold.csv")}
    votes: dict[str, dict[str, str]] = {key: {} for key in gold}
    for row in _rows("labels.csv"):
        votes[row["item_id"]][row["worker_id"]] = _CATEGORIES[row["label"]]
    items = []
    for row in _rows("items.csv"):
        premise, _, hypothesis = row["text"].partition(_SEPARATOR)
        key = row["item_id"]
        items.append(
            RecordedItem(
                id=key,
                premise=premise,
                hypothesis=hypothesis,
                gold=gold[key],
                votes=votes[key],
            )
        )
    return items


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (RTE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def batches_of(items: Sequence[RecordedItem], rng: Random) -> list[Batch]:
    """Group items by who judged them; chance decides the order of batches and of workers."""
    groups: dict[tuple[str, ...], list[RecordedItem]] = {}
    for item in items:
        groups.setdefault(tuple(sorted(item.votes)), []).append(item)
    batches = []
    for names, members in groups.items():
        workers = list(names)
        rng.shuffle(workers)
        batches.append(Batch(items=tuple(members), workers=tuple(workers)))
    rng.shuffle(batches)
    return batches


def choose_batches(batches: Sequence[Batch], count: int) -> list[Batch]:
    """The first batches that hold `count` items in all; the last one may be cut."""
    chosen: list[Batch] = []
    for batch in batches:
        missing = count - sum(len(taken.items) for taken in chosen)
        if missing <= 0:
            break
        chosen.append(Batch(items=batch.items[:missing], workers=batch.workers))
    return chosen
