"""Rows that an application sends: what it asks of a model, and what it gives back afterwards.

A row of feedback is

    {"id"?, "external_id"?, "data"?, "prediction"?: {question: {"label", "confidence",
     "model_version"?}}, "correction"?: {question: label}}

with the id of a prediction that was served, or with data and prediction themselves.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from labeling.formats.assembly import Assembler, external_id_of
from labeling.formats.bad_rows import BadRow
from labeling.formats.json_rows import parse_json_text
from labeling.formats.shapes import object_of
from labeling.problems import listed, pointer, shown
from labeling.reading import as_integer, as_number
from labeling.votes import JSON

ASKED_KEYS = ("external_id", "data")
FEEDBACK_KEYS = ("id", "external_id", "data", "prediction", "correction")
SAID_KEYS = ("label", "confidence", "model_version")

Said = dict[str, dict[str, Any]]
"""By question: label, confidence, model_version (or null)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedRow:
    """An item that a model is asked about; `data` holds its inputs and nothing else."""

    external_id: str | None
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackRow:
    """A prediction that comes back, not yet checked against the item it is about."""

    prediction: UUID | None
    """The id of one that was served; else data and said are there."""
    external_id: str | None
    data: dict[str, Any] | None
    said: JSON
    correction: JSON


def storable(row: JSON) -> JSON:
    """Return the row as strict JSON has it; raises BadRow for NaN, NUL and half surrogates."""
    return parse_json_text(json.dumps(row))


def read_asked(row: JSON, assembler: Assembler) -> AskedRow:
    """Return the item of a row. Raises BadRow."""
    fields = _known(object_of(storable(row)), ASKED_KEYS)
    return AskedRow(
        external_id=external_id_of(fields.get("external_id"), "/external_id"),
        data=_data(fields, assembler),
    )


def read_feedback(row: JSON, assembler: Assembler) -> FeedbackRow:
    """Return a row of feedback. Raises BadRow."""
    fields = _known(object_of(storable(row)), FEEDBACK_KEYS)
    external_id = external_id_of(fields.get("external_id"), "/external_id")
    said, correction = fields.get("prediction"), fields.get("correction")
    if fields.get("id") is not None:
        return FeedbackRow(
            prediction=_uuid(fields["id"]),
            external_id=external_id,
            data=None,
            said=None,
            correction=correction,
        )
    data = _data(fields, assembler)
    if said is None:
        message = "What the model said is missing. Write the prediction, or the id of one."
        raise BadRow("missing_prediction", "/prediction", message)
    return FeedbackRow(
        prediction=None,
        external_id=external_id,
        data=data,
        said=said,
        correction=correction,
    )


def read_said(raw: JSON, data: dict[str, Any], assembler: Assembler) -> Said:
    """Return what a model said, its labels in their normal form. Raises BadRow."""
    fields = {
        question: _known(_object(said, "/prediction" + pointer(question)), SAID_KEYS)
        for question, said in _object(raw, "/prediction").items()
    }
    if not fields:
        raise BadRow("missing_prediction", "/prediction", "The prediction names no question.")
    labels = read_labels({q: said.get("label") for q, said in fields.items()}, data, assembler)
    return {
        question: {
            "label": labels[question],
            "confidence": _confidence(said.get("confidence"), "/prediction" + pointer(question)),
            "model_version": _version(
                said.get("model_version"), "/prediction" + pointer(question)
            ),
        }
        for question, said in fields.items()
    }


def read_labels(
    raw: JSON, data: dict[str, Any], assembler: Assembler, path: str = "/prediction"
) -> dict[str, JSON]:
    """Return labels by question, in their normal form. Raises BadRow."""
    facts = assembler.facts_of(data)
    document = {"model": "application", "answer": _object(raw, path)}
    try:
        return assembler.prediction(document, facts, "").answer
    except BadRow as bad:
        raise BadRow(bad.code, path + bad.path.removeprefix("/answer"), bad.message) from None


def _data(fields: dict[str, Any], assembler: Assembler) -> dict[str, Any]:
    if "data" not in fields:
        raise BadRow("missing_data", "/data", "The item is missing. Write its inputs under data.")
    return assembler.item_data(_object(fields["data"], "/data"), "/data").inputs


def _object(raw: JSON, path: str) -> dict[str, Any]:
    if isinstance(raw, dict):
        return raw
    message = f"This is {shown(raw)}. Write an object with named keys."
    raise BadRow("not_an_object", path, message)


def _known(fields: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    for key in fields:
        if key not in keys:
            message = f"{shown(key)} is not a key here. Remove it, or use one of: {listed(keys)}."
            raise BadRow("unknown_key", pointer(key), message)
    return fields


def _uuid(raw: JSON) -> UUID:
    try:
        return UUID(raw if isinstance(raw, str) else "")
    except ValueError:
        message = f"{shown(raw)} is no id of a prediction. Send the id that predict/ gave."
        raise BadRow("unknown_prediction", "/id", message) from None


def _confidence(raw: JSON, path: str) -> float:
    number = as_number(raw)
    if number is None or not 0 <= number <= 1:
        message = f"{shown(raw)} is no confidence. Write a number from 0 to 1."
        raise BadRow("invalid_confidence", path + "/confidence", message)
    return number


def _version(raw: JSON, path: str) -> int | None:
    if raw is None:
        return None
    number = as_integer(raw)
    if number is None or not 0 < number < 2**31:
        message = f"{shown(raw)} is no model version. Write a whole number, or leave it out."
        raise BadRow("invalid_version", path + "/model_version", message)
    return number
