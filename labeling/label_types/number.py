"""number: a measured quantity."""

# ruff: noqa: ARG002 - a label type is handed all that some label type needs.

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from labeling.label_types.base import JointFit, LabelType, Level, refused
from labeling.numeric import Numbers, fit_numbers
from labeling.problems import shown
from labeling.questions import ItemFacts, Limits, Question, limits_of
from labeling.reading import Reader, as_number
from labeling.votes import JSON, ScoredLabel
from labeling.voting import likeness_to, weighted_median

Quantity: TypeAlias = int | float
"""Whole numbers as int, so that equal numbers are written alike."""

MOST = 10**15
"""Numbers lie between minus this and this."""
MOST_DIGITS = 15
"""A decimal of so many digits is the same again after it was a float (IEEE 754 binary64)."""
SMALLEST_STEP = 1e-12
LONGEST_UNIT = 20


@dataclass(frozen=True, kw_only=True)
class NumberLimits(Limits):
    """What numbers may be sent, and which of them are taken for the same."""

    min: Quantity | None
    max: Quantity | None
    step: Quantity | None
    """Labels are `min` (else 0) plus a multiple of it; 1 means whole numbers."""
    unit: str | None
    """Shown beside the number; never part of the label."""
    tolerance: Quantity
    """Numbers no further apart than this agree."""

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are on the grid."""
        return isinstance(self.step, int) and isinstance(self.min or 0, int)

    def off_step(self, value: Quantity) -> bool:
        """Return whether the number lies between two steps; counted exactly."""
        return self.step is not None and (_exact(value) - self._base) % _exact(self.step) != 0

    def nearest(self, value: Fraction, decimals: int) -> Quantity:
        """Return the label next to a value: on a step, else of so many decimals."""
        if self.step is None:
            near = round(value, decimals)
        else:
            step = _exact(self.step)
            near = self._base + round((value - self._base) / step) * step
            while self.max is not None and near > _exact(self.max):
                near -= step
        low, high = (None if end is None else _exact(end) for end in (self.min, self.max))
        near = near if low is None else max(near, low)
        return _quantity(float(near if high is None else min(near, high)))

    @property
    def _base(self) -> Fraction:
        return _exact(self.min or 0)


class Number(LabelType[Quantity]):
    """A label is a number of at most MOST_DIGITS significant digits, kept digit by digit."""

    name = "number"
    level = Level.INTERVAL
    limit_keys = ("min", "max", "step", "unit", "tolerance")
    distance_keys = ("min", "max", "tolerance")

    def read_limits(self, reader: Reader, *, is_required: bool, categories: int) -> NumberLimits:
        """Read min, max, step and unit (none) and tolerance (0)."""
        lowest = _read_end(reader, "min", -MOST)
        highest = _read_end(reader, "max", MOST)
        if lowest is not None and highest is not None and lowest >= highest:
            message = f'"min" is {lowest}, but "max" is {highest}. Lower "min" or raise "max".'
            reader.report("min", "min_above_max", message)
        step = None
        if "step" in reader.raw:
            step = _quantity(reader.number("step", 1, lowest=SMALLEST_STEP, highest=MOST))
        unit = reader.text("unit", "", longest=LONGEST_UNIT) if "unit" in reader.raw else None
        tolerance = _quantity(reader.number("tolerance", 0, lowest=0, highest=MOST))
        return NumberLimits(min=lowest, max=highest, step=step, unit=unit, tolerance=tolerance)

    def question_json_schema(self) -> dict[str, JSON]:
        """Return the schema of min, max, step, unit and tolerance."""
        end = {"type": "number", "minimum": -MOST, "maximum": MOST}
        return {
            "min": end,
            "max": end,
            "step": {"type": "number", "minimum": SMALLEST_STEP, "maximum": MOST},
            "unit": {"type": "string", "minLength": 1, "maxLength": LONGEST_UNIT},
            "tolerance": {"type": "number", "minimum": 0, "maximum": MOST},
        }

    def label_json_schema(self, question: Question) -> dict[str, JSON]:
        """Return a number within its ends.

        JSON Schema counts steps in floats, of which 0.3 is no multiple of 0.1: `parse` does.
        """
        limits = limits_of(question, NumberLimits)
        return {
            "type": "integer" if limits.whole else "number",
            "minimum": -MOST if limits.min is None else limits.min,
            "maximum": MOST if limits.max is None else limits.max,
        }

    def parse(self, raw: JSON, question: Question, facts: ItemFacts) -> Quantity:
        """Return the number."""
        limits = limits_of(question, NumberLimits)
        value = as_number(raw)
        if value is None:
            raise refused("wrong_type", f"This is {shown(raw)}. Send a number.")
        low = -MOST if limits.min is None else limits.min
        high = MOST if limits.max is None else limits.max
        if not low <= value <= high:
            message = f"{shown(raw)} is out of range. Send a number from {low} to {high}."
            raise refused("out_of_range", message)
        if not _is_kept(raw):
            message = (
                f"{shown(raw)} has more than {MOST_DIGITS} digits. Round it to {MOST_DIGITS}."
            )
            raise refused("too_many_digits", message)
        if limits.off_step(_quantity(raw)):
            start = limits.min or 0
            message = (
                f"{shown(raw)} is between two steps. Send {start} plus a multiple of "
                f"{limits.step}."
            )
            raise refused("off_step", message)
        return _quantity(raw)

    def dump(self, label: Quantity) -> JSON:
        """Return the number."""
        return label

    def distance(self, a: Quantity, b: Quantity, question: Question) -> float:
        """Return 0 within the tolerance, else how far two numbers are apart, below 1.

        With a tolerance t the rest r = |a - b| - t counts as r / (r + t). Without one, |a - b| is
        a share of the scale, if it has both ends, and else of |a| + |b| (the Canberra distance:
        Lance & Williams 1967, "Mixed-data classificatory programs").
        """
        limits = limits_of(question, NumberLimits)
        apart = abs(_exact(a) - _exact(b))
        if limits.tolerance:
            rest = max(apart - _exact(limits.tolerance), Fraction(0))
            return float(rest / (rest + _exact(limits.tolerance)))
        if limits.min is not None and limits.max is not None:
            return float(apart / (_exact(limits.max) - _exact(limits.min)))
        return float(apart / (abs(_exact(a)) + abs(_exact(b)))) if apart else 0.0

    def difference(self, a: Quantity, b: Quantity, question: Question) -> Fraction:
        """Return the squared difference: Krippendorff's interval metric (2011), exactly."""
        return (_exact(a) - _exact(b)) ** 2

    def aggregate(
        self, labels: Sequence[Quantity], weights: Sequence[float], question: Question
    ) -> ScoredLabel:
        """Return the weighted mean of the numbers within the tolerance of the weighted median.

        So an outlier moves nothing, and numbers that agree are averaged. Rounded to a step, else
        to the decimals of the most precise number.
        """
        limits = limits_of(question, NumberLimits)
        median, tolerance = _exact(weighted_median(labels, weights)), _exact(limits.tolerance)
        near = [
            (value, Fraction(weight))
            for value, weight in zip(map(_exact, labels), weights, strict=True)
            if abs(value - median) <= tolerance
        ]
        mean = sum(value * weight for value, weight in near) / sum(weight for _, weight in near)
        label = limits.nearest(Fraction(mean), max(map(_decimals, labels)))
        return self._scored(label, labels, weights, question)

    def fit(
        self, items: Sequence[Sequence[tuple[int, Quantity]]], workers: int, question: Question
    ) -> JointFit:
        """Return the expected values, each worker's bias and gain taken out (`fit_numbers`).

        A worker's reliability is the share of the spread of the own numbers that is the items':
        g^2 v / (g^2 v + s^2) (Lord & Novick 1968, "Statistical theories of mental test scores").
        """
        limits = limits_of(question, NumberLimits)
        votes = [(at, *vote) for at, labels in enumerate(items) for vote in labels]
        columns = np.array([vote[:2] for vote in votes], dtype=np.int64).reshape(-1, 2)
        values = np.array([vote[2] for vote in votes], dtype=np.float64)
        fitted = fit_numbers(
            Numbers(
                items=columns[:, 0],
                workers=columns[:, 1],
                values=values,
                item_count=len(items),
                worker_count=workers,
            )
        )
        varies = max(float(fitted.values.var()) if len(items) else 0.0, 1e-300)
        told, noise = fitted.gain**2 * varies, fitted.spread**2
        # What the fit takes out stays in a number that is weighed by itself.
        off = fitted.bias**2 + (1.0 - fitted.gain) ** 2 * varies
        reliability, alone = told / (told + noise), told / (told + noise + off)
        found = []
        for value, labels in zip(fitted.values.tolist(), items, strict=True):
            decimals = max(_decimals(label) for _, label in labels)
            label = limits.nearest(Fraction(float(f"{value:.12g}")), decimals)
            given = [said for _, said in labels]
            found.append(self._scored(label, given, [1.0] * len(given), question))
        return JointFit(found, reliability.tolist(), alone.tolist())

    def _scored(
        self,
        label: Quantity,
        labels: Sequence[Quantity],
        weights: Sequence[float],
        question: Question,
    ) -> ScoredLabel:
        score = likeness_to(label, labels, weights, lambda a, b: self.distance(a, b, question))
        return ScoredLabel(label, score)

    def summary(self, label: Quantity, question: Question) -> str:
        """Return the number with its unit."""
        unit = limits_of(question, NumberLimits).unit
        return f"{label} {unit}" if unit else str(label)


def _read_end(reader: Reader, key: str, default: int) -> Quantity | None:
    if key not in reader.raw:
        return None
    return _quantity(reader.number(key, default, lowest=-MOST, highest=MOST))


def _quantity(value: float) -> Quantity:
    """Return the number in its one form."""
    return int(value) if value == math.floor(value) else float(value)


def _exact(value: float) -> Fraction:
    """Return the decimal that is meant: 0.1 is a tenth, and not the float next to it."""
    return Fraction(repr(value))


def _is_kept(value: float) -> bool:
    digits = Decimal(repr(value)).normalize().as_tuple().digits
    return len(digits) <= MOST_DIGITS


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))
