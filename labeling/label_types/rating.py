"""rating: a whole number on a scale."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labeling.conditions import Scalar
from labeling.label_types.base import LabelType, Level, refused
from labeling.polls import Poll, PollResult
from labeling.problems import shown
from labeling.questions import LONGEST_TITLE, ItemFacts, Limits, Question, limits_of
from labeling.reading import Reader, as_integer
from labeling.votes import JSON, ScoredLabel
from labeling.voting import likeness_to, weighted_median

LOWEST, HIGHEST = -1000, 1000
MOST_STEPS = 100
"""A scale from 0 to 100 is the longest; finer ones ask for a precision nobody has."""


@dataclass(frozen=True, kw_only=True)
class RatingLimits(Limits):
    """The ends of the scale and the words at its steps."""

    min: int
    max: int
    anchors: Mapping[str, str] | None = field(default=None, hash=False)
    """Words by step, the step written as text: {"1": "poor", "5": "excellent"}."""


class Rating(LabelType[int]):
    """A label is a whole number from min to max, both included."""

    name = "rating"
    level = Level.ORDINAL
    limit_keys = ("min", "max", "anchors")

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> RatingLimits:
        """Read min (1), max (5) and anchors."""
        lowest = reader.integer("min", 1, lowest=LOWEST, highest=HIGHEST)
        highest = reader.integer("max", 5, lowest=LOWEST, highest=HIGHEST)
        if not 1 <= highest - lowest <= MOST_STEPS:
            message = (
                f'The scale runs from {lowest} to {highest}. Set "min" below "max", '
                f"at most {MOST_STEPS} apart."
            )
            reader.report("max", "impossible_scale", message)
        anchors = _read_anchors(reader, lowest, highest) if "anchors" in reader.raw else None
        return RatingLimits(min=lowest, max=highest, anchors=anchors)

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of min, max and anchors."""
        end = {"type": "integer", "minimum": LOWEST, "maximum": HIGHEST}
        word = {"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE}
        anchors = {
            "type": "object",
            "propertyNames": {"pattern": "^(0|-?[1-9][0-9]*)$"},
            "additionalProperties": word,
        }
        return {"min": end, "max": end, "anchors": anchors}

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return an integer within the scale. JSON Schema cannot refuse 4.0, `parse` does."""
        limits = limits_of(question, RatingLimits)
        return {"type": "integer", "minimum": limits.min, "maximum": limits.max}

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> int:
        """Return the number."""
        limits = limits_of(question, RatingLimits)
        value = as_integer(raw)
        if value is None or not limits.min <= value <= limits.max:
            message = (
                f"{shown(raw)} is not on the scale. "
                f"Send a whole number from {limits.min} to {limits.max}."
            )
            raise refused("not_on_scale", message)
        return value

    def dump(self, label: int) -> JSON:
        """Return the number."""
        return label

    def distance(self, a: int, b: int, question: Question) -> float:
        """Return how many steps lie between, as a share of the scale."""
        limits = limits_of(question, RatingLimits)
        return abs(a - b) / (limits.max - limits.min)

    def aggregate(
        self, labels: Sequence[int], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the weighted median (of two middle values the lower) and its likeness."""
        median = weighted_median(labels, weights)
        score = likeness_to(median, labels, weights, lambda a, b: self.distance(a, b, question))
        return ScoredLabel(median, score)

    def polls(self, labels: Sequence[int], question: Question) -> tuple[Poll, ...]:
        """Return one poll over the steps; which of them are mixed up is learned."""
        limits = limits_of(question, RatingLimits)
        steps = limits.max - limits.min + 1
        return (Poll(tuple([label - limits.min for label in labels]), steps),)

    def label_of(
        self, results: Sequence[PollResult], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the median of the posterior: the step with the least expected distance."""
        posterior = results[0].posterior
        limits = limits_of(question, RatingLimits)
        step = weighted_median(range(len(posterior)), posterior)
        return ScoredLabel(limits.min + step, posterior[step])

    def summary(self, label: int, question: Question) -> str:
        """Return the number, its word if it has one, and the top of the scale."""
        limits = limits_of(question, RatingLimits)
        word = (limits.anchors or {}).get(str(label))
        return f"{label}/{limits.max}" + (f" ({word})" if word else "")

    def condition_values(self, question: Question) -> tuple[Scalar, ...]:
        """A condition may ask for any step of the scale."""
        limits = limits_of(question, RatingLimits)
        return tuple(range(limits.min, limits.max + 1))

    def chosen_values(self, label: int) -> tuple[Scalar, ...]:
        """Return the one step chosen."""
        return (label,)


def _read_anchors(reader: Reader, lowest: int, highest: int) -> Mapping[str, str]:
    raw = reader.raw["anchors"]
    if not isinstance(raw, dict):
        message = f'"anchors" is {shown(raw)}. Send an object such as {{"{lowest}": "poor"}}.'
        reader.report("anchors", "wrong_type", message)
        return {}
    steps = {str(step) for step in range(lowest, min(highest, lowest + MOST_STEPS) + 1)}
    inner = Reader(raw, reader.problems, f"{reader.path}/anchors")
    inner.refuse_other_keys(steps)
    return {step: inner.text(step, "", longest=LONGEST_TITLE) for step in raw if step in steps}
