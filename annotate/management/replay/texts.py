"""A model for the replay: it reads items.csv and learns from what the crowd believes."""

import csv
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array, hstack

from annotate.encoder import runtime
from labeling.ballots import Floats, Integers
from labeling.formats.csv_feed import allow_long_cells
from labeling.replay.priced import Forecaster
from labeling.replay.recording import BadRecording, Recording
from models_assist.soft_head import FOLDS, Rows, out_of_fold_beliefs
from models_assist.word_vectors import word_vectors

COLUMNS = ("item_id", "text")
MOST_CHARACTERS = 8000
BATCH = 512


class Model(Enum):
    """What reads the texts."""

    NONE = "none"
    WORDS = "words"
    """Weighed words: takes no longer than the replay."""
    LANGUAGE = "language"
    """The words and the vectors of a language model: some 100 texts a second."""


def forecaster_of(
    directory: Path, recording: Recording, model: Model, *, seed: int
) -> Forecaster | None:
    """The model that reads the items' texts; None without items.csv or with Model.NONE.

    Words are read where there are any: a file without the column is none. Raises OSError for a
    file that cannot be read, and BadRecording where Model.LANGUAGE finds no texts.
    """
    path = directory / "items.csv"
    if model is Model.LANGUAGE and not path.exists():
        raise BadRecording("There is no items.csv for --model to read. Add it, or drop --model.")
    if model is Model.NONE or not path.exists():
        return None
    allow_long_cells()
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing and model is Model.WORDS:
            return None
        if missing:
            message = f"items.csv has no column {', '.join(missing)}. Name it, or drop --model."
            raise BadRecording(message)
        texts = {row["item_id"]: row["text"] or "" for row in reader}
    is_known = np.array([item in texts for item in recording.items])
    vectors = _vectors([texts.get(item, "")[:MOST_CHARACTERS] for item in recording.items], model)
    folds = np.random.default_rng([seed, 3]).integers(0, FOLDS, len(is_known))

    def forecast(posterior: Floats, weights: Floats, rows: Integers) -> Floats:
        taught = rows[is_known[rows]]
        said = out_of_fold_beliefs(vectors, posterior, weights, taught, folds)
        said[~is_known] = np.average(posterior[rows], axis=0, weights=weights[rows])
        return said

    return forecast


def _vectors(texts: Sequence[str], model: Model) -> Rows:
    words = word_vectors(texts)
    if model is Model.WORDS:
        return words
    encoded = _encode(texts)
    encoded[~np.isfinite(encoded)] = 0.0
    return csr_array(hstack([words, encoded]))


def _encode(texts: Sequence[str]) -> Floats:
    """One unit vector a text, (n, dimensions); NaN where it cannot be read."""
    parts = []
    for start in range(0, len(texts), BATCH):
        batch = list(texts[start : start + BATCH])
        parts.append(runtime().encode(batch).vectors.astype(float))
    return np.concatenate(parts)
