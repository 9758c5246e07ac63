"""Recorded BIO tags, one a token, space separated: read, checked, drawn from."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeling.ballots import Integers
from labeling.formats.csv_feed import allow_long_cells
from labeling.problems import shown
from labeling.replay.recording import (
    GOLD_COLUMNS,
    LABEL_COLUMNS,
    NOTHING_IN_COMMON,
    BadRecording,
    Recording,
    open_table,
    read_recording,
    read_rows,
)

_TAG = re.compile(r"O|[BI]-\S+")
_TAGS = re.compile(rf"(?:{_TAG.pattern})(?: (?:{_TAG.pattern}))*")
_WANTED = "Write O, B-X or I-X for each token, with one space between them."

Tags = list[str]
Vote = tuple[str, Tags]
"""Worker and tags."""


@dataclass(frozen=True, kw_only=True)
class SpanRecording:
    """The recorded tags of every document, and the gold that only scores."""

    items: tuple[str, ...]
    votes: tuple[tuple[Vote, ...], ...]
    """By item, in the order of the file."""
    gold: tuple[Tags, ...]


def read_directory(directory: Path) -> Recording:
    """Read labels.csv and gold.csv of a folder, of classes. Raises BadRecording and OSError."""
    with (
        open_table(directory / "labels.csv") as said,
        open_table(directory / "gold.csv") as truth,
    ):
        return read_recording(said, truth)


def is_spans(directory: Path) -> bool:
    """Whether most gold labels of a folder are BIO tags, and one of them has more than one token.

    One slip in the tags of a document makes no classes of the others: `read_spans` names it.
    """
    allow_long_cells()
    with open_table(directory / "gold.csv") as stream:
        labels = [label for _, label in read_rows(stream, GOLD_COLUMNS, "gold.csv")]
    tags = [label for label in labels if _TAGS.fullmatch(label)]
    return 2 * len(tags) > len(labels) and any(" " in label for label in tags)


def read_spans(directory: Path) -> SpanRecording:
    """Read the two files. Items without gold, or without a label, are left out.

    Raises BadRecording for labels that are no tags, for tags of another length than gold's, and
    where nothing is left; OSError.
    """
    gold: dict[str, Tags] = {}
    with open_table(directory / "gold.csv") as stream:
        rows = read_rows(stream, GOLD_COLUMNS, "gold.csv")
        for number, (item, label) in enumerate(rows, start=2):
            gold[item] = _tags_of(label, f"gold.csv, line {number}")
    votes: dict[str, dict[str, Tags]] = {}
    with open_table(directory / "labels.csv") as stream:
        rows = read_rows(stream, LABEL_COLUMNS, "labels.csv")
        for number, (item, worker, label) in enumerate(rows, start=2):
            if item not in gold:
                continue
            place = f"labels.csv, line {number}"
            tags = _tags_of(label, place)
            if len(tags) != len(gold[item]):
                message = f"{place}: {len(tags)} tags for {len(gold[item])} tokens. {_WANTED}"
                raise BadRecording(message)
            votes.setdefault(item, {}).setdefault(worker, tags)
    if not votes:
        raise BadRecording(NOTHING_IN_COMMON)
    items = tuple(sorted(votes))
    return SpanRecording(
        items=items,
        votes=tuple(tuple(votes[item].items()) for item in items),
        gold=tuple(gold[item] for item in items),
    )


def _tags_of(label: str, place: str) -> Tags:
    if not _TAGS.fullmatch(label):
        odd = next((tag for tag in label.split(" ") if not _TAG.fullmatch(tag)), label)
        raise BadRecording(f"{place}: {shown(odd)} is no tag. {_WANTED}")
    return label.split(" ")


def part_of_spans(recording: SpanRecording, items: Integers) -> SpanRecording:
    """Return the recording of some of the documents (positions)."""
    kept = np.sort(items)
    return SpanRecording(
        items=tuple(recording.items[item] for item in kept),
        votes=tuple(recording.votes[item] for item in kept),
        gold=tuple(recording.gold[item] for item in kept),
    )
