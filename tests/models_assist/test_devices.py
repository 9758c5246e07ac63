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


class OneDevice(TorchDispatchMode):
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


@pytest.mark.parametrize(
    "way",
    [
        lambda: forward_for(BertModel(TINY_BERT).eval().to("meta"), 0),
        lambda: logits_for(BertForSequenceClassification(TINY_BERT).eval().to("meta"), 0),
        lambda: logits_for(BertForTokenClassification(TINY_BERT).eval().to("meta"), 0),
    ],
)
def test_packed_texts_follow_the_model(way: Callable[[], Forward]) -> None:
    forward = way()
    with torch.inference_mode(), OneDevice():
        said = [forward(TEXTS)]
        if forward.layers > 1:
            said += forward.states(TEXTS)
    assert {each.device.type for each in said} == {"meta"}


def test_padded_texts_follow_the_model() -> None:
    model = DistilBertModel(TINY_DISTILBERT).eval().to("meta")
    ids, mask = PaddedForward(model, 0)._padded(TEXTS)
    assert {ids.device.type, mask.device.type} == {"meta"}


def test_without_a_card_the_processor_serves() -> None:
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert on_device(BertModel(TINY_BERT)).device.type == expected
