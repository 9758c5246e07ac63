"""Label Studio's free names against our strict ids."""

import re
from collections.abc import Collection, Mapping

from labeling.questions import Category, Question
from labeling.schema import LabelSchema

LONGEST_ID = 40
LONGEST_CATEGORY_ID = 64
TOP_BUCKET = "top"
"""The bucket for the first places of an order, where not all of it is asked."""
EMAIL_DOMAIN = "@pseudonym.invalid"
"""Label Studio names people by e-mail address. Addresses under `.invalid` reach nobody."""


def identifier_of(name: str) -> str:
    """Return the id that a name suggests, such as `ner_tags` for "NER tags"; "" if it has none."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if words and not words[0].isalpha():
        words = f"n{words}"
    return words[:LONGEST_ID]


def category_id_of(value: str) -> str:
    """Return the category id that a value suggests; "" if it has none."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", value).strip("_.-")[:LONGEST_CATEGORY_ID]


def unused(wished: str, taken: Collection[str], fallback: str) -> str:
    """Return an id that is not taken: the wished one or the fallback, numbered when needed."""
    base = wished or fallback
    if wished and base not in taken:
        return base
    number = 2 if wished else 1
    while f"{base[: LONGEST_ID - 4]}_{number}" in taken:
        number += 1
    return f"{base[: LONGEST_ID - 4]}_{number}"


class QuestionNames:
    """Finds the question that a `from_name` means: by id, by title, by what the id would be."""

    def __init__(self, schema: LabelSchema) -> None:
        self._by_title = {question.title: question for question in schema.questions}
        self._by_id = {question.id: question for question in schema.questions}

    def find(self, name: str) -> Question | None:
        """Return the question, or None."""
        return (
            self._by_id.get(name)
            or self._by_title.get(name)
            or self._by_id.get(identifier_of(name))
        )


def category_index(question: Question) -> Mapping[str, Category]:
    """Return the categories by id and by title; an id wins over the title of another."""
    by_title = {category.title: category for category in question.categories}
    return by_title | {category.id: category for category in question.categories}


def options_name(question: Question) -> str:
    """Return the name of the list that a Ranker puts in order, in the config and in the data."""
    return f"{question.id}_options"


def input_name(schema: LabelSchema, input_id: str) -> str:
    """Return the name of an input's tag: in Label Studio, inputs and questions share names."""
    is_taken = any(question.id == input_id for question in schema.questions)
    return f"input_{input_id}" if is_taken else input_id
