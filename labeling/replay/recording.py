"""A recorded crowd: who said what of which item, and the gold that only scores."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from labeling.ballots import Integers

LABEL_COLUMNS = ("item_id", "worker_id", "label")
GOLD_COLUMNS = ("item_id", "gold")
NOTHING_IN_COMMON = "No line of labels.csv is about an item that gold.csv names."


class BadRecording(ValueError):
    """The files of a recording cannot be read; the message says which line and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """N recorded judgments; positions count from 0, names are sorted."""

    items: tuple[str, ...]
    workers: tuple[str, ...]
    classes: tuple[str, ...]
    rows: Integers
    """(N, 3): item, worker, class; in the order of the file."""
    gold: Integers
    """(items,): the true class."""


def open_table(path: Path) -> TextIO:
    """Open a CSV file. Bytes that are not UTF-8 pass, for `read_rows` to name their line."""
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def read_rows(stream: TextIO, columns: Sequence[str], name: str) -> Iterator[tuple[str, ...]]:
    """Yield the named columns of a CSV file.

    Raises BadRecording for a missing column, an empty cell, bytes that are not UTF-8, and a
    quotation mark out of place, which would swallow the rows after it.
    """
    reader = csv.DictReader(stream, strict=True)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        if not _is_utf8(reader.fieldnames or ()):
            raise BadRecording(f"{name} is not UTF-8 from line 1 on. Save it as UTF-8.")
        raise BadRecording(
            f"{name} has no column {', '.join(missing)}. Its first line must be: "
            f"{','.join(columns)}"
        )
    for number, row in enumerate(_well_quoted(reader, name), start=2):
        values = tuple((row[column] or "").strip() for column in columns)
        if not all(values):
            raise BadRecording(f"{name}, line {number}: a cell is empty. Fill it in or drop it.")
        if not "".join(values).isascii() and not _is_utf8(values):
            raise BadRecording(f"{name}, line {number}: this is not UTF-8. Save it as UTF-8.")
        yield values


def _well_quoted(reader: "csv.DictReader[str]", name: str) -> Iterator[dict[str, str]]:
    """Yield the rows. Raises BadRecording, naming the line on which the bad row begins."""
    line = reader.line_num
    try:
        for row in reader:
            yield row
            line = reader.line_num
    except csv.Error as error:
        message = f"{name}, line {line + 1}: a quotation mark is out of place ({error})."
        raise BadRecording(message) from error


def _is_utf8(values: Iterable[str]) -> bool:
    return not any("\udc80" <= letter <= "\udcff" for value in values for letter in value)


def read_recording(labels: TextIO, gold: TextIO) -> Recording:
    """Read labels.csv and gold.csv. Items without gold are left out: nothing could score them.

    A second label of the same worker on the same item is dropped. Raises BadRecording.
    """
    truth = dict(_pairs(read_rows(gold, GOLD_COLUMNS, "gold.csv")))
    rows = [
        (item, worker, _plain(label))
        for item, worker, label in read_rows(labels, LABEL_COLUMNS, "labels.csv")
        if item in truth
    ]
    if not rows:
        raise BadRecording(NOTHING_IN_COMMON)
    return recording_of(rows, truth)


def recording_of(rows: Iterable[tuple[str, str, str]], truth: dict[str, str]) -> Recording:
    """Return the recording of (item, worker, label) triples and the gold of each item."""
    first = {(item, worker): label for item, worker, label in reversed(list(rows))}
    kept = [(item, worker, label) for (item, worker), label in reversed(first.items())]
    items = tuple(sorted({item for item, _, _ in kept}))
    workers = tuple(sorted({worker for _, worker, _ in kept}))
    classes = tuple(sorted({label for *_, label in kept} | {truth[item] for item in items}))
    item_at, worker_at, class_at = (
        {name: place for place, name in enumerate(names)} for names in (items, workers, classes)
    )
    places = [(item_at[item], worker_at[worker], class_at[label]) for item, worker, label in kept]
    return Recording(
        items=items,
        workers=workers,
        classes=classes,
        rows=np.array(places, dtype=np.int64),
        gold=np.array([class_at[truth[item]] for item in items], dtype=np.int64),
    )


def part_of(recording: Recording, items: Integers) -> Recording:
    """Return the recording of some of the items (positions); the classes stay."""
    kept = np.sort(items)
    rows = recording.rows[np.isin(recording.rows[:, 0], kept)]
    workers = np.unique(rows[:, 1])
    return Recording(
        items=tuple(recording.items[item] for item in kept),
        workers=tuple(recording.workers[worker] for worker in workers),
        classes=recording.classes,
        rows=np.column_stack(
            [np.searchsorted(kept, rows[:, 0]), np.searchsorted(workers, rows[:, 1]), rows[:, 2]]
        ),
        gold=recording.gold[kept],
    )


def _pairs(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for item, label in rows:
        yield item, _plain(label)


def _plain(label: str) -> str:
    """Return "1" for "1.0": tables written by statistics programs have both."""
    head, dot, tail = label.partition(".")
    return head if dot and head.lstrip("-").isdigit() and tail.strip("0") == "" else label
