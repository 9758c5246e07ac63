"""CSV with a header: the format of spreadsheets.

Reading: UTF-8 with or without byte order mark; separated by comma, semicolon or tab, whichever
finds most inputs in the header. Columns named like an input are data, `external_id` (or `id`) is
the external id, `gold.<question>` a known label, `needs` (in our own files `item.needs`) the
qualifications of who may judge it, such as french|law; all others are metadata. Labels are written
simply: a category; categories joined by "|"; a number; a text; left, right or tie; spans and
boxes as JSON. An empty cell is nothing. A picture is a file name; its size may stand
in `<input>.width` and `<input>.height`.

Writing: **a cell that a spreadsheet would run as a formula gets an apostrophe in front** (also
after a semicolon inside it), so CSV is not exact to the byte. Programs should take JSON lines.
Our own files, known by the column `item.id`, lose those apostrophes again when they are read.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from labeling.formats.assembly import Assembler, external_id_of, metadata_of, needs_of
from labeling.formats.bad_rows import BadRow
from labeling.formats.csv_cells import label_of_cell, names_of_cell, restore
from labeling.formats.csv_feed import RecordReader
from labeling.formats.csv_writing import (
    EXTERNAL_ID,
    FINAL,
    ITEM_ID,
    METADATA,
    NEEDS,
    OWN_COLUMNS,
    write_items,
    write_judgments,
)
from labeling.formats.json_rows import parse_json_text
from labeling.formats.rows import MAX_NEEDS, ItemRow, RowRejection
from labeling.formats.streams import ByteStream
from labeling.problems import listed, pointer, shown
from labeling.questions import Question
from labeling.reading import is_storable
from labeling.schema import LabelSchema

__all__ = ["read", "write_items", "write_judgments"]

_GOLD = "gold."
_ID_COLUMNS = (EXTERNAL_ID, "id")
_NEEDS_COLUMNS = (NEEDS, "needs")


def read(stream: ByteStream, schema: LabelSchema) -> Iterator[ItemRow | RowRejection]:
    """Read items row by row. A header that cannot be used is the one rejection there is."""
    assembler = Assembler(schema)
    records = RecordReader(stream)
    try:
        columns = _columns_of(records.read_header(assembler.input_ids), assembler)
    except BadRow as bad:
        yield bad.rejection(records.line)
        return
    while True:
        try:
            cells = records.next_record()
            if cells is None:
                return
            yield _item_row(records.line, cells, columns, assembler)
        except BadRow as bad:
            yield bad.rejection(records.line)


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """What each column of a file holds."""

    names: tuple[str, ...]
    external_id: int | None
    needs: str | None
    gold: dict[int, Question]
    is_metadata: tuple[bool, ...]
    cell_text: Callable[[str], str]
    """What a cell meant before it was neutralised."""


def _columns_of(header: list[str], assembler: Assembler) -> _Columns:
    names = tuple(name.strip() for name in header)
    _check_header(names, assembler)
    questions = {f"{_GOLD}{question.id}": question for question in assembler.schema.questions}
    inputs = assembler.input_ids
    id_names = [name for name in _ID_COLUMNS if name in names and name not in inputs]
    needs_names = [name for name in _NEEDS_COLUMNS if name in names and name not in inputs]
    external_id = names.index(id_names[0]) if id_names else None
    not_metadata = {
        *inputs,
        *questions,
        *OWN_COLUMNS,
        *(FINAL + question.id for question in assembler.schema.questions),
        *(f"{name}.{side}" for name in inputs for side in ("width", "height")),
        *id_names[:1],
        *needs_names[:1],
    }
    return _Columns(
        names=names,
        external_id=external_id,
        needs=needs_names[0] if needs_names else None,
        gold={place: questions[name] for place, name in enumerate(names) if name in questions},
        is_metadata=tuple(name != "" and name not in not_metadata for name in names),
        cell_text=restore if ITEM_ID in names else str,
    )


def _check_header(names: tuple[str, ...], assembler: Assembler) -> None:
    if not any(names):
        raise BadRow("missing_header", "", "The file is empty. Begin it with a line of names.")
    if any(not is_storable(name) for name in names):
        raise BadRow("invalid_utf8", "", "The header is not UTF-8. Save the file as UTF-8.")
    named = [name for name in names if name]
    if duplicates := [name for name, times in Counter(named).items() if times > 1]:
        raise BadRow(
            "duplicate_column",
            "",
            f"Columns have the same name: {listed(duplicates)}. Rename or remove them.",
        )
    if missing := sorted(assembler.input_ids.difference(names)):
        raise BadRow(
            "missing_column",
            "",
            f"The header has no column {listed(missing)}. Each input needs one; found are: "
            f"{listed(named)}.",
        )
    questions = [question.id for question in assembler.schema.questions]
    gold = [name.removeprefix(_GOLD) for name in named if name.startswith(_GOLD)]
    if unknown := [question for question in gold if question not in questions]:
        raise BadRow(
            "unknown_gold_column",
            "",
            f"No question is called {listed(unknown)}. The questions are: {listed(questions)}.",
        )


def _item_row(
    number: int, raw_cells: list[str], columns: _Columns, assembler: Assembler
) -> ItemRow:
    if len(raw_cells) > len(columns.names):
        raise BadRow(
            "too_many_cells",
            "",
            f"The row has {len(raw_cells)} cells, the header {len(columns.names)}. Put texts that "
            "contain the separator or quotes into double quotes.",
        )
    _check_characters(raw_cells, columns)
    cells = [columns.cell_text(cell) for cell in raw_cells]
    row = {name: cell for name, cell in zip(columns.names, cells, strict=False) if cell != ""}
    data = assembler.item_data(_raw_inputs(row, assembler), "")
    metadata = {
        columns.names[place]: cell
        for place, cell in enumerate(cells)
        if cell != "" and columns.is_metadata[place]
    }
    if columns.cell_text is restore and METADATA in row:
        metadata |= metadata_of(_metadata_json(row[METADATA]), pointer(METADATA))
    external_id = None
    if columns.external_id is not None:
        id_name = columns.names[columns.external_id]
        external_id = external_id_of(row.get(id_name), f"/{id_name}")
    return ItemRow(
        number=number,
        external_id=external_id,
        data=data.inputs,
        metadata=metadata,
        gold=_gold_of(cells, columns, data.inputs, assembler),
        priority=None,
        needs=_needs_of(row, columns),
    )


def _needs_of(row: dict[str, str], columns: _Columns) -> tuple[str, ...]:
    """A row whose needs are unreadable stays out, or the wrong people would judge it."""
    if columns.needs is None or columns.needs not in row:
        return ()
    cell = row[columns.needs]
    try:
        return needs_of(names_of_cell(cell), pointer(columns.needs))
    except BadRow as bad:
        raise BadRow(
            bad.code,
            bad.path,
            f"{shown(cell)} are no qualifications. Write up to {MAX_NEEDS} names of small "
            "letters, digits, - and _, such as french|law, or rename the column if it says "
            "something else.",
        ) from None


def _check_characters(cells: list[str], columns: _Columns) -> None:
    joined = "\n".join(cells)
    if joined.isascii() and "\0" not in joined:
        return
    for name, cell in zip(columns.names, cells, strict=False):
        if "\0" in cell:
            raise BadRow("nul_character", pointer(name), "A NUL is in the cell. Remove it.")
        if not is_storable(cell):  # bytes that are not UTF-8 were decoded to lone surrogates
            raise BadRow(
                "invalid_utf8", pointer(name), "The cell is not UTF-8. Save the file as UTF-8."
            )


def _raw_inputs(row: dict[str, str], assembler: Assembler) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for item in assembler.schema.inputs:
        value = row.get(item.id)
        if value is None:
            continue
        size = {side: row.get(f"{item.id}.{side}") for side in ("width", "height")}
        if item.type == "image" and size["width"] is not None and size["height"] is not None:
            raw[item.id] = _sized_picture(value, size, item.id)
        else:
            raw[item.id] = value
    return raw


def _sized_picture(address: str, size: dict[str, str | None], input_id: str) -> dict[str, Any]:
    sides = {}
    for side, cell in size.items():
        if cell is None or not (cell.isascii() and cell.isdigit() and len(cell) < 10):
            raise BadRow(
                "invalid_input",
                pointer(f"{input_id}.{side}"),
                f"{shown(cell)} is no size. Write pixels, or leave width and height empty.",
            )
        sides[side] = int(cell)
    return {"name": address, **sides}


def _metadata_json(cell: str) -> Any:
    try:
        return parse_json_text(cell)
    except BadRow as bad:
        raise BadRow("invalid_metadata", pointer(METADATA), bad.message) from None


def _gold_of(
    cells: list[str], columns: _Columns, inputs: dict[str, Any], assembler: Assembler
) -> dict[str, Any] | None:
    answer: dict[str, Any] = {}
    for place, question in columns.gold.items():
        if place < len(cells) and cells[place] != "":
            try:
                answer[question.id] = label_of_cell(cells[place], question)
            except BadRow as bad:
                raise bad.beneath(pointer(columns.names[place])) from None
    if not answer:
        return None
    try:
        return assembler.gold(answer, assembler.facts_of(inputs), "")
    except BadRow as bad:
        # What is "/sentiment" in the answer is the column "gold.sentiment" here.
        path = bad.path.replace("/", f"/{_GOLD}", 1)
        raise BadRow(bad.code, path, bad.message) from None
