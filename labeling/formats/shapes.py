"""Which of the accepted shapes a JSON row has."""

from typing import Any

from labeling.formats.bad_rows import BadRow
from labeling.problems import listed, shown
from labeling.votes import JSON


def object_of(document: JSON) -> dict[str, Any]:
    """Return the document if it is an object; raises BadRow."""
    if isinstance(document, dict):
        return document
    raise BadRow(
        "not_an_object", "", f'This is {shown(document)}. Write an object: {{"data": {{...}}}}.'
    )


def has_envelope(document: dict[str, Any], input_ids: frozenset[str]) -> bool:
    """Whether the inputs stand under "data"; raises BadRow when they stand nowhere."""
    data = document.get("data")
    # An input may itself be called "data": then the envelope must hold an input to be one.
    if isinstance(data, dict) and ("data" not in input_ids or not input_ids.isdisjoint(data)):
        return True
    if not input_ids.isdisjoint(document):
        return False
    raise BadRow(
        "unknown_shape",
        "",
        f"No input is in this row. Write the inputs {listed(sorted(input_ids))} as keys "
        f'of an object under "data"; the row has: {listed(document) or "nothing"}.',
    )
