"""Auto-accept with a guarantee: may what the model said stand unseen, and does it still?

The items of a batch are those that the model is at least so sure of. Some of them are drawn at
random and judged by people who don't see what the model said: the audits. The rest may be accepted
when the audits prove, at the risk taken, that at most the target share of it is wrong.

The test is exact and knows how large the batch is: k errors among n audits of N items leave more
than the share `target` of the other N - n wrong only if at least W = floor(target (N - n)) + k + 1
of all were wrong, and then so few errors show with the probability

    P(H <= k),   H hypergeometric (N, W, n)

(Casella & Berger, Statistical Inference, 2nd ed., section 9.2: a bound by inverting a test). The
largest W whose probability exceeds the risk bounds the errors from above, whatever their number.

Looking again is paid for: the j-th look at a batch takes 6 / (pi^2 j^2) of the risk, and these
shares sum to 1 (union bound). Batches tried from the surest down, up to the first that fails, need
no such payment (fixed sequence testing; Maurer, Hothorn & Lehmacher 1995).

What was accepted goes on being audited, without an end and with a look after every audit:
`breach_evidence` is a test martingale under "at most the target share is wrong", so that the
probability that it ever reaches 1 / risk is at most the risk (Ville 1939; Ramdas et al. 2023).
"""

import math
from dataclasses import dataclass

LOWEST_TARGET, HIGHEST_TARGET = 0.001, 0.5


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is to be proven of a batch: at most the share `target` of what is accepted is wrong."""

    target: float
    """The largest share of wrong labels that is borne, LOWEST_TARGET..HIGHEST_TARGET."""
    risk: float = 0.05
    """The probability of accepting a batch that breaks the target, above 0 and below 1."""
    look: int = 1
    """Which look at this batch this is, from 1."""
    repeats: float = 0.0
    """How often a person who audits makes the model's very mistake, 0..1, below 1. Such an error
    is not seen, so the errors that can be seen must stay below target times (1 - repeats)."""

    def __post_init__(self) -> None:
        """Raises ValueError for a claim that means nothing; the message says which number."""
        if not LOWEST_TARGET <= self.target <= HIGHEST_TARGET:
            message = f"A target of {self.target} is not in {LOWEST_TARGET}..{HIGHEST_TARGET}."
            raise ValueError(message)
        if not 0.0 < self.risk < 1.0:
            message = f"A risk of {self.risk} is not between 0 and 1."
            raise ValueError(message)
        if self.look < 1:
            message = f"Look {self.look}: the first one is 1."
            raise ValueError(message)
        if not 0.0 <= self.repeats < 1.0:
            message = f"A share of repeated mistakes of {self.repeats} is not in 0..1, below 1."
            raise ValueError(message)

    @property
    def seen_target(self) -> float:
        """The share of errors that audits may see."""
        return self.target * (1.0 - self.repeats)

    @property
    def risk_of_look(self) -> float:
        """The part of the risk that this look may spend."""
        return 6.0 * self.risk / (math.pi * self.look) ** 2


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What audits say of a batch."""

    is_proven: bool
    upper: float
    """Of the share that is wrong among what is not audited, 0..1, at the risk of this look."""
    missing: int
    """So many more audits without an error would prove it; 0 once it is proven. All that is left
    of the batch where that would not do: then the model is not good enough."""


def judge(claim: Claim, *, size: int, audited: int, errors: int) -> Verdict:
    """Say whether the rest of a batch of `size` items may be accepted after these audits.

    `audited` items were drawn uniformly from the batch, `errors` of them were wrong.
    Raises ValueError for counts that can't be.
    """
    if not 0 <= errors <= audited <= size:
        message = f"{errors} errors among {audited} audits of {size} items can't be."
        raise ValueError(message)
    rest = size - audited
    wrong = _most_wrong(size, audited, errors, claim.risk_of_look)
    upper = 0.0 if rest == 0 else (wrong - errors) / rest / (1.0 - claim.repeats)
    return Verdict(
        is_proven=_proves(claim, size, audited, errors),
        upper=min(upper, 1.0),
        missing=_missing(claim, size, audited, errors),
    )


def audits_needed(claim: Claim, *, size: int, errors: int = 0) -> int:
    """How many audits with so many errors among them prove the claim; `size` if none do."""
    return errors + _missing(claim, size, errors, errors)


def _proves(claim: Claim, size: int, audited: int, errors: int) -> bool:
    if audited == size:
        return True  # nothing is left to be wrong
    wrong = math.floor(claim.seen_target * (size - audited)) + errors + 1
    return tail(size, wrong, audited, errors) <= claim.risk_of_look


def _missing(claim: Claim, size: int, audited: int, errors: int) -> int:
    """By bisection. What it finds does prove the claim; since errors are whole numbers, now and
    then a few audits less would have done as well."""
    if _proves(claim, size, audited, errors):
        return 0
    low, high = audited, size
    while low < high:
        middle = (low + high) // 2
        if _proves(claim, size, middle, errors):
            high = middle
        else:
            low = middle + 1
    return low - audited


def _most_wrong(size: int, audited: int, errors: int, risk: float) -> int:
    """The largest number of wrong items that the audits don't refute at this risk."""
    low, high = errors, size - audited + errors
    while low < high:
        middle = (low + high + 1) // 2
        if tail(size, middle, audited, errors) > risk:
            low = middle
        else:
            high = middle - 1
    return low


def tail(size: int, wrong: int, drawn: int, seen: int) -> float:
    """P(at most `seen` wrong ones among `drawn` of `size` items, `wrong` of which are wrong)."""
    fewest = max(0, drawn - (size - wrong))
    most = min(seen, wrong, drawn)
    if most < fewest:
        return 0.0
    whole = _log_choose(size, drawn)
    chance = math.fsum(
        math.exp(_log_choose(wrong, k) + _log_choose(size - wrong, drawn - k) - whole)
        for k in range(fewest, most + 1)
    )
    return min(chance, 1.0)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def breach_evidence(target: float, *, audited: int, errors: int) -> float:
    """How many times likelier the audits are if more than the target is wrong (an e-value).

    The likelihood of the audits, averaged over all error shares from `target` to 1 alike, over
    that at the target. With k errors in n audits the average is a beta integral:

        P(B <= k) / ((1 - t) (n + 1) C(n, k)),   B binomial (n + 1, t)

    Once it reaches 1 / risk the promise is broken at that risk, however often one looks.
    Raises ValueError for counts or targets that can't be.
    """
    if not 0 <= errors <= audited:
        message = f"{errors} errors among {audited} audits can't be."
        raise ValueError(message)
    if not LOWEST_TARGET <= target <= HIGHEST_TARGET:
        message = f"A target of {target} is not in {LOWEST_TARGET}..{HIGHEST_TARGET}."
        raise ValueError(message)
    hit, miss = math.log(target), math.log1p(-target)
    trials = audited + 1
    below = math.fsum(
        math.exp(_log_choose(trials, k) + k * hit + (trials - k) * miss) for k in range(errors + 1)
    )
    if below == 0.0:
        return 0.0
    average = math.log(below) - miss - math.log(trials) - _log_choose(audited, errors)
    exponent = average - errors * hit - (audited - errors) * miss
    return math.exp(min(exponent, 700.0))
