"""What is read follows the model to wherever it is: a graphics card needs no code of its own.

There is none here, so the device without content stands for it, under the rule that cards have:
nothing is computed from two devices at once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import (
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    DistilBertModel,
)

from models_assist.classify import logits_for
from models_assist.forward import Forward, PaddedForward, forward_for
from models_assist.loading import on_device
from tests.models_assist.conftest import TINY_BERT, TINY_DISTILBERT

TEXTS = [[2, 4, 3], [2, 5, 6, 3]]


class OneDevice(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Raises where a card would: only copies, indexes and single numbers may be of elsewhere."""

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        found = [each for each in tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
        devices = {each.device for each in found if each.dim()}
        if len(devices) > 1 and func is not torch.ops.aten._to_copy.default:
            raise RuntimeError(f"{func} of {devices}")
        return func(*args, **(kwargs or {}))


def away(kind: Any, config: Any = TINY_BERT) -> Any:
    """A model of random weights that is not on the processor."""
    return kind(config).eval().to("meta")


@pytest.mark.parametrize(
    "way",
    [
        lambda: forward_for(away(BertModel), 0),
        lambda: logits_for(away(BertForSequenceClassification), 0),
        lambda: logits_for(away(BertForTokenClassification), 0),
    ],
)
def test_packed_texts_follow_the_model(way: Callable[[], Forward]) -> None:
    forward = way()
    one_device: Any = OneDevice
    with torch.inference_mode(), one_device():
        said = [forward(TEXTS)]
        if forward.layers > 1:
            said += forward.states(TEXTS)
    assert {each.device.type for each in said} == {"meta"}


def test_padded_texts_follow_the_model() -> None:
    model = away(DistilBertModel, TINY_DISTILBERT)
    ids, mask = PaddedForward(model, 0)._padded(TEXTS)
    assert {ids.device.type, mask.device.type} == {"meta"}


def test_without_a_card_the_processor_serves() -> None:
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert on_device(BertModel(TINY_BERT)).device.type == expected
