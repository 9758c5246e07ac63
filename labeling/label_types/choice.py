"""choice: exactly one category."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

from collections.abc import Sequence

from labeling.conditions import Scalar
from labeling.label_types.base import LabelType, Level, refused
from labeling.polls import Poll, PollResult
from labeling.problems import listed, shown
from labeling.questions import ItemFacts, Limits, Question
from labeling.reading import Reader
from labeling.votes import JSON, ScoredLabel
from labeling.voting import majority, one_coin_posterior


class Choice(LabelType[str]):
    """A label is the id of a category."""

    name = "choice"
    level = Level.NOMINAL
    fewest_categories = 2

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> Limits:
        """A choice has no limits of its own."""
        return Limits()

    def question_json_schema(self) -> dict[str, JSON]:
        """A choice has no keys of its own."""
        return {}

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return the list of the category ids as an enum."""
        return {"enum": list(question.category_ids)}

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> str:
        """Return the category id."""
        if isinstance(raw, str) and raw in question.category_order:
            return raw
        message = f"{shown(raw)} is no category. Send one of: {listed(question.category_ids)}."
        raise refused("unknown_category", message)

    def dump(self, label: str) -> JSON:
        """Return the category id."""
        return label

    def distance(self, a: str, b: str, question: Question) -> float:
        """Return 0 for the same category, else 1."""
        return 0.0 if a == b else 1.0

    def aggregate(
        self, labels: Sequence[str], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the weighted majority; a tie goes to the category that comes first."""
        return majority(labels, weights, question.category_order.__getitem__)

    def posterior(
        self, labels: Sequence[str], accuracies: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the one-coin posterior over all categories."""
        order = question.category_order
        return one_coin_posterior(labels, accuracies, len(order), order.__getitem__)

    def polls(self, labels: Sequence[str], question: Question) -> tuple[Poll, ...]:
        """Return one poll over the categories."""
        order = question.category_order
        return (Poll(tuple([order[label] for label in labels]), len(order)),)

    def label_of(
        self, results: Sequence[PollResult], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the most probable category."""
        best = results[0].likeliest
        return ScoredLabel(question.category_ids[best], results[0].posterior[best])

    def summary(self, label: str, question: Question) -> str:
        """Return the title of the category."""
        return question.categories[question.category_order[label]].title

    def condition_values(self, question: Question) -> tuple[Scalar, ...]:
        """A condition may ask for any category."""
        return question.category_ids

    def chosen_values(self, label: str) -> tuple[Scalar, ...]:
        """Return the one category chosen."""
        return (label,)
