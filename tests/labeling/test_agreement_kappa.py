"""Cohen's kappa of pairs of workers, against scikit-learn and a published table."""

import json
import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from labeling.agreement_kappa import KappaTables, cohen_kappa
from labeling.agreement_measure import Measure
from tests.labeling.agreement_samples import ABSTRACTORS, CHOICE, RATING, TEXT
from tests.labeling.samples import calmly, seeded

Said = list[dict[str, int | str]]
"""The label of each worker, item by item."""

pairs_of_values = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=20)


def counted(items: Said, measure: Measure) -> KappaTables:
    """Judgment by judgment, as they come in."""
    tables = KappaTables(measure)
    for said in items:
        others: dict[str, int | str] = {}
        for worker, label in said.items():
            tables.add(worker, label, others)
            others[worker] = label
    return tables


def test_kappa_of_two_abstractors_as_published_by_gwet() -> None:
    """The README of irrCAC 1.0: kappa2.table of cont3x3abstractors."""
    kappa = cohen_kappa(ABSTRACTORS, lambda one, other: 1)
    assert isinstance(kappa, Fraction)
    assert float(kappa) == pytest.approx(0.7964094, abs=5e-8)


@calmly
@given(values=pairs_of_values)
def test_kappa_is_that_of_scikit_learn(values: list[tuple[int, int]]) -> None:
    nominal = counted([{"v": str(a), "w": str(b)} for a, b in values], CHOICE).kappa("w", "v")
    linear = counted([{"v": a, "w": b} for a, b in values], RATING).kappa("v", "w")
    squared = cohen_kappa(
        {(str(a), str(b)): values.count((a, b)) for a, b in values},
        lambda one, other: (int(one) - int(other)) ** 2,
    )
    if len({value for pair in values for value in pair}) < 2:
        assert nominal is linear is squared is None
        return
    left, right = zip(*values, strict=True)
    for weights, ours in (None, nominal), ("linear", linear), ("quadratic", squared):
        theirs = cohen_kappa_score(left, right, labels=[1, 2, 3, 4, 5], weights=weights)
        assert ours is not None
        assert float(ours) == pytest.approx(theirs, abs=1e-9)


def crowd(items: int) -> Said:
    """Four workers of whom three judge each item; the truth is a, mostly."""
    rng = seeded(1)
    found: Said = []
    for _ in range(items):
        truth = rng.choices("abc", (6, 3, 1))[0]
        workers = rng.sample("vwxy", 3)
        found.append(
            {name: truth if rng.random() < 0.8 else rng.choice("abc") for name in workers}
        )
    return found


def test_every_pair_has_its_own_kappa_and_all_pairs_a_mean() -> None:
    tables = counted(crowd(120), CHOICE)
    kappas = tables.kappas()
    assert sorted(kappas) == sorted(combinations("vwxy", 2))
    mean = tables.mean_kappa()
    assert mean == sum(kappas.values()) / 6
    assert 0.3 < float(mean) < 0.8
    assert tables.mean_kappa(fewest=1000) is None


def test_neither_the_order_of_items_nor_that_of_workers_changes_anything() -> None:
    items = crowd(60)
    tables = counted(items, CHOICE)
    turned = [dict(reversed(said.items())) for said in reversed(items)]
    assert counted(turned, CHOICE).tables == tables.tables
    halves = counted(items[:20], CHOICE)
    halves.merge(counted(items[20:], CHOICE))
    assert halves.tables == tables.tables
    text = json.dumps(tables.to_json())
    assert json.dumps(KappaTables.from_json(json.loads(text), CHOICE).to_json()) == text


def test_a_corrected_judgment_changes_only_the_tables_of_its_worker() -> None:
    items = crowd(60)
    tables = counted(items, CHOICE)
    said = items[-1]
    worker = next(iter(said))
    others = {name: label for name, label in said.items() if name != worker}
    before = {pair: table.copy() for pair, table in tables.tables.items()}
    tables.remove(worker, said[worker], others)
    tables.add(worker, "c" if said[worker] != "c" else "a", others)
    changed = {pair for pair, table in tables.tables.items() if table != before[pair]}
    assert changed == {tuple(sorted((worker, other))) for other in others}


def test_where_nothing_can_be_said_nothing_is_said() -> None:
    tables = KappaTables(CHOICE)
    assert tables.kappa("v", "w") is None
    assert tables.mean_kappa() is None
    tables.add("v", "a", {"w": "a"})
    assert tables.kappa("v", "w") is None
    tables.remove("w", "a", {"v": "a"})
    assert tables.tables == {}


def test_what_makes_no_sense_is_refused() -> None:
    tables = KappaTables(CHOICE)
    tables.add("v", "a", {"w": "b"})
    with pytest.raises(ValueError, match="never counted"):
        tables.remove("v", "b", {"w": "a"})
    with pytest.raises(ValueError, match="same worker"):
        tables.add("v", "a", {"v": "a"})
    with pytest.raises(ValueError, match="by name"):
        KappaTables(TEXT)
    kappa = tables.kappa("v", "w")
    assert kappa is not None
    assert math.isfinite(kappa)
