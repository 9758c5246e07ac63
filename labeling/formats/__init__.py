"""The codecs by the name a caller gives them: the one list there is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from labeling.formats import csv_rows, jsonl, label_studio
from labeling.formats.rows import ExportRow, ItemRow, RowRejection
from labeling.formats.streams import ByteStream
from labeling.schema import LabelSchema

Reader: TypeAlias = Callable[[ByteStream, LabelSchema], Iterator[ItemRow | RowRejection]]
"""Never raises for a bad row; holds one row in memory."""

Writer: TypeAlias = Callable[[Iterable[ExportRow], LabelSchema], Iterator[bytes]]

READERS: Mapping[str, Reader] = {
    "jsonl": jsonl.read,
    "csv": csv_rows.read,
    "label_studio": label_studio.read,
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
