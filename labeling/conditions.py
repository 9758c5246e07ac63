"""When a question is shown: `show_when` over the answers to earlier questions."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from labeling.votes import JSON

DEEPEST = 5
"""Conditions may nest so deep; nobody can read deeper ones, and a hostile one could be endless."""
MOST_PARTS = 20

Scalar: TypeAlias = str | int
Chosen: TypeAlias = Mapping[str, Collection[Scalar]]
"""What has been chosen under each answered question. Questions without a label have no key."""
ValueSchema: TypeAlias = Callable[[str, tuple[Scalar, ...]], dict[str, JSON]]
"""Gives the JSON Schema of "a label of this question that has one of these values"."""


@dataclass(frozen=True, kw_only=True)
class ValueIn:
    """Holds when one of the values chosen under the question is in the list."""

    question: str
    values: tuple[Scalar, ...]

    def holds(self, chosen: Chosen) -> bool:
        """Whether the condition holds; without a label of the question it does not."""
        return any(value in self.values for value in chosen.get(self.question, ()))

    def questions(self) -> frozenset[str]:
        """Return the ids of the questions that the condition looks at."""
        return frozenset((self.question,))

    def to_json(self) -> dict[str, JSON]:
        """Return the condition as it stands in the schema document."""
        return {"question": self.question, "in": list(self.values)}

    def answer_json_schema(self, value_schema: ValueSchema) -> dict[str, JSON]:
        """Return the JSON Schema of the answers for which the condition holds."""
        label = value_schema(self.question, self.values)
        return {"properties": {self.question: label}, "required": [self.question]}


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """Holds when every part does."""

    parts: tuple["Condition", ...]

    def holds(self, chosen: Chosen) -> bool:
        """Whether every part holds."""
        return all(part.holds(chosen) for part in self.parts)

    def questions(self) -> frozenset[str]:
        """Return the ids of the questions that the condition looks at."""
        return frozenset().union(*(part.questions() for part in self.parts))

    def to_json(self) -> dict[str, JSON]:
        """Return the condition as it stands in the schema document."""
        return {"all": [part.to_json() for part in self.parts]}

    def answer_json_schema(self, value_schema: ValueSchema) -> dict[str, JSON]:
        """Return the JSON Schema of the answers for which the condition holds."""
        return {"allOf": [part.answer_json_schema(value_schema) for part in self.parts]}


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """Holds when at least one part does."""

    parts: tuple["Condition", ...]

    def holds(self, chosen: Chosen) -> bool:
        """Whether a part holds."""
        return any(part.holds(chosen) for part in self.parts)

    def questions(self) -> frozenset[str]:
        """Return the ids of the questions that the condition looks at."""
        return frozenset().union(*(part.questions() for part in self.parts))

    def to_json(self) -> dict[str, JSON]:
        """Return the condition as it stands in the schema document."""
        return {"any": [part.to_json() for part in self.parts]}

    def answer_json_schema(self, value_schema: ValueSchema) -> dict[str, JSON]:
        """Return the JSON Schema of the answers for which the condition holds."""
        return {"anyOf": [part.answer_json_schema(value_schema) for part in self.parts]}


Condition: TypeAlias = ValueIn | AllOf | AnyOf
