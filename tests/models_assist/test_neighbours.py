"""Regions are named by their neighbours, or by nobody."""

import numpy as np
import pytest

from models_assist.head_storage import unpack
from models_assist.neighbours import fit_neighbours, neighbours_from

NAMES = ("roof", "road")


def regions(number: int, *, spread: float, seed: int) -> tuple[np.ndarray, list[str], list[int]]:
    """Regions around two places of a sphere; three to a picture."""
    dice = np.random.default_rng(seed)
    middles = np.eye(2, 12)
    kinds = dice.integers(0, 2, number)
    rows = middles[kinds] + spread * dice.standard_normal((number, 12))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float32), [NAMES[k] for k in kinds], [n // 3 for n in range(number)]


def test_what_is_alike_is_named_alike_and_a_head_survives_storage() -> None:
    head = fit_neighbours(NAMES, *regions(90, spread=0.15, seed=1))
    fresh, truth, _ = regions(60, spread=0.15, seed=2)
    back = neighbours_from(*unpack(head.to_bytes()))
    votes = back.votes(fresh)
    assert [vote.category for vote in votes] == truth
    assert min(vote.share for vote in votes) >= back.threshold
    assert head.quality is not None
    assert head.quality.accuracy > 0.95
    with pytest.raises(ValueError, match="another model"):
        back.votes(np.zeros((1, 5), dtype=np.float32))


def test_where_neighbours_know_nothing_nothing_is_said() -> None:
    vectors, names, groups = regions(90, spread=0.15, seed=3)
    shuffled = list(np.random.default_rng(4).permutation(names))
    head = fit_neighbours(NAMES, vectors, shuffled, groups)
    said = [vote for vote in head.votes(vectors) if vote.category is not None]
    assert len(said) <= 15
    clear = fit_neighbours(NAMES, *regions(90, spread=0.8, seed=5))
    fresh, truth, _ = regions(300, spread=0.8, seed=6)
    votes = clear.votes(fresh)
    spoken = [(v.category == t) for v, t in zip(votes, truth, strict=True) if v.category]
    assert 30 < len(spoken) < 300
    assert np.mean(spoken) > 0.72


def test_regions_of_the_own_picture_have_no_vote_in_the_measure() -> None:
    vectors, _, _ = regions(30, spread=0.01, seed=7)
    pairs = np.repeat(vectors[:15], 2, axis=0)
    same = [NAMES[n // 2 % 2] for n in range(30)]
    head = fit_neighbours(NAMES, pairs, same, [n // 2 for n in range(30)])
    assert head.quality is not None
    assert head.quality.accuracy < 0.9, "each region's twin would have known"
