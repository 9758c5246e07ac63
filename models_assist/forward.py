"""Token ids to one mean vector a text: two ways through the network, with the same result."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel, PreTrainedModel
from transformers.models.bert.modeling_bert import BertLayer

from models_assist.state_layers import state_layers

TokenIds = Sequence[int]

ROWS_AT_ONCE = 512


class Forward(Protocol):
    """Mean pooling over the last layer; one row a text, not yet of unit length."""

    @property
    def layers(self) -> int:
        """How many layers `states` gives."""

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor: ...

    def states(self, texts: Sequence[TokenIds]) -> list[Tensor]:
        """Of each text (tokens, layers, width), the layers being `state_layers`."""


def forward_for(model: PreTrainedModel, pad_id: int) -> Forward:
    """The fastest exact way through this model."""
    if isinstance(model, BertModel) and not model.config.is_decoder:
        return PackedBert(model)
    return PaddedForward(model, pad_id)


class PaddedForward:
    """Any encoder of transformers, on texts padded to the longest of the batch."""

    def __init__(self, model: PreTrainedModel, pad_id: int) -> None:
        self._model = model
        self._pad_id = pad_id
        self.layers = len(state_layers(model.config.num_hidden_layers))

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor:
        ids, mask = self._padded(texts)
        hidden: Tensor = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weight).sum(1) / weight.sum(1)

    def states(self, texts: Sequence[TokenIds]) -> list[Tensor]:
        ids, mask = self._padded(texts)
        said = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        layers: Sequence[Tensor] = said.hidden_states
        chosen = torch.stack([layers[at] for at in state_layers(len(layers) - 1)], dim=-2)
        return [row[: len(text)] for row, text in zip(chosen, texts, strict=True)]

    def _padded(self, texts: Sequence[TokenIds]) -> tuple[Tensor, Tensor]:
        longest = max(map(len, texts))
        ids = torch.full((len(texts), longest), self._pad_id)
        mask = torch.zeros((len(texts), longest), dtype=torch.long)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        return ids.to(self._model.device), mask.to(self._model.device)


@dataclass(frozen=True)
class Run:
    """Texts of equal length that stand side by side in the packed tokens."""

    count: int
    length: int

    @property
    def tokens(self) -> int:
        return self.count * self.length


def runs_of(texts: Sequence[TokenIds]) -> list[Run]:
    return [Run(sum(1 for _ in run), length) for length, run in groupby(map(len, texts))]


class PackedBert:
    """BERT without padding: all tokens of a batch stand in one long row.

    Everything in BERT but attention treats each token alone, so it runs once over the whole row.
    Attention runs once for each run of equally long texts, which need no mask among themselves.
    Sorted by length, a batch has few runs; padding a mixed one costs three to five times as much.
    """

    def __init__(self, model: BertModel) -> None:
        self._embeddings = model.embeddings
        self._layers = [
            _PackedLayer(layer) for layer in model.encoder.layer if isinstance(layer, BertLayer)
        ]
        self.layers = len(state_layers(len(self._layers)))

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor:
        means = [part.mean(1) for part in _unpack(self.last(texts), runs_of(texts))]
        return torch.cat(means)

    def last(self, texts: Sequence[TokenIds]) -> Tensor:
        """The packed row after the last layer, (tokens of all texts, width)."""
        return deque(self._hidden(texts, runs_of(texts)), maxlen=1).pop()

    def states(self, texts: Sequence[TokenIds]) -> list[Tensor]:
        chosen = state_layers(len(self._layers))
        hidden = enumerate(self._hidden(texts, runs_of(texts)))
        row = torch.stack([state for layer, state in hidden if layer in chosen], dim=-2)
        return list(torch.split(row, [len(text) for text in texts]))

    def _hidden(self, texts: Sequence[TokenIds], runs: Sequence[Run]) -> Iterator[Tensor]:
        """The packed row (tokens, width) as embedded, and after each layer."""
        ids = torch.tensor(list(chain.from_iterable(texts)))
        positions = torch.cat([torch.arange(run.length).repeat(run.count) for run in runs])
        device = self._embeddings.word_embeddings.weight.device
        hidden = self._embed(ids.to(device), positions.to(device))
        yield hidden
        for layer in self._layers:
            hidden = layer(hidden, runs)
            yield hidden

    def _embed(self, ids: Tensor, positions: Tensor) -> Tensor:
        parts = self._embeddings
        hidden: Tensor = parts.word_embeddings(ids) + parts.position_embeddings(positions)
        hidden = hidden + parts.token_type_embeddings.weight[0]
        normal: Tensor = parts.LayerNorm(hidden)
        return normal


def _unpack(row: Tensor, runs: Sequence[Run]) -> Iterator[Tensor]:
    """Each run as (texts, length, width)."""
    for run, part in zip(runs, torch.split(row, [run.tokens for run in runs]), strict=True):
        yield part.view(run.count, run.length, -1)


class _PackedLayer:
    """One layer in evaluation: there is no dropout, so a sum and a product may be one call."""

    def __init__(self, layer: BertLayer) -> None:
        attention = layer.attention.self
        self._heads: int = attention.num_attention_heads
        # One product for query, key and value: the same numbers from a third of the calls.
        projections = (attention.query, attention.key, attention.value)
        self._weight = torch.cat([each.weight.detach() for each in projections])
        self._bias = torch.cat([each.bias.detach() for each in projections])
        self._attended = layer.attention.output
        self._inner = layer.intermediate
        self._output = layer.output

    def __call__(self, hidden: Tensor, runs: Sequence[Run]) -> Tensor:
        mixed = functional.linear(hidden, self._weight, self._bias)
        context = torch.cat([self._attend(part) for part in _unpack(mixed, runs)])
        total = hidden + self._attended.dense.bias
        _add_product(total, context, self._attended.dense)
        attended: Tensor = self._attended.LayerNorm(total)
        total = attended + self._output.dense.bias
        # The inner state is four times as wide. A part of it stays in the processor's cache from
        # one call to the next; all of it at once took 5 to 10 % longer.
        parts = torch.split(attended, ROWS_AT_ONCE), torch.split(total, ROWS_AT_ONCE)
        for part, sums in zip(*parts, strict=True):
            _add_product(sums, self._inner(part), self._output.dense)
        output: Tensor = self._output.LayerNorm(total)
        return output

    def _attend(self, mixed: Tensor) -> Tensor:
        count, length, width = mixed.shape
        split = mixed.view(count, length, 3, self._heads, width // (3 * self._heads))
        query, key, value = split.permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(query, key, value)
        return context.transpose(1, 2).reshape(count * length, width // 3)


def _add_product(total: Tensor, inputs: Tensor, dense: nn.Linear) -> None:
    """Adds inputs (n, a) times the weights (b, a) of a map, without its bias, to total (n, b)."""
    total.addmm_(inputs, dense.weight.t())
