"""The text encoder in eight bits, run by ONNX Runtime: faster, and of a vector space of its own.

Needs the package onnxruntime. Activations are quantised as they come, over a whole batch, so that
a text's vector hangs a little on its neighbours: see docs/measurements.md.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from onnxruntime.capi import onnxruntime_pybind11_state as failures
from torch import Tensor

from models_assist.catalogue import ModelSpec
from models_assist.encode import Encoder
from models_assist.forward import TokenIds
from models_assist.int8_files import BUILD, checked_file, int8_space
from models_assist.loading import LOAD_FAILURES, load_tokenizer, pad_id, use_threads
from models_assist.weights import ModelUnavailable, find_model_folder

RUN_FAILURES = (failures.Fail, failures.InvalidArgument, failures.RuntimeException)
ALL_FAILURES = (*LOAD_FAILURES, *RUN_FAILURES, failures.InvalidProtobuf, failures.NoSuchFile)


def load_int8(spec: ModelSpec, folder: Path, threads: int | None = None) -> Encoder:
    """Load what `build_int8` has put into a folder, and warm it up. `threads` as
    `loading.load_encoder` has them. Raises `ModelUnavailable`."""
    file = checked_file(spec, folder)
    found = find_model_folder(spec)
    use_threads(threads)
    try:
        forward = OnnxForward(file, threads)
        tokenizer = load_tokenizer(found)
        forward.pad_id = pad_id(tokenizer)
        encoder = Encoder(
            space=int8_space(spec),
            dimensions=spec.dimensions,
            bytes=file.stat().st_size,
            max_tokens=spec.max_tokens,
            tokenizer=tokenizer,
            forward=forward,
        )
        encoder.encode(["The first call sets up what later calls reuse."])
    except ALL_FAILURES as error:
        reason = f"{file} cannot be read ({type(error).__name__}: {error})."
        raise ModelUnavailable(reason[:600], BUILD) from error
    return encoder


class OnnxForward:
    """A graph of `int8_build.bert_graph`, on texts padded to the longest of the batch."""

    pad_id = 0

    def __init__(self, file: Path, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or max(1, (os.cpu_count() or 1) - 1)
        options.inter_op_num_threads = 1
        # Threads that wait by spinning would take the web's core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            file, options, providers=["CPUExecutionProvider"]
        )
        self._names = [output.name for output in self._session.get_outputs()]
        self.layers = len(self._names)

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor:
        mask, (last,) = self._run(texts, self._names[-1:])
        weight = mask[:, :, None]
        means: Tensor = torch.from_numpy((last * weight).sum(1) / weight.sum(1))
        return means

    def states(self, texts: Sequence[TokenIds]) -> list[Tensor]:
        _, layers = self._run(texts, self._names)
        chosen: Tensor = torch.from_numpy(np.stack(layers, axis=-2))
        return [row[: len(text)] for row, text in zip(chosen, texts, strict=True)]

    def _run(
        self, texts: Sequence[TokenIds], names: list[str]
    ) -> tuple[npt.NDArray[np.float32], list[npt.NDArray[np.float32]]]:
        """Raises RuntimeError for what the graph cannot read."""
        longest = max(map(len, texts))
        ids = np.full((len(texts), longest), self.pad_id, dtype=np.int64)
        mask = np.zeros((len(texts), longest), dtype=np.float32)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1.0
        try:
            return mask, self._session.run(names, {"ids": ids, "mask": mask})
        except RUN_FAILURES as error:
            raise RuntimeError(str(error)) from error
