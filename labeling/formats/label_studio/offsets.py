"""Span offsets: code points here, UTF-16 units in older Label Studio data."""

import re
from bisect import bisect_left
from typing import Literal, TypeAlias

from labeling.formats.bad_rows import BadRow

OffsetUnit: TypeAlias = Literal["code_points", "utf16"]

_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")
_BLANK = re.compile(r"\s")


class TextOffsets:
    """One text, in which places are found by either unit."""

    def __init__(self, text: str, unit: OffsetUnit) -> None:
        self._text = text
        self._unit = unit
        # Where, in UTF-16 units, the characters of two units begin.
        self._pairs = [match.start() + n for n, match in enumerate(_TWO_UNITS.finditer(text))]

    def code_points(self, start: int, end: int, expected: str | None) -> tuple[int, int]:
        """Return start and end in code points. Raises BadRow.

        When the text of the span is given, it decides which unit was meant.
        """
        as_they_are = (start, end)
        converted = (self._from_utf16(start), self._from_utf16(end))
        candidates = [as_they_are, converted]
        if self._unit == "utf16":
            candidates.reverse()
        if expected is None:
            return _whole(candidates[0])
        for candidate in candidates:
            if self._holds(candidate, expected):
                return _whole(candidate)
        raise BadRow(
            "text_mismatch",
            "",
            f"The text from {start} to {end} is not the text of the span, neither in code points "
            "nor in UTF-16 units. The text of the task was probably changed: export it again.",
        )

    def _from_utf16(self, offset: int) -> int | None:
        pairs_before = bisect_left(self._pairs, offset)
        if pairs_before and self._pairs[pairs_before - 1] == offset - 1:
            return None  # between the halves of a character
        return offset - pairs_before

    def _holds(self, place: tuple[int | None, int | None], expected: str) -> bool:
        start, end = place
        if start is None or end is None or not 0 <= start <= end <= len(self._text):
            return False
        if end - start != len(expected):  # before slicing: many long slices would cost much
            return False
        found = self._text[start:end]
        # Browsers give line ends and no-break spaces as other white space.
        return found == expected or _BLANK.sub(" ", found) == _BLANK.sub(" ", expected)


def _whole(place: tuple[int | None, int | None]) -> tuple[int, int]:
    start, end = place
    if start is None or end is None:
        raise BadRow(
            "split_character",
            "",
            "The span begins or ends within a character. Give its offsets in code points.",
        )
    return start, end
