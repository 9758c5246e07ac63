"""Schemas and results of which the tests build Label Studio tasks."""

import json
from typing import Any

from labeling.formats import label_studio
from labeling.formats.label_studio.offsets import OffsetUnit
from labeling.formats.rows import ItemRow, RowRejection
from labeling.schema import LabelSchema

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {
                "id": "sent",
                "type": "choice",
                "required": False,
                "categories": [{"id": "pos", "title": "Very good"}, {"id": "neg"}],
            },
            {
                "id": "ner",
                "type": "spans",
                "on": "text",
                "required": False,
                "nested": True,
                "categories": [{"id": "PER"}, {"id": "ORG"}],
            },
            {"id": "stars", "type": "rating", "required": False},
            {"id": "why", "type": "text", "required": False},
        ],
    }
)
PICTURES = LabelSchema.from_json(
    {
        "inputs": [{"id": "picture", "type": "image"}],
        "questions": [
            {"id": "objects", "type": "boxes", "on": "picture", "categories": [{"id": "roof"}]}
        ],
    }
)


def read(
    tasks: Any, schema: LabelSchema = SCHEMA, unit: OffsetUnit = "code_points"
) -> tuple[list[ItemRow], list[RowRejection]]:
    rows = list(label_studio.read(_Bytes(json.dumps(tasks).encode()), schema, offset_unit=unit))
    items = [row for row in rows if isinstance(row, ItemRow)]
    return items, [row for row in rows if isinstance(row, RowRejection)]


class _Bytes:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, size: int, /) -> bytes:
        size = min(size, 7)  # every boundary is one between chunks
        given, self._content = self._content[:size], self._content[size:]
        return given


def choice(value: str, name: str = "sent") -> dict[str, Any]:
    return {"from_name": name, "to_name": "t", "type": "choices", "value": {"choices": [value]}}


def span(start: int, end: int, *labels: str, text: str | None = None) -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": list(labels)}
    value |= {} if text is None else {"text": text}
    return {"from_name": "ner", "to_name": "t", "type": "labels", "value": value}


def box(**changes: Any) -> dict[str, Any]:
    value: dict[str, Any] = {"x": 10, "y": 20.5, "width": 30, "height": 40, "rotation": 0}
    value |= {key: changes.pop(key) for key in list(changes) if key in value}
    value["rectanglelabels"] = ["roof"]
    return {
        "from_name": "objects",
        "type": "rectanglelabels",
        "original_width": 200,
        "original_height": 100,
        "value": value,
    } | changes
