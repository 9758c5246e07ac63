"""The JSON Schema of an answer, derived from the questions."""

from collections.abc import Sequence

from labeling.conditions import Scalar
from labeling.label_types import LABEL_TYPES
from labeling.questions import Question
from labeling.votes import JSON

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def answer_json_schema(questions: Sequence[Question]) -> dict[str, JSON]:
    """Return the schema of every answer that `LabelSchema.parse_answer` accepts of some item.

    What depends on the item (where its text ends) or on two numbers at once (start < end)
    cannot be said in JSON Schema and is left to `parse_answer`.
    """
    by_id = {question.id: question for question in questions}

    def value_schema(name: str, values: tuple[Scalar, ...]) -> dict[str, JSON]:
        return LABEL_TYPES[by_id[name].type].condition_json_schema(values)

    schema: dict[str, JSON] = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {question.id: _label_schema(question) for question in questions},
        "required": [q.id for q in questions if q.is_required and q.show_when is None],
        "additionalProperties": False,
    }
    rules = []
    for question in questions:
        if question.show_when is None:
            continue
        rule: dict[str, JSON] = {"if": question.show_when.answer_json_schema(value_schema)}
        if question.is_required:
            rule["then"] = {"required": [question.id]}
        rule["else"] = {"properties": {question.id: False}}
        rules.append(rule)
    if rules:
        schema["allOf"] = rules
    return schema


def _label_schema(question: Question) -> dict[str, JSON]:
    schema = {"title": question.title, **LABEL_TYPES[question.type].label_json_schema(question)}
    if question.help:
        schema["description"] = question.help
    return schema
