"""What encoding costs: ours, the pipeline of transformers, and the limit of the core.

All three run in turn on the same texts with one thread, so that a busy machine slows all alike.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer, pipeline

from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.encode import Encoder
from models_assist.loading import load_encoder
from models_assist.weights import find_model_folder

SPEC = DEFAULT_TEXT_ENCODER
_WIDTH, _LAYERS = SPEC.dimensions, 6
_PRODUCTS = 40
_GEMM_ROWS = 1024
BATCH = 32


class Speed(NamedTuple):
    """One round."""

    ours: float
    """Items a second of processor time."""
    theirs: float
    """The same, of the pipeline."""
    limit: float
    """Items a second, were every needed operation done at the speed of a plain product."""


class Plain:
    """The model as transformers ships it, for comparison."""

    def __init__(self) -> None:
        folder = find_model_folder(SPEC)
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.tokenizer.model_max_length = SPEC.max_tokens
        self.model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
        self._pipeline = pipeline(
            "feature-extraction", model=self.model, tokenizer=self.tokenizer, batch_size=BATCH
        )

    def encode_all(self, texts: Sequence[str]) -> None:
        """The way of the pipeline: batches in the order in which the texts arrive."""
        for _ in self._pipeline(list(texts), truncation=True, return_tensors=True):
            pass

    def vector(self, text: str) -> Any:
        """The unit vector of one text alone, without our code."""
        tokens = self.tokenizer(text, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            hidden = self.model(**tokens).last_hidden_state.mean(1)
        return functional.normalize(hidden, dim=1)[0].numpy()


def flops_of(lengths: Sequence[int]) -> float:
    """Operations that texts of so many tokens need: per layer and token 24 d^2 for the six
    products and 4 L d for attention (two operations a multiply-add)."""
    size = np.array(lengths, dtype=float)
    return float((_LAYERS * size * (24 * _WIDTH**2 + 4 * size * _WIDTH)).sum())


def gemm_flops() -> float:
    """Operations a second of processor time that this core does in one plain product of the
    network's own shape, (1024, d) by (d, 4 d): the best of many, for a limit is a best."""
    rows, weight = torch.rand(_GEMM_ROWS, _WIDTH), torch.rand(4 * _WIDTH, _WIDTH)
    work = 2.0 * _GEMM_ROWS * _WIDTH * 4 * _WIDTH
    with torch.inference_mode():
        seconds = [
            _processor_seconds(lambda: functional.linear(rows, weight)) for _ in range(_PRODUCTS)
        ]
    return work / min(seconds)


def _processor_seconds(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def measure_speed(texts: Sequence[str], rounds: int) -> tuple[list[Speed], dict[str, float]]:
    """Each round on its share of the texts; and what is known of their lengths, in tokens."""
    ours, plain = load_encoder(SPEC, threads=1), Plain()
    lengths = [len(ids) for ids in plain.tokenizer(list(texts), truncation=True)["input_ids"]]
    found = []
    for start in range(rounds):
        part, needed = texts[start::rounds], flops_of(lengths[start::rounds])
        limits = [gemm_flops()]
        mine = _processor_seconds(partial(ours.encode, part))
        limits.append(gemm_flops())
        theirs = _processor_seconds(partial(plain.encode_all, part))
        limit = max(limits) / (needed / len(part))
        found.append(Speed(len(part) / mine, len(part) / theirs, limit))
    shape = {
        "mean": float(np.mean(lengths)),
        "median": float(np.median(lengths)),
        "p95": float(np.percentile(lengths, 95)),
    }
    return found, shape


def widest_gap(texts: Sequence[str], ours: Encoder | None = None) -> float:
    """The largest difference of any number of any vector to the plain model's."""
    encoder, plain = ours or load_encoder(SPEC, threads=1), Plain()
    vectors = encoder.encode(texts).vectors
    return max(
        float(np.abs(vectors[at] - plain.vector(text)).max()) for at, text in enumerate(texts)
    )
