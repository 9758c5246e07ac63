"""Weighed words: what texts share, what pairs share, and that a head can learn from them."""

import numpy as np
import pytest

from models_assist.soft_head import FOLDS, out_of_fold_beliefs
from models_assist.word_vectors import STEPS, word_vectors


def test_rows_have_length_one_and_texts_without_shared_words_are_empty() -> None:
    rows = word_vectors(["a good film", "a good book", "nothing else"]).toarray()
    lengths = np.sqrt((rows**2).sum(axis=1))
    assert lengths == pytest.approx([1.0, 1.0, 0.0])
    # a, good, and their neighbourhood; no other term stands in two texts.
    assert rows.shape == (3, 3)
    np.testing.assert_allclose(rows[0], rows[1])


@pytest.mark.parametrize(
    "texts", [[""], ["", ""], ["one"], ["one [SEP] "], [" [SEP] ", " [SEP] "]]
)
def test_texts_that_say_nothing_make_rows_of_finite_numbers(texts: list[str]) -> None:
    rows = word_vectors(texts).toarray()
    assert len(rows) == len(texts)
    assert np.isfinite(rows).all()


def test_of_pairs_it_tells_how_alike_they_are() -> None:
    rows = word_vectors(["red shoe [SEP] red shoe", "red shoe [SEP] blue hat"]).toarray()
    likeness = rows[:, -2 * STEPS :]
    assert likeness[0, STEPS - 1] == likeness[0, 2 * STEPS - 1] == 1.0
    assert likeness[1, 0] == likeness[1, STEPS] == 1.0
    assert likeness.sum() == 4.0


def test_a_head_learns_from_words_what_a_doubtful_crowd_believes() -> None:
    dice = np.random.default_rng(1)
    truth = dice.integers(0, 2, 300)
    texts = [f"{('bad', 'good')[real]} {dice.choice(['film', 'book', 'play'])}" for real in truth]
    said = np.where(dice.random(300) < 0.75, truth, 1 - truth)
    beliefs = np.where(said[:, None] == np.arange(2), 0.75, 0.25)
    found = out_of_fold_beliefs(
        word_vectors(texts), beliefs, np.ones(300), np.arange(300), dice.integers(0, FOLDS, 300)
    )
    assert (found.argmax(axis=1) == truth).mean() > 0.98
