"""How the labels of one question are compared, by their level of measurement.

| level           | alpha's difference                    | kept of labels; and within items   |
|-----------------|---------------------------------------|------------------------------------|
| nominal         | 0 or 1                                | counts by name; summed distances   |
| set, few values | the label type's distance             | counts by name; summed distances   |
| ordinal         | ranks between, squared (Krippendorff) | counts by name; counts of pairs    |
| interval        | the difference, squared               | sums of the numbers, of squares    |
| everything else | the label type's distance             | a sample by hash; summed distances |

The ranks are known only when all labels are; so ordinal labels need the pairs.

Stevens (1946), "On the theory of scales of measurement"; Krippendorff (2011), "Computing
Krippendorff's alpha-reliability".
"""

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import LabelType, Level
from labeling.problems import InvalidLabel
from labeling.questions import ItemFacts, Question
from labeling.votes import Label

UNIT = 720_720_000
"""Distances are summed as whole numbers of this part of 1. It is the least common multiple of
1 to 16, a thousand times over: exact for all counted sets, and to a billionth for the others."""
MOST_SETS = 64
"""Sets are counted by name when the categories make at most so many: 6 categories."""
_MOST_DENOMINATOR = 10_000
"""A distance of counted labels is a fraction of small numbers: at most 1000 categories times 3
(MASI), or a scale of 100 steps. So the float is turned back into that very fraction."""
_WIDE = 10**9
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Measure:
    """The labels of one question, their names in the counters and how far they are apart."""

    question: Question

    @cached_property
    def label_type(self) -> LabelType[Any]:
        """The maths of the question's labels."""
        return LABEL_TYPES[self.question.type]

    @property
    def level(self) -> Level:
        """The level of measurement."""
        return self.label_type.level

    @cached_property
    def is_counted(self) -> bool:
        """Whether every value is counted by name; else distances are summed."""
        if self.level is Level.SET:
            return bool(2 ** len(self.question.categories) <= MOST_SETS)
        return self.level in {Level.NOMINAL, Level.ORDINAL}

    @property
    def is_sampled(self) -> bool:
        """Whether the distance between labels of two items is known of a sample only."""
        return not (self.is_counted or self.keeps_sums)

    @property
    def keeps_sums(self) -> bool:
        """Whether labels are numbers, of which sums say all that alpha asks."""
        return self.level is Level.INTERVAL

    @property
    def keeps_pairs(self) -> bool:
        """Whether the pairs of names within an item are counted too."""
        return self.level is Level.ORDINAL

    @cached_property
    def form(self) -> str:
        """What the counters mean. Where a new schema gives another form, only a recount helps."""
        kept = "names" if self.is_counted else "sums" if self.keeps_sums else "sample"
        kept = "pairs" if self.keeps_pairs else kept
        limits = self.question.limits.to_json()
        chosen = [str(limits.get(key, "")) for key in self.label_type.distance_keys]
        return " ".join([self.question.type, kept, *chosen]).rstrip()

    @cached_property
    def known_names(self) -> frozenset[str]:
        """The names of the categories that the schema has now, for nominal labels."""
        values = self.label_type.condition_values(self.question)
        return frozenset(self.name(value) for value in values)

    def name(self, label: Label) -> str:
        """Return the label as JSON text in one fixed spelling: equal labels, equal names."""
        document = self.label_type.dump(label)
        if self.level is Level.SET:  # it stands in the order of the schema, which may change
            document = sorted(document)
        return _ENCODER.encode(document)

    def label(self, name: str) -> Label | None:
        """Return the label of a name; None when the schema no longer accepts it.

        Counted labels need no schema: what was said of a category stays said after it is deleted.
        """
        document = json.loads(name)
        if self.is_counted:
            return tuple(document) if isinstance(document, list) else document
        try:
            parsed: Label = self.label_type.parse(document, self.question, self._any_item)
        except InvalidLabel:
            return None
        return parsed

    @cached_property
    def _any_item(self) -> ItemFacts:
        """An item so large that every label fits into it."""
        inputs = self.question.on
        return ItemFacts(
            text_lengths=dict.fromkeys(inputs, _WIDE),
            image_sizes=dict.fromkeys(inputs, (_WIDE, _WIDE)),
        )

    def distance(self, one: Label, other: Label) -> Fraction:
        """Return how far two counted labels are apart, 0..1, exactly."""
        if one == other:
            return Fraction(0)
        if self.level is Level.NOMINAL:
            return Fraction(1)
        rough = self.label_type.distance(one, other, self.question)
        return Fraction(rough).limit_denominator(_MOST_DENOMINATOR)

    def distance_of_names(self, one: str, other: str) -> Fraction:
        """Return the distance of two counted labels by their names; each is computed once."""
        key = (one, other) if one < other else (other, one)
        known = self._distances.get(key)
        if known is None:
            known = self._distances[key] = self.distance(self.label(one), self.label(other))
        return known

    def units_of_names(self, one: str, other: str) -> int:
        """Return the same in UNIT: exactly, see there."""
        if self.level is Level.NOMINAL:
            return UNIT
        return round(self.distance_of_names(one, other) * UNIT)

    @cached_property
    def _distances(self) -> dict[tuple[str, str], Fraction]:
        return {}

    def units_apart(self, one: Label, other: Label) -> int:
        """Return how far any two labels are apart, 0..UNIT, rounded to a whole number."""
        return round(self.label_type.distance(one, other, self.question) * UNIT)
