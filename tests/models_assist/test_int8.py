"""The text encoder in eight bits: the same graph, nearly the same vectors, a space of its own."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_django
import torch
from django.core.management import call_command
from safetensors.numpy import load_file
from transformers import BertConfig, BertModel

from annotate import encoder as encoders
from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec
from models_assist.loading import load_encoder
from models_assist.state_layers import state_layers
from models_assist.weights import ModelUnavailable, sha256_of
from models_assist.words import Piece, words_of
from tests import tiny_models

REASON = "onnxruntime or onnx is not installed: they are an extra, requirements-int8.txt"
onnxruntime = pytest.importorskip("onnxruntime", reason=REASON)
onnx = pytest.importorskip("onnx", reason=REASON)
int8 = pytest.importorskip("models_assist.int8", reason=REASON)
int8_build = pytest.importorskip("models_assist.int8_build", reason=REASON)

TEXTS = ["the film is good", "bad", "Ada is good bad the film the film is Paris", ""]


@pytest.fixture
def tiny(tmp_path: Path) -> ModelSpec:
    """A little BERT with random weights that are not all alike."""
    torch.manual_seed(3)
    folder = tmp_path / "tiny"
    config = BertConfig(**tiny_models._BERT)
    BertModel(config).save_pretrained(folder)
    tiny_models.tokenizer().save_pretrained(folder)
    return ModelSpec(
        name="tiny",
        revision="1",
        sha256=sha256_of(folder / "model.safetensors"),
        licence="none",
        dimensions=32,
        path=str(folder),
        max_tokens=64,
    )


def test_the_graph_is_that_of_transformers(tiny: ModelSpec) -> None:
    folder = Path(str(tiny.path))
    config = json.loads((folder / "config.json").read_text())
    graph = int8_build.bert_graph(load_file(folder / "model.safetensors"), config)
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    ids = np.array([[2, 4, 5, 6, 7, 3], [2, 8, 3, 0, 0, 0]])
    mask = (ids > 0).astype(np.float32)
    said = session.run(None, {"ids": ids, "mask": mask})
    model: Any = BertModel.from_pretrained(folder, local_files_only=True)
    model.eval()
    with torch.inference_mode():
        layers = model(
            input_ids=torch.from_numpy(ids),
            attention_mask=torch.from_numpy(mask),
            output_hidden_states=True,
        ).hidden_states
    wanted = [layers[at].numpy() for at in state_layers(len(layers) - 1)]
    assert len(said) == len(wanted) == 3
    for found, own in zip(said, wanted, strict=True):
        assert found[mask > 0] == pytest.approx(own[mask > 0], abs=1e-5)


def test_vectors_and_words_are_nearly_those_of_float32_in_another_space(
    tiny: ModelSpec, tmp_path: Path
) -> None:
    file = int8_build.build_int8(tiny, tmp_path / "engines")
    small, plain = int8.load_int8(tiny, file.parent), load_encoder(tiny)
    found, wanted = small.encode(TEXTS), plain.encode(TEXTS)
    assert (found.space, wanted.space) == (
        f"tiny@{tiny.sha256[:12]}/int8-onnxruntime",
        f"tiny@{tiny.sha256[:12]}/float32",
    )
    cosines = (found.vectors * wanted.vectors).sum(axis=1)
    assert cosines[:3].min() > 0.98
    assert not found.vectors[3].any()
    piece = Piece(0, TEXTS[2], tuple(words_of(TEXTS[2])))
    states, own = (each.read_words([piece]).states[0] for each in (small, plain))
    assert states.shape == own.shape == (10, 3, 32)
    assert sorted(path.name for path in file.parent.iterdir()) == [
        file.with_suffix(".json").name,
        file.name,
    ]


def test_what_was_not_built_here_is_refused_and_says_what_to_do(
    tiny: ModelSpec, tmp_path: Path, settings: pytest_django.Settings
) -> None:
    with pytest.raises(ModelUnavailable, match="build_int8"):
        int8.load_int8(tiny, tmp_path)
    file = int8_build.build_int8(tiny, tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ModelUnavailable, match="not what was built here"):
        int8.load_int8(tiny, tmp_path)
    settings.TEXT_ENGINE = "int8"
    settings.DATA_DIR = tmp_path / "none"
    with pytest.raises(ModelUnavailable, match="was not built in eight bits"):
        encoders._load(DEFAULT_TEXT_ENCODER)


@pytest.mark.weights
def test_the_default_encoder_is_built_by_a_command_and_stays_near(
    settings: pytest_django.Settings, tmp_path: Path
) -> None:
    settings.TEXT_ENGINE = "int8"
    settings.DATA_DIR = tmp_path
    call_command("build_int8")
    small = encoders._load(DEFAULT_TEXT_ENCODER)
    texts = ["A short one.", "The parliament voted on the budget after a long debate. " * 6]
    found = small.encode(texts).vectors
    wanted = load_encoder(DEFAULT_TEXT_ENCODER).encode(texts).vectors
    assert (found * wanted).sum(axis=1).min() > 0.95
