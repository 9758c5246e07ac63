"""Strings that were marked before: a modest second voice, that needs no encoder and no fit.

A string is offered as a category when at least half of its places in settled texts were marked
just so. On news this is right three times in four but finds little (docs/measurements.md), so it
speaks only where nothing better does.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from labeling.label_types.spans import Span
from models_assist.head_quality import HeadQuality
from models_assist.words import Word, covered, words_of

FORMAT = "memory 1"
LEAST_PURITY = 0.5
MOST_WORDS = 8
"""Longer spans do not come again word for word."""
MOST_STRINGS = 50_000


class Known(NamedTuple):
    """What became of a string in settled texts."""

    category: str
    marked: int
    """How often it was marked so."""
    seen: int
    """How often it stood there."""


class Recalled(NamedTuple):
    """A span that is offered, and how likely it is right: (marked + 1) / (seen + 2)."""

    span: Span
    share: float


@dataclass(frozen=True)
class Memory:
    """The strings that are offered; case counts."""

    strings: dict[str, Known]

    quality: HeadQuality | None = None
    """It is measured by what people settle later, as every version is."""

    def recall(self, text: str, words: Sequence[Word]) -> list[Recalled]:
        """The known strings of a text from left to right, the longest first; time is linear in
        the text."""
        found: list[Recalled] = []
        for at, stretches in _stretches(words):
            if found and words[at].start < found[-1].span.end:
                continue
            for start, end in reversed(stretches):
                known = self.strings.get(text[start:end])
                if known is not None:
                    share = (known.marked + 1) / (known.seen + 2)
                    found.append(Recalled(Span(start, end, known.category), share))
                    break
        return found

    def to_bytes(self) -> bytes:
        """JSON; `Memory.of` undoes it."""
        return json.dumps({"format": FORMAT, "strings": self.strings}, sort_keys=True).encode()

    @classmethod
    def of(cls, data: bytes, categories: Sequence[str]) -> "Memory | None":
        """None for what is no memory of this version; strings of other categories are left out."""
        try:
            document: dict[str, Any] = json.loads(data)
            if document["format"] != FORMAT:
                return None
            known = {text: Known(*each) for text, each in document["strings"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return cls({text: each for text, each in known.items() if each.category in categories})


def memory_of(texts: Iterable[tuple[str, Sequence[Span]]]) -> Memory:
    """Learn from settled texts, in time linear in them.

    Where spans nest, all count. A span that begins or ends within a word is passed over: it would
    never be looked for.
    """
    read = [(text, words_of(text), spans) for text, spans in texts]
    marked: Counter[tuple[str, str]] = Counter()
    for text, words, spans in read:
        for start, end, category in spans:
            first, last = covered(words, start, end)
            is_whole = first < last and (words[first].start, words[last - 1].end) == (start, end)
            if is_whole and last - first <= MOST_WORDS:
                marked[text[start:end], category] += 1
    wanted = {string for string, _ in marked}
    seen = Counter(
        text[start:end]
        for text, words, _ in read
        for _, stretches in _stretches(words)
        for start, end in stretches
        if text[start:end] in wanted
    )
    known: dict[str, Known] = {}
    for (string, category), times in marked.most_common():
        if times >= LEAST_PURITY * seen[string] and len(known) < MOST_STRINGS:
            known.setdefault(string, Known(category, times, seen[string]))
    return Memory(known)


def _stretches(words: Sequence[Word]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Of each word its number, and the stretches that begin with it, the shortest first."""
    for at, word in enumerate(words):
        yield at, [(word.start, last.end) for last in words[at : at + MOST_WORDS]]
