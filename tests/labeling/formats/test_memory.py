"""Files of any length are read in the memory of one row."""

import io
import sys
import tracemalloc
from collections.abc import Iterator

import pytest

from labeling.formats import READERS, WRITERS
from labeling.formats.rows import ExportRow, ItemRow
from labeling.formats.streams import array_elements
from tests.labeling.formats.samples import TEXT_SCHEMA

ROWS = {"jsonl": 100_000, "csv": 100_000, "label_studio": 20_000}
FEW_ROWS = 5_000
"""While memory is traced, everything takes ten times longer."""
MEGABYTE = 1024 * 1024

ROW_OF = {
    "jsonl": (b"", b'{"id": %d, "text": "a short text to judge", "source": "web"}\n', b""),
    "csv": (b"id,text,source\n", b"%d,a short text to judge,web\n", b""),
    "label_studio": (
        b"[",
        b'{"id": %d, "data": {"text": "a short text", "source": "web"}},\n',
        b'{"data": {"text": "the last"}}]',
    ),
}


class _Rows:
    """A long file that is never whole in memory."""

    def __init__(self, format_name: str, rows: int) -> None:
        before, row, after = ROW_OF[format_name]
        self._parts: Iterator[bytes] = iter(
            [before, *[b"".join(row % n for n in range(1000))] * (rows // 1000), after]
        )
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        while not self._rest and (part := next(self._parts, None)) is not None:
            self._rest = part
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


@pytest.mark.parametrize("format_name", READERS)
def test_nothing_is_kept_of_many_rows(format_name: str) -> None:
    rows = READERS[format_name](_Rows(format_name, ROWS[format_name]), TEXT_SCHEMA)
    for _ in range(1000):
        next(rows)
    blocks = sys.getallocatedblocks()
    for _ in range(ROWS[format_name] - 2000):
        next(rows)
    # One kept row would be a dozen blocks; a chunk read ahead holds some thousand short lines.
    assert sys.getallocatedblocks() - blocks < 20_000
    assert all(isinstance(row, ItemRow) for row in rows)


@pytest.mark.parametrize("format_name", READERS)
def test_reading_holds_one_chunk(format_name: str) -> None:
    stream = _Rows(format_name, FEW_ROWS)
    tracemalloc.start()
    try:
        rows = sum(isinstance(row, ItemRow) for row in READERS[format_name](stream, TEXT_SCHEMA))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert rows == FEW_ROWS + (format_name == "label_studio")
    assert peak < 2 * MEGABYTE


@pytest.mark.parametrize("format_name", WRITERS)
def test_writing_holds_one_row(format_name: str) -> None:
    def rows() -> Iterator[ExportRow]:
        for number in range(5000):
            yield ExportRow(
                item=number,
                external_id=None,
                data={"text": "x" * 1100},
                metadata={},
                stage="open",
            )

    tracemalloc.start()
    try:
        written = sum(len(part) for part in WRITERS[format_name](rows(), TEXT_SCHEMA))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written > 5 * MEGABYTE
    assert peak < MEGABYTE


def test_a_line_without_end_is_skipped_in_bounded_memory() -> None:
    class _Endless:
        chunks_left = 400

        def read(self, size: int, /) -> bytes:
            self.chunks_left -= 1
            return b"x" * size if self.chunks_left > 0 else b""

    tracemalloc.start()
    try:
        rows = list(READERS["jsonl"](_Endless(), TEXT_SCHEMA))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(rows) == 1
    assert peak < 40 * MEGABYTE


def test_an_array_of_escapes_is_cut_without_backtracking() -> None:
    content = b'["' + b"\\\\" * 2_000_000 + b'", "' + b"\\u4e2d" * 500_000 + b'", [[["]"]]]]'
    elements = list(array_elements(io.BytesIO(content)))
    assert [len(element or b"") for element in elements] == [4_000_002, 3_000_003, 10]
