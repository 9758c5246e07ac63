"""Heads start from the category texts, learn from labels, and know how good they are."""

import numpy as np
import pytest

from models_assist.calibrate import log_losses
from models_assist.fakes import FakeEncoder
from models_assist.head_storage import UnreadableHead
from models_assist.heads import (
    Category,
    FittedHead,
    Head,
    ZeroShotHead,
    category_text,
    fit_head,
    head_from_bytes,
)
from models_assist.scorers import (
    SCORERS,
    assign_folds,
    fit_prototypes,
    out_of_fold_logits,
    usable_scorers,
)
from models_assist.vectors import Vectors

ENCODER = FakeEncoder(dimensions=128)
CATEGORIES = [
    Category(id="sport", text=category_text("sport", "match goal team")),
    Category(id="money", text=category_text("money", "bank price market")),
    Category(id="sky", text=category_text("sky", "star moon planet")),
]
TELLING = {
    "sport": "match goal team referee league",
    "money": "bank price market bond loan",
    "sky": "star moon planet comet orbit",
}


def vectors_of(*texts: str) -> Vectors:
    return ENCODER.encode(texts).vectors


CATEGORY_VECTORS = vectors_of(*(category.text for category in CATEGORIES))


def labelled(count: int, seed: int = 0, noise: float = 0.0) -> tuple[Vectors, list[str]]:
    """Texts of two telling words and two idle ones; `noise` is the share of wrong labels."""
    random = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(count):
        truth = list(TELLING)[number % 3]
        idle = random.choice(["one", "two", "red", "blue", "very", "old"], 2)
        texts.append(" ".join([*random.choice(TELLING[truth].split(), 2), *idle]))
        labels.append(str(random.choice(list(TELLING))) if random.random() < noise else truth)
    return vectors_of(*texts), labels


def fitted(count: int, seed: int = 0, noise: float = 0.0) -> FittedHead:
    vectors, labels = labelled(count, seed, noise)
    return fit_head(vectors, labels, CATEGORIES, CATEGORY_VECTORS, seed=1)


def accuracy(head: Head) -> float:
    vectors, labels = labelled(300, seed=99)
    found = [prediction.label for prediction in head.predict(vectors)]
    return float(np.mean([one == other for one, other in zip(found, labels, strict=True)]))


def test_a_category_is_read_as_a_sentence() -> None:
    assert category_text("sport") == "This text is about sport."
    assert category_text("sport", "balls") == "This text is about sport. balls"


def test_without_labels_the_category_texts_decide() -> None:
    head = ZeroShotHead(CATEGORIES, CATEGORY_VECTORS)
    [prediction] = head.predict(vectors_of("the price of the market"))
    assert (head.kind, head.quality) == ("zero_shot", None)
    assert prediction.label == "money"
    assert prediction.score == max(prediction.scores.values())
    assert sum(prediction.scores.values()) == pytest.approx(1)
    assert list(prediction.scores) == ["sport", "money", "sky"]


def test_a_text_without_words_gives_every_category_its_equal_share() -> None:
    [prediction] = ZeroShotHead(CATEGORIES, CATEGORY_VECTORS).predict(vectors_of(""))
    assert list(prediction.scores.values()) == pytest.approx([1 / 3] * 3)
    assert prediction.label == "sport"


def test_labels_teach_what_the_category_texts_do_not_say() -> None:
    head = fitted(150)
    assert accuracy(ZeroShotHead(CATEGORIES, CATEGORY_VECTORS)) < 0.9
    assert accuracy(head) > 0.99


@pytest.mark.parametrize("count", [1, 2, 3, 7, 14])
def test_few_labels_allow_no_choice(count: int) -> None:
    head = fitted(count)
    assert head.kind == "prototype"
    assert head.quality.labels == count


def test_good_words_outweigh_labels_that_are_often_wrong() -> None:
    new, truths = labelled(300, seed=99)
    gains = []
    for seed in range(6):
        vectors, labels = labelled(60, seed=seed, noise=0.6)
        head = fit_head(vectors, labels, CATEGORIES, CATEGORY_VECTORS, seed=1)
        assert head.kind in {"prototype_w64", "prototype_w16"}
        indexes = np.array([head.category_ids.index(label) for label in labels])
        plain = fit_prototypes(vectors.astype(float), indexes, CATEGORY_VECTORS.astype(float))
        said = plain.logits(new.astype(float)).argmax(axis=1)
        right = [head.category_ids[at] == t for at, t in zip(said, truths, strict=True)]
        gains.append(accuracy(head) - float(np.mean(right)))
    assert np.mean(gains) > 0.005


def test_words_that_say_nothing_are_left_for_labels() -> None:
    vectors, labels = labelled(60)
    idle = vectors_of("one red", "two blue", "very old")
    head = fit_head(vectors, labels, CATEGORIES, idle, seed=1)
    assert head.kind not in {"prototype_w64", "prototype_w16"}
    assert accuracy(head) > 0.95


def test_quality_is_out_of_fold() -> None:
    # Labels drawn without regard to the text cannot be predicted, however well they are learnt.
    vectors, labels = labelled(120, noise=1.0)
    head = fit_head(vectors, labels, CATEGORIES, CATEGORY_VECTORS, seed=1)
    assert head.kind.startswith("prototype"), "the luckiest scorer is not the best"
    assert head.quality.accuracy < 0.45
    assert head.quality.log_loss > np.log(3) - 0.05
    assert head.quality.majority_accuracy == max(map(labels.count, labels)) / 120


def test_quality_foretells_accuracy_on_new_texts() -> None:
    head = fitted(150)
    assert head.quality.accuracy == pytest.approx(accuracy(head), abs=0.05)
    assert 0 <= head.quality.ece < 0.2
    assert head.quality.kind == head.kind


def test_labels_that_cannot_be_learnt_make_a_head_modest() -> None:
    vectors, labels = labelled(200, noise=0.3)
    head = fit_head(vectors, labels, CATEGORIES, CATEGORY_VECTORS, seed=1)
    new, truths = labelled(600, seed=77, noise=0.3)
    indexes = np.array([head.category_ids.index(truth) for truth in truths])
    plain = SCORERS[head.kind](
        vectors.astype(float),
        np.array([head.category_ids.index(label) for label in labels]),
        CATEGORY_VECTORS.astype(float),
    )
    untempered = log_losses(plain.logits(new.astype(float)), indexes).mean()
    assert log_losses(np.log(head.probabilities(new)), indexes).mean() < untempered - 0.05


def test_quality_is_told_category_by_category() -> None:
    vectors, labels = labelled(30)
    head = fit_head(
        vectors,
        labels,
        [*CATEGORIES, Category(id="never", text="never seen")],
        np.concatenate([CATEGORY_VECTORS, vectors_of("never seen")]),
        seed=1,
    )
    quality = head.quality.per_category
    assert [quality[name].labels for name in quality] == [10, 10, 10, 0]
    assert quality["never"].recall is None
    assert quality["sport"].recall == pytest.approx(1, abs=0.3)


def test_a_category_never_labelled_still_has_a_score() -> None:
    vectors, labels = labelled(90)
    kept = [index for index, label in enumerate(labels) if label != "sky"]
    head = fit_head(vectors[kept], [labels[i] for i in kept], CATEGORIES, CATEGORY_VECTORS, seed=1)
    sky, sport = head.predict(vectors_of("star moon planet", "match goal team"))
    assert sky.label == "sky"
    assert 0 < sport.scores["sky"] < sport.score


def test_labels_of_one_category_alone_fall_back_to_prototypes() -> None:
    vectors, labels = labelled(90)
    kept = [index for index, label in enumerate(labels) if label == "sky"]
    head = fit_head(vectors[kept], ["sky"] * len(kept), CATEGORIES, CATEGORY_VECTORS, seed=1)
    assert head.kind == "prototype"
    assert head.quality.majority_accuracy == 1
    assert head.predict(vectors_of("bank price market"))[0].label == "money"


def test_a_question_of_one_category_has_one_answer() -> None:
    head = fit_head(
        vectors_of(*"abcdefgh"), ["sport"] * 8, CATEGORIES[:1], CATEGORY_VECTORS[:1], seed=1
    )
    assert head.predict(vectors_of("moon"))[0].scores == {"sport": 1.0}


def test_the_same_seed_gives_the_same_head() -> None:
    assert fitted(60, noise=0.3).to_bytes() == fitted(60, noise=0.3).to_bytes()


def test_two_categories_keep_their_sides() -> None:
    # scikit-learn keeps one row of weights for two categories; a lost sign would swap them.
    vectors, labels = labelled(90)
    kept = [index for index, label in enumerate(labels) if label != "sky"]
    targets = np.array([["sport", "money"].index(labels[index]) for index in kept])
    for fit in usable_scorers(targets, 2).values():
        logits = fit(
            vectors[kept].astype(float), targets, CATEGORY_VECTORS[:2].astype(float)
        ).logits(vectors_of("match goal team", "bank price market").astype(float))
        assert logits.argmax(axis=1).tolist() == [0, 1]


def test_a_label_out_of_fold_was_not_learnt_from() -> None:
    vectors, labels = labelled(30)
    targets = np.array([list(TELLING).index(label) for label in labels])
    folds = assign_folds(targets, 5, np.random.default_rng(0))
    changed = targets.copy()
    changed[folds == 3] = (changed[folds == 3] + 1) % 3
    anchors = CATEGORY_VECTORS.astype(float)
    for fit in usable_scorers(targets, 3).values():
        before = out_of_fold_logits(fit, vectors.astype(float), targets, anchors, folds)
        after = out_of_fold_logits(fit, vectors.astype(float), changed, anchors, folds)
        assert np.array_equal(before[folds == 3], after[folds == 3])
        assert not np.allclose(before[folds != 3], after[folds != 3])


def test_folds_spread_every_category() -> None:
    targets = np.array([0] * 10 + [1] * 5 + [2] * 5)
    folds = assign_folds(targets, 5, np.random.default_rng(3))
    for fold in range(5):
        assert np.bincount(targets[folds == fold]).tolist() == [2, 1, 1]


@pytest.mark.parametrize(
    "head", [ZeroShotHead(CATEGORIES, CATEGORY_VECTORS), fitted(60, noise=0.2)]
)
def test_a_head_survives_storage(head: Head) -> None:
    again = head_from_bytes(head.to_bytes())
    vectors, _ = labelled(20, seed=5)
    assert again.predict(vectors) == head.predict(vectors)
    assert again.quality == head.quality
    assert (again.kind, again.category_ids) == (head.kind, head.category_ids)


@pytest.mark.parametrize("data", [b"", b"pickle", fitted(6).to_bytes()[:-3], b"\x80\x04\x95"])
def test_bytes_that_are_no_head_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableHead):
        head_from_bytes(data)


def test_a_head_of_another_format_is_refused() -> None:
    data = fitted(6).to_bytes().replace(b'"format": 1', b'"format": 2')
    with pytest.raises(UnreadableHead, match="format 2, not 1"):
        head_from_bytes(data)


def test_vectors_of_failed_texts_are_refused() -> None:
    poisoned = FakeEncoder(dimensions=128, poison="moon").encode(["star", "moon", "match"])
    with pytest.raises(ValueError, match="1 vectors are not finite, the first at 1"):
        ZeroShotHead(CATEGORIES, CATEGORY_VECTORS).predict(poisoned.vectors)
    with pytest.raises(ValueError, match="not finite"):
        fit_head(poisoned.vectors, ["sky"] * 3, CATEGORIES, CATEGORY_VECTORS, seed=1)


def test_what_does_not_fit_is_refused() -> None:
    vectors, labels = labelled(6)
    head = fitted(6)
    with pytest.raises(ValueError, match="128 numbers are needed"):
        head.predict(vectors[:, :8])
    with pytest.raises(ValueError, match="'weather' is none of the categories"):
        fit_head(vectors, [*labels[:5], "weather"], CATEGORIES, CATEGORY_VECTORS, seed=1)
    with pytest.raises(ValueError, match="6 vectors, but 5 labels"):
        fit_head(vectors, labels[:5], CATEGORIES, CATEGORY_VECTORS, seed=1)
    with pytest.raises(ValueError, match="no label to learn from"):
        fit_head(vectors[:0], [], CATEGORIES, CATEGORY_VECTORS, seed=1)
    with pytest.raises(ValueError, match="same id"):
        ZeroShotHead([CATEGORIES[0]] * 3, CATEGORY_VECTORS)
    with pytest.raises(ValueError, match="3 vectors for 2 categories"):
        ZeroShotHead(CATEGORIES[:2], CATEGORY_VECTORS)
