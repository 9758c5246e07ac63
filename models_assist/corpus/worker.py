"""Reads pieces of a corpus and says what the models of a brief say; in whatever process."""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from labeling.formats.rows import ItemRow, RowRejection
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.corpus import shards
from models_assist.corpus.brief import Brief
from models_assist.corpus.pieces import CorpusUnreadable, Piece, Row, id_of, rows_of
from models_assist.corpus.shards import Stretch
from models_assist.heads import Prediction
from models_assist.isolate import ModelFailed
from models_assist.lanes import Served
from models_assist.predicting import confidence_of, predict
from models_assist.readings import Inputs
from models_assist.registry import Registry
from models_assist.runtime import Runtime
from models_assist.vectors import Encoded, TextEncoder

logger = logging.getLogger(__name__)

PORTION_ROWS = 256
"""In memory at once, and sorted by length; a text is at most 16 MB."""
MODEL_BYTES = 2 * 1024**3


class Outcome(NamedTuple):
    """What became of a piece."""

    name: str
    items: int = 0
    rejected: int = 0
    error: str = ""
    """Why it was left out; the next run tries it again."""


class PieceReader:
    """Loads the models once, then reads any number of pieces. For one thread."""

    def __init__(
        self,
        brief: Brief,
        out: Path,
        *,
        threads: int | None = None,
        paths: Mapping[ModelSpec, Path] | None = None,
    ) -> None:
        """`threads` are torch's own within one operation; `paths` are the folders of encoders that
        lie elsewhere on this machine. Raises `ModelUnavailable`, and
        ValueError for an encoder whose vectors are none that the heads know."""
        self._out = out
        self._schema = LabelSchema.from_json(brief.schema)
        self._answerers = brief.answerers()
        self._brief = brief
        self._paths = paths or {}
        self._versions = {each.question.id: each.version for each in self._answerers}
        self._threads = threads
        registry = Registry(self._load, most_bytes=MODEL_BYTES)
        self._served = {
            spec: Served(partial(registry.get, spec), partial(registry.forget, spec))
            for spec in [brief.encoder, *brief.specs()]
        }
        shared = self._served[brief.encoder]
        self._runtime = Runtime(shared.load, forget=shared.forget)
        for spec in brief.specs():
            space = self._read([""], spec).space
            if space != (brief.space if spec == brief.encoder else spec.space):
                message = f"{spec.name} gives vectors of {space} here: no head knows them."
                raise ValueError(message)

    def read(self, piece: Piece) -> Outcome:
        """Write the shard of a piece, unless it is there."""
        if shards.is_done(self._out, piece.name):
            return Outcome(piece.name)
        try:
            items, rejected = shards.write(self._out, piece.name, self._stretches(piece))
        except (ModelFailed, OSError) as error:
            logger.warning("a piece was left out: %s", error)
            return Outcome(piece.name, error=str(error)[:500])
        return Outcome(piece.name, items, rejected)

    def close(self) -> None:
        """No thread is left."""
        self._runtime.close()

    def _stretches(self, piece: Piece) -> Iterator[Stretch]:
        rows = _checked(piece, rows_of(piece, self._schema))
        while portion := list(islice(rows, PORTION_ROWS)):
            good = [row for row in portion if isinstance(row, ItemRow)]
            refused = [_refused(piece, row) for row in portion if isinstance(row, RowRejection)]
            if not good:
                yield Stretch([], {}, refused)
                continue
            spoken = predict(self._answerers, [row.data for row in good], self._read)
            items = [
                self._document(row, said) for row, said in zip(good, spoken.said, strict=True)
            ]
            unread = [
                _unread(piece, good[at].number, items[at]["external_id"], reason)
                for at, reason in sorted(spoken.failed.items())
            ]
            vectors = {
                vectors_key(inputs, encoded.space): encoded.vectors
                for (inputs, _), encoded in spoken.read.items()
            }
            yield Stretch(items, vectors, [*refused, *unread])

    def _document(self, row: ItemRow, said: Mapping[str, Prediction]) -> dict[str, Any]:
        """As `jsonl` reads it, so that any import may have it; our own knows the versions, too."""
        name = id_of(row.data) if row.external_id is None else row.external_id
        told: dict[str, Any] = {"external_id": name, "data": row.data, "metadata": row.metadata}
        if row.gold is not None:
            told["gold"] = row.gold
        if row.priority is not None:
            told["priority"] = row.priority
        told["predictions"] = [
            *({"model": p.model, "answer": p.answer, "score": p.score} for p in row.predictions),
            *(
                {
                    "model": f"{question} {self._versions[question]}",
                    "answer": {question: prediction.label},
                    "score": confidence_of(prediction),
                    "version": self._versions[question],
                    "scores": {key: round(value, 6) for key, value in prediction.scores.items()},
                }
                for question, prediction in said.items()
            ),
        ]
        return told

    def _read(self, texts: Sequence[str], spec: ModelSpec | None) -> Encoded:
        return self._runtime.encode(texts, model=None if spec is None else self._served[spec])

    def _load(self, spec: ModelSpec) -> TextEncoder:
        path = self._paths.get(spec)
        encoder = self._brief.load(spec if path is None else replace(spec, path=str(path)))
        torch: Any = sys.modules.get("torch")
        if torch is not None and self._threads is not None:
            torch.set_num_threads(self._threads)  # of this thread, which is the one that reads
        return encoder


def read_here(brief: Brief, pieces: Iterable[Piece], out: Path) -> Iterator[Outcome]:
    """Read pieces in this process, one by one. Raises as `PieceReader` does."""
    reader = PieceReader(brief, out)
    try:
        yield from map(reader.read, pieces)
    finally:
        reader.close()


def vectors_key(inputs: Inputs, space: str) -> str:
    """Names what was read by which encoder."""
    return f"{'+'.join(inputs)}|{space}"


def _checked(piece: Piece, rows: Iterator[Row]) -> Iterator[Row]:
    """Judgments are for an ordinary import; and a file that breaks off ends with its reason."""
    number = 0
    try:
        for row in rows:
            number = row.number
            yield _without_judgments(row)
    except (ValueError, CorpusUnreadable) as error:
        message = f"{Path(piece.file).name} cannot be read from here on ({str(error)[:300]})."
        yield RowRejection(number=number + 1, path="", code="file_unreadable", message=message)


def _without_judgments(row: Row) -> Row:
    if not isinstance(row, ItemRow) or not row.judgments:
        return row
    message = "The row holds judgments of people. Import it as it is, without pre-labelling it."
    return RowRejection(
        number=row.number, path="/judgments", code="has_judgments", message=message
    )


def _refused(piece: Piece, row: RowRejection) -> dict[str, Any]:
    return {
        "file": Path(piece.file).name,
        "from": piece.start,
        "row": row.number,
        "external_id": None,
        "code": row.code,
        "path": row.path,
        "message": row.message,
    }


def _unread(piece: Piece, number: int, external_id: str, reason: str) -> dict[str, Any]:
    refusal = RowRejection(number=number, path="", code="item_unreadable", message=reason)
    return {**_refused(piece, refusal), "external_id": external_id}
