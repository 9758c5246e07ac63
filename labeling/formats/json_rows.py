"""Parses the JSON of one row; refuses what a database or a program after it would choke on."""

import json
import math
from typing import Never

import orjson

from labeling.formats.bad_rows import BadRow
from labeling.formats.rows import MAX_NESTING
from labeling.problems import pointer
from labeling.reading import is_storable
from labeling.votes import JSON

_INTEGER_BITS = 64
_SHORTEST_TOO_LARGE = b"0" * 19
_ALL_DIGITS_ZERO = bytes.maketrans(b"123456789", b"0" * 9)


def parse_json(raw: bytes) -> JSON:
    """Return the value of one JSON text; raises BadRow with the reason and the place."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _reason_of(raw, error) from None
    # Most rows are settled by these searches, which are far cheaper than a walk.
    # A backslash alone is found in a tenth of the time of what may follow it.
    has_escapes = b"\\" in raw
    if raw.count(b"[") + raw.count(b"{") > MAX_NESTING or (has_escapes and b"\\u0000" in raw):
        _refuse_unstorable(value)
    # orjson silently makes a float of a wider integer. This finds long runs of digits.
    if _SHORTEST_TOO_LARGE in raw.translate(_ALL_DIGITS_ZERO):
        json.loads(raw, parse_int=_integer)
    return value


def parse_json_text(text: str) -> JSON:
    """Return the value of one JSON text that is already decoded; raises BadRow."""
    return parse_json(text.encode("utf-8", "surrogatepass"))


def _reason_of(raw: bytes, error: orjson.JSONDecodeError) -> BadRow:
    """Find out why orjson refused: its parser is quick, its messages are not for people."""
    try:
        # The standard parser is laxer: what it accepts can be walked to find the place.
        value = json.loads(
            _decoded(raw), parse_constant=_constant, parse_float=_float, parse_int=_integer
        )
        _refuse_unstorable(value)
    except BadRow as bad:
        return bad
    except RecursionError:
        return _too_deep("")
    except json.JSONDecodeError as invalid:
        return _invalid_json(invalid.pos, invalid.msg)
    return _invalid_json(error.pos, error.msg)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        raise BadRow(
            "invalid_utf8",
            "",
            f"Byte {undecodable.start + 1} of the row is not UTF-8. Save the file as UTF-8.",
        ) from None
    if "\0" in text:
        raise BadRow("nul_character", "", "The row contains a NUL character. Remove it.")
    return text


def _invalid_json(place: int, reason: str) -> BadRow:
    return BadRow(
        "invalid_json",
        "",
        f"Not valid JSON at character {place + 1}: {reason}. Write one complete JSON object, with "
        "keys and texts in double quotes.",
    )


def _constant(name: str) -> Never:
    raise BadRow(
        "not_finite", "", f"{name} is not a JSON number. Write null, or leave the key out."
    )


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise BadRow(
            "not_finite", "", f"The number {digits[:24]} is too large. Write it as a text."
        )
    return number


def _integer(digits: str) -> int:
    # Python refuses to convert thousands of digits; 64 bits need at most 20.
    is_short = len(digits) <= 21
    if is_short and -(2 ** (_INTEGER_BITS - 1)) <= (number := int(digits)) < 2**_INTEGER_BITS:
        return number
    raise BadRow(
        "number_too_large",
        "",
        f"The number {digits[:24]} needs more than {_INTEGER_BITS} bits and would lose digits. "
        "Write it as a text, in double quotes.",
    )


def _too_deep(path: str) -> BadRow:
    return BadRow(
        "too_deep", path, f"The row is nested deeper than {MAX_NESTING} levels. Flatten it."
    )


def _refuse_unstorable(value: JSON) -> None:
    """Raise BadRow for NUL, lone surrogates and deep nesting, wherever in the value they are."""
    waiting: list[tuple[JSON, tuple[str | int, ...]]] = [(value, ())]
    while waiting:
        current, place = waiting.pop()
        if isinstance(current, str):
            _refuse_unstorable_text(current, place)
        elif isinstance(current, dict | list):
            if len(place) >= MAX_NESTING:
                raise _too_deep(pointer(*place[:8]))
            pairs = current.items() if isinstance(current, dict) else enumerate(current)
            for key, part in pairs:
                if isinstance(key, str):
                    _refuse_unstorable_text(key, place)
                if isinstance(part, str | dict | list):
                    waiting.append((part, (*place, key)))


def _refuse_unstorable_text(text: str, place: tuple[str | int, ...]) -> None:
    if is_storable(text):
        return
    if "\0" in text:
        raise BadRow("nul_character", pointer(*place), "NUL (\\u0000) is in a text. Remove it.")
    raise BadRow(
        "lone_surrogate",
        pointer(*place),
        "A text holds half of a surrogate pair, so a character was cut in two. Remove the half, "
        "or write the character whole.",
    )
