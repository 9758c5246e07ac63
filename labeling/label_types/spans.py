"""spans: stretches of a text, each with a category."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import NamedTuple

from labeling.label_types.base import Level, refused
from labeling.label_types.placed import Placed
from labeling.overlap import Shapes, interval_iou, shared_by
from labeling.places import borders_of, can_stand, found_in, place_polls, sureness_of
from labeling.polls import Poll, PollResult
from labeling.problems import MOST_PROBLEMS, InvalidLabel, Problem, pointer, shown
from labeling.questions import ItemFacts, Limits, Question, limits_of
from labeling.reading import Reader, as_integer
from labeling.votes import JSON, ScoredLabel
from labeling.voting import (
    HALF,
    ROUNDING,
    dice,
    kept_by_majority,
    likeness_to,
    weighted_medoid,
)

OFFSETS = "Offsets count Unicode code points from 0, the end is exclusive."
KEYS = frozenset(("start", "end", "category"))


class Span(NamedTuple):
    """A stretch of text."""

    start: int
    """Offset of the first code point."""
    end: int
    """Offset behind the last code point."""
    category: str


Labels = tuple[Span, ...]

SHAPES = Shapes[Span](
    group=attrgetter("category"),
    extent=itemgetter(0, 1),
    bounds=lambda span: (span.start, span.end, span.end - span.start),
    likeness=interval_iou,
)


@dataclass(frozen=True, kw_only=True)
class SpansLimits(Limits):
    """Whether a span may lie within another."""

    nested: bool


class Spans(Placed[Labels]):
    """A label is a tuple of distinct spans by start, the longer first, then category."""

    name = "spans"
    level = Level.SEQUENCE
    fewest_categories = 1
    inputs_read = 1
    input_types = ("text",)
    limit_keys = ("nested",)

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> SpansLimits:
        """Read nested (false)."""
        return SpansLimits(nested=reader.flag("nested", default=False))

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of nested."""
        return {"nested": {"type": "boolean"}}

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return an array of spans. Only `parse` knows of text ends, overlaps, start < end."""
        return {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "properties": {
                    "start": {"type": "integer", "minimum": 0},
                    "end": {"type": "integer", "minimum": 1},
                    "category": {"enum": list(question.category_ids)},
                },
                "required": ["start", "end", "category"],
                "additionalProperties": False,
            },
        }

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> Labels:
        """Return the spans in their order. An empty list says: there is nothing here."""
        if not isinstance(raw, list):
            raise refused("wrong_type", f"This is {shown(raw)}. Send a list of spans.")
        length = facts.text_lengths[question.on[0]]
        problems: list[Problem] = []
        read: list[tuple[Span, int]] = []
        for index, entry in enumerate(raw):
            span = _read_span(entry, index, question, length, problems)
            if span is not None:
                read.append((span, index))
            if len(problems) > MOST_PROBLEMS:
                break
        read.sort(key=lambda pair: _order(pair[0]))
        if not problems:
            is_nested = limits_of(question, SpansLimits).nested
            problems = _nested_problems(read) if is_nested else _flat_problems(read)
        if problems:
            raise InvalidLabel(problems)
        return tuple(span for span, _ in read)

    def dump(self, label: Labels) -> JSON:
        """Return the spans as objects."""
        return [span._asdict() for span in label]

    def distance(self, a: Labels, b: Labels, question: Question) -> float:
        """Return 1 minus the mean of a strict and a lenient F1.

        Strict: a span counts when the other label has the very same (Tjong Kim Sang & De Meulder
        2003). Lenient: spans of one category are paired, a pair counts its overlap (intersection
        over union of code points). So a shifted border costs something, a missed span more.
        """
        if a == b:
            return 0.0
        one, other = (a, b) if a < b else (b, a)
        shared = shared_by(one, other, SHAPES)
        strict = dice(shared.equal, len(a), len(b))
        lenient = dice(shared.alike, len(a), len(b))
        return 1.0 - (strict + lenient) / 2.0

    def aggregate(
        self, labels: Sequence[Labels], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the spans that more than half of the weight drew, or the medoid if it is nearer.

        Two spans with more than half each share a worker who drew both; so they may stand
        together, whatever `nested` says. The score is 1 minus the mean distance of the votes.
        """
        support: Counter[Span] = Counter()
        for label, weight in zip(labels, weights, strict=True):
            for span in label:
                support[span] += weight  # type: ignore[assignment]
        kept = kept_by_majority(support.items(), sum(weights))
        voted = tuple(sorted((span for span, _ in kept), key=_order))

        def distance(one: Labels, other: Labels) -> float:
            return self.distance(one, other, question)

        score = likeness_to(voted, labels, weights, distance)
        if score > 1.0 - ROUNDING:
            return ScoredLabel(voted, 1.0)
        medoid = weighted_medoid(labels, weights, distance)
        return medoid if medoid.score > score + ROUNDING else ScoredLabel(voted, score)

    def polls(self, labels: Sequence[Labels], question: Question) -> tuple[Poll, ...]:
        """Return a poll for each place where a worker marked a span: which category is there?

        Spans that overlap are one place; where spans may nest, those that overlap by half.
        """
        return place_polls(
            labels,
            SHAPES,
            least=HALF if limits_of(question, SpansLimits).nested else 0.0,
            category=lambda span: question.category_order[span.category],
            categories=len(question.category_ids),
        )

    def label_of(
        self, results: Sequence[PollResult], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the spans that more probably are there than not, the surest first.

        Their borders are those of most weight at the place; a span that may not stand beside one
        that is surer is left out. The score is the expected share of places decided rightly.
        """
        is_nested = limits_of(question, SpansLimits).nested
        kept: list[Span] = []
        for place, category, _ in found_in(results):
            span = Span(*borders_of(place, weights), question.category_ids[category])
            if all(can_stand(span, other, is_nested=is_nested) for other in kept):
                kept.append(span)
        return ScoredLabel(tuple(sorted(kept, key=_order)), self.fold(sureness_of(results)))

    def summary(self, label: Labels, question: Question) -> str:
        """Return how many spans of each category there are."""
        counts = Counter(span.category for span in label)
        parts = [
            f"{item.title} {counts[item.id]}" for item in question.categories if item.id in counts
        ]
        return ", ".join(parts) or "none"


def _order(span: Span) -> tuple[int, int, str]:
    return (span.start, -span.end, span.category)


def _read_span(
    entry: JSON, index: int, question: Question, length: int, problems: list[Problem]
) -> Span | None:
    """Return the span, or None after noting what is wrong with it."""
    if isinstance(entry, dict) and entry.keys() == KEYS:
        start, end = as_integer(entry["start"]), as_integer(entry["end"])
        category = entry["category"]
        known = isinstance(category, str) and category in question.category_order
        if known and start is not None and end is not None and 0 <= start < end <= length:
            return Span(start, end, category)
    problems += [problem.beneath(index) for problem in _span_problems(entry, question, length)]
    return None


def _span_problems(entry: JSON, question: Question, length: int) -> list[Problem]:
    """Return what is wrong with an entry that is known to be wrong."""
    problems: list[Problem] = []
    if not isinstance(entry, dict):
        message = f"This is {shown(entry)}. Send an object with start, end and category."
        return [Problem(path="", code="wrong_type", message=message)]
    reader = Reader(entry, problems)
    reader.refuse_other_keys(sorted(KEYS))
    reader.option("category", "", question.category_ids)
    offsets = [_offset(reader, key, length) for key in ("start", "end")]
    if None not in offsets and not problems:
        message = f"The span starts at {offsets[0]} and ends at {offsets[1]}. "
        message += f"It must end behind its start. {OFFSETS}"
        reader.report("end", "empty_span", message)
    return problems


def _offset(reader: Reader, key: str, length: int) -> int | None:
    if key not in reader.raw:
        message = f'The key "{key}" is missing. Add the offset where the span {key}s. {OFFSETS}'
        reader.report(None, "missing_key", message)
        return None
    value = as_integer(reader.raw[key])
    if value is None or value < 0:
        message = (
            f'"{key}" is {shown(reader.raw[key])}. Send a whole number of at least 0. {OFFSETS}'
        )
        reader.report(key, "wrong_value", message)
        return None
    if value > length:
        message = f"The span {key}s at {value}, but the text has {length} characters. {OFFSETS}"
        reader.report(key, "span_beyond_text", message)
        return None
    return value


def _problem(index: int, code: str, message: str) -> Problem:
    return Problem(path=pointer(index), code=code, message=message)


def _flat_problems(read: Sequence[tuple[Span, int]]) -> list[Problem]:
    """Return every span that overlaps one before it; the spans come in their order."""
    problems = []
    widest = None
    for span, index in read:
        if span == widest:
            message = f"The span {_named(span)} is there twice. Send it once."
            problems.append(_problem(index, "duplicate", message))
        elif widest is not None and span.start < widest.end:
            message = (
                f"The span {_named(span)} overlaps {_named(widest)}. This question takes no "
                "overlapping spans: remove one, or move its borders."
            )
            problems.append(_problem(index, "overlap", message))
        if widest is None or span.end > widest.end:
            widest = span
    return problems


def _nested_problems(read: Sequence[tuple[Span, int]]) -> list[Problem]:
    """Return every span that is there twice or crosses another; they come in their order."""
    problems = []
    around: list[Span] = []
    for span, index in read:
        while around and around[-1].end <= span.start:
            around.pop()
        if around and around[-1] == span:
            message = f"The span {_named(span)} is there twice. Send it once."
            problems.append(_problem(index, "duplicate", message))
        elif around and span.end > around[-1].end:
            message = (
                f"The span {_named(span)} crosses {_named(around[-1])}. A span may lie within "
                "another, but not reach out of it: move a border."
            )
            problems.append(_problem(index, "crossing", message))
        else:
            around.append(span)
    return problems


def _named(span: Span) -> str:
    return f"{span.start}-{span.end} ({span.category})"
