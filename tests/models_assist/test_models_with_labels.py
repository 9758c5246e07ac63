"""Classifiers, taggers, seers and detectors: exact, and a poison input costs itself only."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from models_assist.classify import PackedLogits, PaddedLogits
from models_assist.fakes import FakeEncoder
from models_assist.inputs import Pair, Picture
from models_assist.isolate import ModelFailed, encode_apart
from models_assist.lanes import Served, estimated_tokens
from models_assist.load_any import load_model
from models_assist.runtime import Runtime
from models_assist.weights import ModelUnavailable
from models_assist.words import pieces_of, words_of
from tests import tiny_models
from tests.models_assist.test_runtime import PATIENCE, GatedEncoder
from tests.tiny_models import spec_of

TEXTS = ["the film is good", "bad", "the film is bad bad bad", "Ada is in Paris"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model"


def plain_logits(model: Any, text: str) -> torch.Tensor:
    with torch.no_grad():
        read = tiny_models.tokenizer()(text, return_tensors="pt")
        logits: torch.Tensor = model(
            input_ids=read["input_ids"], attention_mask=read["attention_mask"]
        ).logits[0]
    return logits


@pytest.mark.parametrize(("kind", "way"), [("bert", PackedLogits), ("distilbert", PaddedLogits)])
def test_a_classifier_says_what_transformers_says_of_each_text_alone(
    folder: Path, kind: str, way: type
) -> None:
    model = tiny_models.classifier(folder, ["good", "bad", "none"], kind)
    reader: Any = load_model(spec_of(folder))
    assert isinstance(reader._forward, way)
    said = reader.encode([*TEXTS, ""])
    for text, row in zip(TEXTS, said.vectors, strict=False):
        assert np.allclose(row, plain_logits(model, text).softmax(-1), atol=1e-5)
    assert not said.vectors[-1].any(), "a text without words is of no class"


def test_a_tagger_says_the_tags_of_words_as_transformers_says_those_of_tokens(
    folder: Path,
) -> None:
    model = tiny_models.tagger(folder, ["O", "B-PER", "I-PER"])
    reader = load_model(spec_of(folder))
    pieces = [piece for text in TEXTS for piece in pieces_of(text, words_of(text), 1000)]
    said = reader.read_words(pieces)
    for text, states in zip(TEXTS, said.states, strict=True):
        wanted = plain_logits(model, text).softmax(-1)[1:-1]
        assert np.allclose(states[:, 0], wanted, atol=1e-3)


def test_a_model_of_entailment_reads_pairs(folder: Path) -> None:
    model: Any = tiny_models.classifier(folder, ["contradiction", "neutral", "entailment"])
    reader = load_model(spec_of(folder))
    rows = reader.encode([Pair("the film is good", "good"), Pair("bad", "the film")]).vectors
    with torch.no_grad():
        read = tiny_models.tokenizer()("bad", "the film", return_tensors="pt")
        logits = model(**read).logits[0]
    assert np.allclose(rows[1], logits[[2, 0]], atol=1e-5)
    assert rows.shape == (2, 2)


def noise(seed: int, width: int = 40, height: int = 30) -> Picture:
    return Picture(
        np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    )


def test_pictures_become_vectors_of_unit_length_or_shares_of_classes(tmp_path: Path) -> None:
    tiny_models.seer(tmp_path / "sight")
    sight = load_model(spec_of(tmp_path / "sight"))
    rows = sight.encode([noise(seed) for seed in range(10)]).vectors
    assert rows.shape == (10, sight.dimensions)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    model: Any = tiny_models.seer(tmp_path / "classes", ["cat", "dog"])
    shares = load_model(spec_of(tmp_path / "classes")).encode([noise(1)]).vectors
    pixels = Image.fromarray(noise(1).pixels).resize((tiny_models.SIDE,) * 2, Image.Resampling(2))
    values = torch.tensor(np.array(pixels) / 127.5 - 1, dtype=torch.float32).permute(2, 0, 1)
    with torch.no_grad():
        wanted = model(pixel_values=values[None]).logits.softmax(-1)[0]
    assert np.allclose(shares[0], wanted, atol=1e-4)


def test_a_detector_says_where_things_are_whatever_stands_beside_it_in_the_batch(
    folder: Path,
) -> None:
    tiny_models.detector(folder, ["roof", "road"])
    reader = load_model(spec_of(folder))
    together = reader.encode([noise(1), noise(2, 60, 20)]).states
    alone = reader.encode([noise(1)]).states
    assert together[0].shape == (5, 4 + 2)
    assert np.allclose(together[0], alone[0], atol=1e-5)
    assert (together[0][:, 4:] >= 0).all()
    assert (together[0][:, 4:].sum(axis=1) <= 1 + 1e-5).all()


def test_a_picture_that_no_model_can_read_costs_only_itself(folder: Path) -> None:
    tiny_models.seer(folder)
    reader = load_model(spec_of(folder))
    broken = Picture(np.zeros((0, 0, 3), dtype=np.uint8))
    said = encode_apart(reader, [noise(1), broken, noise(2)])
    assert list(said.failed) == [1]
    assert np.isfinite(said.vectors[[0, 2]]).all()
    with pytest.raises(ModelFailed):
        encode_apart(reader, ["a text is no picture"])


def test_models_take_turns_in_one_thread_and_a_missing_one_fails_its_own_callers_only(
    folder: Path,
) -> None:
    tiny_models.classifier(folder, ["good", "bad"])
    spec = spec_of(folder)
    loaded = load_model(spec)

    def missing() -> Any:
        raise ModelUnavailable("It is gone.", "Copy it again.")

    one = Served(lambda: loaded, lambda: None)
    none = Served(missing, lambda: None)
    with Runtime(missing) as runtime:
        assert runtime.encode(TEXTS, model=one).vectors.shape == (4, 2)
        with pytest.raises(ModelUnavailable, match="It is gone"):
            runtime.encode(TEXTS, model=none)
        with pytest.raises(ModelUnavailable):
            runtime.encode(TEXTS)
        assert runtime.encode(["good"], model=one).space == spec.space


def test_what_waits_for_two_models_is_never_read_by_one_of_them() -> None:
    first, second = GatedEncoder(), FakeEncoder(dimensions=8)
    one, other = Served(lambda: first, lambda: None), Served(lambda: second, lambda: None)
    with Runtime(lambda: first) as runtime, ThreadPoolExecutor(3) as pool:
        held = pool.submit(runtime.encode, ["in hand"], model=one)
        first.wait_until_busy()
        asked = [pool.submit(runtime.encode, ["a text"], model=each) for each in (one, other)]
        while runtime.load().bulk_tokens < 2 * estimated_tokens("a text"):
            time.sleep(0.001)
        first.let_pass()
        spaces = [call.result(PATIENCE).space for call in (held, *asked)]
    assert spaces == [first.space, first.space, second.space]


def test_a_model_whose_labels_changed_since_is_refused(
    folder: Path,
) -> None:
    tiny_models.classifier(folder, ["good", "bad"])
    config = folder / "config.json"
    spec = spec_of(folder)
    config.write_text(config.read_text().replace('"good"', '"fine"'), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="labels"):
        load_model(spec)
