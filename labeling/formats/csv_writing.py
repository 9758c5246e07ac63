"""Writes items and judgments as CSV for spreadsheets; `csv_rows` says what its columns are."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from labeling.formats.csv_cells import BETWEEN_NAMES, cell_of_label, neutralise
from labeling.formats.pictures import picture_address
from labeling.formats.rows import ExportRow
from labeling.formats.streams import BYTE_ORDER_MARK
from labeling.questions import Input
from labeling.schema import LabelSchema

# Names with a dot cannot be the names of inputs.
ITEM_ID = "item.id"
STAGE = "item.stage"
METADATA = "item.metadata"
NEEDS = "item.needs"
FINAL_SOURCE = "decision.source"
FINAL_CONFIDENCE = "decision.confidence"
WORKER = "judgment.worker"
SECONDS = "judgment.seconds"
CREATED_AT = "judgment.created_at"
EXTERNAL_ID = "external_id"
FINAL = "final."
ANSWER = "answer."

OWN_COLUMNS = frozenset((ITEM_ID, STAGE, METADATA, NEEDS, FINAL_SOURCE, FINAL_CONFIDENCE))


def write_items(rows: Iterable[ExportRow], schema: LabelSchema) -> Iterator[bytes]:
    """Write one row an item with its final answer."""
    encode = _Encoder()
    yield encode.header(
        [
            *_item_names(schema),
            METADATA,
            NEEDS,
            STAGE,
            *(FINAL + question.id for question in schema.questions),
            FINAL_SOURCE,
            FINAL_CONFIDENCE,
        ]
    )
    for row in rows:
        final = row.final
        yield encode.row(
            [
                *_item_cells(row, schema),
                orjson.dumps(row.metadata).decode() if row.metadata else "",
                BETWEEN_NAMES.join(row.needs),
                row.stage,
                *_answer_cells(final.answer if final else {}, schema),
                final.source if final else "",
                final.confidence if final else "",
            ]
        )


def write_judgments(rows: Iterable[ExportRow], schema: LabelSchema) -> Iterator[bytes]:
    """Write one row a judgment."""
    encode = _Encoder()
    yield encode.header(
        [
            *_item_names(schema),
            WORKER,
            *(ANSWER + question.id for question in schema.questions),
            SECONDS,
            CREATED_AT,
        ]
    )
    for row in rows:
        item_cells = _item_cells(row, schema)
        for said in row.judgments:
            yield encode.row(
                [
                    *item_cells,
                    said.worker,
                    *_answer_cells(said.answer, schema),
                    said.seconds,
                    said.created_at.isoformat() if said.created_at else "",
                ]
            )


class _Encoder:
    """One CSV row as bytes. The byte order mark lets Excel know that it is UTF-8."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._writer = csv.writer(self)

    def write(self, text: str) -> None:
        """Take what the writer of the standard library has made of a row."""
        self._written.append(text)

    def header(self, names: list[str]) -> bytes:
        return BYTE_ORDER_MARK + self.row(names)

    def row(self, cells: list[Any]) -> bytes:
        self._writer.writerow(
            [neutralise(cell) if isinstance(cell, str) else cell for cell in cells]
        )
        text = "".join(self._written)
        self._written.clear()
        return text.encode("utf-8")


def _item_names(schema: LabelSchema) -> list[str]:
    names = [ITEM_ID]
    if all(item.id != EXTERNAL_ID for item in schema.inputs):
        names.append(EXTERNAL_ID)
    for item in schema.inputs:
        names.extend(_input_names(item))
    return names


def _input_names(item: Input) -> list[str]:
    if item.type == "image":
        return [item.id, f"{item.id}.width", f"{item.id}.height"]
    return [item.id]


def _item_cells(row: ExportRow, schema: LabelSchema) -> list[Any]:
    cells: list[Any] = [row.item]
    if all(item.id != EXTERNAL_ID for item in schema.inputs):
        cells.append(row.external_id)
    for item in schema.inputs:
        value = row.data.get(item.id, "")
        if item.type == "image":
            size = value if isinstance(value, dict) else {}
            cells += [picture_address(value), size.get("width"), size.get("height")]
        else:
            cells.append(value)
    return cells


def _answer_cells(answer: dict[str, Any], schema: LabelSchema) -> list[str]:
    return [
        cell_of_label(answer[question.id], question) if question.id in answer else ""
        for question in schema.questions
    ]
