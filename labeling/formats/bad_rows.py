"""How a codec says no to one row, in the same words for every format."""

from collections.abc import Sequence

from labeling.formats.rows import MAX_ROW_BYTES, RowRejection
from labeling.problems import Problem


class BadRow(Exception):
    """The row, or the part of it at `path`, cannot be used."""

    def __init__(self, code: str, path: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.message = message

    def beneath(self, path: str) -> "BadRow":
        """Return the same refusal as seen from further up."""
        return BadRow(self.code, path + self.path, self.message)

    def rejection(self, number: int) -> RowRejection:
        """Return the rejection of the whole row."""
        return RowRejection(number=number, code=self.code, path=self.path, message=self.message)

    def partial_rejection(self, number: int) -> RowRejection:
        """Return the rejection of only the part at `path`."""
        return RowRejection(
            number=number, code=self.code, path=self.path, message=self.message, is_partial=True
        )


def row_too_long() -> BadRow:
    """Return the refusal of a row of which only the beginning was read."""
    return BadRow(
        "row_too_long",
        "",
        f"The row is longer than {MAX_ROW_BYTES:,} bytes. Split its text into several items.",
    )


def from_problems(code: str, path: str, problems: Sequence[Problem]) -> BadRow:
    """Return one refusal for all the problems of an answer: the first in full, then how many."""
    first = problems[0]
    others = len(problems) - 1
    more = f" Problems beside this one: {others}." if others else ""
    return BadRow(code, path + first.path, first.message + more)
