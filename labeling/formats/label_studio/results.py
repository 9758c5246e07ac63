"""The results of one annotation or prediction become an answer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from labeling.formats.bad_rows import BadRow
from labeling.formats.label_studio.geometry import pixels_of_percent
from labeling.formats.label_studio.names import QuestionNames, category_id_of, category_index
from labeling.formats.label_studio.offsets import OffsetUnit, TextOffsets
from labeling.formats.pictures import size_of_picture
from labeling.item_facts import MOST_PIXELS
from labeling.label_types import LABEL_TYPES
from labeling.problems import InvalidLabel, listed, pointer, shown
from labeling.questions import ItemFacts, Question
from labeling.reading import as_integer
from labeling.schema import LabelSchema
from labeling.votes import JSON, Answer

_REGION_TYPES = frozenset(("spans", "boxes"))
_KEYS_OF_TYPE = {
    "choice": "choices",
    "choices": "choices",
    "rating": "rating",
    "number": "number",
    "ranking": "ranker",
    "text": "text",
    "pairwise": "selected",
    "spans": "labels",
    "boxes": "rectanglelabels",
}


@dataclass(kw_only=True)
class TaskInProgress:
    """What is known of a task while its results are read."""

    inputs: dict[str, Any]
    unit: OffsetUnit
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of pictures, as the results tell them."""
    rejected: list[BadRow] = field(default_factory=list)
    """Parts that were left out, with their place in the task."""
    _offsets: dict[str, TextOffsets] = field(default_factory=dict)

    def offsets(self, input_id: str) -> TextOffsets:
        """Return the places in the text of an input."""
        if input_id not in self._offsets:
            self._offsets[input_id] = TextOffsets(self.inputs[input_id], self.unit)
        return self._offsets[input_id]


@dataclass(frozen=True, kw_only=True)
class ReadAnswer:
    """What the results of one annotation say."""

    answer: dict[str, JSON]
    unread: frozenset[str]
    """Questions with a part that could not be read: what is left of their label would be false."""


class ResultReader:
    """Reads results under one label schema."""

    def __init__(self, schema: LabelSchema) -> None:
        self._schema = schema
        self._names = QuestionNames(schema)
        self._categories = {question.id: category_index(question) for question in schema.questions}
        self._region_readers: Mapping[str, Callable[[_Result, TaskInProgress], JSON]] = {
            "spans": self._spans,
            "boxes": self._boxes,
        }
        self._readers: Mapping[str, Callable[[_Result], JSON]] = {
            "choice": self._choice,
            "choices": self._categories_of,
            "rating": _rating,
            "number": _number,
            "ranking": self._ranking,
            "text": _text,
            "pairwise": lambda result: result.value["selected"],
        }

    def read(self, results: JSON, task: TaskInProgress, path: str) -> ReadAnswer:
        """Return the answer in raw JSON form; parts that cannot be read go to `task.rejected`."""
        if not isinstance(results, list):
            task.rejected.append(_unmapped(path, f"The result is {shown(results)}, not a list."))
            return ReadAnswer(answer={}, unread=frozenset(self._categories))
        answer: dict[str, JSON] = {}
        unread: set[str] = set()
        for place, raw in enumerate(results):
            question = None
            try:
                question = self._question_of(raw)
                label = self._label_of(question, raw, task)
                _add(answer, question, label)
            except BadRow as bad:
                task.rejected.append(bad.beneath(path + pointer(place)))
                if question is not None:
                    unread.add(question.id)
        kept = {key: label for key, label in answer.items() if key not in unread}
        return ReadAnswer(answer=kept, unread=frozenset(unread))

    def with_empty_regions(self, answer: dict[str, JSON]) -> dict[str, JSON]:
        """Return the answer with [] for regions that had to be drawn and were not.

        Label Studio writes nothing where a person found nothing; a submitted annotation says so.
        """
        asked: Answer = {}
        for question in self._schema.questions:
            label_type = LABEL_TYPES[question.type]
            if question.id in answer and label_type.condition_values(question):
                try:
                    label = label_type.parse(answer[question.id], question, ItemFacts())
                except InvalidLabel:
                    continue  # the check of the whole answer will say so
                asked[question.id] = label
        empty: dict[str, JSON] = {
            question.id: []
            for question in self._schema.visible_questions(asked)
            if question.type in _REGION_TYPES and question.is_required
        }
        return empty | answer

    def _question_of(self, raw: JSON) -> Question:
        if not isinstance(raw, dict):
            raise _unmapped("", f"This is {shown(raw)}, not a result.")
        name = raw.get("from_name")
        question = self._names.find(name) if isinstance(name, str) else None
        if question is None:
            raise _unmapped(
                "",
                f"No question is called {shown(name)} (type {shown(raw.get('type'))}). Add it to "
                f"the label schema, or rename it to one of: {listed(self._categories)}.",
            )
        return question

    def _label_of(self, question: Question, raw: dict[str, JSON], task: TaskInProgress) -> JSON:
        value = raw.get("value")
        key = _KEYS_OF_TYPE.get(question.type, "")
        if not isinstance(value, dict) or key not in value:
            raise _unmapped(
                "/value",
                f'The question "{question.id}" is of type {question.type} and needs "{key}" in '
                f"the value; the result is of type {shown(raw.get('type'))}.",
            )
        result = _Result(question, raw, value)
        if question.type in _REGION_TYPES:
            return self._region_readers[question.type](result, task)
        if "start" in value or "x" in value:
            raise _unmapped("/value", "Answers about a single region have no counterpart here.")
        return self._readers[question.type](result)

    def _choice(self, result: "_Result") -> JSON:
        categories = self._categories_of(result)
        if len(categories) != 1:
            raise _unmapped("/value/choices", f"Exactly one choice is asked, not {categories}.")
        return categories[0]

    def _categories_of(self, result: "_Result") -> list[str]:
        key = _KEYS_OF_TYPE[result.question.type]
        values = result.value[key]
        if not isinstance(values, list):
            raise _unmapped(f"/value/{key}", f"This is {shown(values)}, not a list.")
        index = self._categories[result.question.id]
        found = []
        for value in values:
            is_text = isinstance(value, str)
            category = index.get(value) or index.get(category_id_of(value)) if is_text else None
            if category is None:
                raise BadRow(
                    "unknown_category",
                    f"/value/{key}",
                    f'"{result.question.id}" has no category {shown(value)}. Add it to the label '
                    f"schema; it has: {listed(result.question.category_ids)}.",
                )
            found.append(category.id)
        return found

    def _ranking(self, result: "_Result") -> list[str]:
        ranker = result.value["ranker"]
        # "_" is the list itself, with what nobody put anywhere.
        lists = (
            [ids for name, ids in ranker.items() if name != "_"]
            if isinstance(ranker, dict)
            else []
        )
        if len(lists) != 1 or not isinstance(lists[0], list):
            raise _unmapped("/value/ranker", f"This is {shown(ranker)}, not one ordered list.")
        question = result.question
        index = {key: it.id for key, it in self._categories[question.id].items()}
        index |= {input_id: input_id for input_id in question.on}
        unknown = [it for it in lists[0] if not isinstance(it, str) or it not in index]
        if unknown:
            raise _unmapped("/value/ranker", f"There is no option {shown(unknown[0])}.")
        return [index[it] for it in lists[0]]

    def _spans(self, result: "_Result", task: TaskInProgress) -> JSON:
        start, end = as_integer(result.value.get("start")), as_integer(result.value.get("end"))
        if start is None or end is None:
            raise _unmapped("/value", "The span has no whole numbers as start and end.")
        expected = result.value.get("text")
        text = expected if isinstance(expected, str) else None
        place = task.offsets(result.question.on[0]).code_points(start, end, text)
        return [
            {"start": place[0], "end": place[1], "category": category}
            for category in self._categories_of(result)
        ]

    def _boxes(self, result: "_Result", task: TaskInProgress) -> JSON:
        if any(
            turn not in (None, 0) for turn in (result.value.get("rotation"), result.image_rotation)
        ):
            raise BadRow(
                "rotated_box",
                "/value/rotation",
                "Boxes with a rotation have no counterpart here. Draw the box upright.",
            )
        width, height = _size_told(result, task)
        sides = {"x": width, "y": height, "width": width, "height": height}
        box = {
            key: pixels_of_percent(_finite(result.value.get(key), f"/value/{key}"), side)
            for key, side in sides.items()
        }
        return [{**box, "category": category} for category in self._categories_of(result)]


@dataclass(frozen=True)
class _Result:
    question: Question
    raw: dict[str, JSON]
    value: dict[str, JSON]

    @property
    def image_rotation(self) -> JSON:
        return self.raw.get("image_rotation")


def _rating(result: _Result) -> JSON:
    rating = result.value["rating"]
    is_whole = isinstance(rating, float | Decimal) and rating == int(rating)
    return int(rating) if is_whole else rating


def _number(result: _Result) -> JSON:
    number = result.value["number"]
    return float(number) if isinstance(number, Decimal) else number


def _text(result: _Result) -> JSON:
    text = result.value["text"]
    parts = [text] if isinstance(text, str) else text
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise _unmapped("/value/text", f"This is {shown(text)}, not a list of texts.")
    return "\n".join(parts)


def _add(answer: dict[str, JSON], question: Question, label: JSON) -> None:
    if question.id not in answer:
        answer[question.id] = label
    elif question.type in _REGION_TYPES:
        answer[question.id] += label
    elif answer[question.id] != label:
        raise _unmapped("", f'The question "{question.id}" is answered twice.')


def _size_told(result: _Result, task: TaskInProgress) -> tuple[int, int]:
    """Return the size of the picture and remember it; two results must not contradict."""
    input_id = result.question.on[0]
    sides = []
    for key in ("original_width", "original_height"):
        side = result.raw.get(key)
        if isinstance(side, bool) or not isinstance(side, int) or not 0 < side <= MOST_PIXELS:
            raise BadRow(
                "missing_size",
                f"/{key}",
                f"{shown(side)} is no size in pixels, and percent cannot be converted without it.",
            )
        sides.append(side)
    told = (sides[0], sides[1])
    known = size_of_picture(task.inputs[input_id]) or task.sizes.setdefault(input_id, told)
    if told != known:
        raise BadRow(
            "contradicting_size",
            "/original_width",
            f"The picture is {told[0]} x {told[1]} here and {known[0]} x {known[1]} elsewhere.",
        )
    return told


def _finite(number: JSON, path: str) -> Decimal | float:
    is_number = isinstance(number, int | float | Decimal) and not isinstance(number, bool)
    if not is_number or not math.isfinite(number) or abs(number) > MOST_PIXELS:
        raise _unmapped(path, f"{shown(number)} is no percentage.")
    return number if isinstance(number, Decimal) else float(number)


def _unmapped(path: str, message: str) -> BadRow:
    return BadRow("unmapped_result", path, message)
