"""What an argument of a command may be, said before anything is done."""

import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable

_USERNAME = re.compile(r"[\w.@+-]{1,150}")


def username(raw: str) -> str:
    """A name as the interface takes it. Raises ArgumentTypeError, as all here do."""
    if not _USERNAME.fullmatch(raw):
        raise ArgumentTypeError(
            f"«{raw[:40]}» is no user name. Take 1 to 150 letters, digits and . @ + - _"
        )
    return raw


def text_of(most: int) -> Callable[[str], str]:
    """Takes a text that is not blank, of so many characters at most."""

    def read(raw: str) -> str:
        # What the terminal sends that is no UTF-8 comes as half surrogates.
        text = raw.encode(errors="replace").decode().strip()
        if not 1 <= len(text) <= most:
            raise ArgumentTypeError(f"has to be a text of 1 to {most} characters")
        return text

    return read


def whole_from(least: int) -> Callable[[str], int]:
    """Takes a whole number of at least so much."""

    def read(raw: str) -> int:
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 18 and int(raw) >= least):
            raise ArgumentTypeError(f"«{raw[:40]}»: has to be a whole number from {least}")
        return int(raw)

    return read


def number_between(
    least: float, most: float = math.inf, *, is_above: bool = False
) -> Callable[[str], float]:
    """Takes a finite number within the bounds; `is_above`: the lower one is not included."""
    bounds = f"above {least:g}," if is_above else f"from {least:g}"
    bounds = bounds.rstrip(",") if math.isinf(most) else f"{bounds} {'up ' * is_above}to {most:g}"

    def read(raw: str) -> float:
        try:
            number = float(raw)
        except ValueError:
            number = math.nan
        is_within = least <= number <= most and not (is_above and number == least)
        if not (math.isfinite(number) and is_within):
            raise ArgumentTypeError(f"«{raw[:40]}»: has to be a number {bounds}")
        return number

    return read
