"""A spec becomes a model in memory: local files, safetensors, no code of the model's own."""

import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from models_assist.catalogue import ModelSpec
from models_assist.encode import Encoder
from models_assist.forward import forward_for
from models_assist.weights import ModelUnavailable, find_model_folder

LOAD_FAILURES = (
    OSError, ValueError, KeyError, RuntimeError, TypeError, AttributeError, ImportError,
    SafetensorError,
)  # fmt: skip
KNOWN_ONLY = "Choose a model that transformers itself knows."


def load_encoder(
    spec: ModelSpec, folder: Path | None = None, threads: int | None = None
) -> Encoder:
    """Loads and warms up; takes about a second once torch is imported.

    `threads` are torch's own within one operation, for the calling thread: by default one core is
    left to the web. Raises `ModelUnavailable`.
    """
    found = find_model_folder(spec, folder)
    use_threads(threads)
    try:
        model = on_device(load_weights(AutoModel, spec, found))
        tokenizer = load_tokenizer(found)
    except LOAD_FAILURES as error:
        raise unreadable(spec, found, error) from error
    if model.config.hidden_size != spec.dimensions:
        reason = f"{spec.name} gives vectors of {model.config.hidden_size} numbers, "
        raise ModelUnavailable(f"{reason}not {spec.dimensions}.", "Correct the catalogue.")
    encoder = Encoder(
        space=spec.space,
        dimensions=spec.dimensions,
        bytes=sum(weight.nbytes for weight in model.parameters()),
        max_tokens=max_tokens(spec, model),
        tokenizer=tokenizer,
        forward=forward_for(model, pad_id(tokenizer)),
    )
    encoder.encode(["The first call sets up what later calls reuse."])
    return encoder


def use_threads(threads: int | None = None) -> None:
    """As `load_encoder` says."""
    torch.set_num_threads(threads or max(1, (os.cpu_count() or 1) - 1))


def on_device(model: PreTrainedModel) -> PreTrainedModel:
    """Where it is served: on the first graphics card, or the processor where torch sees none
    (CUDA_VISIBLE_DEVICES hides them). What is read is sent after it, and fetched back."""
    move: Any = model.to
    moved: PreTrainedModel = move("cuda" if torch.cuda.is_available() else "cpu")
    return moved


def load_weights(kind: Any, spec: ModelSpec, folder: Path) -> PreTrainedModel:
    """`kind` is one of the Auto classes of transformers. Raises `ModelUnavailable`, and any of
    LOAD_FAILURES."""
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model, info = kind.from_pretrained(
        folder,
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
        dtype=torch.float32,
        output_loading_info=True,
    )
    # A weight that is missing is filled with noise and a warning. The pooler of an encoder is one
    # we never use.
    missing = [
        name for name in info["missing_keys"] if "pooler" not in name or spec.says != "vectors"
    ]
    if missing:
        reason = f"The weights of {spec.name} lack {len(missing)} tensors, first {missing[0]}."
        raise ModelUnavailable(reason, "Copy the model again.")
    ready: PreTrainedModel = model.eval()
    return ready


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """From local files alone."""
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    )
    return tokenizer


def unreadable(spec: ModelSpec, folder: Path, error: Exception) -> ModelUnavailable:
    """What a library said of a model, as a refusal."""
    reason = f"{spec.name} in {folder} cannot be read ({type(error).__name__}: {error})."
    return ModelUnavailable(reason[:600], KNOWN_ONLY)


def max_tokens(spec: ModelSpec, model: PreTrainedModel) -> int:
    """What the spec says, as far as the network has positions."""
    positions: int | None = getattr(model.config, "max_position_embeddings", None)
    return min(spec.max_tokens, positions or spec.max_tokens)


def pad_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """Padded places are masked, so any id will do for a tokenizer without one of its own."""
    return tokenizer.pad_token_id if isinstance(tokenizer.pad_token_id, int) else 0
