"""Reads tasks of Label Studio: a JSON array, JSON lines, or a single task.

- What stands in `data` beside the inputs, and `meta`, becomes metadata. `overlap` is not read: our
  routing policy decides it.
- `needs` beside `data` is a list of the qualifications that whoever judges the task must have: a
  word of ours, that Label Studio ignores. A task with a bad one stays out, or the wrong people
  would judge it.
- An annotation is a judgment, of "unnamed-1" and so on if it names nobody; with `ground_truth` it
  is the gold, and a judgment only if it names somebody. Cancelled ones are skipped.
- What cannot be carried over is rejected as a part, and the item goes in. An annotation with such
  a part stays out as a whole, since half an answer would be a false one; a prediction loses the
  question.
- Pictures are addresses there: see `pictures.read_picture`. Their sizes are taken from results.
"""

import json
from collections.abc import Iterator

from labeling.formats.assembly import (
    Assembler,
    ItemData,
    external_id_of,
    metadata_of,
    needs_of,
)
from labeling.formats.bad_rows import BadRow, row_too_long
from labeling.formats.json_rows import parse_json
from labeling.formats.label_studio.answers import TaskAnswers
from labeling.formats.label_studio.geometry import exact_number
from labeling.formats.label_studio.names import identifier_of, options_name
from labeling.formats.label_studio.offsets import OffsetUnit
from labeling.formats.label_studio.results import ResultReader, TaskInProgress
from labeling.formats.rows import ItemRow, RowRejection
from labeling.formats.shapes import has_envelope, object_of
from labeling.formats.streams import ByteStream, PeekableStream, array_elements, lines, whole
from labeling.schema import LabelSchema
from labeling.votes import JSON

_ID_KEYS = ("external_id", "id")


def read(
    stream: ByteStream, schema: LabelSchema, *, offset_unit: OffsetUnit = "code_points"
) -> Iterator[ItemRow | RowRejection]:
    """Read items task by task; `offset_unit` is "utf16" for data of old versions."""
    reader = _TaskReader(schema, offset_unit)
    for number, raw in _numbered(_tasks_in(PeekableStream(stream))):
        try:
            if isinstance(raw, BadRow):
                raise raw
            if raw and not raw.isspace():
                yield from reader.rows(number, raw)
        except BadRow as bad:
            yield bad.rejection(number)


def _tasks_in(stream: PeekableStream) -> Iterator[bytes | None]:
    line = stream.first_line().rstrip()
    if line.startswith(b"["):
        return array_elements(stream)
    if line.endswith(b"}"):
        return lines(stream)
    return iter((whole(stream),))  # one object over several lines


def _numbered(tasks: Iterator[bytes | None]) -> Iterator[tuple[int, bytes | BadRow]]:
    number = 0
    try:
        for task in tasks:
            number += 1
            yield number, row_too_long() if task is None else task
    except BadRow as broken:
        yield number + 1, broken


class _TaskReader:
    """Turns single tasks into rows."""

    def __init__(self, schema: LabelSchema, offset_unit: OffsetUnit) -> None:
        self._assembler = Assembler(schema)
        self._results = ResultReader(schema)
        self._offset_unit = offset_unit
        self._option_keys = [options_name(it) for it in schema.questions if it.type == "ranking"]

    def rows(self, number: int, raw: bytes) -> Iterator[ItemRow | RowRejection]:
        """Return the item and the rejections of its parts. Raises BadRow."""
        document = object_of(parse_json(raw))
        external_id, data, needs = self._identified_data(document)
        for key in self._option_keys:  # what a Ranker puts in order; the schema has it
            data.others.pop(key, None)
        task = TaskInProgress(inputs=data.inputs, unit=self._offset_unit)
        said = document
        if b"rectanglelabels" in raw:
            said = json.loads(raw.decode(), parse_float=exact_number)
        answers = TaskAnswers(said, task, self._results, self._assembler)
        yield ItemRow(
            number=number,
            external_id=external_id,
            data=data.inputs,
            metadata=data.others,
            gold=answers.gold,
            priority=None,
            predictions=answers.predictions,
            judgments=answers.judgments,
            needs=needs,
        )
        for bad in task.rejected:
            yield bad.partial_rejection(number)

    def _identified_data(
        self, document: dict[str, JSON]
    ) -> tuple[str | None, ItemData, tuple[str, ...]]:
        """Return external id, inputs and metadata, and needs of a task or of a bare object."""
        input_ids = self._assembler.input_ids
        needs: tuple[str, ...] = ()
        if not isinstance(document.get("data"), dict):
            document = _renamed(document, input_ids)
        if has_envelope(document, input_ids):
            data = self._assembler.item_data(_renamed(document["data"], input_ids), "/data")
            ids = {key: document.get(key) for key in _ID_KEYS}
            data.others.update(metadata_of(document.get("meta"), "/meta"))
            needs = needs_of(document.get("needs"), "/needs")
        else:
            data = self._assembler.item_data(document, "")
            # Popped: in a bare object the id would otherwise be metadata, too.
            ids = {key: data.others.pop(key, None) for key in _ID_KEYS}
        key = next((key for key in _ID_KEYS if ids[key] is not None), _ID_KEYS[0])
        return external_id_of(ids[key], f"/{key}"), data, needs


def _renamed(data: dict[str, JSON], input_ids: frozenset[str]) -> dict[str, JSON]:
    """Return the data with keys such as "Text" as the ids that the schema made of them."""
    missing = input_ids.difference(data)
    if not missing:
        return data
    return {
        wanted if (wanted := identifier_of(key)) in missing else key: value
        for key, value in data.items()
    }
