"""JSON lines: one item a line, the format that loses nothing.

Read are

    {"external_id"?, "data": {input: value}, "metadata"?, "gold"?, "priority"?, "needs"?,
     "predictions"?: [{"model", "answer", "score"?}], "judgments"?: [{"worker", "answer", ...}]}

and bare objects whose keys include the inputs: `id` or `external_id` becomes the external id,
`gold` the known answer where it names a question, the rest metadata. What is exported can be
read again, save `stage` and `final`: a final label is the project's own decision. Whoever wants
it as a known answer copies it to `gold`.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from labeling.formats.assembly import (
    Assembler,
    external_id_of,
    metadata_of,
    needs_of,
    priority_of,
)
from labeling.formats.bad_rows import BadRow, row_too_long
from labeling.formats.json_rows import parse_json
from labeling.formats.rows import ExportRow, ItemRow, RowRejection
from labeling.formats.shapes import has_envelope, object_of
from labeling.formats.streams import ByteStream, lines
from labeling.problems import pointer, shown
from labeling.schema import LabelSchema
from labeling.votes import JSON

_ITEM_KEYS = ("external_id", "id", "data", "metadata", "gold", "priority", "needs", "stage")
_ANSWERS = frozenset(("gold", "predictions", "judgments"))
_NO_ANSWERS: dict[str, Any] = {"gold": None, "predictions": (), "judgments": ()}
_KEYS = frozenset((*_ITEM_KEYS, "predictions", "judgments", "final"))


def read(stream: ByteStream, schema: LabelSchema) -> Iterator[ItemRow | RowRejection]:
    """Read items line by line; a bad line is rejected and the next one read."""
    assembler = Assembler(schema)
    for number, line in enumerate(lines(stream), start=1):
        try:
            if line is None:
                raise row_too_long()
            if line.isspace() or not line:
                continue
            yield _item_row(number, parse_json(line), assembler)
        except BadRow as bad:
            yield bad.rejection(number)


def write_items(rows: Iterable[ExportRow], schema: LabelSchema) -> Iterator[bytes]:
    """Write one line an item, exactly as it is kept."""
    del schema  # the line holds the values as they are; every codec is called alike
    for row in rows:
        yield orjson.dumps(_document(row), option=orjson.OPT_APPEND_NEWLINE)


def _item_row(number: int, document: JSON, assembler: Assembler) -> ItemRow:
    row = object_of(document)
    if has_envelope(row, assembler.input_ids):
        return _from_envelope(number, row, assembler)
    data = assembler.item_data(row, "")
    metadata = data.others
    external_id = None
    for key in ("id", "external_id"):
        if key in metadata:
            external_id = external_id_of(metadata.pop(key), f"/{key}")
    gold = None
    if assembler.is_answer(metadata.get("gold")):
        gold = assembler.gold(metadata.pop("gold"), assembler.facts_of(data.inputs), "/gold")
    return ItemRow(
        number=number,
        external_id=external_id,
        data=data.inputs,
        metadata=metadata,
        gold=gold,
        priority=None,
    )


def _from_envelope(number: int, row: dict[str, Any], assembler: Assembler) -> ItemRow:
    if not row.keys() <= _KEYS:
        raise _unknown_key(next(key for key in row if key not in _KEYS))
    inputs, others = assembler.item_data(row["data"], "/data")
    metadata = metadata_of(row.get("metadata"), "/metadata")
    raw_id, id_path = row.get("external_id"), "/external_id"
    if raw_id is None:
        raw_id, id_path = row.get("id"), "/id"
    # Most rows of a large file say nothing more, and are not looked at again.
    answers = _NO_ANSWERS if _ANSWERS.isdisjoint(row) else _answers(row, inputs, assembler)
    return ItemRow(
        number,
        external_id_of(raw_id, id_path),
        inputs,
        {**others, **metadata} if others else metadata,
        answers["gold"],
        priority_of(row.get("priority"), "/priority"),
        answers["predictions"],
        answers["judgments"],
        needs_of(row["needs"], "/needs") if "needs" in row else (),
    )


def _answers(row: dict[str, Any], inputs: dict[str, Any], assembler: Assembler) -> dict[str, Any]:
    """Return gold, predictions and judgments of the row, checked."""
    gold = row.get("gold")
    predictions = _list(row, "predictions")
    judgments = _list(row, "judgments")
    if gold is None and not predictions and not judgments:
        return _NO_ANSWERS
    facts = assembler.facts_of(inputs)
    return {
        "gold": None if gold is None else assembler.gold(gold, facts, "/gold"),
        "predictions": [
            assembler.prediction(raw, facts, pointer("predictions", place))
            for place, raw in enumerate(predictions)
        ],
        "judgments": [
            assembler.judgment(raw, facts, pointer("judgments", place))
            for place, raw in enumerate(judgments)
        ],
    }


def _list(row: dict[str, Any], key: str) -> list[JSON]:
    value = row.get(key)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise BadRow("unknown_shape", pointer(key), f"This is {shown(value)}. Write a list.")


def _unknown_key(key: str) -> BadRow:
    close = difflib.get_close_matches(key[:40], _KEYS, n=1)
    hint = f'Write "{close[0]}".' if close else 'Move it into "metadata".'
    return BadRow("unknown_key", pointer(key), f"{shown(key)} is not a key of a row. {hint}")


def _document(row: ExportRow) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": row.item,
        "external_id": row.external_id,
        "data": row.data,
        "metadata": row.metadata,
        "needs": row.needs,
        "stage": row.stage,
        "final": None,
        "predictions": [
            {"model": said.model, "answer": said.answer, "score": said.score}
            for said in row.predictions
        ],
        "judgments": [
            {
                "worker": said.worker,
                "answer": said.answer,
                "seconds": said.seconds,
                "created_at": said.created_at,
            }
            for said in row.judgments
        ],
    }
    if row.final is not None:
        document["final"] = {
            "answer": row.final.answer,
            "source": row.final.source,
            "confidence": row.final.confidence,
        }
    return document
