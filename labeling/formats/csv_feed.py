"""Hands the bytes of a CSV file to the standard reader, record by record, in bounded memory."""

import csv
import re
from collections.abc import Collection, Iterator

from labeling.formats.bad_rows import BadRow, row_too_long
from labeling.formats.rows import MAX_ROW_BYTES, MAX_TEXT_CHARACTERS
from labeling.formats.streams import ByteStream, lines

DELIMITERS = (",", ";", "\t")

# The line with which Excel tells itself the separator.
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)


class RecordReader:
    """The records of one CSV file. Both methods raise BadRow; reading may go on after it."""

    def __init__(self, stream: ByteStream) -> None:
        allow_long_cells()
        self._feed = _Feed(stream)
        self._records: Iterator[list[str]] = iter(())
        self.line = 1
        """Where the record read last begins, counted from 1."""

    def read_header(self, expected: Collection[str]) -> list[str]:
        """Return the names of the columns, separated by what finds most of the expected ones."""
        first = next((line for line in self._feed if not line.isspace()), "")
        separator_line = _SEPARATOR_LINE.fullmatch(first)
        if separator_line:
            delimiter = separator_line[1]
        else:
            delimiter = _delimiter_of(first, expected)
            self._feed.push_back(first)
        # Strict: a stray quote is an error of its row, not a text that swallows the next rows.
        self._records = csv.reader(self._feed, delimiter=delimiter, strict=True)
        return self.next_record() or []

    def next_record(self) -> list[str] | None:
        """Return the cells of the next record that is not empty, or None at the end."""
        while True:
            self.line = self._feed.begin_record()
            try:
                record = next(self._records, None)
            except csv.Error as error:
                refusal = _refusal_of(error)
                if refusal.code == "text_too_long":
                    self._feed.skip_open_quote()
                raise refusal from None
            if record is None or any(record):
                return record


class _Feed:
    """Lines of text with their ends. Keeps count, so that no record outgrows the memory."""

    def __init__(self, stream: ByteStream) -> None:
        self._lines = lines(stream)
        self._held: list[str] = []
        self._lines_given = 0
        self._bytes_in_record = 0
        self._quotes_in_record = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self._lines_given += 1
        if self._held:
            return self._held.pop()
        line = next(self._lines)
        self._bytes_in_record += MAX_ROW_BYTES if line is None else len(line) + 1
        self._quotes_in_record += 0 if line is None else line.count(b'"')
        if line is None or self._bytes_in_record > MAX_ROW_BYTES:
            self.skip_open_quote()
            raise row_too_long()
        # Bytes that are not UTF-8 become lone surrogates here, and a refusal of their row later.
        return line.decode("utf-8", "surrogateescape") + "\n"

    def push_back(self, line: str) -> None:
        """Give the line once more."""
        self._held.append(line)
        self._lines_given -= 1

    def skip_open_quote(self) -> None:
        """Go on to the end of a record that was given up: its lines must not become items."""
        while self._quotes_in_record % 2:
            self._lines_given += 1
            line = next(self._lines, b'"')  # the end of the file ends the record, too
            self._quotes_in_record += 0 if line is None else line.count(b'"')

    def begin_record(self) -> int:
        """Note that a record begins; return the number of its first line."""
        self._bytes_in_record = 0
        self._quotes_in_record = 0
        return self._lines_given + 1


def _delimiter_of(line: str, expected: Collection[str]) -> str:
    def found(delimiter: str) -> tuple[int, int]:
        try:
            names = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return (0, 0)
        return (len({name.strip() for name in names}.intersection(expected)), len(names))

    return max(DELIMITERS, key=found)


def allow_long_cells() -> None:
    """Let every CSV reader of this process read cells of MAX_TEXT_CHARACTERS, and no longer ones.

    Python's limit belongs to the whole process and is too low for texts; it is only ever raised.
    """
    if csv.field_size_limit() < MAX_TEXT_CHARACTERS:
        csv.field_size_limit(MAX_TEXT_CHARACTERS)


def _refusal_of(error: csv.Error) -> BadRow:
    reason = str(error)
    if "field limit" in reason:
        return BadRow(
            "text_too_long",
            "",
            f"A cell has more than {MAX_TEXT_CHARACTERS:,} characters. Split its text into "
            "several items, or close the quote that opened it.",
        )
    if "unexpected end" in reason:
        return BadRow(
            "unclosed_quote",
            "",
            "The quote that opens in this row is never closed, so the rest of the file was lost. "
            "Close it, and write quotes inside a cell twice.",
        )
    if "new-line character" in reason:
        message = "A line ends in CR alone, as on old machines. Save the file with LF or CRLF."
        return BadRow("invalid_csv", "", message)
    return BadRow(
        "invalid_csv",
        "",
        f"The row cannot be read: {reason}. Put cells with separators, quotes or line breaks into "
        "double quotes, and write quotes inside them twice.",
    )
