"""One label or text as the text of one CSV cell, and back."""

import re

import orjson

from labeling.formats.bad_rows import BadRow
from labeling.formats.json_rows import parse_json_text
from labeling.questions import Question
from labeling.votes import JSON

BETWEEN_NAMES = "|"
_LIST_TYPES = frozenset(("choices", "ranking"))
_JSON_TYPES = frozenset(("spans", "boxes"))
_NAME_TYPES = frozenset(("choice", "pairwise"))
_NUMBER_TYPES = frozenset(("rating", "number"))
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})([eE][+-]?[0-9]{1,3})?")

# A spreadsheet takes a cell for a formula when it begins so; full-width forms are turned into
# plain ones by some of them, and a semicolon begins a new cell where it is the list separator.
_FORMULA = "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_BEGINS_FORMULA = re.compile(rf"""(^|;)(?=[ "']*{_FORMULA})""")
_NEUTRALISED = re.compile(rf"""(^|;)'(?=[ "']*{_FORMULA})""")


def neutralise(text: str) -> str:
    """Put an apostrophe where a spreadsheet would otherwise begin a formula."""
    return _BEGINS_FORMULA.sub(r"\1'", text)


def restore(text: str) -> str:
    """Undo `neutralise`, exactly."""
    return _NEUTRALISED.sub(r"\1", text)


def cell_of_label(label: JSON, question: Question) -> str:
    """Return the label, in its JSON form, as a cell."""
    if question.type in _LIST_TYPES:
        return BETWEEN_NAMES.join(label) or BETWEEN_NAMES
    if isinstance(label, dict | list):
        return orjson.dumps(label).decode()
    return str(label)


def names_of_cell(cell: str) -> list[JSON]:
    """Return the names that a cell lists."""
    return [part.strip() for part in cell.split(BETWEEN_NAMES) if part.strip()]


def label_of_cell(cell: str, question: Question) -> JSON:
    """Return the raw label for the label type to parse. Raises BadRow for broken JSON."""
    if question.type in _LIST_TYPES:
        return names_of_cell(cell)
    if question.type == "text":
        return cell
    if question.type in _JSON_TYPES or _is_json_of_another_type(cell, question):
        return _json_of(cell, question)
    return _scalar_of(cell.strip(), question)


def _is_json_of_another_type(cell: str, question: Question) -> bool:
    """A label type that is not known here writes objects and lists as JSON, too."""
    is_known = question.type in _NAME_TYPES or question.type in _NUMBER_TYPES
    return not is_known and cell.lstrip().startswith(("{", "["))


def _scalar_of(cell: str, question: Question) -> JSON:
    if question.type in _NAME_TYPES:
        return cell
    if _INTEGER.fullmatch(cell):
        return int(cell)
    if question.type != "rating" and _NUMBER.fullmatch(cell):
        return float(cell)
    return cell


def _json_of(cell: str, question: Question) -> JSON:
    try:
        return parse_json_text(cell)
    except BadRow as bad:
        message = f"A label of type {question.type} is written as JSON. {bad.message}"
        raise BadRow("invalid_gold", "", message) from None
