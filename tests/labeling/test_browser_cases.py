"""The browser and the server give the same verdict on an answer: the cases that both read.

The front end validates with the derived JSON Schema too, by another library. `CASES` holds
schemas, what is derived from them, and answers with the verdict of the library that is used
here; a test of the front end reads it. To write it anew after a label type has changed:

    .venv/bin/python -m tests.labeling.test_browser_cases
"""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from labeling.schema import LabelSchema
from tests.labeling.samples import INPUTS, NEVER_A_LABEL, SAMPLES, Samples
from tests.labeling.test_answers import ANSWER, without
from tests.labeling.test_schema import DOCUMENT

CASES = Path(__file__).parents[2] / "frontend" / "src" / "core" / "answerCases.json"

WHOLE_ANSWERS: tuple[Any, ...] = (
    ANSWER,
    without("why"),
    without("why", sentiment="pos"),
    without(sentiment="pos"),
    without(topics=["c"]),
    without("detail", topics=["c"]),
    without("topics", "detail"),
    without(why=" \n\t"),
    without(why="\u00a0"),
    without(mood="x"),
    without(mood="x", sentiment=None),
    {},
    [],
    None,
)


def groups() -> list[dict[str, Any]]:
    """Return one group of cases for each label type and its variants, and one for conditions."""
    found = [_group("every type", DOCUMENT, WHOLE_ANSWERS)]
    for name, samples in SAMPLES.items():
        for question in (samples.question, *samples.extra):
            document = {"inputs": INPUTS, "questions": [question]}
            found.append(_group(name, document, _answers(samples)))
    return found


def _answers(samples: Samples) -> list[Any]:
    labels = [*samples.good, *samples.bad, *samples.bad_for_item, *NEVER_A_LABEL]
    return [*({"q": label} for label in labels if _is_json(label)), {}, {"other": 1}]


def _is_json(label: Any) -> bool:
    """Python writes infinities, JSON has none."""
    try:
        json.dumps(label, allow_nan=False)
    except ValueError:
        return False
    return True


def _group(name: str, document: Any, answers: Any) -> dict[str, Any]:
    schema = LabelSchema.from_json(document)
    derived = schema.answer_json_schema()
    validator = Draft202012Validator(derived)
    cases = [{"answer": answer, "valid": validator.is_valid(answer)} for answer in answers]
    return {"name": name, "schema": document, "answer_schema": derived, "cases": cases}


def written() -> str:
    """Return the file: a line a case, so that a change shows as itself."""
    parts = []
    for group in groups():
        cases = ",\n".join(f"    {json.dumps(case)}" for case in group["cases"])
        head = "".join(
            f"  {json.dumps(key)}: {json.dumps(group[key])},\n"
            for key in ("name", "schema", "answer_schema")
        )
        parts.append(f'{{\n{head}  "cases": [\n{cases}\n  ]\n}}')
    return "[" + ", ".join(parts) + "]\n"


def test_the_cases_that_the_browser_reads_are_those_of_today() -> None:
    assert CASES.read_text(encoding="utf-8") == written(), "Write them anew: see the module."


def test_every_label_type_has_answers_that_fit_and_answers_that_do_not() -> None:
    assert {group["name"] for group in groups()} == {"every type", *SAMPLES}
    for group in groups():
        assert {case["valid"] for case in group["cases"]} == {True, False}, group["name"]


if __name__ == "__main__":
    CASES.write_text(written(), encoding="utf-8")
