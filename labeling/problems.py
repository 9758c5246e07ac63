"""How this room says no: problems with a place, a code and a way to mend them.

Invalid
 +-- InvalidSchema    a label schema document
 +-- InvalidItem      the data of an item
 +-- InvalidLabel     one label; paths start at the label
 +-- InvalidAnswer    a whole answer; paths start at the answer
 +-- InvalidPolicy    a routing policy
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

MOST_PROBLEMS = 200
"""A refusal lists at most so many problems; a hostile document could hold a million of them."""

LONGEST_SHOWN = 60
WIDEST_INTEGER_SHOWN = 128


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a document."""

    path: str
    """JSON Pointer (RFC 6901) to the place; "" is the document itself."""
    code: str
    """Stable name for programs, such as `span_beyond_text`."""
    message: str
    """For people: what is wrong and how to mend it."""

    def beneath(self, *parts: str | int) -> "Problem":
        """Return the same problem as seen from further up, where the document lies at `parts`."""
        return Problem(path=pointer(*parts) + self.path, code=self.code, message=self.message)


class Invalid(ValueError):
    """A document is refused. Carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        if len(found) > MOST_PROBLEMS:
            left_off = len(found) - MOST_PROBLEMS
            last = Problem(
                path="",
                code="more_problems",
                message=f"{left_off} more problems are not listed. Mend these first.",
            )
            found = (*found[:MOST_PROBLEMS], last)
        self.problems = found
        super().__init__(" ".join(f"{p.path or '/'}: {p.message}" for p in found))


class InvalidSchema(Invalid):
    """The label schema cannot be used."""


class InvalidItem(Invalid):
    """The data of the item does not fit the inputs of the label schema."""


class InvalidLabel(Invalid):
    """The label does not fit its question."""


class InvalidAnswer(Invalid):
    """The answer does not fit the label schema."""


class InvalidPolicy(Invalid):
    """The routing policy cannot be followed."""


def pointer(*parts: str | int) -> str:
    """Return the JSON Pointer of a place. Keys of strangers are shortened and made storable."""
    return "".join(f"/{_pointer_part(part)}" for part in parts)


def _pointer_part(part: str | int) -> str:
    if isinstance(part, int):
        return str(part)
    short = part if len(part) <= LONGEST_SHOWN else part[:LONGEST_SHOWN] + "..."
    storable = short.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return storable.replace("~", "~0").replace("/", "~1")


def shown(value: object) -> str:
    """Return a short, printable description of any value a stranger may send.

    Never calls `repr` on something deep or long: that can recurse without end, and Python
    refuses to print integers of more than 4300 digits.
    """
    if isinstance(value, str):
        return _shown_text(value)
    if isinstance(value, int) and value.bit_length() > WIDEST_INTEGER_SHOWN:
        return "a huge number"
    if value is None or isinstance(value, int | float):
        return json.dumps(value)
    return _shown_container(value)


def _shown_text(value: str) -> str:
    short = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "..."
    is_printable = short.isprintable()
    return json.dumps(short, ensure_ascii=not is_printable)


def _shown_container(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object with {len(value)} keys"
    return f"a value of type {type(value).__name__}"


def listed(words: Iterable[str], *, most: int = 12) -> str:
    """Return the words as a list for a message, shortened when there are many."""
    every = list(words)
    head = ", ".join(f'"{word}"' for word in every[:most])
    return head if len(every) <= most else f"{head} and {len(every) - most} more"
