"""Auto-accept: the risk is kept for every number of errors there can be, not on average."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, hypergeom

from labeling.guarantee import Claim, Verdict, audits_needed, breach_evidence, judge, tail

HUGE = 10_000_000


def test_the_tail_is_that_of_the_hypergeometric_distribution() -> None:
    rng = np.random.default_rng(1)
    for _ in range(400):
        size = int(rng.integers(1, 3001))
        wrong, drawn = rng.integers(0, size + 1, 2).tolist()
        seen = int(rng.integers(0, drawn + 1))
        expected = hypergeom.cdf(seen, size, wrong, drawn)
        assert tail(size, wrong, drawn, seen) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("target", "errors", "needed"),
    [
        *[(0.05, 0, 59), (0.05, 1, 93), (0.05, 2, 124), (0.05, 5, 208)],
        *[(0.02, 0, 149), (0.02, 1, 236), (0.02, 2, 313), (0.02, 5, 523)],
        *[(0.01, 0, 299), (0.01, 1, 473), (0.01, 2, 628), (0.01, 5, 1049)],
    ],
)
def test_a_huge_batch_needs_the_audits_of_the_exact_binomial_test(
    target: float, errors: int, needed: int
) -> None:
    """The published table of n with P(Bin(n, target) <= k) <= 0.05; one look takes 6 / pi^2."""
    claim = Claim(target=target, risk=0.05 * math.pi**2 / 6)
    assert audits_needed(claim, size=HUGE, errors=errors) == needed
    assert binom.cdf(errors, needed, target) <= 0.05 < binom.cdf(errors, needed - 1, target)


@pytest.mark.parametrize("target", [0.02, 0.05, 0.2])
@pytest.mark.parametrize("audited", [5, 40, 90])
def test_the_risk_is_kept_whatever_the_number_of_errors(target: float, audited: int) -> None:
    """Every state of the world is tried, and every sample weighed by its exact probability."""
    size, claim = 120, Claim(target=target, risk=0.1)
    accepts = [
        judge(claim, size=size, audited=audited, errors=k).is_proven for k in range(audited + 1)
    ]
    for wrong in range(size + 1):
        broken = math.fsum(
            hypergeom.pmf(k, size, wrong, audited)
            for k in range(audited + 1)
            if accepts[k] and wrong - k > target * (size - audited)
        )
        assert broken <= claim.risk_of_look + 1e-12


def test_the_bound_and_the_proof_agree() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        size = int(rng.integers(10, 2001))
        audited = int(rng.integers(0, size + 1))
        errors = int(rng.integers(0, min(audited, 8) + 1))
        claim = Claim(
            target=float(rng.choice([0.01, 0.05, 0.1, 0.3])), look=int(rng.integers(1, 4))
        )
        found = judge(claim, size=size, audited=audited, errors=errors)
        assert found.is_proven == (found.upper <= claim.target + 1e-12)
        assert found.is_proven == (found.missing == 0)
        after = audited + found.missing
        assert judge(claim, size=size, audited=after, errors=errors).is_proven


def test_later_looks_and_blind_auditors_cost_more_audits() -> None:
    claim = Claim(target=0.05)
    first = audits_needed(claim, size=5000)
    assert audits_needed(Claim(target=0.05, look=3), size=5000) > first
    assert audits_needed(Claim(target=0.05, repeats=0.3), size=5000) > first
    assert sum(Claim(target=0.05, look=j).risk_of_look for j in range(1, 10_000)) <= 0.05


def test_a_batch_that_is_too_small_is_audited_whole() -> None:
    claim = Claim(target=0.01)
    assert judge(claim, size=20, audited=0, errors=0).missing == 20
    assert judge(claim, size=20, audited=20, errors=3) == Verdict(
        is_proven=True, upper=0.0, missing=0
    )


@pytest.mark.parametrize("errors", [0, 1, 4, 30])
def test_the_evidence_is_the_mean_likelihood_ratio(errors: int) -> None:
    audited, target = 60, 0.1

    def ratio(share: float) -> float:
        return (share / target) ** errors * ((1 - share) / (1 - target)) ** (audited - errors)

    mean = quad(ratio, target, 1.0, epsrel=1e-10, limit=400)[0] / (1 - target)
    found = breach_evidence(target, audited=audited, errors=errors)
    assert found == pytest.approx(mean, rel=1e-6)


def test_evidence_of_a_breach_is_rare_while_the_promise_holds_and_certain_when_broken() -> None:
    rng = np.random.default_rng(3)

    def is_found(share: float) -> bool:
        errors = 0
        for audited in range(1, 601):
            errors += rng.random() < share
            if breach_evidence(0.05, audited=audited, errors=errors) >= 20.0:
                return True
        return False

    # Ville: at most 0.05 of the runs, however often one looks. Five deviations of 200 runs.
    assert sum(is_found(0.05) for _ in range(200)) <= 200 * 0.05 + 5 * math.sqrt(200 * 0.05 * 0.95)
    assert all(is_found(0.2) for _ in range(20))


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": 0.0},
        {"target": math.nan},
        {"target": 0.1, "risk": 1.0},
        {"target": 0.1, "look": 0},
        {"target": 0.1, "repeats": 1.0},
    ],
)
def test_a_claim_that_means_nothing_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"target|risk|Look|repeated"):
        Claim(**wrong)  # type: ignore[arg-type]


def test_counts_that_cannot_be_are_refused() -> None:
    claim = Claim(target=0.1)
    with pytest.raises(ValueError, match="can't be"):
        judge(claim, size=10, audited=11, errors=0)
    with pytest.raises(ValueError, match="can't be"):
        breach_evidence(0.1, audited=3, errors=4)
