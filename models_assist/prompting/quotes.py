"""Where a quote stands in a text. Offsets are found here, since models count letters badly."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from labeling.votes import JSON

MOST_QUOTES = 1000


class Placed(NamedTuple):
    """What became of the quotes of one text."""

    spans: list[JSON]
    """With start, end and category, as the label type reads them; offsets in code points."""
    missing: int
    """Quotes that do not stand in the text letter by letter."""
    ambiguous: int
    """Quotes that stand there more than once, where what is before them does not say which."""


def place_quotes(text: str, quotes: Sequence[Any]) -> Placed:
    """Find each quote; the same place is taken once. What is no quote counts as missing."""
    spans: dict[tuple[int, int, str], JSON] = {}
    missing = ambiguous = 0
    for raw in quotes[:MOST_QUOTES]:
        found = list(_places(text, raw)) if isinstance(raw, Mapping) else []
        if len(found) > 1:
            ambiguous += 1
        elif not found:
            missing += 1
        else:
            start, end, category = found[0], found[0] + len(raw["quote"]), raw.get("category")
            key = (start, end, str(category))
            spans[key] = {"start": start, "end": end, "category": category}
    return Placed(list(spans.values()), missing + len(quotes[MOST_QUOTES:]), ambiguous)


def _places(text: str, raw: Mapping[str, Any]) -> Iterator[int]:
    """Where the quote may stand: where it stands once, there; else where `before` says."""
    quote, before = raw.get("quote"), raw.get("before")
    if not isinstance(quote, str) or not quote.strip():
        return
    places = list(_all_places(text, quote))
    if len(places) > 1 and isinstance(before, str) and before.strip():
        named = [place for place in places if text[:place].rstrip().endswith(before.strip())]
        places = named or places
    yield from places


def _all_places(text: str, quote: str) -> Iterator[int]:
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)
