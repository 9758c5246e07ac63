"""pairwise: which of two inputs is better."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.conditions import Scalar
from labeling.label_types.base import LabelType, Level, refused
from labeling.polls import Poll, PollResult
from labeling.problems import listed, shown
from labeling.questions import INPUT_TYPES, ItemFacts, Limits, Question, limits_of
from labeling.reading import Reader
from labeling.votes import JSON, ScoredLabel
from labeling.voting import majority, one_coin_posterior

LEFT, RIGHT, TIE = "left", "right", "tie"


@dataclass(frozen=True, kw_only=True)
class PairwiseLimits(Limits):
    """Whether "both alike" is an answer."""

    allow_tie: bool

    def sides(self) -> tuple[str, ...]:
        """Return the possible labels."""
        return (LEFT, RIGHT, TIE) if self.allow_tie else (LEFT, RIGHT)


class Pairwise(LabelType[str]):
    """A label is `left` (the first input named under "on"), `right` (the second) or `tie`."""

    name = "pairwise"
    level = Level.NOMINAL
    inputs_read = 2
    input_types = INPUT_TYPES
    limit_keys = ("allow_tie",)

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> PairwiseLimits:
        """Read allow_tie (true)."""
        return PairwiseLimits(allow_tie=reader.flag("allow_tie", default=True))

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of allow_tie."""
        return {"allow_tie": {"type": "boolean"}}

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return the possible sides as an enum."""
        return {"enum": list(limits_of(question, PairwiseLimits).sides())}

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> str:
        """Return the side."""
        sides = limits_of(question, PairwiseLimits).sides()
        if isinstance(raw, str) and raw in sides:
            return raw
        raise refused("unknown_side", f"{shown(raw)} is no side. Send one of: {listed(sides)}.")

    def dump(self, label: str) -> JSON:
        """Return the side."""
        return label

    def distance(self, a: str, b: str, question: Question) -> float:
        """Return 0 for the same side, else 1."""
        return 0.0 if a == b else 1.0

    def aggregate(
        self, labels: Sequence[str], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the weighted majority; equal weights go to the side that comes first."""
        return majority(labels, weights, (LEFT, RIGHT, TIE).index)

    def posterior(
        self, labels: Sequence[str], accuracies: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the one-coin posterior over the possible sides."""
        sides = limits_of(question, PairwiseLimits).sides()
        return one_coin_posterior(labels, accuracies, len(sides), sides.index)

    def polls(self, labels: Sequence[str], question: Question) -> tuple[Poll, ...]:
        """Return one poll over the sides. `labeling.bradley_terry` compares over items."""
        sides = limits_of(question, PairwiseLimits).sides()
        return (Poll(tuple([sides.index(label) for label in labels]), len(sides)),)

    def label_of(
        self, results: Sequence[PollResult], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the most probable side."""
        best = results[0].likeliest
        sides = limits_of(question, PairwiseLimits).sides()
        return ScoredLabel(sides[best], results[0].posterior[best])

    def summary(self, label: str, question: Question) -> str:
        """Return the input that won, or "tie"."""
        return label if label == TIE else question.on[(LEFT, RIGHT).index(label)]

    def condition_values(self, question: Question) -> tuple[Scalar, ...]:
        """A condition may ask for any side."""
        return limits_of(question, PairwiseLimits).sides()

    def chosen_values(self, label: str) -> tuple[Scalar, ...]:
        """Return the one side chosen."""
        return (label,)
