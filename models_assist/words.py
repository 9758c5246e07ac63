"""A text as words, in any script: what a token head gives tags to.

Offsets are Unicode code points, as in the label type of spans. A word is a run of letters and
digits; every other character that can be seen is a word of its own, so that a span may end
anywhere people end theirs ("New York" of "New York-based"). In scripts without spaces each letter
is a word. What belongs to the character before it (accents, vowel signs, skin tones, what a joiner
joins to an emoji) stays with it.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

JOINER = "\u200d"
_CONTINUES = frozenset(("Mn", "Mc", "Me", "Cf"))
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_UNSPACED = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Burmese
    range(0x1780, 0x1800),  # Khmer
    range(0x2E80, 0x3200),  # Han radicals, kana
    range(0x3400, 0xA000),  # Han
    range(0xF900, 0xFB00),
    range(0x20000, 0x32000),
)


class Word(NamedTuple):
    """A stretch of a text, in code points; the end is exclusive."""

    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Return the words of a text, in order. They do not overlap and hold no space."""
    kinds = list(_kinds(text))
    starts = [
        at
        for at, (before, here) in enumerate(pairwise([" ", *kinds]))
        if here not in " +" and not (here == before == "w")
    ]
    words = []
    for start, stop in pairwise([*starts, len(text)]):
        end = start + 1
        while end < stop and kinds[end] != " ":
            end += 1
        words.append(Word(start, end))
    return words


def _kinds(text: str) -> Iterator[str]:
    """A space " ", part of a word "w", a word of its own "s", or as the one before "+"."""
    kind, joined = " ", False
    for character in text:
        category = unicodedata.category(character)
        continues = (
            category in _CONTINUES or joined or ord(character) in _SKIN_TONES
        ) and kind != " "
        joined = character == JOINER
        if character.isspace() or category in {"Cc", "Zs", "Zl", "Zp"}:
            kind = " "
        elif not continues:
            is_letter = category[0] in "LNM"
            kind = "w" if is_letter and not _is_unspaced(character) else "s"
        yield "+" if continues and kind == "s" else kind


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code >= 0x0E00 and any(code in block for block in _UNSPACED)


def covered(words: Sequence[Word], start: int, end: int) -> tuple[int, int]:
    """Return the first word that a stretch touches, and the one behind the last; equal: none."""
    first = _first_ending_after(words, start)
    last = first
    while last < len(words) and words[last].start < end:
        last += 1
    return first, last


def _first_ending_after(words: Sequence[Word], offset: int) -> int:
    low, high = 0, len(words)
    while low < high:
        middle = (low + high) // 2
        if words[middle].end > offset:
            high = middle
        else:
            low = middle + 1
    return low


class Piece(NamedTuple):
    """Some words of a text in a row, and the text they stand in."""

    start: int
    """The offset of `text` in the whole text."""
    text: str
    words: tuple[Word, ...]
    """Their offsets in `text`."""


def pieces_of(text: str, words: Iterable[Word], most: int) -> list[Piece]:
    """Cut a text into pieces of at most so many code points, between words.

    A single longer word is a piece of its own. Every word is in exactly one piece.
    """
    pieces: list[Piece] = []
    held: list[Word] = []

    def close() -> None:
        start = held[0].start
        own = tuple(Word(word.start - start, word.end - start) for word in held)
        pieces.append(Piece(start, text[start : held[-1].end], own))
        held.clear()

    for word in words:
        if held and word.end - held[0].start > most:
            close()
        held.append(word)
    if held:
        close()
    return pieces
