"""The published JSON Schema of the label schema document."""

from labeling.answer_json_schema import DIALECT
from labeling.conditions import MOST_PARTS
from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import LabelType
from labeling.questions import (
    CATEGORY_PATTERN,
    COLOR_PATTERN,
    INPUT_TYPES,
    LONGEST_HELP,
    LONGEST_TITLE,
    MOST_CATEGORIES,
    MOST_INPUTS,
    MOST_QUESTIONS,
    NAME_PATTERN,
)
from labeling.votes import JSON

NAME: JSON = {"type": "string", "pattern": f"^{NAME_PATTERN.pattern}$"}
TITLE: JSON = {"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE}
HELP: JSON = {"type": "string", "minLength": 1, "maxLength": LONGEST_HELP}


def _object(properties: dict[str, JSON], *required: str) -> dict[str, JSON]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: JSON, fewest: int, most: int) -> dict[str, JSON]:
    return {"type": "array", "items": items, "minItems": fewest, "maxItems": most}


def _question(label_type: LabelType[JSON]) -> dict[str, JSON]:
    """Return the schema of a question of one label type."""
    properties: dict[str, JSON] = {
        "id": NAME,
        "type": {"const": label_type.name},
        "title": TITLE,
        "help": HELP,
        "required": {"type": "boolean", "default": True},
        "show_when": {"$ref": "#/$defs/condition"},
        **label_type.question_json_schema(),
    }
    required = ["id", "type"]
    either: dict[str, JSON] = {}
    if label_type.fewest_categories:
        category = {"$ref": "#/$defs/category"}
        properties["categories"] = _list(category, label_type.fewest_categories, MOST_CATEGORIES)
        if label_type.may_name_inputs:
            names = _list(NAME, label_type.fewest_categories, MOST_INPUTS)
            properties["on"] = {**names, "uniqueItems": True}
            either = {"oneOf": [{"required": ["categories"]}, {"required": ["on"]}]}
        else:
            required.append("categories")
    if label_type.inputs_read:
        count = label_type.inputs_read
        properties["on"] = (
            NAME if count == 1 else {**_list(NAME, count, count), "uniqueItems": True}
        )
        required.append("on")
    return {**_object(properties, *required), **either}


def _condition() -> dict[str, JSON]:
    values = _list({"type": ["string", "integer"]}, 1, MOST_CATEGORIES)
    parts = _list({"$ref": "#/$defs/condition"}, 1, MOST_PARTS)
    return {
        "oneOf": [
            _object({"question": NAME, "in": {**values, "uniqueItems": True}}, "question", "in"),
            _object({"all": parts}, "all"),
            _object({"any": parts}, "any"),
        ]
    }


def _category() -> dict[str, JSON]:
    properties: dict[str, JSON] = {
        "id": {"type": "string", "pattern": f"^{CATEGORY_PATTERN.pattern}$"},
        "title": TITLE,
        "description": HELP,
        "color": {"type": "string", "pattern": f"^{COLOR_PATTERN.pattern}$"},
    }
    return _object(properties, "id")


def _document() -> dict[str, JSON]:
    """Return the whole schema.

    It cannot say that ids are unique, that conditions look back, or that min is below max:
    `LabelSchema.from_json` does.
    """
    kind = {"enum": list(INPUT_TYPES)}
    an_input = _object({"id": NAME, "type": kind, "title": TITLE}, "id", "type")
    a_question = {"oneOf": [_question(label_type) for label_type in LABEL_TYPES.values()]}
    properties: dict[str, JSON] = {
        "inputs": _list(an_input, 1, MOST_INPUTS),
        "questions": _list(a_question, 1, MOST_QUESTIONS),
    }
    return {
        "$schema": DIALECT,
        "title": "Label schema",
        "description": "What is asked of every item of a project.",
        **_object(properties, "inputs", "questions"),
        "$defs": {"category": _category(), "condition": _condition()},
    }


LABEL_SCHEMA_JSON_SCHEMA: dict[str, JSON] = _document()
"""JSON Schema 2020-12 of the document that `LabelSchema.from_json` reads."""
