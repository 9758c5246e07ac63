"""Models that know labels of their own: classes of texts, tags of words, whether a claim follows.

BERT goes packed here too: its last layer is taken from `forward`, and only what stands above it is
computed anew. Any other architecture is asked as transformers wrote it, padded and sorted.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import (
    BertForSequenceClassification,
    BertForTokenClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from models_assist.encode import BATCH_TOKENS, CHARACTERS_PER_TOKEN, Encoder, token_batches
from models_assist.forward import Forward, PackedBert, PaddedForward, TokenIds
from models_assist.inputs import Pair
from models_assist.vectors import Encoded, Vectors
from models_assist.words import Piece


class ClassReader(Encoder):
    """Shares of the model's classes, one row a text; they sum to 1 if only one can be true."""

    says_many = False

    def _finish(self, means: Tensor) -> Tensor:
        return means.sigmoid() if self.says_many else means.softmax(dim=1)


class ManyClassReader(ClassReader):
    """Of a model of which several classes may be true at once."""

    says_many = True


class PaddedLogits(PaddedForward):
    """Any classifier of texts, or tagger of words, of transformers."""

    def __init__(self, model: PreTrainedModel, pad_id: int) -> None:
        super().__init__(model, pad_id)
        self.layers = 1

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor:
        logits = self._logits(texts)
        return logits if logits.dim() == 2 else logits.mean(1)

    def states(self, texts: Sequence[TokenIds]) -> list[Tensor]:
        """The share of each tag at each token, as the only layer."""
        shares = self._logits(texts).softmax(dim=-1).unsqueeze(2)
        return [row[: len(text)] for row, text in zip(shares, texts, strict=True)]

    def _logits(self, texts: Sequence[TokenIds]) -> Tensor:
        ids, mask = self._padded(texts)
        logits: Tensor = self._model(input_ids=ids, attention_mask=mask).logits
        return logits


class PackedLogits:
    """A BERT that classifies texts or tags words, without padding."""

    layers = 1

    def __init__(self, body: PackedBert, pooler: nn.Module | None, top: nn.Module) -> None:
        """`pooler` makes of the first token what is classified; without one, words are tagged."""
        self._body = body
        self._pooler = pooler
        self._top = top

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor:
        last = self._body.last(texts)
        if self._pooler is None:
            return torch.stack([row.mean(0) for row in self._split(self._top(last), texts)])
        lengths = torch.tensor([0, *map(len, texts[:-1])]).cumsum(0).to(last.device)
        # The pooler of BERT takes the first token of (texts, tokens, width).
        logits: Tensor = self._top(self._pooler(last[lengths].unsqueeze(1)))
        return logits

    def states(self, texts: Sequence[TokenIds]) -> list[Tensor]:
        """As `PaddedLogits` does."""
        shares = self._top(self._body.last(texts)).softmax(dim=-1).unsqueeze(1)
        return self._split(shares, texts)

    def _split(self, row: Tensor, texts: Sequence[TokenIds]) -> list[Tensor]:
        return list(torch.split(row, [len(text) for text in texts]))


def logits_for(model: PreTrainedModel, pad_id: int) -> Forward:
    """The fastest exact way to what a classifier or a tagger says."""
    if (
        not isinstance(model, BertForSequenceClassification | BertForTokenClassification)
        or model.config.is_decoder
    ):
        return PaddedLogits(model, pad_id)
    body: Any = model.bert
    top: Any = model.classifier
    return PackedLogits(PackedBert(body), body.pooler, top)


class PairReader:
    """Does a claim follow from a text? One row a pair: the logits that it does, that it does not.

    Asked for each category whether "this is about it" follows, it needs no training (Yin, Hay and
    Roth 2019, "Benchmarking zero-shot text classification", arXiv 1909.00161).
    """

    dimensions = 2

    def __init__(
        self,
        *,
        space: str,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        max_tokens: int,
        places: tuple[int, int],
    ) -> None:
        """`places`: of "it follows" and "it does not" among the model's labels."""
        self.space = space
        self.bytes = sum(weight.nbytes for weight in model.parameters())
        self._model = model
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._places = list(places)

    def encode(self, texts: Sequence[Pair]) -> Encoded:
        """See the class. Raises for a pair that cannot be read: the runtime finds out which."""
        rows = np.full((len(texts), self.dimensions), np.nan, dtype=np.float32)
        read = [self._tokens(pair) for pair in texts]
        ids = {at: each["input_ids"] for at, each in enumerate(read)}
        with torch.inference_mode():
            for batch in token_batches(ids, BATCH_TOKENS):
                padded = self._tokenizer.pad([read[at] for at in batch], return_tensors="pt")
                logits = self._model(**padded.to(self._model.device)).logits
                rows[batch] = logits[:, self._places].cpu().numpy()
        return Encoded(vectors=rows, failed=_not_finite(rows), space=self.space)

    def read_words(self, pieces: Sequence[Piece]) -> Encoded:  # noqa: ARG002 - of the protocol
        """It tags no words."""
        raise TypeError("a model of entailment tags no words")

    def _tokens(self, pair: Pair) -> dict[str, list[int]]:
        text = pair.text[: self._max_tokens * CHARACTERS_PER_TOKEN]
        return dict(
            self._tokenizer(text, pair.claim, truncation="only_first", max_length=self._max_tokens)
        )


def _not_finite(rows: Vectors) -> dict[int, str]:
    broken = np.flatnonzero(~np.isfinite(rows).all(axis=1)).tolist()
    return dict.fromkeys(broken, "The model gave no finite numbers for this text.")
