"""Reading one JSON object of a stranger: every value checked, every problem kept."""

import math
import re
from collections.abc import Collection, Mapping

from labeling.problems import MOST_PROBLEMS, Problem, listed, pointer, shown
from labeling.votes import JSON

WIDEST_INTEGER = 64
"""Bits. Wider integers cannot be turned into floats safely and are never meant."""


def is_storable(text: str) -> bool:
    """Whether a database can keep the text: PostgreSQL refuses NUL, UTF-8 lone surrogates."""
    if "\0" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def as_integer(value: JSON) -> int | None:
    """Return the integer, or None. `true` is no integer, 3.0 neither, nor 10**400."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value.bit_length() <= WIDEST_INTEGER else None


def as_number(value: JSON) -> float | None:
    """Return a finite float, or None. `true` is no number, neither is NaN nor 10**400."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    whole = as_integer(value)
    return None if whole is None else float(whole)


class Reader:
    """Reads the keys of one JSON object; what is wrong goes to `problems`.

    Every method returns a usable value, its `default` when the document has no good one, so that
    reading goes on and finds the other problems. Nothing read may be used while there are any.
    """

    def __init__(self, raw: Mapping[str, JSON], problems: list[Problem], path: str = "") -> None:
        self.raw = raw
        self.problems = problems
        self.path = path

    def report(self, key: str | int | None, code: str, message: str) -> None:
        """Note a problem at `key`, or at the object itself when key is None."""
        path = self.path if key is None else self.path + pointer(key)
        self.problems.append(Problem(path=path, code=code, message=message))

    def refuse_other_keys(self, known: Collection[str]) -> None:
        """Note every key that is not known: a misspelt setting must not pass in silence."""
        for key in self.raw:
            if len(self.problems) > MOST_PROBLEMS:
                return
            if key not in known:
                self.report(
                    str(key),
                    "unknown_key",
                    f"{shown(key)} is not a key here. Remove it, or use one of: {listed(known)}.",
                )

    def identifier(self, pattern: re.Pattern[str], rule: str, *, key: str = "id") -> str:
        """Read an id that matches the pattern as a whole; "" when there is none."""
        value = self.raw.get(key)
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self._wrong(key, value, rule)
        return ""

    def text(self, key: str, default: str, *, longest: int) -> str:
        """Read a text that is not blank, of at most `longest` code points."""
        value = self.raw.get(key, default)
        if key not in self.raw:
            return default
        if not isinstance(value, str) or not is_storable(value):
            self._wrong(key, value, "a text without NUL characters and lone surrogates")
            return default
        if not value.strip():
            self.report(key, "blank", f'"{key}" is blank. Write a text, or leave the key out.')
            return default
        if len(value) > longest:
            self.report(
                key,
                "too_long",
                f'"{key}" has {len(value)} characters. Shorten it to at most {longest}.',
            )
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.raw.get(key, default)
        if isinstance(value, bool):
            return value
        self._wrong(key, value, "true or false")
        return default

    def integer(self, key: str, default: int, *, lowest: int, highest: int) -> int:
        """Read a whole number within the bounds, both included."""
        value = self.raw.get(key, default)
        whole = as_integer(value)
        if whole is None or not lowest <= whole <= highest:
            self._wrong(key, value, f"a whole number from {lowest} to {highest}")
            return default
        return whole

    def number(self, key: str, default: float, *, lowest: float, highest: float) -> float:
        """Read a finite number within the bounds, both included."""
        value = self.raw.get(key, default)
        number = as_number(value)
        if number is None or not lowest <= number <= highest:
            self._wrong(key, value, f"a number from {lowest:g} to {highest:g}")
            return default
        return number

    def option(self, key: str, default: str, options: Collection[str]) -> str:
        """Read one word out of a fixed list."""
        value = self.raw.get(key, default)
        if isinstance(value, str) and value in options:
            return value
        self._wrong(key, value, f"one of: {listed(options)}")
        return default

    def objects(self, key: str, *, fewest: int, most: int) -> list["Reader"]:
        """Read a list of objects; entries that are no objects are noted and left out."""
        readers = []
        for index, entry in enumerate(self.entries(key, fewest=fewest, most=most)):
            path = self.path + pointer(key, index)
            if isinstance(entry, dict):
                readers.append(Reader(entry, self.problems, path))
            else:
                message = f"This is {shown(entry)}. Write an object with named keys here."
                self.problems.append(Problem(path=path, code="wrong_type", message=message))
        return readers

    def entries(self, key: str, *, fewest: int, most: int) -> list[JSON]:
        """Read a list within the given length; a list of wrong length comes back empty."""
        if key not in self.raw:
            self.report(None, "missing_key", f'The key "{key}" is missing. Add it: a list.')
            return []
        value = self.raw[key]
        if not isinstance(value, list):
            self._wrong(key, value, f"a list of {fewest} to {most} entries")
            return []
        if not fewest <= len(value) <= most:
            message = f'"{key}" has {len(value)} entries. It must have from {fewest} to {most}.'
            self.report(key, "wrong_length", message)
            return []
        return value

    def _wrong(self, key: str, value: JSON, wanted: str) -> None:
        if key not in self.raw:
            message = f'The key "{key}" is missing. Add it: {wanted}.'
            self.report(None, "missing_key", message)
            return
        self.report(key, "wrong_value", f'"{key}" is {shown(value)}. It must be {wanted}.')


def read_object(raw: JSON, problems: list[Problem], what: str) -> Reader:
    """Return a reader of `raw`; when it is no object at all, note that and read an empty one."""
    if isinstance(raw, dict):
        return Reader(raw, problems)
    message = f"{what} is {shown(raw)}. It must be a JSON object."
    problems.append(Problem(path="", code="wrong_type", message=message))
    return Reader({}, problems)
