"""A corpus cut into pieces that one process reads at a time: what is done again after a crash.

A corpus is a folder of files, or one file. JSON lines are cut every PIECE_BYTES, at the next end
of a line; Parquet at its row groups; a CSV file is one piece, since only who reads it from the
start knows which line feed ends a row.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from labeling.formats import csv_rows, jsonl
from labeling.formats.rows import ItemRow, RowRejection
from labeling.formats.streams import CHUNK_BYTES
from labeling.schema import LabelSchema

PIECE_BYTES = 4 * 1024 * 1024
"""Some ten thousand short texts: a few minutes of a core."""
PARQUET_ROWS = 256

Row = ItemRow | RowRejection


class CorpusUnreadable(Exception):
    """There is no corpus there, or none of a kind that can be read."""


class Piece(NamedTuple):
    """Part of a file."""

    name: str
    """Of its shard: tells file, place and version of the file apart."""
    file: str
    """Absolute."""
    start: int
    """Of JSON lines a byte, of Parquet a row group."""
    stop: int


def pieces_of(corpus: Path) -> list[Piece]:
    """All of them, in the order of the files' names and of their content.

    Raises CorpusUnreadable.
    """
    if not corpus.exists():
        raise CorpusUnreadable(f"There is no {corpus}.")
    root = corpus if corpus.is_dir() else corpus.parent
    files = sorted(corpus.rglob("*")) if corpus.is_dir() else [corpus]
    known = [path for path in files if path.is_file() and path.suffix.lower() in _CUTS]
    if not known:
        kinds = ", ".join(sorted(_CUTS))
        raise CorpusUnreadable(f"{corpus} holds no file that ends in one of {kinds}.")
    return [
        Piece(_name(path, root, start), str(path.resolve()), start, stop)
        for path in known
        for start, stop in _CUTS[path.suffix.lower()](path)
    ]


def rows_of(piece: Piece, schema: LabelSchema) -> Iterator[Row]:
    """The rows of a piece, or why one cannot be used; holds one at a time.

    Raises OSError, and ValueError for a file that is no Parquet.
    """
    path = Path(piece.file)
    kind = path.suffix.lower()
    if kind == ".parquet":
        yield from jsonl.read(_Lines(_parquet_lines(path, piece.start)), schema)
        return
    with path.open("rb") as file:
        if kind == ".csv":
            yield from csv_rows.read(file, schema)
        else:
            yield from jsonl.read(_Stretch(file, piece.start, piece.stop), schema)


def id_of(data: Mapping[str, Any]) -> str:
    """What an item is called whose row has no id of its own: the same whenever and wherever it is
    read, so that no import doubles it. Rows that say the same are one item."""
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _name(path: Path, root: Path, start: int) -> str:
    facts = path.stat()
    version = f"{path.relative_to(root).as_posix()}\0{facts.st_size}\0{facts.st_mtime_ns}"
    digest = hashlib.sha256(version.encode(errors="surrogateescape")).hexdigest()[:12]
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem)[:40]
    return f"{plain}-{digest}-{start:012d}"


def _ranges(path: Path) -> list[tuple[int, int]]:
    size = path.stat().st_size
    return [(at, min(at + PIECE_BYTES, size)) for at in range(0, size, PIECE_BYTES)]


def _whole(path: Path) -> list[tuple[int, int]]:
    return [(0, path.stat().st_size)]


def _row_groups(path: Path) -> list[tuple[int, int]]:
    """A file that cannot be read is one piece, which then says so."""
    try:
        groups = _parquet().ParquetFile(path).num_row_groups
    except (OSError, ValueError):
        return [(0, 1)]
    return [(at, at + 1) for at in range(groups)]


_CUTS: Mapping[str, Callable[[Path], list[tuple[int, int]]]] = {
    ".jsonl": _ranges,
    ".ndjson": _ranges,
    ".csv": _whole,
    ".parquet": _row_groups,
}


def _parquet() -> Any:
    try:
        import pyarrow.parquet  # noqa: PLC0415 - an extra, for this kind of file alone
    except ImportError as missing:
        advice = "Install requirements-ray.txt."
        raise CorpusUnreadable(f"Parquet needs a package ({missing}). {advice}") from missing
    return pyarrow.parquet


def _parquet_lines(path: Path, group: int) -> Iterator[bytes]:
    """As JSON lines, so that every row is checked by the same code."""
    with _parquet().ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=PARQUET_ROWS, row_groups=[group]):
            for row in batch.to_pylist():
                yield _json_line({key: value for key, value in row.items() if value is not None})


def _json_line(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError as odd:
        # Whoever reads it refuses what is no object, and shows this.
        return orjson.dumps(str(odd), option=orjson.OPT_APPEND_NEWLINE)


class _Stretch:
    """The lines of a file that begin from `start` on and before `stop`."""

    def __init__(self, file: IO[bytes], start: int, stop: int) -> None:
        self._file = file
        self._stop = stop
        if start:
            # Who reads up to `start` takes the line that lies across it.
            file.seek(start - 1)
            self._skip_line()

    def read(self, size: int, /) -> bytes:
        """As a file does."""
        at = self._file.tell()
        if at < self._stop:
            return self._file.read(min(size, self._stop - at))
        return self._rest_of_line(size)

    def _rest_of_line(self, size: int) -> bytes:
        self._file.seek(-1, io.SEEK_CUR)
        if self._file.read(1) == b"\n":
            return b""
        return self._file.readline(size)

    def _skip_line(self) -> None:
        while (part := self._file.readline(CHUNK_BYTES)) and not part.endswith(b"\n"):
            pass


class _Lines:
    """Lines as a stream of bytes."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def read(self, size: int, /) -> bytes:  # noqa: ARG002 - a line at a time, whatever its length
        """As a file does."""
        return next(self._lines, b"")
