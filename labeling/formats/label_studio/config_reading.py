"""A Label Studio label config (XML) becomes a label schema document.

Understood are Text, Image, Choices, Labels, RectangleLabels, Rating, Number, TextArea, Pairwise,
the attribute `required` and the condition `visibleWhen="choice-selected"` (also of a View around).
Layout is left behind. Everything else that would ask or show something is refused by name, all
of it at once: a schema that silently asks less would be worse than none.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from labeling.formats.label_studio.names import category_id_of, identifier_of, unused
from labeling.formats.label_studio.xml_tree import Element, InvalidXml, parse_xml
from labeling.problems import Invalid, Problem, pointer, shown
from labeling.questions import COLOR_PATTERN, LONGEST_HELP, LONGEST_TITLE
from labeling.votes import JSON

_OBJECTS = {"Text": "text", "Image": "image"}
# A List is what a Ranker puts in order, and nothing by itself.
_IGNORED = frozenset(
    ("Filter", "Style", "Header", "Label", "Choice", "View", "Hint", "List", "Bucket")
)
_MOST_STARS = 100
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?([eE]-?[0-9]{1,2})?")


class UnsupportedLabelConfig(Invalid):
    """The label config cannot be carried over. Paths are names of tags."""


def schema_of_label_config(xml: str) -> dict[str, JSON]:
    """Return the schema document. Raises UnsupportedLabelConfig; check it with LabelSchema."""
    try:
        root = parse_xml(xml)
    except InvalidXml as invalid:
        problem = Problem(path="", code="invalid_xml", message=str(invalid))
        raise UnsupportedLabelConfig([problem]) from None
    conversion = _Conversion()
    conversion.read(root)
    if conversion.problems:
        raise UnsupportedLabelConfig(conversion.problems)
    return {"inputs": conversion.inputs, "questions": conversion.questions}


class _Conversion:
    """Walks the tree once, objects before the controls that point to them."""

    def __init__(self) -> None:
        self.inputs: list[dict[str, JSON]] = []
        self.questions: list[dict[str, JSON]] = []
        self.problems: list[Problem] = []
        self._input_ids: dict[str, str] = {}  # by the name of the tag
        self._question_ids: dict[str, str] = {}
        self._categories: dict[str, dict[str, str]] = {}  # ids by value, by the name of the tag

    def read(self, root: Element) -> None:
        elements = list(root.walk())
        for element in elements:
            if element.tag in _OBJECTS:
                self._add_input(element)
        for element in elements:
            if element.tag in _CONTROLS:
                self._add_question(element)
            elif element.tag not in _OBJECTS and element.tag not in _IGNORED:
                self._refuse_unknown(element)

    def _add_input(self, element: Element) -> None:
        name = element.get("name")
        # The data are found under what `value` names, so that is what the id must be.
        field = element.get("value").removeprefix("$") or name
        taken = set(self._input_ids.values())
        input_id = unused(identifier_of(field), taken, "input")
        self._input_ids[name] = input_id
        document = {"id": input_id, "type": _OBJECTS[element.tag]}
        self.inputs.append(_titled(document, field))

    def _add_question(self, element: Element) -> None:
        name = element.get("name")
        if element.get("perRegion").lower() == "true":
            self._refuse(name, "Answers for each region have no counterpart here.")
            return
        taken = set(self._question_ids.values())
        question_id = unused(identifier_of(name), taken, "question")
        self._question_ids[name] = question_id
        document = _titled({"id": question_id}, name)
        document["required"] = element.get("required").lower() == "true"
        document |= _CONTROLS[element.tag](self, element)
        conditions = [
            condition
            for around in (*element.ancestors(), element)
            if (condition := self._condition(around, name)) is not None
        ]
        if conditions:
            document["show_when"] = conditions[0] if len(conditions) == 1 else {"all": conditions}
        self.questions.append(document)

    def _condition(self, element: Element, name: str) -> dict[str, JSON] | None:
        kind = element.get("visibleWhen")
        if not kind:
            return None
        asked = element.get("whenTagName")
        if kind != "choice-selected" or asked not in self._categories:
            self._refuse(
                name,
                f"The condition {shown(kind)} on {shown(asked)} has no counterpart: only "
                '"choice-selected" on Choices further up has.',
            )
            return None
        categories = self._categories[asked]
        value = element.get("whenChoiceValue")
        # A value may itself contain a comma; only if there is no such value, it is a list.
        values = [value] if value in categories else [part.strip() for part in value.split(",")]
        chosen = [categories.get(part, part) for part in values if part]
        return {
            "question": self._question_ids[asked],
            "in": list(dict.fromkeys(chosen or categories.values())),
        }

    def choices(self, element: Element) -> dict[str, JSON]:
        kind = element.get("choice")
        is_many = kind == "multiple"
        return {
            "type": "choices" if is_many else "choice",
            "categories": self._categories_of(element, "Choice"),
        }

    def labels(self, element: Element) -> dict[str, JSON]:
        return {
            "type": "spans",
            "on": self._on(element, 1)[0],
            "categories": self._categories_of(element, "Label"),
            "nested": True,  # Label Studio lets spans lie within each other
        }

    def rectangle_labels(self, element: Element) -> dict[str, JSON]:
        return {
            "type": "boxes",
            "on": self._on(element, 1)[0],
            "categories": self._categories_of(element, "Label"),
        }

    def rating(self, element: Element) -> dict[str, JSON]:
        stars = element.get("maxRating") or "5"
        is_number = stars.isascii() and stars.isdigit() and len(stars) < 4
        if not is_number or not 2 <= int(stars) <= _MOST_STARS:
            self._refuse(element.get("name"), f"maxRating is {shown(stars)}: write 2 to 100.")
            return {"type": "rating"}
        return {"type": "rating", "min": 1, "max": int(stars)}

    def number(self, element: Element) -> dict[str, JSON]:
        document: dict[str, JSON] = {"type": "number"}
        for key in ("min", "max", "step"):
            if not (digits := element.get(key)):
                continue
            if not _NUMBER.fullmatch(digits):
                self._refuse(element.get("name"), f"{key} is {shown(digits)}: write a number.")
                continue
            document[key] = float(digits) if set(digits) & set(".eE") else int(digits)
        return document

    def ranker(self, element: Element) -> dict[str, JSON]:
        self._refuse(
            element.get("name"),
            "The options of a Ranker stand in the tasks, not in the config. Leave it out, and add "
            "a ranking question that names them as its categories or inputs.",
        )
        return {"type": "text"}

    def text_area(self, element: Element) -> dict[str, JSON]:
        document: dict[str, JSON] = {"type": "text"}
        if placeholder := element.get("placeholder"):
            document["help"] = placeholder[:LONGEST_HELP]
        return document

    def pairwise(self, element: Element) -> dict[str, JSON]:
        return {"type": "pairwise", "on": self._on(element, 2)}

    def _on(self, element: Element, count: int) -> list[str]:
        names = [name.strip() for name in element.get("toName").split(",")]
        if len(names) != count or any(name not in self._input_ids for name in names):
            self._refuse(
                element.get("name"),
                f"toName is {shown(element.get('toName'))}: it must name {count} Text or Image.",
            )
            return [""] * count
        return [self._input_ids[name] for name in names]

    def _categories_of(self, element: Element, tag: str) -> list[dict[str, JSON]]:
        ids: dict[str, str] = {}
        documents: list[dict[str, JSON]] = []
        for child in element.walk():
            value = child.get("value")
            if child.tag != tag or not value:
                continue
            alias = child.get("alias")
            taken = {document["id"] for document in documents}
            category_id = unused(category_id_of(alias or value), taken, "category")
            ids[value] = ids[alias or value] = category_id
            document = _titled({"id": category_id}, value)
            if hint := child.get("hint"):
                document["description"] = " ".join(hint.split())[:LONGEST_TITLE]
            if COLOR_PATTERN.fullmatch(child.get("background")):
                document["color"] = child.get("background")
            documents.append(document)
        self._categories[element.get("name")] = ids
        return documents

    def _refuse_unknown(self, element: Element) -> None:
        # Without a name nothing is asked or kept: layout.
        if name := element.get("name"):
            self._refuse(name, f"The tag {shown(element.tag)} has no counterpart here. Remove it.")

    def _refuse(self, name: str, message: str) -> None:
        problem = Problem(path=pointer(name), code="unsupported_tag", message=message)
        self.problems.append(problem)


_CONTROLS: Mapping[str, Callable[[_Conversion, Element], dict[str, Any]]] = {
    "Choices": _Conversion.choices,
    "Labels": _Conversion.labels,
    "RectangleLabels": _Conversion.rectangle_labels,
    "Rating": _Conversion.rating,
    "Number": _Conversion.number,
    "Ranker": _Conversion.ranker,
    "TextArea": _Conversion.text_area,
    "Pairwise": _Conversion.pairwise,
}


def _titled(document: dict[str, JSON], name: str) -> dict[str, JSON]:
    """Add what the thing is called there as its title, by which results are found again."""
    if name and name != document["id"]:
        document["title"] = name[:LONGEST_TITLE]
    return document
