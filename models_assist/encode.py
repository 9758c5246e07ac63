"""Texts to unit vectors, in batches that waste little; one bad text spoils no other."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedTokenizerBase

from models_assist.forward import Forward, TokenIds
from models_assist.read_words import WordReader
from models_assist.vectors import Encoded, Vectors
from models_assist.words import Piece

# A token budget keeps a batch's memory and time alike, whatever the lengths. Measured on one core,
# budgets from 128 to 4096 are equally fast.
BATCH_TOKENS = 1024

# The tokenizer reads a text to its end before it cuts, and a pasted book would hold up everyone.
# 64 characters a token is far beyond any language.
CHARACTERS_PER_TOKEN = 64

# What a tokenizer or a network is known to raise over one odd text; anything else is our mistake.
POISON = (ValueError, TypeError, IndexError, RuntimeError)


class Encoder:
    """A loaded text encoder. Not thread safe: `runtime.Runtime` gives it one thread."""

    def __init__(
        self,
        *,
        space: str,
        dimensions: int,
        bytes: int,  # noqa: A002 - the name of the protocol
        max_tokens: int,
        tokenizer: PreTrainedTokenizerBase,
        forward: Forward,
    ) -> None:
        self.space = space
        self.dimensions = dimensions
        self.bytes = bytes
        self._max_tokens = max_tokens
        self._tokenizer = tokenizer
        self._forward = forward
        self._empty_length = tokenizer.num_special_tokens_to_add()
        self._words = WordReader(
            tokenizer=tokenizer,
            forward=forward,
            max_tokens=max_tokens,
            dimensions=dimensions,
            poison=POISON,
        )

    def encode(self, texts: Sequence[str]) -> Encoded:
        """One row a text; see `Encoded` for texts without words and texts that fail."""
        failed: dict[int, str] = {}
        vectors = np.full((len(texts), self.dimensions), np.nan, dtype=np.float32)
        token_ids = self._tokenize(texts, failed)
        for index in [index for index, ids in token_ids.items() if len(ids) <= self._empty_length]:
            vectors[index] = 0
            del token_ids[index]
        with torch.inference_mode():
            for batch in token_batches(token_ids, BATCH_TOKENS):
                self._embed(batch, token_ids, vectors, failed)
        return Encoded(vectors=vectors, failed=failed, space=self.space)

    def read_words(self, pieces: Sequence[Piece]) -> Encoded:
        """The states of the words of each piece, in windows where it is long."""
        states, failed = self._words.read(pieces, lambda ids: token_batches(ids, BATCH_TOKENS))
        vectors = np.zeros((len(pieces), 0), dtype=np.float32)
        return Encoded(vectors=vectors, failed=failed, space=self.space, states=states)

    def _tokenize(self, texts: Sequence[str], failed: dict[int, str]) -> dict[int, TokenIds]:
        if not texts:
            return {}
        try:
            return dict(enumerate(self._token_ids(texts)))
        except POISON:
            pass  # One by one, then, to learn which it was.
        token_ids: dict[int, TokenIds] = {}
        for index, text in enumerate(texts):
            try:
                [token_ids[index]] = self._token_ids([text])
            except POISON as error:
                failed[index] = _reason("could not be split into tokens", error)
        return token_ids

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        cut = [text[: self._max_tokens * CHARACTERS_PER_TOKEN] for text in texts]
        tokens = self._tokenizer(cut, truncation=True, max_length=self._max_tokens, padding=False)
        ids: list[list[int]] = tokens["input_ids"]
        return ids

    def _finish(self, means: Tensor) -> Tensor:
        return functional.normalize(means, dim=1)

    def _embed(
        self,
        batch: Sequence[int],
        token_ids: Mapping[int, TokenIds],
        vectors: Vectors,
        failed: dict[int, str],
    ) -> None:
        """Fills the rows of one batch; if the batch fails, text by text."""
        try:
            means = self._forward([token_ids[index] for index in batch])
        except POISON as error:
            if len(batch) == 1:
                failed[batch[0]] = _reason("could not be read by the model", error)
                return
            for index in batch:
                self._embed([index], token_ids, vectors, failed)
            return
        rows = self._finish(means).cpu().numpy()
        for index, row in zip(batch, rows, strict=True):
            if np.isfinite(row).all():
                vectors[index] = row
            else:
                failed[index] = "The model gave no finite vector for this text."


def token_batches(token_ids: Mapping[int, TokenIds], budget: int) -> Iterator[list[int]]:
    """Keys from short to long, cut so that a batch padded to its longest keeps to the budget.

    A text longer than the budget is a batch of its own.
    """
    batch: list[int] = []
    for index in sorted(token_ids, key=lambda index: len(token_ids[index])):
        if batch and (len(batch) + 1) * len(token_ids[index]) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _reason(what: str, error: Exception) -> str:
    return f"This text {what} ({type(error).__name__}: {str(error)[:200]})."
