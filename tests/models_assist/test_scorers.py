"""What category texts are worth beside labels, where the two lie apart or categories are many."""

import numpy as np
import pytest

from models_assist.heads import Category, fit_head


def test_labels_of_some_categories_do_not_drown_the_others() -> None:
    # Texts about a category lie to one side of those that belong to it.
    random = np.random.default_rng(0)
    about, aside = np.eye(4, 8), np.eye(8)[7]
    categories = [Category(id=str(at), text="") for at in range(4)]
    truths = random.integers(0, 4, 200)
    texts = about[truths] + 2 * aside + random.normal(0, 0.3, (200, 8))
    learnt = [at for at in range(60) if truths[at] < 2]
    labels = [str(truths[at]) for at in learnt]
    head = fit_head(texts[learnt], labels, categories, about, seed=1)
    said = np.array([int(each.label) for each in head.predict(texts[60:])])
    others = truths[60:] >= 2
    assert (said == truths[60:])[others].mean() > 0.8


@pytest.mark.parametrize(("count", "chosen"), [(24, "prototype"), (120, "prototype_w2")])
def test_of_many_narrow_categories_few_labels_outweigh_words(count: int, chosen: str) -> None:
    random = np.random.default_rng(0)
    truly = random.normal(size=(60, 32))
    words = truly + random.normal(0, 1.2, truly.shape)
    categories = [Category(id=str(at), text="") for at in range(60)]
    truths = random.integers(0, 60, count)
    vectors = truly[truths] + random.normal(0, 0.3, (count, 32))
    head = fit_head(vectors, [str(at) for at in truths], categories, words, seed=1)
    assert head.kind == chosen
