"""The project of the demo: its guideline, its label schema, its policy and its rows."""

from collections.abc import Sequence
from typing import Any

from annotate.management.demo.recorded import (
    CATEGORY_OF,
    ENTAILED,
    NOT_ENTAILED,
    RTE,
    RecordedItem,
)

QUESTION = "entailment"

SCHEMA: dict[str, Any] = {
    "inputs": [
        {"id": "premise", "type": "text", "title": "Text"},
        {"id": "hypothesis", "type": "text", "title": "Statement"},
    ],
    "questions": [
        {
            "id": QUESTION,
            "type": "choice",
            "title": "Does the statement follow from the text?",
            "categories": [
                {
                    "id": ENTAILED,
                    "title": "It follows",
                    "description": "the statement is true if the text is true",
                    "color": "#2f9e44",
                },
                {
                    "id": NOT_ENTAILED,
                    "title": "It does not follow",
                    "description": "the text does not say the statement, or contradicts it",
                    "color": "#e8590c",
                },
            ],
        }
    ],
}

GUIDELINE = """# Does the statement follow from the text?

Read the text, then the statement. Choose **It follows** when somebody who believes the text
would say that the statement is most likely true.

- Use what everybody knows: that Paris is in France, or that a widow's husband is dead.
- Do not use what only you know. What the text leaves open does not follow from it.
- A statement that is true in the world but not said in the text does not follow.
- Look twice at names, numbers, times and who did what to whom: most mistakes are there.

## Examples

- "The river froze in January and ships lay still until March." / "Ships sailed in February."
  does not follow.
- "Ada sold her bakery to her brother." / "Ada's brother owns a bakery." follows.
- "The mayor promised a new bridge." / "A new bridge was built." does not follow.
"""

POLICY_FILE = RTE / "policy.json"
"""Prices of the house. At least three votes, so that one or two careless ones settle nothing."""


def schema_of(classes: Sequence[str]) -> dict[str, Any]:
    """The schema with its categories in the order of a recording's classes: of two that are as
    probable as each other the first counts."""
    question = SCHEMA["questions"][0]
    known = {category["id"]: category for category in question["categories"]}
    ordered = [known[CATEGORY_OF[name]] for name in classes]
    return {**SCHEMA, "questions": [{**question, "categories": ordered}]}


def row_of(item: RecordedItem) -> dict[str, Any]:
    """An item as it is imported. Gold goes along for the report of the release."""
    return {
        "external_id": item.id,
        "data": {"premise": item.premise, "hypothesis": item.hypothesis},
        "gold": {QUESTION: item.gold},
    }
