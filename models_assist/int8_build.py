"""The text encoder in eight bits: its graph for ONNX Runtime, built from the weights themselves.

Needs the package onnx, and runs only when an operator asks for it. The graph is that of
`transformers.BertModel`, written down here, so that no exporter has to guess it; its products are
then quantised (weights by column once, activations as they come).
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from models_assist.catalogue import ModelSpec
from models_assist.int8_files import int8_file, keep_hashes
from models_assist.state_layers import state_layers
from models_assist.weights import WEIGHTS, ModelUnavailable, find_model_folder

OPSET = 17
"""The first with a layer norm of its own."""
FORMAT = 8
"""Of the file, that goes with the operators: older runtimes read it, too."""
_HIDDEN = -1e9

Tensors = Mapping[str, npt.NDArray[Any]]


def build_int8(spec: ModelSpec, folder: Path) -> Path:
    """Write the encoder in eight bits into a folder; answers the file. Takes some seconds.

    Raises `ModelUnavailable`: the weights are not there or not those meant, or no BERT.
    """
    found = find_model_folder(spec)
    config = json.loads((found / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act", "gelu") != "gelu":
        reason = f"{spec.name} is no BERT, whose graph alone is known here."
        raise ModelUnavailable(reason, "Let torch read it.")
    folder.mkdir(parents=True, exist_ok=True)
    target = int8_file(spec, folder)
    whole = target.with_suffix(".float32.onnx")
    try:
        onnx.save(bert_graph(load_file(found / WEIGHTS), config), whole)
        quantize_dynamic(
            whole,
            target,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    finally:
        whole.unlink(missing_ok=True)
    keep_hashes(spec, target)
    return target


def bert_graph(tensors: Tensors, config: Mapping[str, Any]) -> onnx.ModelProto:
    """From ids (texts, tokens) and a mask of ones and zeros to the `state_layers`, each (texts,
    tokens, width), named layer0 and on."""
    graph = _Graph()
    heads = int(config["num_attention_heads"])
    epsilon = float(config.get("layer_norm_eps", 1e-12))
    prefix = "bert." if "bert.embeddings.word_embeddings.weight" in tensors else ""
    own = {name.removeprefix(prefix): value for name, value in tensors.items()}
    hidden = _embedded(graph, own, epsilon)
    mask = _spread(graph)
    outputs = [hidden]
    for number in range(int(config["num_hidden_layers"])):
        part = _Layer(graph, own, f"encoder.layer.{number}.", epsilon)
        hidden = part.feed(part.attend(hidden, mask, heads))
        outputs.append(hidden)
    chosen = [outputs[at] for at in state_layers(len(outputs) - 1)]
    return graph.finished(chosen, width=own["embeddings.word_embeddings.weight"].shape[1])


def _embedded(graph: "_Graph", own: Tensors, epsilon: float) -> str:
    words = graph.do("Gather", graph.keep(own["embeddings.word_embeddings.weight"]), "ids")
    shape = graph.do("Shape", "ids")
    length = graph.do("Slice", shape, *map(graph.whole, ([1], [2])))
    places = graph.keep(
        own["embeddings.position_embeddings.weight"]
        + own["embeddings.token_type_embeddings.weight"][0]
    )
    at = graph.do("Slice", places, graph.whole([0]), length, graph.whole([0]))
    norm = _Layer(graph, own, "embeddings.", epsilon)
    return norm.normed(graph.do("Add", words, at), "LayerNorm")


def _spread(graph: "_Graph") -> str:
    """What is added to the likeness of two words: nothing, or so much less than any."""
    missing = graph.do("Sub", graph.keep(np.float32(1.0)), "mask")
    away = graph.do("Mul", missing, graph.keep(np.float32(_HIDDEN)))
    return graph.do("Unsqueeze", away, graph.whole([1, 2]))


class _Graph:
    """Nodes and tensors, named by their number."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: list[onnx.TensorProto] = []

    def do(self, operator: str, *inputs: str, **settings: Any) -> str:
        """Add a node; answers the name of what it gives."""
        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], name, **settings))
        return name

    def keep(self, value: npt.NDArray[Any] | np.float32) -> str:
        """Add a tensor; answers its name."""
        name = f"t{len(self._tensors)}"
        self._tensors.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def whole(self, numbers: list[int]) -> str:
        """Whole numbers as a tensor."""
        return self.keep(np.array(numbers, dtype=np.int64))

    def finished(self, outputs: list[str], width: int) -> onnx.ModelProto:
        """The model, with its outputs under their own names."""
        names = [f"layer{number}" for number in range(len(outputs))]
        self._nodes += [
            helper.make_node("Identity", [inner], [name], name)
            for inner, name in zip(outputs, names, strict=True)
        ]
        shape = ["texts", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, shape),
                helper.make_tensor_value_info("mask", TensorProto.FLOAT, shape),
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, [*shape, width])
                for name in names
            ],
            self._tensors,
        )
        versions = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=FORMAT)
        onnx.checker.check_model(model)
        return model


class _Layer:
    """A layer of BERT (Devlin et al. 2019; Vaswani et al. 2017, section 3)."""

    def __init__(self, graph: _Graph, own: Tensors, prefix: str, epsilon: float) -> None:
        self._graph = graph
        self._own = own
        self._prefix = prefix
        self._epsilon = epsilon

    def attend(self, hidden: str, mask: str, heads: int) -> str:
        """Each word looks at all that the mask leaves it."""
        do, whole = self._graph.do, self._graph.whole
        names = [f"attention.self.{name}" for name in ("query", "key", "value")]
        width = self._tensor(f"{names[0]}.weight").shape[0]
        three = self._mapped(hidden, *names)
        parts = do("Reshape", three, whole([0, 0, 3, heads, width // heads]))
        apart = do("Transpose", parts, perm=[2, 0, 3, 1, 4])
        query, key, value = (
            do("Gather", apart, self._graph.keep(np.array(number, dtype=np.int64)), axis=0)
            for number in range(3)
        )
        scale = self._graph.keep(np.float32(1.0 / math.sqrt(width // heads)))
        likeness = do("MatMul", do("Mul", query, scale), do("Transpose", key, perm=[0, 1, 3, 2]))
        shares = do("Softmax", do("Add", likeness, mask), axis=-1)
        seen = do("Transpose", do("MatMul", shares, value), perm=[0, 2, 1, 3])
        joined = do("Reshape", seen, whole([0, 0, width]))
        out = do("Add", self._mapped(joined, "attention.output.dense"), hidden)
        return self.normed(out, "attention.output.LayerNorm")

    def feed(self, hidden: str) -> str:
        """Each word by itself, through a wider layer; the error function is that of the gelu."""
        do, keep = self._graph.do, self._graph.keep
        wide = self._mapped(hidden, "intermediate.dense")
        bent = do("Erf", do("Mul", wide, keep(np.float32(1.0 / math.sqrt(2.0)))))
        half = do("Mul", wide, keep(np.float32(0.5)))
        active = do("Mul", half, do("Add", bent, keep(np.float32(1.0))))
        return self.normed(
            do("Add", self._mapped(active, "output.dense"), hidden), "output.LayerNorm"
        )

    def normed(self, hidden: str, name: str) -> str:
        """Layer normalisation (Ba, Kiros & Hinton 2016)."""
        keep = self._graph.keep
        scale, bias = (keep(self._tensor(f"{name}.{part}")) for part in ("weight", "bias"))
        return self._graph.do(
            "LayerNormalization", hidden, scale, bias, axis=-1, epsilon=self._epsilon
        )

    def _mapped(self, hidden: str, *names: str) -> str:
        """Through one product for all of these maps, side by side."""
        weight = np.concatenate([self._tensor(f"{name}.weight") for name in names]).T
        bias = np.concatenate([self._tensor(f"{name}.bias") for name in names])
        graph = self._graph
        return graph.do("Add", graph.do("MatMul", hidden, graph.keep(weight)), graph.keep(bias))

    def _tensor(self, name: str) -> npt.NDArray[Any]:
        return self._own[self._prefix + name]
