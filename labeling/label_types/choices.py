"""choices: a set of categories."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.conditions import Scalar
from labeling.label_types.base import LabelType, Level, refused
from labeling.polls import Poll, PollResult
from labeling.problems import InvalidLabel, Problem, listed, pointer, shown
from labeling.questions import MOST_CATEGORIES, ItemFacts, Limits, Question, limits_of
from labeling.reading import Reader
from labeling.votes import JSON, ScoredLabel
from labeling.voting import HALF, ROUNDING, kept_by_majority, likeness_to

Labels = tuple[str, ...]

DISTANCES = ("jaccard", "masi")


@dataclass(frozen=True, kw_only=True)
class ChoicesLimits(Limits):
    """How many categories may be chosen, and how two choices are compared."""

    min: int
    max: int
    distance: str
    """`jaccard`, or `masi`, which is harder on sets that cross than on sets that contain."""


class Choices(LabelType[Labels]):
    """A label is a tuple of category ids in the order of the schema."""

    name = "choices"
    level = Level.SET
    fewest_categories = 1
    limit_keys = ("min", "max", "distance")
    distance_keys = ("distance",)

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> ChoicesLimits:
        """Read min (1 when required, else 0), max (all) and distance (jaccard)."""
        default = 1 if is_required else 0
        fewest = reader.integer("min", default, lowest=0, highest=categories)
        most = reader.integer("max", categories, lowest=1, highest=categories)
        if fewest > most:
            message = f'"min" is {fewest}, but "max" is {most}. Lower "min" or raise "max".'
            reader.report("min", "min_above_max", message)
        distance = reader.option("distance", DISTANCES[0], DISTANCES)
        return ChoicesLimits(min=fewest, max=most, distance=distance)

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of min, max and distance."""
        return {
            "min": {"type": "integer", "minimum": 0, "maximum": MOST_CATEGORIES},
            "max": {"type": "integer", "minimum": 1, "maximum": MOST_CATEGORIES},
            "distance": {"enum": list(DISTANCES)},
        }

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return an array of distinct category ids."""
        limits = limits_of(question, ChoicesLimits)
        return {
            "type": "array",
            "items": {"enum": list(question.category_ids)},
            "uniqueItems": True,
            "minItems": limits.min,
            "maxItems": limits.max,
        }

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> Labels:
        """Return the chosen categories, in the order of the schema, each once."""
        if not isinstance(raw, list):
            raise refused("wrong_type", f"This is {shown(raw)}. Send a list of category ids.")
        limits = limits_of(question, ChoicesLimits)
        if not limits.min <= len(raw) <= limits.max:
            message = f"{len(raw)} categories are chosen. Choose {limits.min} to {limits.max}."
            raise refused("wrong_count", message)
        problems = _entry_problems(raw, question)
        if problems:
            raise InvalidLabel(problems)
        return tuple(sorted(raw, key=question.category_order.__getitem__))

    def dump(self, label: Labels) -> JSON:
        """Return the category ids as a list."""
        return list(label)

    def distance(self, a: Labels, b: Labels, question: Question) -> float:
        """Return the Jaccard distance (Jaccard 1912) or the MASI distance (Passonneau 2006)."""
        one, other = set(a), set(b)
        if one == other:
            return 0.0
        shared = len(one & other)
        jaccard = shared / len(one | other)
        if limits_of(question, ChoicesLimits).distance == "jaccard":
            return 1.0 - jaccard
        return 1.0 - jaccard * _monotonicity(one, other)

    def aggregate(
        self, labels: Sequence[Labels], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the categories that more than half of the weight chose, within min and max.

        The score is 1 minus the weighted mean distance of the votes to that set.
        """
        limits = limits_of(question, ChoicesLimits)
        support = dict.fromkeys(question.category_ids, 0.0)
        for label, weight in zip(labels, weights, strict=True):
            for category in label:
                support[category] += weight
        ranked = sorted(support.items(), key=lambda entry: -entry[1])  # stable: schema order
        kept = len(kept_by_majority(ranked, sum(weights)))
        count = min(max(kept, limits.min), limits.max)
        chosen = {category for category, _ in ranked[:count]}
        label = tuple(category for category in question.category_ids if category in chosen)
        return ScoredLabel(label, self._likeness(label, labels, weights, question))

    def polls(self, labels: Sequence[Labels], question: Question) -> tuple[Poll, ...]:
        """Return a poll for each category: class 1 says that it is chosen."""
        return tuple(
            Poll(
                tuple([int(category in label) for label in labels]),
                2,
                family="chosen",
                group=category,
                subject=category,
            )
            for category in question.category_ids
        )

    def label_of(
        self, results: Sequence[PollResult], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the categories that are more probable than not, within min and max.

        The score is the probability that each of them is right, taken as independent.
        """
        decided = self.decided(results, question)
        chosen = {
            result.poll.subject for result, said in zip(results, decided, strict=True) if said
        }
        label = tuple(category for category in question.category_ids if category in chosen)
        sure = [result.posterior[said] for result, said in zip(results, decided, strict=True)]
        return ScoredLabel(label, self.fold(sure))

    def decided(self, results: Sequence[PollResult], question: Question) -> Sequence[int]:
        """Return 1 for each category that is chosen, 0 for the others."""
        limits = limits_of(question, ChoicesLimits)
        chances = [result.posterior[1] for result in results]
        ranked = sorted(
            range(len(chances)), key=lambda place: -round(chances[place], 9)
        )  # stable: schema order
        kept = sum(chance > HALF + ROUNDING for chance in chances)
        chosen = set(ranked[: min(max(kept, limits.min), limits.max)])
        return [int(place in chosen) for place in range(len(chances))]

    def _likeness(
        self, label: Labels, labels: Sequence[Labels], weights: Sequence[float], question: Question
    ) -> float:
        score = likeness_to(label, labels, weights, lambda a, b: self.distance(a, b, question))
        return 1.0 if score > 1.0 - ROUNDING else score

    def summary(self, label: Labels, question: Question) -> str:
        """Return the titles of the categories."""
        titles = [question.categories[question.category_order[item]].title for item in label]
        return ", ".join(titles) or "none"

    def condition_values(self, question: Question) -> tuple[Scalar, ...]:
        """A condition may ask for any category."""
        return question.category_ids

    def chosen_values(self, label: Labels) -> tuple[Scalar, ...]:
        """Return every category chosen."""
        return label

    def condition_json_schema(self, values: Sequence[Scalar]) -> dict[str, JSON]:
        """Return the arrays that contain one of the values."""
        return {"contains": {"enum": list(values)}}


def _entry_problems(raw: list[JSON], question: Question) -> list[Problem]:
    """Return the entries that are no category, or are there twice."""
    problems = []
    seen: set[str] = set()
    for index, entry in enumerate(raw):
        if not isinstance(entry, str) or entry not in question.category_order:
            known = listed(question.category_ids)
            message = f"{shown(entry)} is no category. Use ids of this list: {known}."
            problems.append(Problem(path=pointer(index), code="unknown_category", message=message))
        elif entry in seen:
            message = f"{shown(entry)} is in the list twice. Send each category once."
            problems.append(Problem(path=pointer(index), code="duplicate", message=message))
        else:
            seen.add(entry)
    return problems


def _monotonicity(one: set[str], other: set[str]) -> float:
    """Return Passonneau's M of two different sets: 2/3 contained, 1/3 crossing, 0 disjoint."""
    if one <= other or other <= one:
        return 2 / 3
    return 1 / 3 if one & other else 0.0
