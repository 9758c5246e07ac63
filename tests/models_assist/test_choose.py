"""What is labelled next: what stands for many, then what is in doubt, and a share by chance."""

import numpy as np
import pytest

from models_assist.choose import (
    Matrix,
    next_rows,
    set_margins,
    share_margins,
    top_margins,
    typical_rows,
)

RANDOM = np.random.default_rng(3)


def around(*sizes: int, spread: float = 0.05, dimensions: int = 16) -> Matrix:
    """Crowds of these sizes, each around an axis of its own, the middle of a crowd first."""
    rows = []
    for axis, size in enumerate(sizes):
        crowd = RANDOM.normal(0.0, spread, (size, dimensions))
        crowd[0] = 0.0
        crowd[:, axis] += 1.0
        rows.append(crowd)
    vectors = np.concatenate(rows)
    unit: Matrix = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_the_largest_crowds_give_a_typical_row_each_before_any_gives_two() -> None:
    sizes = (90, 70, 50, 30)
    vectors = around(*sizes)
    crowd_of = np.repeat(np.arange(4), sizes)
    found = typical_rows(vectors, vectors[:0], 4, seed=0)
    assert sorted(crowd_of[found].tolist()) == [0, 1, 2, 3]
    # What is typical lies nearer to the middle than most of its crowd.
    for row in found:
        likeness = (
            vectors[crowd_of == crowd_of[row]]
            @ vectors[np.flatnonzero(crowd_of == crowd_of[row])[0]]
        )
        assert vectors[row] @ vectors[np.flatnonzero(crowd_of == crowd_of[row])[0]] > np.median(
            likeness
        )


def test_what_a_label_covers_already_waits() -> None:
    sizes = (90, 70, 50)
    vectors = around(*sizes)
    crowd_of = np.repeat(np.arange(3), sizes)
    found = typical_rows(vectors, vectors[:1], 2, seed=0)
    assert sorted(crowd_of[found].tolist()) == [1, 2]


def test_every_row_is_found_once_and_the_same_seed_finds_the_same() -> None:
    vectors = around(30, 20, 10)
    found = typical_rows(vectors, vectors[:3], 60, seed=5)
    assert sorted(found.tolist()) == list(range(60))
    assert found.tolist() == typical_rows(vectors, vectors[:3], 60, seed=5).tolist()
    assert len(typical_rows(vectors[:0], vectors, 9, seed=5)) == 0
    with pytest.raises(ValueError, match="other lengths"):
        typical_rows(vectors, vectors[:, :4], 9, seed=5)


def test_margins_are_those_of_the_shares_however_large_the_logits() -> None:
    shares = np.array([[0.5, 0.3, 0.2], [0.98, 0.01, 0.01], [1 / 3] * 3], dtype=np.float32)
    expected = [0.2, 0.97, 0.0]
    assert share_margins(shares) == pytest.approx(expected, abs=1e-6)
    assert top_margins((np.log(shares) + 500.0).astype(np.float32)) == pytest.approx(
        expected, abs=1e-4
    )
    assert top_margins(np.zeros((2, 1), dtype=np.float32)).tolist() == [1.0, 1.0]
    assert set_margins(np.array([[0.9, 0.4], [1.0, 0.0]], dtype=np.float32)) == pytest.approx(
        [0.2, 1.0]
    )


def test_chance_has_its_share_at_every_place_and_the_model_picks_none_of_these() -> None:
    draws = np.random.default_rng(1).random(20_000)
    margins = np.random.default_rng(2).random(20_000)
    preferred = np.argsort(margins)
    found = next_rows(preferred, draws, share=0.15, count=4000, seed=0)
    assert (draws[found.rows] < 0.15).tolist() == found.is_blind.tolist()
    for part in np.split(found.is_blind, 4):
        assert part.mean() == pytest.approx(0.15, abs=0.04)
    # The blind ones are a random sample by what the model thinks of them; the others are not.
    assert margins[found.rows[found.is_blind]].mean() == pytest.approx(0.5, abs=0.04)
    assert margins[found.rows[~found.is_blind]].max() < 0.25
    assert len(np.unique(found.rows)) == 4000


def test_the_blind_go_on_where_they_stopped_when_some_are_done() -> None:
    draws = np.random.default_rng(1).random(1000)
    first = next_rows(np.arange(1000), draws, share=0.2, count=100, seed=0)
    left = np.delete(np.arange(1000), first.rows)
    second = next_rows(np.arange(len(left)), draws[left], share=0.2, count=100, seed=1)
    assert (
        draws[first.rows[first.is_blind]].max() < draws[left[second.rows[second.is_blind]]].min()
    )


@pytest.mark.parametrize(("blind", "others"), [(0, 30), (30, 0), (3, 27), (28, 2)])
def test_where_one_kind_is_used_up_the_other_fills_the_places(blind: int, others: int) -> None:
    draws = np.array([0.1] * blind + [0.9] * others)
    found = next_rows(np.arange(30), draws, share=0.5, count=30, seed=0)
    assert sorted(found.rows.tolist()) == list(range(30))
    assert int(found.is_blind.sum()) == blind
