"""Heads whose numbers a fine-tune may move: each as tensors, with the loss it was fitted by."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from labeling.votes import JSON
from models_assist.heads import Head
from models_assist.learners import Answering
from models_assist.smooth_heads import SmoothHead

LEAST_SHARE = 1e-12
_FAR = 1e4
"""Stands for a threshold at infinity: the logistic function of it is 1 or 0."""


class TunableHead(Protocol):
    """A head that is being trained. Moves its own parameters and knows what they mean."""

    @property
    def parameters(self) -> list[nn.Parameter]:
        """What an optimiser moves."""

    def targets(self, labels: Sequence[JSON]) -> Tensor:
        """One row a label."""

    def losses(self, vectors: Tensor, targets: Tensor) -> Tensor:
        """The log-loss of each row, (n,), in nats."""

    def finished(self) -> Answering:
        """The head as it is now; of no measured quality."""


class _TunableChoice:
    """Multinomial logistic regression."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._weights = _parameter(head.weights)
        self._bias = _parameter(head.bias)
        self.parameters = [self._weights, self._bias]

    def targets(self, labels: Sequence[JSON]) -> Tensor:
        places = {name: at for at, name in enumerate(self._head.category_ids)}
        return torch.tensor([places[str(label)] for label in labels])

    def losses(self, vectors: Tensor, targets: Tensor) -> Tensor:
        logits = vectors @ self._weights.T + self._bias
        return functional.cross_entropy(logits, targets, reduction="none")

    def finished(self) -> Answering:
        return Head(
            kind="lp_ft",
            category_ids=self._head.category_ids,
            weights=_numbers(self._weights),
            bias=_numbers(self._bias),
        )


class _TunableSets:
    """One logistic regression a category; the thresholds stay those of the probe."""

    def __init__(self, head: SmoothHead) -> None:
        self._head = head
        self._found = _parameter(head.parameters)
        self.parameters = [self._found]

    def targets(self, labels: Sequence[JSON]) -> Tensor:
        rows = [[float(name in label) for name in self._head.classes] for label in labels]
        return torch.tensor(rows)

    def losses(self, vectors: Tensor, targets: Tensor) -> Tensor:
        scores = vectors @ self._found[:-1] + self._found[-1]
        each = functional.binary_cross_entropy_with_logits(scores, targets, reduction="none")
        return each.sum(dim=1)

    def finished(self) -> Answering:
        return replace(self._head, parameters=_numbers(self._found).astype(float), quality=None)


class _TunableSteps:
    """Proportional odds, as in `ordinal`."""

    def __init__(self, head: SmoothHead) -> None:
        self._head = head
        self._found = _parameter(head.parameters)
        self.parameters = [self._found]

    def targets(self, labels: Sequence[JSON]) -> Tensor:
        places = {name: at for at, name in enumerate(self._head.classes)}
        return torch.tensor([places[str(label)] for label in labels])

    def losses(self, vectors: Tensor, targets: Tensor) -> Tensor:
        width = vectors.shape[1]
        scores, raw = vectors @ self._found[:width], self._found[width:]
        gaps = torch.exp(raw[1:].clamp(-20.0, 20.0))
        thresholds = raw[0] + torch.cat([torch.zeros(1), gaps.cumsum(0)])
        edges = torch.cat([torch.tensor([-_FAR]), thresholds, torch.tensor([_FAR])])
        upper = torch.sigmoid(edges[targets + 1] - scores)
        share: Tensor = upper - torch.sigmoid(edges[targets] - scores)
        return -torch.log(share.clamp_min(LEAST_SHARE))

    def finished(self) -> Answering:
        return replace(self._head, parameters=_numbers(self._found).astype(float), quality=None)


def tunable(head: Answering) -> TunableHead:
    """Raises TypeError for a head of another label type than those in `readings.TUNABLE`."""
    if isinstance(head, Head):
        return _TunableChoice(head)
    if isinstance(head, SmoothHead) and head.question.type == "choices":
        return _TunableSets(head)
    if isinstance(head, SmoothHead) and head.question.type == "rating":
        return _TunableSteps(head)
    raise TypeError(f"A head of {type(head).__name__} is not fine-tuned.")


def _parameter(numbers: Any) -> nn.Parameter:
    return nn.Parameter(torch.tensor(np.asarray(numbers), dtype=torch.float32))


def _numbers(parameter: nn.Parameter) -> Any:
    return parameter.detach().numpy().copy()
