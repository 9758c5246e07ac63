"""Checks the parts of a row against the label schema: what every codec shares."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from labeling.formats.bad_rows import BadRow, from_problems
from labeling.formats.pictures import read_picture, size_of_picture
from labeling.formats.rows import (
    MAX_EXTERNAL_ID_CHARACTERS,
    MAX_NEEDS,
    MAX_PRIORITY,
    MAX_TEXT_CHARACTERS,
    QUALIFICATION,
    ImportedJudgment,
    ImportedPrediction,
)
from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import Level
from labeling.problems import Invalid, listed, pointer, shown
from labeling.questions import ItemFacts
from labeling.reading import as_integer, as_number
from labeling.schema import LabelSchema
from labeling.votes import JSON

_QUALIFICATION = re.compile(QUALIFICATION)

LONGEST_NAME = 200
"""Of a worker or a model."""


class ItemData(NamedTuple):
    """The inputs of one row, apart from what stood beside them."""

    inputs: dict[str, Any]
    others: dict[str, Any]


class Assembler:
    """Checks the parts of rows against one label schema. Every method raises BadRow."""

    def __init__(self, schema: LabelSchema) -> None:
        self.schema = schema
        self.input_ids = frozenset(item.id for item in schema.inputs)
        self._input_types = tuple((item.id, item.type) for item in schema.inputs)
        self._questions = {question.id: question for question in schema.questions}
        # Only shapes need the size of a picture to be checked.
        self._sized_inputs = frozenset(
            input_id
            for question in schema.questions
            if LABEL_TYPES[question.type].level is Level.GEOMETRY
            for input_id in question.on
        )

    def item_data(self, raw: Mapping[str, JSON], path: str) -> ItemData:
        """Return the checked inputs in `raw`, and all the rest of it."""
        inputs: dict[str, Any] = {}
        for input_id, input_type in self._input_types:
            value = raw.get(input_id)
            if value is None:
                raise self._missing_input(input_id, raw, path)
            if input_type != "text":
                inputs[input_id] = read_picture(value, f"{path}/{input_id}")
                continue
            if type(value) is not str or len(value) > MAX_TEXT_CHARACTERS:
                raise _unusable_text(value, f"{path}/{input_id}")
            inputs[input_id] = value
        if len(raw) == len(inputs):
            return ItemData(inputs, {})
        others = {key: value for key, value in raw.items() if key not in inputs}
        return ItemData(inputs, others)

    def is_answer(self, raw: JSON) -> bool:
        """Return whether the value is meant for an answer: an object that names a question."""
        return isinstance(raw, dict) and not self._questions.keys().isdisjoint(raw)

    def facts_of(self, inputs: Mapping[str, Any]) -> ItemFacts | None:
        """Return what answers are checked by; None while a picture that matters has no size."""
        lengths: dict[str, int] = {}
        sizes: dict[str, tuple[int, int]] = {}
        for input_id, value in inputs.items():
            if isinstance(value, str):
                lengths[input_id] = len(value)
            elif (size := size_of_picture(value)) is not None:
                sizes[input_id] = size
            elif input_id in self._sized_inputs:
                return None
        return ItemFacts(text_lengths=lengths, image_sizes=sizes)

    def gold(self, raw: JSON, facts: ItemFacts | None, path: str) -> dict[str, Any]:
        """Return a whole answer in its JSON form, to be used as the known one."""
        return self._whole_answer(raw, facts, path, "invalid_gold")

    def judgment(self, raw: JSON, facts: ItemFacts | None, path: str) -> ImportedJudgment:
        """Return what a person said: `{"worker", "answer", "seconds"?}`."""
        fields = _fields(raw, "invalid_judgment", path)
        worker = _name(fields.get("worker"), "invalid_judgment", path + "/worker")
        seconds = fields.get("seconds")
        if seconds is not None:
            seconds = as_number(seconds)
            if seconds is None or seconds < 0:
                raise BadRow(
                    "invalid_judgment",
                    path + "/seconds",
                    f"{shown(fields['seconds'])} is no duration. Write seconds, or leave it out.",
                )
        answer = fields.get("answer")
        checked = self._whole_answer(answer, facts, path + "/answer", "invalid_judgment")
        is_gold = fields.get("is_gold") is True
        return ImportedJudgment(worker=worker, answer=checked, seconds=seconds, is_gold=is_gold)

    def prediction(self, raw: JSON, facts: ItemFacts | None, path: str) -> ImportedPrediction:
        """Return what a model said: `{"model", "answer", "score"?}`."""
        fields = _fields(raw, "invalid_prediction", path)
        model = _name(fields.get("model"), "invalid_prediction", path + "/model")
        score = fields.get("score")
        if score is not None:
            score = as_number(score)
            if score is None or not 0 <= score <= 1:
                raise BadRow(
                    "invalid_prediction",
                    path + "/score",
                    f"{shown(fields['score'])} is no score. Write a number from 0 to 1.",
                )
        answer = self._partial_answer(fields.get("answer"), facts, path + "/answer")
        return ImportedPrediction(model=model, answer=answer, score=score)

    def _whole_answer(
        self, raw: JSON, facts: ItemFacts | None, path: str, code: str
    ) -> dict[str, Any]:
        if facts is None:
            return _fields(raw, code, path)
        try:
            return dict(self.schema.dump_answer(self.schema.parse_answer(raw, facts)))
        except Invalid as invalid:
            raise from_problems(code, path, invalid.problems) from None

    def _partial_answer(self, raw: JSON, facts: ItemFacts | None, path: str) -> dict[str, Any]:
        """Check each label alone: a model may well leave required questions open."""
        fields = _fields(raw, "invalid_prediction", path)
        if unknown := [key for key in fields if key not in self._questions]:
            raise BadRow(
                "invalid_prediction",
                path + pointer(unknown[0]),
                f"No question is called {shown(unknown[0])}. The questions are: "
                f"{listed(self._questions)}.",
            )
        if facts is None:
            return fields
        return {key: self._label(key, label, facts, path) for key, label in fields.items()}

    def _label(self, question_id: str, raw: JSON, facts: ItemFacts, path: str) -> JSON:
        question = self._questions[question_id]
        label_type = LABEL_TYPES[question.type]
        try:
            return label_type.dump(label_type.parse(raw, question, facts))
        except Invalid as invalid:
            place = path + pointer(question_id)
            raise from_problems("invalid_prediction", place, invalid.problems) from None

    def _missing_input(self, input_id: str, found: Iterable[str], path: str) -> BadRow:
        return BadRow(
            "missing_input",
            f"{path}/{input_id}",
            f'The input "{input_id}" is missing. Add it; found are: {listed(found) or "none"}.',
        )


def external_id_of(raw: JSON, path: str) -> str | None:
    """Return the id that the outside world gave the item."""
    if raw is None:
        return None
    if type(raw) is int:
        return str(raw)
    if type(raw) is str and 0 < len(raw) <= MAX_EXTERNAL_ID_CHARACTERS:
        return raw
    raise BadRow(
        "invalid_external_id",
        path,
        f"{shown(raw)} is no id. Write a text of 1 to {MAX_EXTERNAL_ID_CHARACTERS} characters or "
        "a whole number, or leave it out.",
    )


def metadata_of(raw: JSON, path: str) -> dict[str, Any]:
    """Return the metadata, an object with any content."""
    if raw is None:
        return {}
    if isinstance(raw, dict):
        return raw
    raise BadRow(
        "invalid_metadata", path, f'This is {shown(raw)}. Write an object, such as {{"a": 1}}.'
    )


def priority_of(raw: JSON, path: str) -> int | None:
    """Return the priority, 0 to MAX_PRIORITY."""
    if raw is None:
        return None
    priority = as_integer(raw)
    if priority is not None and 0 <= priority <= MAX_PRIORITY:
        return priority
    raise BadRow(
        "invalid_priority",
        path,
        f"{shown(raw)} is no priority. Write a whole number from 0 to {MAX_PRIORITY}.",
    )


def needs_of(raw: JSON, path: str) -> tuple[str, ...]:
    """Return the qualifications an item needs, sorted, each once; none if nothing is said."""
    if raw is None:
        return ()
    names = raw if isinstance(raw, list) else [None]
    if len(names) > MAX_NEEDS or not all(
        isinstance(name, str) and _QUALIFICATION.fullmatch(name) for name in names
    ):
        raise BadRow(
            "invalid_needs",
            path,
            f"{shown(raw)} is no list of qualifications. Write up to {MAX_NEEDS} names of small "
            'letters, digits, - and _, such as ["french"].',
        )
    return tuple(sorted(set(names)))


def _unusable_text(value: JSON, path: str) -> BadRow:
    if not isinstance(value, str):
        message = f"This is {shown(value)}. Write a text, in double quotes."
        return BadRow("invalid_input", path, message)
    return BadRow(
        "text_too_long",
        path,
        f"The text has {len(value):,} characters, more than {MAX_TEXT_CHARACTERS:,}. "
        "Split it into several items.",
    )


def _fields(raw: JSON, code: str, path: str) -> dict[str, Any]:
    if isinstance(raw, dict):
        return raw
    raise BadRow(code, path, f"This is {shown(raw)}. Write an object with named keys.")


def _name(raw: JSON, code: str, path: str) -> str:
    if isinstance(raw, str) and 0 < len(raw) <= LONGEST_NAME:
        return raw
    raise BadRow(
        code, path, f"{shown(raw)} is no name. Write a text of 1 to {LONGEST_NAME} characters."
    )
