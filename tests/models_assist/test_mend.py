"""Scores of a strange model are mended by blind labels, where that helps, and never otherwise."""

import numpy as np
import pytest

from models_assist.heads import Prediction
from models_assist.mend import Known, Mending, learn_mending

CLASSES = ("neg", "neutral", "pos")


def said(shares: np.ndarray) -> Prediction:
    scores = dict(zip(CLASSES, map(float, shares), strict=True))
    best = max(scores, key=scores.__getitem__)
    return Prediction(label=best, score=scores[best], scores=scores)


def known(number: int, *, boast: float, tilt: float, seed: int = 0) -> list[Known]:
    """A model whose shares would be right, had it not sharpened them by `boast` and tilted them
    to its first class by `tilt`."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        honest = dice.dirichlet([0.7, 0.7, 0.7])
        truth = CLASSES[dice.choice(3, p=honest)]
        shares = honest**boast * np.exp([tilt, 0, 0])
        prediction = said(np.round(shares / shares.sum(), 6))
        found.append(Known(prediction, truth, prediction.label == truth))
    return found


def loss(rows: list[Known], predictions: list[Prediction]) -> float:
    pairs = zip(rows, predictions, strict=True)
    return float(np.mean([-np.log(max(p.scores[str(row.truth)], 1e-6)) for row, p in pairs]))


def test_a_boaster_with_a_favourite_is_mended_and_is_right_more_often() -> None:
    learnt = learn_mending(CLASSES, known(300, boast=2.5, tilt=2.5), seed=1)
    assert learnt is not None
    assert learnt.mending.slope == pytest.approx(0.4, abs=0.1)
    fresh = known(2000, boast=2.5, tilt=2.5, seed=9)
    mended = [learnt.mending.mend(row.said) for row in fresh]
    assert loss(fresh, mended) < loss(fresh, [row.said for row in fresh]) - 0.2
    right = np.mean([p.label == row.truth for p, row in zip(mended, fresh, strict=True)])
    assert right > np.mean([row.is_right for row in fresh]) + 0.02
    assert np.mean([p.score for p in mended]) == pytest.approx(right, abs=0.04)
    assert learnt.quality.ece < 0.1


def test_who_is_right_already_or_little_known_is_left_alone() -> None:
    assert learn_mending(CLASSES, known(99, boast=2.5, tilt=2.5), seed=1) is None
    mended = [
        learn_mending(CLASSES, known(150, boast=1.0, tilt=0.0, seed=n), seed=n) for n in range(12)
    ]
    assert sum(each is not None for each in mended) <= 2


def test_a_mending_can_be_undone_as_exactly_as_it_is_stored() -> None:
    mending = Mending(classes=CLASSES, slope=0.4, offsets=(-1.0, 0.5, 0.0))
    raw = said(np.array([0.7, 0.25, 0.05]))
    back = Mending.from_json(mending.to_json()).undone(mending.mend(raw))
    assert back.scores == pytest.approx(raw.scores, abs=1e-9)
    one = Mending(slope=0.5, offsets=(-0.3,))
    spans = Prediction(label=[], score=0.93, scores={})
    assert one.undone(one.mend(spans)).score == pytest.approx(0.93)


def test_one_score_is_mended_where_labels_have_no_classes() -> None:
    dice = np.random.default_rng(2)
    rows = [
        Known(Prediction(label=[n], score=0.99, scores={}), [n if right else -1], bool(right))
        for n, right in enumerate(dice.random(200) < 0.6)
    ]
    learnt = learn_mending((), rows, seed=0)
    assert learnt is not None
    assert learnt.mending.mend(rows[0].said).score == pytest.approx(0.6, abs=0.08)
