"""Writes items as a list of Label Studio tasks, which it and `reading` can import.

The final answer is an annotation with `ground_truth`. Label Studio has no word for an empty list
of regions: on a question that is not required, "nothing here" is read back as no answer.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import orjson

from labeling.formats.label_studio.geometry import percent_of_pixels
from labeling.formats.label_studio.names import (
    EMAIL_DOMAIN,
    TOP_BUCKET,
    input_name,
    options_name,
)
from labeling.formats.pictures import picture_address
from labeling.formats.rows import ExportedJudgment, ExportRow
from labeling.label_types.ranking import places_of
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.votes import JSON

_RESULT_TYPES = {
    "choice": "choices",
    "choices": "choices",
    "rating": "rating",
    "number": "number",
    "ranking": "ranker",
    "text": "textarea",
    "pairwise": "pairwise",
    "spans": "labels",
    "boxes": "rectanglelabels",
}


def write_items(rows: Iterable[ExportRow], schema: LabelSchema) -> Iterator[bytes]:
    """Write one JSON array, a task a line."""
    before = b"[\n"
    for row in rows:
        yield before + orjson.dumps(_task(row, schema))
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def _task(row: ExportRow, schema: LabelSchema) -> dict[str, Any]:
    images = {item.id for item in schema.inputs if item.type == "image"}
    task: dict[str, Any] = {
        "id": row.item,
        "external_id": row.external_id,
        "data": {
            key: picture_address(value) if key in images else value
            for key, value in row.data.items()
        }
        | _option_lists(row, schema),
        "meta": row.metadata,
        "needs": row.needs,
        "predictions": [
            {
                "model_version": said.model,
                "score": said.score,
                "result": _results(said.answer, row, schema),
            }
            for said in row.predictions
        ],
        "annotations": [_annotation(said, row, schema) for said in row.judgments],
        "stage": row.stage,
    }
    if row.final is not None:
        final = {
            "result": _results(row.final.answer, row, schema),
            "was_cancelled": False,
            "ground_truth": True,
        }
        task["annotations"].append(final)
        task["decision"] = {"source": row.final.source, "confidence": row.final.confidence}
    return task


def _option_lists(row: ExportRow, schema: LabelSchema) -> dict[str, list[dict[str, Any]]]:
    """Return what Rankers put in order: a Ranker reads it from the task."""
    titles = {item.id: item.title for item in schema.inputs}
    lists: dict[str, list[dict[str, Any]]] = {}
    for question in schema.questions:
        if question.type == "ranking":
            options = [{"id": it.id, "title": it.title} for it in question.categories]
            for input_id in question.on:
                data = row.data[input_id]
                body = data if isinstance(data, str) else picture_address(data)
                options.append({"id": input_id, "title": titles[input_id], "body": body})
            lists[options_name(question)] = options
    return lists


def _annotation(said: ExportedJudgment, row: ExportRow, schema: LabelSchema) -> dict[str, Any]:
    annotation: dict[str, Any] = {
        "completed_by": _person(said.worker),
        "result": _results(said.answer, row, schema),
        "was_cancelled": False,
        "ground_truth": False,
        "lead_time": said.seconds,
    }
    if said.created_at is not None:
        annotation["created_at"] = said.created_at
    return annotation


def _person(pseudonym: str) -> dict[str, str]:
    # A number would be taken for whoever has it over there.
    return {"email": quote(pseudonym, safe="") + EMAIL_DOMAIN}


def _results(answer: dict[str, Any], row: ExportRow, schema: LabelSchema) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for question in schema.questions:
        if question.id not in answer or question.type not in _RESULT_TYPES:
            continue  # of a label type that Label Studio has not
        on = question.on[0] if question.on else schema.inputs[0].id
        is_ranked = question.type == "ranking"
        common = {
            "from_name": question.id,
            "to_name": options_name(question) if is_ranked else input_name(schema, on),
            "type": _RESULT_TYPES[question.type],
            "origin": "manual",
        }
        for place, value in enumerate(_values(answer[question.id], question, row)):
            results.append({"id": f"{question.id}-{place}", **common, **value})
    return results


def _values(label: JSON, question: Question, row: ExportRow) -> Iterator[dict[str, Any]]:
    """Return the parts of a label, each with what else its result must hold."""
    if question.type == "spans":
        yield from _span_values(label, row.data[question.on[0]])
    elif question.type == "boxes":
        yield from _box_values(label, row.data[question.on[0]])
    else:
        yield {"value": _plain_value(label, question)}


def _plain_value(label: JSON, question: Question) -> dict[str, Any]:
    if question.type == "ranking":
        is_whole = places_of(question) == len(question.options)
        return {"ranker": {question.id if is_whole else TOP_BUCKET: label}}
    values = {
        "choice": {"choices": [label]},
        "choices": {"choices": label},
        "rating": {"rating": label},
        "number": {"number": label},
        "text": {"text": [label]},
        "pairwise": {"selected": label},
    }
    return values[question.type]


def _span_values(spans: list[dict[str, Any]], text: str) -> Iterator[dict[str, Any]]:
    for span in spans:
        start, end = span["start"], span["end"]
        yield {
            "value": {
                "start": start,
                "end": end,
                "text": text[start:end],
                "labels": [span["category"]],
            }
        }


def _box_values(boxes: list[dict[str, Any]], picture: dict[str, Any]) -> Iterator[dict[str, Any]]:
    width, height = picture["width"], picture["height"]
    sides = {"x": width, "y": height, "width": width, "height": height}
    for box in boxes:
        yield {
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
            "value": {
                **{key: _percent(box[key], side) for key, side in sides.items()},
                "rotation": 0,
                "rectanglelabels": [box["category"]],
            },
        }


def _percent(pixels: float, side: int) -> orjson.Fragment:
    return orjson.Fragment(percent_of_pixels(pixels, side))
