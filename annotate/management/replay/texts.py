"""A model for the replay: it reads items.csv and learns from what the crowd believes."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from annotate.encoder import runtime
from labeling.ballots import Floats, Integers
from labeling.formats.csv_feed import allow_long_cells
from labeling.replay.priced import Forecaster
from labeling.replay.recording import BadRecording, Recording
from models_assist.soft_head import FOLDS, out_of_fold_beliefs

COLUMNS = ("item_id", "text")
MOST_CHARACTERS = 8000
BATCH = 512


def forecaster_of(directory: Path, recording: Recording, *, seed: int) -> Forecaster | None:
    """The model that reads the items' texts; None without items.csv.

    Raises BadRecording and OSError for a file that cannot be read.
    """
    path = directory / "items.csv"
    if not path.exists():
        return None
    allow_long_cells()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        texts = {row["item_id"]: row["text"] or "" for row in _rows(stream)}
    read = np.array([item in texts for item in recording.items])
    wanted = [texts.get(item, "")[:MOST_CHARACTERS] for item in recording.items]
    vectors = _encode(wanted)
    is_known = read & np.isfinite(vectors).all(axis=1)
    vectors[~is_known] = 0.0
    folds = np.random.default_rng([seed, 3]).integers(0, FOLDS, len(vectors))

    def forecast(posterior: Floats, weights: Floats, rows: Integers) -> Floats:
        taught = rows[is_known[rows]]
        said = out_of_fold_beliefs(vectors, posterior, weights, taught, folds)
        said[~is_known] = np.average(posterior[rows], axis=0, weights=weights[rows])
        return said

    return forecast


def _rows(stream: TextIO) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(stream)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise BadRecording(f"items.csv has no column {', '.join(missing)}. Name it, or move it.")
    yield from reader


def _encode(texts: Sequence[str]) -> Floats:
    """One unit vector a text, (n, dimensions); NaN where it cannot be read."""
    parts = []
    for start in range(0, len(texts), BATCH):
        batch = list(texts[start : start + BATCH])
        parts.append(runtime().encode(batch).vectors.astype(float))
    return np.concatenate(parts)
