"""A fine-tune of a tiny encoder with random weights: it learns, repeats itself, is kept."""

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.encode import Encoder
from models_assist.heads import Head
from models_assist.learners import LEARNERS
from models_assist.lessons import Lesson, TuneFailed
from models_assist.loading import load_encoder
from models_assist.tune import FEWEST_STEPS, steps_for, tune
from models_assist.tune_apart import ApartTuner
from models_assist.weights import WEIGHTS, sha256_of
from tests import tiny_models

# What a text says hangs on which of two words comes first: the mean of what a random network makes
# of them tells a linear head little.
TEXTS = ["good is bad", "bad is good"] * 24
KINDS: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "choice": ({"categories": [{"id": "up"}, {"id": "down"}]}, ["up", "down"]),
    "choices": ({"categories": [{"id": "up"}, {"id": "down"}], "min": 0}, [["up"], []]),
    "rating": ({"min": 1, "max": 3}, [3, 1]),
}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    tiny_models.reader(folder)
    return tiny_models.spec_of(folder)


@pytest.fixture(scope="module")
def encoder(spec: ModelSpec) -> Encoder:
    return load_encoder(spec, threads=1)


def question_of(kind: str) -> Question:
    document = {"id": "q", "type": kind, **KINDS[kind][0]}
    inputs = [{"id": "text", "type": "text"}]
    return LabelSchema.from_json({"inputs": inputs, "questions": [document]}).questions[0]


def lesson(kind: str, encoder: Encoder) -> Lesson:
    question, labels = question_of(kind), KINDS[kind][1] * 24
    probe = LEARNERS[kind].fit(
        question,
        encoder.encode(TEXTS).vectors,
        labels,
        lambda texts: encoder.encode(texts).vectors,
        seed=0,
    )
    return Lesson(
        question=question,
        probe=probe.to_bytes(),
        texts=tuple(TEXTS),
        labels=tuple(labels),
        asked=("good is bad", "bad is good", ""),
        seed=0,
    )


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_fits_better_than_the_probe_it_starts_from(
    kind: str, spec: ModelSpec, encoder: Encoder
) -> None:
    given = lesson(kind, encoder)
    told: list[tuple[int, int]] = []
    tuned = tune(spec, given, progress=lambda done, total: told.append((done, total)))
    probe = LEARNERS[kind].read(given.probe, given.question)
    assert probe is not None
    before = probe.predict(encoder.encode(given.asked[:2]).vectors)
    name = {"choice": "up", "choices": "up", "rating": "3"}[kind]

    def gap(said: list[float]) -> float:
        return said[0] - said[1]

    assert gap([each.scores[name] for each in tuned.said[:2]]) > gap(
        [each.scores[name] for each in before]
    )
    assert tuned.steps == FEWEST_STEPS
    assert told == [(step, FEWEST_STEPS) for step in range(1, FEWEST_STEPS + 1)]
    again = LEARNERS[kind].read(tuned.head, given.question)
    assert again is not None
    assert again.quality is None


def test_more_labels_take_more_steps_within_bounds() -> None:
    assert [steps_for(count) for count in (100, 266, 400, 512, 1000)] == [100, 100, 150, 192, 200]


def test_it_learns_from_every_label(spec: ModelSpec) -> None:
    """One label each of more categories than a batch holds: what is set aside is never named."""
    names = [f"c{at}" for at in range(70)]
    document = {"id": "q", "type": "choice", "categories": [{"id": name} for name in names]}
    inputs = [{"id": "text", "type": "text"}]
    schema = LabelSchema.from_json({"inputs": inputs, "questions": [document]})
    blank = Head(
        kind="blank",
        category_ids=tuple(names),
        weights=np.zeros((len(names), spec.dimensions), np.float32),
        bias=np.zeros(len(names), np.float32),
    )
    given = Lesson(
        question=schema.questions[0],
        probe=blank.to_bytes(),
        texts=("good is bad",) * len(names),
        labels=tuple(names),
        asked=("good is bad",),
        seed=0,
    )
    [said] = tune(spec, given, progress=lambda *_: None).said
    assert min(said.scores.values()) > 0.5 / len(names)


def test_the_same_lesson_and_seed_give_the_same_and_what_is_kept_says_the_same(
    spec: ModelSpec, encoder: Encoder, tmp_path: Path
) -> None:
    given = lesson("choice", encoder)
    first = tune(spec, given, save_to=tmp_path, progress=lambda *_: None)
    second = tune(spec, given, progress=lambda *_: None)
    assert (first.head, first.said) == (second.head, second.said)
    kept = replace(spec, sha256=sha256_of(tmp_path / WEIGHTS), path=str(tmp_path))
    head = LEARNERS["choice"].read(first.head, given.question)
    assert isinstance(head, Head)
    said = head.predict(load_encoder(kept, threads=1).encode(given.asked).vectors)
    for one, other in zip(said, first.said, strict=True):
        assert one.scores == pytest.approx(other.scores, abs=1e-5)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json"] * 3 + [".safetensors"]


def test_a_process_of_its_own_does_the_same_and_its_end_is_no_hang(
    spec: ModelSpec, encoder: Encoder
) -> None:
    given = lesson("choice", encoder)

    def kill(done: int, total: int) -> None:
        if done == 16:
            os.kill(tuner._process.pid or 0, signal.SIGKILL)

    with ApartTuner(spec, hang_seconds=60) as tuner:
        apart = tuner.tune(given, save_to=None, progress=lambda *_: None)
        assert apart.said == tune(spec, given, progress=lambda *_: None).said
        strange = replace(given, probe=b"not a head")
        with pytest.raises(TuneFailed, match="UnreadableHead"):
            tuner.tune(strange, save_to=None, progress=lambda *_: None)
        with pytest.raises(TuneFailed, match="exit code -9"):
            tuner.tune(given, save_to=None, progress=kill)
