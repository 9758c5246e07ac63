"""What every label type must say of itself. The rest of the room is written over this alone."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

import math
from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from enum import Enum
from fractions import Fraction
from typing import ClassVar, Generic, NamedTuple, TypeVar

from labeling.conditions import Scalar
from labeling.medoids import reliabilities
from labeling.polls import Poll, PollResult
from labeling.problems import InvalidLabel, Problem, pointer
from labeling.questions import ItemFacts, Limits, Question
from labeling.reading import Reader, read_object
from labeling.votes import JSON, ScoredLabel
from labeling.voting import weighted_medoid

LabelT = TypeVar("LabelT", bound=Hashable)


class Level(Enum):
    """The level of measurement of a label; it decides which sums make sense."""

    NOMINAL = "nominal"  # names: the same or not
    ORDINAL = "ordinal"  # ordered steps
    INTERVAL = "interval"  # quantities, whose differences mean something
    RANKING = "ranking"  # orders of options
    SET = "set"  # a subset of names
    TEXT = "text"  # free words
    SEQUENCE = "sequence"  # stretches of a text
    GEOMETRY = "geometry"  # shapes in a picture


class JointFit(NamedTuple):
    """What a label type finds when it fits the labels of all items and all workers together."""

    labels: Sequence[ScoredLabel]
    """By item."""
    reliability: Sequence[float]
    """By worker, 0..1."""
    alone: Sequence[float] | None = None
    """The same, of labels that are weighed by themselves and not in the fit; None: no other."""


class LabelType(ABC, Generic[LabelT]):
    """One kind of label and its maths. Holds no state; `LABEL_TYPES` has one of each."""

    name: ClassVar[str]
    level: ClassVar[Level]
    fewest_categories: ClassVar[int] = 0
    """0: the question has no list of categories."""
    inputs_read: ClassVar[int] = 0
    """How many inputs the question names under "on"."""
    may_name_inputs: ClassVar[bool] = False
    """Whether the question may name inputs under "on" in place of categories."""
    input_types: ClassVar[tuple[str, ...]] = ()
    """What types those inputs may have; when there are several inputs, all of the same type."""
    limit_keys: ClassVar[tuple[str, ...]] = ()
    """The keys of the schema document that only this label type knows."""

    distance_keys: ClassVar[tuple[str, ...]] = ()
    """Those of them that `distance` hangs on: sums of distances are void when one changes."""

    @abstractmethod
    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> Limits:
        """Read this type's own keys of a question; what is wrong goes to the reader."""

    @abstractmethod
    def question_json_schema(self) -> dict[str, JSON]:
        """Return the JSON Schema of this type's own keys of a question, by key."""

    @abstractmethod
    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return the JSON Schema of a label: every shape `parse` accepts of some item.

        It cannot say what depends on the item or on two numbers at once, such as start < end.
        """

    @abstractmethod
    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> LabelT:
        """Return the label in its normal form. Raises InvalidLabel, and nothing else."""

    @abstractmethod
    def dump(self, label: LabelT) -> JSON:
        """Return the JSON form of a label; `parse` undoes it."""

    @abstractmethod
    def distance(self, a: LabelT, b: LabelT, question: Question) -> float:
        """Return how far two labels are apart: 0 the same, 1 nothing in common. Symmetric."""

    def difference(self, a: LabelT, b: LabelT, question: Question) -> Fraction | float:
        """Return what Krippendorff's alpha takes for the difference; by default the distance."""
        return self.distance(a, b, question)

    @abstractmethod
    def summary(self, label: LabelT, question: Question) -> str:
        """Return one short line for tables."""

    def check_question(self, raw: JSON) -> list[Problem]:
        """Return what is wrong with this type's own keys of a question document."""
        problems: list[Problem] = []
        reader = read_object(raw, problems, "The question")
        categories = reader.raw.get("categories")
        options = reader.raw.get("on") if self.may_name_inputs and "on" in reader.raw else None
        named = options if isinstance(options, list) else categories
        count = len(named) if isinstance(named, list) else self.fewest_categories
        is_required = reader.raw.get("required", True) is not False
        self.read_limits(reader, is_required=is_required, categories=count)
        return problems

    def aggregate(
        self, labels: Sequence[LabelT], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return what the workers say together of one item; by default the weighted medoid.

        At least one label; weights are positive. The score is 1 when all say the same.
        """
        return weighted_medoid(labels, weights, lambda a, b: self.distance(a, b, question))

    def posterior(
        self, labels: Sequence[LabelT], accuracies: Sequence[float], question: Question
    ) -> ScoredLabel | None:
        """Return the most probable label and its probability, or None.

        None where "right or wrong" is too coarse a model of a vote: then agreement decides.
        """
        return None

    def polls(self, labels: Sequence[LabelT], question: Question) -> tuple[Poll, ...]:
        """Return what these labels of one item decide, as polls in which each label votes.

        None where the labels fall into no small number of classes: then `aggregate` decides, with
        the reliability of the workers for weights.
        """
        return ()

    def label_of(
        self, results: Sequence[PollResult], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the label that the results of an item's polls make, and how probable it is.

        `weights` are the reliabilities of the workers, by label. Only asked of a label type that
        has polls.
        """
        raise NotImplementedError(f"{self.name} has no polls, so nothing to make a label of")

    def decided(self, results: Sequence[PollResult], question: Question) -> Sequence[int]:
        """Return, by poll, the class that `label_of` takes for true; by default the likeliest."""
        return [result.likeliest for result in results]

    def fold(self, sure: Sequence[float], overlooked: float = 0.0) -> float:
        """Return how probable a label is by how probable each of its polls is decided rightly,
        and how many more there should be.

        By default all have to be, and are taken as independent.
        """
        return math.prod(sure)

    def overlooked(self, found: Sequence[float], silent: Sequence[float]) -> float:
        """Return how many polls are missing, because nobody's label shows that there is one.

        By class: how many polls of it are expected among those there are, and how probable it is
        that all who gave labels vote for the first class in a poll of it. By default none.
        """
        return 0.0

    def weight(self, reliability: float) -> float:
        """Return what a label counts in `aggregate`, by the reliability of its worker.

        The reliability lies between 0 and 1, neither included. By default its odds: a worker who
        errs half as often counts about twice.
        """
        return reliability / (1.0 - reliability)

    def fit(
        self, items: Sequence[Sequence[tuple[int, LabelT]]], workers: int, question: Question
    ) -> JointFit:
        """Return the labels of all items and the reliability of all workers, fitted together.

        `items` holds (worker, label) by item, each with one or more. By default the reliability is
        the likeness to others (`labeling.medoids`), and the labels are the aggregates by it. Only
        asked of a label type without polls.
        """
        trust = reliabilities(items, workers, lambda a, b: self.distance(a, b, question)).tolist()
        labels = [
            self.aggregate(
                [label for _, label in votes], [trust[who] for who, _ in votes], question
            )
            for votes in items
        ]
        return JointFit(labels, trust)

    def condition_values(self, question: Question) -> tuple[Scalar, ...]:
        """Return the values that a `show_when` may ask for; none when it may not ask at all."""
        return ()

    def chosen_values(self, label: LabelT) -> tuple[Scalar, ...]:
        """Return the values of a label that a `show_when` compares."""
        return ()

    def condition_json_schema(self, values: Sequence[Scalar]) -> dict[str, JSON]:
        """Return the JSON Schema of the labels that have one of the values."""
        return {"enum": list(values)}


def refused(code: str, message: str, *place: str | int) -> InvalidLabel:
    """Return the refusal of a label for a single reason, at a place within it."""
    return InvalidLabel([Problem(path=pointer(*place), code=code, message=message)])
