"""What a bench found, as JSON: a value, its goal, and whether that is met."""

import sys
import traceback
from argparse import Namespace
from collections.abc import Callable
from typing import Any

Bullet = dict[str, Any]
"""value, goal and whether it is met; the first two by name where there are several."""

_WHY = {"why", "error"}
"""What a bullet says that has no value."""


def say(line: str) -> None:
    """One line of the table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def joined(goals: dict[str, Bullet], **shown: Any) -> Bullet:
    """One bullet of several goals, which are met together; `shown` are figures without one."""
    troubles = {name: each[key] for name, each in goals.items() for key in _WHY & set(each)}
    return {
        "value": {name: each["value"] for name, each in goals.items()} | shown,
        "goal": {name: each["goal"] for name, each in goals.items()},
        "met": all(each["met"] for each in goals.values()),
    } | ({"why": troubles} if troubles else {})


def unmeasured(why: str, wanted: float) -> Bullet:
    """What was not measured is not met."""
    say(why)
    return {"value": None, "goal": wanted, "met": False, "why": why}


Measure = Callable[[Namespace], Bullet]


def attempted(measure: Measure, options: Namespace) -> Bullet:
    """What it measured, or why not: whatever breaks, the other figures are still wanted."""
    try:
        return measure(options)
    except Exception as error:  # noqa: BLE001 - told in the figures, and shown in full
        traceback.print_exc()
        return {"value": None, "goal": None, "met": False, "error": repr(error)[:300]}
