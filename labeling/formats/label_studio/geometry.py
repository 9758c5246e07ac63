"""Percent of a picture's side to pixels and back, without losing a bit.

Two floats of pixels can share one nearest float of percent, so a percentage written as a float
cannot always be undone. Where it cannot, it is written with more digits than a float holds; other
programs round them off, we read them all.
"""

from decimal import Context, Decimal
from fractions import Fraction

_FLOAT_DIGITS_MAX = 64
_EXPONENT_MAX = 400
# A float has 15.95 digits; the pixels stay the nearest float while the error is below half a unit.
_EXACT = Context(prec=21)


def exact_number(digits: str) -> Decimal | float:
    """Return a JSON number with all its digits; hostile lengths and exponents as a float."""
    if len(digits) > _FLOAT_DIGITS_MAX:
        return float(digits)
    number = Decimal(digits)
    return number if abs(number.adjusted()) <= _EXPONENT_MAX else float(digits)


def pixels_of_percent(percent: Decimal | float, side: int) -> float:
    """Return the nearest float to `percent` of `side` pixels; `percent` must be finite."""
    return float(Fraction(percent) * side / 100)


def percent_of_pixels(pixels: float, side: int) -> str:
    """Return the percentage as a JSON number; `pixels_of_percent` finds the same pixels."""
    exact = Fraction(pixels) * 100 / side
    short = repr(float(exact))
    if pixels_of_percent(Decimal(short), side) == pixels:
        return short
    return str(_EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator)))
