"""Cuts a stream of bytes into lines or JSON elements, in memory bounded by one row."""

import re
from collections.abc import Iterator
from typing import Protocol

from labeling.formats.bad_rows import BadRow
from labeling.formats.rows import MAX_ROW_BYTES

CHUNK_BYTES = 256 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_SIGNATURE = 8

# Everything that opens and closes nothing. Strings are skipped apart: before Python 3.11.5 a
# possessive group that gives up within an alternative leaves the place wrong. The quantifiers of
# the other are possessive, so that a hostile string cannot make it backtrack or pile up memory.
_WITHIN_ELEMENT = re.compile(rb'[^"{}\[\]]*')
_BETWEEN_ELEMENTS = re.compile(rb'[^"{}\[\],]*')
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_QUOTE = ord('"')
_BACKSLASH = ord("\\")
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}


class ByteStream(Protocol):
    """All that reading asks of a file."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""


class PeekableStream:
    """A stream whose first bytes can be looked at before they are read."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._ahead = b""

    def first_line(self) -> bytes:
        """Return the first line that is not blank, or the first `MAX_ROW_BYTES` of it."""
        while len(self._ahead) < MAX_ROW_BYTES:
            start = self._ahead.removeprefix(BYTE_ORDER_MARK).lstrip()
            line, line_feed, _ = start.partition(b"\n")
            if line_feed or not (more := self._stream.read(CHUNK_BYTES)):
                return line
            self._ahead += more
        return self._ahead.removeprefix(BYTE_ORDER_MARK).lstrip()

    def start(self) -> bytes:
        """Return the first bytes, by which a file of another kind is known."""
        self._ahead = self._ahead or self._stream.read(CHUNK_BYTES)
        return self._ahead[:LONGEST_SIGNATURE]

    def read(self, size: int, /) -> bytes:
        """Return what was looked at already, then what the stream holds."""
        if not self._ahead:
            return self._stream.read(size)
        ahead, self._ahead = self._ahead[:size], self._ahead[size:]
        return ahead


class _Pending:
    """The bytes of a row whose end has not come yet; forgets them when they are too many."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def __bool__(self) -> bool:
        return self._size > 0

    def add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= MAX_ROW_BYTES:
            self._parts.append(part)
        else:
            self._parts.clear()

    def take(self) -> bytes | None:
        """Return the row, or None when it was too long; start the next."""
        row = b"".join(self._parts) if self._size <= MAX_ROW_BYTES else None
        self._parts, self._size = [], 0
        return row


def lines(stream: ByteStream) -> Iterator[bytes | None]:
    """Each line without its line feed; None for one longer than `MAX_ROW_BYTES`."""
    pending = _Pending()
    is_first = True
    while chunk := stream.read(CHUNK_BYTES):
        *ended, rest = chunk.split(b"\n")
        if ended:
            pending.add(ended[0])
            first = pending.take()
            yield first.removeprefix(BYTE_ORDER_MARK) if is_first and first else first
            is_first = False
            yield from ended[1:]
        if rest:
            pending.add(rest)
    if pending:
        last = pending.take()
        yield last.removeprefix(BYTE_ORDER_MARK) if is_first and last else last


def whole(stream: ByteStream) -> bytes | None:
    """All there is, or None when it is longer than `MAX_ROW_BYTES`."""
    pending = _Pending()
    while chunk := stream.read(CHUNK_BYTES):
        pending.add(chunk)
    row = pending.take()
    return row.removeprefix(BYTE_ORDER_MARK) if row else row


def array_elements(stream: ByteStream) -> Iterator[bytes | None]:
    """Each element of the JSON array in `stream`, unparsed; None for one that is too long.

    Raises BadRow where the array itself is broken: nothing after that can be trusted.
    """
    cutter = _ArrayCutter()
    while chunk := stream.read(CHUNK_BYTES):
        yield from cutter.feed(chunk)
    cutter.finish()


class _ArrayCutter:
    """Follows the brackets of an array, chunk by chunk."""

    def __init__(self) -> None:
        self._pending = _Pending()
        self._depth = 0
        self._is_in_string = False
        self._is_after_backslash = False
        self._is_ended = False

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """Return the elements that end in this chunk."""
        start = 0
        for at, is_opening in self._borders(chunk):
            if not is_opening:
                yield from self._element_with(chunk[start:at])
            start = at + 1
        if self._is_ended:
            _refuse_more(chunk[start:])
        elif self._depth:
            self._pending.add(chunk[start:])

    def finish(self) -> None:
        """Raise BadRow unless the array has been closed."""
        if not self._is_ended:
            raise BadRow(
                "unfinished_array",
                "",
                'The file ends before the "]" that closes the list. It is probably cut off: '
                "export it again.",
            )

    def _element_with(self, last_part: bytes) -> Iterator[bytes | None]:
        self._pending.add(last_part)
        element = self._pending.take()
        if element is None or element.strip():
            yield element

    def _borders(self, chunk: bytes) -> Iterator[tuple[int, bool]]:
        """Find where the array opens, and where one of its elements has ended."""
        if self._is_ended:
            return
        for at, character in self._marks(chunk):
            before = self._depth
            self._depth += _STEPS[character]
            if max(before, self._depth) <= 1:
                self._is_ended = self._depth == 0
                yield at, before == 0
            if self._is_ended:
                return

    def _marks(self, chunk: bytes) -> Iterator[tuple[int, int]]:
        """Find the brackets outside strings, and the commas between elements."""
        at = self._end_of_open_string(chunk, 0) if self._is_in_string else 0
        while True:
            skip = _WITHIN_ELEMENT if self._depth > 1 else _BETWEEN_ELEMENTS
            at = _end_of_match(skip, chunk, at)
            if at == len(chunk):
                return
            if chunk[at] == _QUOTE:
                at = self._end_of_open_string(chunk, at + 1)
                if self._is_in_string:  # it goes on in the next chunk
                    return
                continue
            yield at, chunk[at]
            at += 1

    def _end_of_open_string(self, chunk: bytes, at: int) -> int:
        """Return the place after the string that is open at `at`, or the end of the chunk."""
        at = _end_of_match(_REST_OF_STRING, chunk, at + self._is_after_backslash)
        is_open = at >= len(chunk)
        self._is_after_backslash = not is_open and chunk[at] == _BACKSLASH
        self._is_in_string = is_open or self._is_after_backslash
        return len(chunk) if self._is_in_string else at + 1


def _end_of_match(pattern: re.Pattern[bytes], chunk: bytes, at: int) -> int:
    match = pattern.match(chunk, at)
    return match.end() if match else at  # the patterns match nothing rather than fail


def _refuse_more(rest: bytes) -> None:
    if rest.strip():
        raise BadRow(
            "trailing_content",
            "",
            'There is more after the "]" that closes the list. Put all tasks into one list.',
        )
