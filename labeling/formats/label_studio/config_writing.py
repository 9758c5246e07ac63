"""A label schema becomes a Label Studio label config.

Names are our ids, so that exported tasks fit. Not carried over, as there is no counterpart:
label types that Label Studio has not,
conditions other than "one of these choices" and all of several such (the question is then always
shown), limits on ratings, lengths and sides, units and tolerances, and whether spans may nest. The
options of a Ranker stand in the tasks, under the name of its List.
"""

from collections.abc import Iterator
from html import escape

from labeling.conditions import AllOf, Condition, ValueIn
from labeling.formats.label_studio.names import TOP_BUCKET, input_name, options_name
from labeling.label_types.ranking import places_of
from labeling.questions import Category, Question
from labeling.schema import LabelSchema

_TAGS = {
    "choice": "Choices",
    "choices": "Choices",
    "rating": "Rating",
    "number": "Number",
    "ranking": "Ranker",
    "text": "TextArea",
    "pairwise": "Pairwise",
    "spans": "Labels",
    "boxes": "RectangleLabels",
}
_OBJECT_TAGS = {"text": "Text", "image": "Image"}


def label_config_of_schema(schema: LabelSchema) -> str:
    """Return the XML."""
    lines = ["<View>"]
    for item in schema.inputs:
        attributes = {"name": input_name(schema, item.id), "value": f"${item.id}"}
        lines.append("  " + _tag(_OBJECT_TAGS[item.type], attributes, "/"))
    for question in schema.questions:
        if question.type in _TAGS:
            lines += [f"  {line}" for line in _question_lines(question, schema)]
    return "\n".join([*lines, "</View>", ""])


def _question_lines(question: Question, schema: LabelSchema) -> Iterator[str]:
    conditions = _conditions(question.show_when, schema)
    for condition in conditions:
        yield _tag("View", condition)
    yield _tag("Header", {"value": question.title}, "/")
    tag = _TAGS[question.type]
    attributes = _attributes(question, schema)
    if question.type == "ranking":
        yield from _ranker_lines(question, attributes)
    elif question.categories:
        yield _tag(tag, attributes)
        inner = "Choice" if tag == "Choices" else "Label"
        for category in question.categories:
            yield "  " + _tag(inner, _category_attributes(category), "/")
        yield f"</{tag}>"
    else:
        yield _tag(tag, attributes, "/")
    for _ in conditions:
        yield "</View>"


def _ranker_lines(question: Question, attributes: dict[str, str]) -> Iterator[str]:
    """Return a list and what puts it in order; the first of it go into a bucket of their own."""
    name = options_name(question)
    yield _tag("List", {"name": name, "value": f"${name}", "title": question.title}, "/")
    attributes = {**attributes, "toName": name}
    if places_of(question) == len(question.options):
        yield _tag("Ranker", attributes, "/")
        return
    yield _tag("Ranker", attributes)
    yield "  " + _tag("Bucket", {"name": TOP_BUCKET, "title": f"1-{places_of(question)}"}, "/")
    yield "</Ranker>"


def _attributes(question: Question, schema: LabelSchema) -> dict[str, str]:
    on = question.on or (schema.inputs[0].id,)
    attributes = {
        "name": question.id,
        "toName": ",".join(input_name(schema, input_id) for input_id in on),
    }
    if question.type in ("choice", "choices"):
        attributes["choice"] = "single" if question.type == "choice" else "multiple"
    if question.type == "rating":
        attributes["maxRating"] = str(question.limits.to_json()["max"])
    if question.type == "number":
        limits = question.limits.to_json()
        attributes |= {key: str(limits[key]) for key in ("min", "max", "step") if key in limits}
    if question.is_required:
        attributes["required"] = "true"
    return attributes


def _category_attributes(category: Category) -> dict[str, str]:
    attributes = {"value": category.title}
    if category.title != category.id:
        attributes["alias"] = category.id  # what stands in results
    if category.color:
        attributes["background"] = category.color
    if category.description:
        attributes["hint"] = category.description
    return attributes


def _conditions(condition: Condition | None, schema: LabelSchema) -> list[dict[str, str]]:
    """Return the conditions as attributes of Views one within another; none when impossible."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    views = []
    for part in parts:
        if not isinstance(part, ValueIn):
            return []
        asked = schema.question(part.question)
        if not asked.categories:
            return []
        # Versions differ in whether they compare the value or its alias: name both.
        titles = {category.id: category.title for category in asked.categories}
        values = [name for value in part.values for name in (value, titles[str(value)])]
        views.append(
            {
                "visibleWhen": "choice-selected",
                "whenTagName": part.question,
                "whenChoiceValue": ",".join(dict.fromkeys(map(str, values))),
            }
        )
    return views


def _tag(name: str, attributes: dict[str, str], end: str = "") -> str:
    pairs = "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{pairs}{end}>"


def _escaped(value: str) -> str:
    return escape(value).replace("\n", "&#10;")
