"""Which items a model may be tried on for auto-accept: how sure it must be, the surest first.

The confidences that choose are out of fold, from labels that the model was fitted without. What is
chosen is a guess alone, that an honest test has to bear out (`guarantee`): a bad one costs audits,
never the promise.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from labeling.guarantee import LOWEST_TARGET, Claim, judge

TAKEN_MEANWHILE = 0.1
"""Such a share of a batch people may label by the ordinary road while it is audited, without a
further look being needed."""


class ConfidenceBin(NamedTuple):
    """Out-of-fold predictions of like confidence, in one of `bins` equal parts of 0..1."""

    confidence: float
    """The mean, 0..1."""
    accuracy: float
    labels: int


class Step(NamedTuple):
    """Items that are sure enough, but not as sure as those of the step before."""

    low: float
    """Surer than this."""
    high: float
    """At most so sure: where the step before begins, 1 for the first."""
    expected_error: float
    """The share that was wrong out of fold, 0..1."""
    labels: int
    """On so many labels."""


def steps(found: Sequence[ConfidenceBin], *, target: float, bins: int) -> list[Step]:
    """The steps that are worth a test, from the surest down.

    The first takes in as many bins as keep its error at half of the target, where a test needs few
    audits; the next go on by themselves, each as wide as keeps its own error at the target. The
    surest bin is always tried, so that a lead learns what it lacks. Empty without bins.
    """
    rest = sorted((one for one in found if one.labels > 0), reverse=True)
    made: list[Step] = []
    while rest:
        borne = target if made else target / 2
        count = _widest(rest, borne)
        if count == 0:
            if made:
                break
            count = 1
        taken, rest = rest[:count], rest[count:]
        made.append(
            Step(
                low=_floor(taken[-1].confidence, bins),
                high=made[-1].low if made else 1.0,
                expected_error=_error(taken),
                labels=sum(one.labels for one in taken),
            )
        )
    return made


def _widest(rest: Sequence[ConfidenceBin], borne: float) -> int:
    """How many of the surest bins together err at most as often; 0 if none do."""
    fitting = [count for count in range(1, len(rest) + 1) if _error(rest[:count]) <= borne]
    return max(fitting, default=0)


def _error(taken: Sequence[ConfidenceBin]) -> float:
    labels = sum(one.labels for one in taken)
    return max(0.0, 1.0 - sum(one.accuracy * one.labels for one in taken) / labels)


def _floor(confidence: float, bins: int) -> float:
    """The lower end of the bin, (i / bins, (i + 1) / bins], that this mean lies in."""
    return max(math.ceil(confidence * bins) - 1, 0) / bins


def target_of_rest(target: float, *, rest: int, left: int) -> float:
    """The target for all that was not audited, so that it holds for what is left of it.

    People go on labelling while a batch is audited: of the `rest` that no audit drew, `left` are
    still nobody's. At most `target` of those are wrong if of all of the rest at most
    target left / rest are, whatever people took away.
    """
    return target * left / rest if rest else target


def audits_to_draw(claim: Claim, *, size: int, audited: int = 0, errors: int = 0) -> int:
    """How many more audits without an error prove the claim, though people go on labelling."""
    careful = max(claim.target * (1.0 - TAKEN_MEANWHILE), LOWEST_TARGET)
    return judge(replace(claim, target=careful), size=size, audited=audited, errors=errors).missing
