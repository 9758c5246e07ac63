"""The recorded judgments of a real crowd: 800 items, each judged by ten of 164 workers."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labeling.replay.queued import arrival
from labeling.replay.recording import Recording, part_of
from labeling.replay.span_recording import read_directory

RTE = Path(__file__).parent / "rte"
ENTAILED, NOT_ENTAILED = "entailed", "not_entailed"
CATEGORY_OF = {"1": ENTAILED, "0": NOT_ENTAILED}
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
class Drawn:
    """What a demo replays: some of the items, and the order in which they come in."""

    recording: Recording
    items: tuple[RecordedItem, ...]
    """By their positions in the recording."""
    order: tuple[int, ...]
    """Positions."""


def recorded_items() -> list[RecordedItem]:
    """All items, in the order of the file."""
    gold = {row["item_id"]: CATEGORY_OF[row["gold"]] for row in _rows("gold.csv")}
    votes: dict[str, dict[str, str]] = {key: {} for key in gold}
    for row in _rows("labels.csv"):
        votes[row["item_id"]][row["worker_id"]] = CATEGORY_OF[row["label"]]
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


def draw(count: int, seed: int) -> Drawn:
    """So many of the items, as `replay --items` draws them with the same seed."""
    whole = read_directory(RTE)
    recording = part_of(whole, arrival(len(whole.items), seed)[:count])
    known = {item.id: item for item in recorded_items()}
    return Drawn(
        recording=recording,
        items=tuple(known[name] for name in recording.items),
        order=tuple(int(place) for place in arrival(len(recording.items), seed)),
    )
