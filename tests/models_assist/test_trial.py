"""Which of two speaks: the same labels, out of fold, and only for a clear gain."""

import numpy as np
import pytest

from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.heads import Prediction
from models_assist.trial import FOLDS, Compared, compare, differing, folds_of

CLASSES = ("neg", "pos")
LABELS = ["pos", "neg"] * 60


def question(kind: str = "choice") -> Question:
    document = {"id": "q", "type": kind, "categories": [{"id": each} for each in CLASSES]}
    inputs = [{"id": "text", "type": "text"}]
    return LabelSchema.from_json({"inputs": inputs, "questions": [document]}).questions[0]


def sure(share: float, labels: list[str] = LABELS, wrong: int = 0) -> list[Prediction]:
    """As sure as told of each label; of the other one for the first few."""
    said = []
    for at, label in enumerate(labels):
        own = share if at >= wrong else 1 - share
        scores = {each: own if each == label else 1 - own for each in CLASSES}
        said.append(
            Prediction(label=max(CLASSES, key=scores.__getitem__), score=0.9, scores=scores)
        )
    return said


def test_a_surer_and_no_less_right_one_takes_over() -> None:
    said = Compared(sure(0.6, wrong=24), sure(0.8, wrong=24))
    verdict = compare(question(), CLASSES, LABELS, said, folds_of(LABELS, 0))
    # 96 labels gain log(0.8/0.6), 24 lose log(0.4/0.2).
    assert verdict.gain == pytest.approx((96 * np.log(0.8 / 0.6) - 24 * np.log(2)) / 120)
    assert 0 < verdict.gain_low < verdict.gain
    assert verdict.is_better
    assert (verdict.head.kind, verdict.tuned.kind) == ("head", "lp_ft")


def test_a_gain_that_may_be_luck_or_costs_right_answers_does_not() -> None:
    few = LABELS[:12]
    by_luck = Compared(sure(0.7, few, wrong=3), sure(0.72, few, wrong=3))
    verdict = compare(question(), CLASSES, few, by_luck, folds_of(few, 0))
    assert verdict.gain > 0
    assert not verdict.is_better
    worse = Compared(sure(0.55), sure(0.9, wrong=2))
    verdict = compare(question(), CLASSES, LABELS, worse, folds_of(LABELS, 0))
    assert verdict.gain_low > 0
    assert not verdict.is_better


def test_with_few_labels_some_points_more_suffice_though_they_are_not_sure() -> None:
    few = LABELS[:100]
    said = Compared(sure(0.7, few, wrong=30), sure(0.72, few, wrong=28))
    verdict = compare(question(), CLASSES, few, said, folds_of(few, 0))
    # 70 labels gain log(0.72/0.7), 28 lose log(0.3/0.28), two gain log(0.72/0.3).
    assert verdict.gain == pytest.approx(0.0179, abs=1e-4)
    assert verdict.gain_low < 0
    assert verdict.is_better
    turned = Compared(said.tuned, said.head)
    assert not compare(question(), CLASSES, few, turned, folds_of(few, 0)).is_better


def test_a_fine_tune_that_is_too_sure_is_mended_by_labels_of_other_folds() -> None:
    too_sure = Compared(sure(0.7, wrong=24), sure(0.999, wrong=24))
    verdict = compare(question(), CLASSES, LABELS, too_sure, folds_of(LABELS, 0))
    # Right in four of five: the logit of 0.999 has to shrink to that of 0.8.
    assert verdict.temperature == pytest.approx(np.log(999) / np.log(4), rel=0.05)
    # Too sure it would cost 1.38 nats a label; the fold of the wrong ones is what is left.
    assert verdict.tuned.log_loss < 0.6


def test_sets_are_compared_as_sets() -> None:
    labels = [["pos", "neg"], ["pos"], []]
    scores = {"neg": 0.6, "pos": 0.7}
    both = Prediction(label=["neg", "pos"], score=0.5, scores=scores)
    none = Prediction(label=[], score=0.5, scores={"neg": 0.2, "pos": 0.2})
    said = Compared([both, both, none], [none, both, none])
    assert differing(labels, said, 5) == [0]
    verdict = compare(question("choices"), CLASSES, labels, said, np.array([0, 1, 2]))
    assert (verdict.head.accuracy, verdict.tuned.accuracy) == (2 / 3, 1 / 3)
    assert verdict.gain < 0
    assert verdict.temperature == 1.0


def test_folds_hold_every_label_alike_and_are_the_same_each_time() -> None:
    labels = ["rare"] * 3 + ["common"] * 30
    folds = folds_of(labels, 0)
    assert sorted(folds[:3].tolist()) == list(range(FOLDS))
    assert np.array_equal(folds, folds_of(labels, 0))
