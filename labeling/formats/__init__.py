"""The codecs by the name a caller gives them: the one list there is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from labeling.formats import csv_rows, jsonl, label_studio
from labeling.formats.other_files import refusal_of_other_file
from labeling.formats.rows import ExportRow, ItemRow, RowRejection
from labeling.formats.streams import ByteStream, PeekableStream
from labeling.schema import LabelSchema

Reader: TypeAlias = Callable[[ByteStream, LabelSchema], Iterator[ItemRow | RowRejection]]
"""Never raises for a bad row; holds one row in memory."""

Writer: TypeAlias = Callable[[Iterable[ExportRow], LabelSchema], Iterator[bytes]]


def _of_text_files(read: Reader) -> Reader:
    """Return the reader behind a look at the first bytes."""

    def look_and_read(stream: ByteStream, schema: LabelSchema) -> Iterator[ItemRow | RowRejection]:
        whole = PeekableStream(stream)
        refusal = refusal_of_other_file(whole.start())
        if refusal is None:
            yield from read(whole, schema)
        else:
            yield refusal.rejection(1)

    return look_and_read


READERS: Mapping[str, Reader] = {
    "jsonl": _of_text_files(jsonl.read),
    "csv": _of_text_files(csv_rows.read),
    "label_studio": _of_text_files(label_studio.read),
}

WRITERS: Mapping[str, Writer] = {
    "jsonl": jsonl.write_items,
    "csv": csv_rows.write_items,
    "label_studio": label_studio.write_items,
}

JUDGMENT_WRITERS: Mapping[str, Writer] = {
    "jsonl": jsonl.write_items,
    "csv": csv_rows.write_judgments,
    "label_studio": label_studio.write_items,
}
"""For exports of judgments. JSON holds them within their item, CSV has a row for each."""

VERBATIM = frozenset({"jsonl"})
"""Writers that pass JSON on as it is: for `orjson.Fragment` they need not parse it."""
