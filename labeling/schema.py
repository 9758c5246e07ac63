"""The label schema: what a project asks, and what counts as an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from labeling.answer_json_schema import answer_json_schema
from labeling.item_facts import facts_of
from labeling.label_types import LABEL_TYPES
from labeling.problems import InvalidAnswer, InvalidLabel, Problem, pointer
from labeling.questions import Category, Input, ItemFacts, Question
from labeling.reading import read_object
from labeling.schema_json_schema import LABEL_SCHEMA_JSON_SCHEMA
from labeling.schema_reading import read_schema
from labeling.votes import JSON, Answer, Label

__all__ = [
    "LABEL_SCHEMA_JSON_SCHEMA",
    "Category",
    "Input",
    "ItemFacts",
    "LabelSchema",
    "Question",
]


@dataclass(frozen=True, kw_only=True)
class LabelSchema:
    """The inputs of every item of a project, and the questions asked of it."""

    inputs: tuple[Input, ...]
    questions: tuple[Question, ...]
    """In the order in which they are asked; conditions look back only."""

    @classmethod
    def from_json(cls, document: JSON) -> "LabelSchema":
        """Read a schema document. Raises InvalidSchema with all its problems."""
        inputs, questions = read_schema(document)
        return cls(inputs=inputs, questions=questions)

    def to_json(self) -> dict[str, JSON]:
        """Return the schema document with every default written out."""
        return {
            "inputs": [item.to_json() for item in self.inputs],
            "questions": [question.to_json() for question in self.questions],
        }

    def question(self, question_id: str) -> Question:
        """Return a question. Raises KeyError when there is none of this id."""
        return self._by_id[question_id]

    def facts_of(self, data: JSON) -> ItemFacts:
        """Return what must be known of an item to check answers. Raises InvalidItem."""
        return facts_of(self.inputs, data)

    def visible_questions(self, answer: Mapping[str, Label]) -> tuple[Question, ...]:
        """Return the questions shown to a worker who has answered so."""
        shown = []
        chosen: dict[str, tuple[str | int, ...]] = {}
        for question in self.questions:
            if question.show_when is not None and not question.show_when.holds(chosen):
                continue
            shown.append(question)
            if question.id in answer:
                label_type = LABEL_TYPES[question.type]
                chosen[question.id] = label_type.chosen_values(answer[question.id])
        return tuple(shown)

    def parse_answer(self, raw: JSON, facts: ItemFacts) -> Answer:
        """Return the answer in its normal form. Raises InvalidAnswer with all its problems."""
        problems: list[Problem] = []
        reader = read_object(raw, problems, "The answer")
        reader.refuse_other_keys(self._by_id)
        answer: Answer = {}
        chosen: dict[str, tuple[str | int, ...]] = {}
        unsure: set[str] = set()  # questions whose labels cannot be read, and what hangs on them
        for question in self.questions:
            if question.show_when is not None and question.show_when.questions() & unsure:
                unsure.add(question.id)
                continue
            is_shown = question.show_when is None or question.show_when.holds(chosen)
            problem = _presence_problem(question, reader.raw, is_shown=is_shown)
            if problem is not None:
                problems.append(problem)
            if not is_shown or question.id not in reader.raw:
                continue
            label_type = LABEL_TYPES[question.type]
            try:
                label = label_type.parse(reader.raw[question.id], question, facts)
            except InvalidLabel as refusal:
                problems += [found.beneath(question.id) for found in refusal.problems]
                unsure.add(question.id)
            else:
                answer[question.id] = label
                chosen[question.id] = label_type.chosen_values(label)
        if problems:
            raise InvalidAnswer(problems)
        return answer

    def dump_answer(self, answer: Mapping[str, Label]) -> dict[str, JSON]:
        """Return the JSON form of an answer, in the order of the questions."""
        return {
            question.id: LABEL_TYPES[question.type].dump(answer[question.id])
            for question in self.questions
            if question.id in answer
        }

    def answer_json_schema(self) -> dict[str, JSON]:
        """Return the JSON Schema (2020-12) of an answer to these questions, derived."""
        return answer_json_schema(self.questions)

    @cached_property
    def _by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}


def _presence_problem(
    question: Question, raw: Mapping[str, JSON], *, is_shown: bool
) -> Problem | None:
    """Return what is wrong with a label's being there or not."""
    is_given = question.id in raw
    if is_given and not is_shown:
        return Problem(
            path=pointer(question.id),
            code="hidden_question",
            message=f'"{question.id}" is not asked after these answers. Leave its label out.',
        )
    if question.is_required and is_shown and not is_given:
        return Problem(
            path=pointer(question.id),
            code="missing_label",
            message=f'The answer to "{question.id}" is missing. Give it a label.',
        )
    return None
