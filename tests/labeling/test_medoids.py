"""How far workers are to be trusted, from distances alone."""

import numpy as np
import pytest

from labeling.medoids import LEAST, WEIGHT_LABELS, reliabilities


def apart(one: float, other: float) -> float:
    return abs(one - other)


def test_one_item_by_hand() -> None:
    found = reliabilities([[(0, 0.0), (1, 0.0), (2, 1.0)]], 3, apart)
    trust = np.ones(3)
    for _ in range(5):
        alike = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
        likeness = alike @ trust / (trust.sum() - trust)
        trust = (likeness + WEIGHT_LABELS * likeness.mean()) / (1 + WEIGHT_LABELS)
    assert found == pytest.approx(trust)
    assert found[0] == found[1] > found[2]


def test_nobody_to_compare_with_is_trusted_and_nobody_agreeing_still_counts() -> None:
    assert reliabilities([], 2, apart).tolist() == [1.0, 1.0]
    assert reliabilities([[(1, 0.5)]], 2, apart).tolist() == [1.0, 1.0]
    lonely = reliabilities([[(0, 0.0), (1, 1.0)]] * 50, 3, apart)
    assert lonely[:2].tolist() == [LEAST, LEAST]
    assert np.isfinite(lonely).all()


def test_workers_who_agree_are_trusted_more_whatever_their_order() -> None:
    items = [[(0, 0.0), (1, 0.1), (2, 0.9)] for _ in range(30)]
    found = reliabilities(items, 3, apart)
    assert found[1] == pytest.approx(found[0], abs=0.1)
    assert found[2] < 0.5 * found[1]
    mirrored = [[(2 - worker, said) for worker, said in row] for row in items]
    assert reliabilities(mirrored, 3, apart)[::-1] == pytest.approx(found)
