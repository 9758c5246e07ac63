"""Auto-accept on pools with known truth: how often a promise is broken, and what is accepted.

A model's confidences are drawn, and an answer is right with a chance that its confidence tells up
to a fault in its calibration. Batches, audits, looks and the evidence of the rolling audit are
those of the server: the very functions of `labeling.acceptance` and `labeling.guarantee`.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.acceptance import ConfidenceBin, Step, audits_to_draw, steps
from labeling.guarantee import Claim, breach_evidence, judge

RISK, TARGET, ROLLING = 0.05, 0.05, 0.02
BINS, OUT_OF_FOLD = 15, 600
MOST_LOOKS = 4
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Kind(NamedTuple):
    """A model: its confidences follow a beta distribution, from which its accuracy falls short."""

    name: str
    a: float
    b: float
    shortfall: float
    """A confident answer is right so much less often than it says."""


KINDS = (
    Kind("good, honest", 6.0, 0.4, 0.0),
    Kind("middling, honest", 3.0, 0.8, 0.0),
    Kind("good, overconfident", 9.0, 0.3, 0.045),
    Kind("just beyond the target", 60.0, 0.3, 0.048),
)


class Drawn(NamedTuple):
    """What one draw came to."""

    is_broken: bool
    """Some batch was accepted of whose rest more than the target is wrong."""
    share: float
    """Of the pool, that was accepted."""
    audits: int
    is_alarmed: bool
    """The rolling audit took a batch back."""


def _pool(kind: Kind, size: int, random: np.random.Generator) -> tuple[Floats, Flags]:
    sure = np.clip(random.beta(kind.a, kind.b, size), 0.5, 1.0)
    is_wrong = random.random(size) >= np.clip(sure - kind.shortfall, 0.0, 1.0)
    return sure, is_wrong


def _bins(sure: Floats, is_wrong: Flags) -> list[ConfidenceBin]:
    place = np.clip(np.ceil(sure * BINS).astype(int) - 1, 0, BINS - 1)
    found = []
    for number in np.unique(place):
        inside = place == number
        accuracy = 1.0 - float(is_wrong[inside].mean())
        found.append(ConfidenceBin(float(sure[inside].mean()), accuracy, int(inside.sum())))
    return found


def draw_once(kind: Kind, size: int, random: np.random.Generator) -> Drawn:
    """One project: bins from labels that the pool does not hold, then batch after batch."""
    bins = _bins(*_pool(kind, OUT_OF_FOLD, random))
    sure, is_wrong = _pool(kind, size, random)
    accepted, audits, is_broken, is_alarmed = 0, 0, False, False
    for step in steps(bins, target=TARGET, bins=BINS):
        order = _batch(step, sure, random)
        drawn, is_proven = _audit(is_wrong[order])
        audits += drawn
        if not is_proven:
            break
        rest = is_wrong[order][drawn:]
        accepted += len(rest)
        is_broken |= bool(rest.mean() > TARGET)
        is_alarmed |= _alarms(rest)
    return Drawn(is_broken, accepted / size, audits, is_alarmed)


def _batch(step: Step, sure: Floats, random: np.random.Generator) -> npt.NDArray[np.intp]:
    return random.permutation(np.flatnonzero((sure > step.low) & (sure <= step.high)))


def _audit(is_wrong: Flags) -> tuple[int, bool]:
    """How many were audited, and whether that proved the rest."""
    size, drawn = len(is_wrong), 0
    for look in range(1, MOST_LOOKS + 1):
        claim = Claim(target=TARGET, risk=RISK, look=look)
        errors = int(is_wrong[:drawn].sum())
        more = audits_to_draw(claim, size=size, audited=drawn, errors=errors)
        if drawn + more >= size:
            return drawn, False
        drawn += more
        errors = int(is_wrong[:drawn].sum())
        if judge(claim, size=size, audited=drawn, errors=errors).is_proven:
            return drawn, True
    return drawn, False


def _alarms(rest: Flags) -> bool:
    """Whether the rolling audit breaks the promise. The places are in a drawn order already."""
    errors = 0
    for audited, wrong in enumerate(rest[: math.ceil(ROLLING * len(rest))].tolist(), start=1):
        errors += wrong
        if breach_evidence(TARGET, audited=audited, errors=errors) >= 1.0 / RISK:
            return True
    return False


class Found(NamedTuple):
    """Over all draws of one kind of model."""

    broken: float
    share: float
    audits: float
    alarmed: float


def measure_acceptance(draws: int, size: int, seed: int) -> dict[str, Found]:
    """Shares over `draws` projects of `size` open items, by the kind of model."""
    found = {}
    for number, kind in enumerate(KINDS):
        made = [
            draw_once(kind, size, np.random.default_rng([seed, number, draw]))
            for draw in range(draws)
        ]
        means = np.asarray(made, dtype=float).mean(axis=0).tolist()
        found[kind.name] = Found(*means)
    return found


def allowed(draws: int) -> float:
    """The share of broken promises that the risk explains: with two standard errors of it."""
    return RISK + 2.0 * math.sqrt(RISK * (1.0 - RISK) / draws)
