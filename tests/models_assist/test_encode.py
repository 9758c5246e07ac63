"""Vectors are those of the plain model, and one bad text spoils no other."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import BertModel, DistilBertModel, PreTrainedModel, PreTrainedTokenizerFast

from models_assist.encode import Encoder, token_batches
from models_assist.forward import Forward, PackedBert, PaddedForward, TokenIds, forward_for
from models_assist.vectors import Vectors

# The tokens of "long" and "short" in the tiny vocabulary.
LONG, SHORT = 9, 10

MakeEncoder = Callable[..., Encoder]

TEXTS = [
    "the film is good",
    "bad",
    "the film is long is bad is long is bad the film",
    "the film is bad",
    "good film",
    "the short film is good",
]


@pytest.fixture
def encoder_with(tiny_tokenizer: PreTrainedTokenizerFast) -> MakeEncoder:
    def make(forward: Forward, max_tokens: int = 64) -> Encoder:
        return Encoder(
            space="tiny",
            dimensions=32,
            bytes=0,
            max_tokens=max_tokens,
            tokenizer=tiny_tokenizer,
            forward=forward,
        )

    return make


def plain_vector(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, text: str) -> Vectors:
    """One text, alone, through transformers' own forward."""
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        mean = model(input_ids=ids).last_hidden_state.mean(1)[0]
    vector: Vectors = (mean / mean.norm()).numpy()
    return vector


@pytest.fixture(params=["packed", "padded", "another architecture"])
def model_and_forward(
    request: pytest.FixtureRequest, tiny_bert: BertModel, tiny_distilbert: DistilBertModel
) -> tuple[PreTrainedModel, Forward]:
    if request.param == "packed":
        return tiny_bert, PackedBert(tiny_bert)
    if request.param == "padded":
        return tiny_bert, PaddedForward(tiny_bert, pad_id=0)
    return tiny_distilbert, forward_for(tiny_distilbert, pad_id=0)


def test_a_batch_gives_what_each_text_alone_gives_in_the_plain_model(
    model_and_forward: tuple[PreTrainedModel, Forward],
    encoder_with: MakeEncoder,
    tiny_tokenizer: PreTrainedTokenizerFast,
) -> None:
    model, forward = model_and_forward
    encoded = encoder_with(forward).encode(TEXTS)
    expected = np.stack([plain_vector(model, tiny_tokenizer, text) for text in TEXTS])
    assert encoded.failed == {}
    assert np.abs(encoded.vectors - expected).max() < 1e-5
    assert np.abs(expected[0] - expected[3]).max() > 1e-3, "the tiny model tells texts apart"


def test_packing_does_not_need_texts_in_order_of_length(tiny_bert: BertModel) -> None:
    texts = [[2, 5, 3], [2, 5, 6, 7, 3], [2, 7, 3], [2, 8, 3], [2, 3]]
    with torch.inference_mode():
        together = PackedBert(tiny_bert)(texts)
        alone = torch.cat([PackedBert(tiny_bert)([text]) for text in texts])
    assert (together - alone).abs().max() < 1e-5


def test_no_text_gives_no_vector(tiny_bert: BertModel, encoder_with: MakeEncoder) -> None:
    encoded = encoder_with(PackedBert(tiny_bert)).encode([])
    assert encoded.vectors.shape == (0, 32)


def test_a_text_without_words_leans_nowhere(
    tiny_bert: BertModel, encoder_with: MakeEncoder
) -> None:
    encoded = encoder_with(PackedBert(tiny_bert)).encode(["", " \n", "good"])
    assert encoded.failed == {}
    assert not encoded.vectors[:2].any()
    assert np.linalg.norm(encoded.vectors[2]) == pytest.approx(1)


def test_a_long_text_counts_up_to_the_limit(
    tiny_bert: BertModel, encoder_with: MakeEncoder
) -> None:
    encoder = encoder_with(PackedBert(tiny_bert), max_tokens=8)
    six, seven, endless = encoder.encode(["good " * 6, "good " * 7, "good " * 100_000]).vectors
    assert np.array_equal(six, seven)
    assert np.array_equal(six, endless)


def test_a_text_that_cannot_be_tokenized_fails_alone(
    tiny_bert: BertModel, encoder_with: MakeEncoder
) -> None:
    encoded = encoder_with(PackedBert(tiny_bert)).encode(["good", "\ud800", "bad"])
    assert list(encoded.failed) == [1]
    assert "could not be split into tokens" in encoded.failed[1]
    assert np.isnan(encoded.vectors[1]).all()
    assert np.isfinite(encoded.vectors[[0, 2]]).all()


class Wrapped:
    """A forward that goes its own way for the vectors of texts alone."""

    def __init__(self, forward: Forward, token: int) -> None:
        self._forward = forward
        self._token = token
        self.layers = forward.layers

    def states(self, texts: Sequence[TokenIds]) -> list[Tensor]:
        return self._forward.states(texts)


class PoisonedBy(Wrapped):
    """A forward that cannot take one token, as a network cannot that lacks its row."""

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor:
        if any(self._token in text for text in texts):
            raise IndexError("index out of range in self")
        return self._forward(texts)


class NotFiniteFor(Wrapped):
    """A forward that overflows on texts with one token."""

    def __call__(self, texts: Sequence[TokenIds]) -> Tensor:
        means = self._forward(texts).clone()
        means[[self._token in text for text in texts]] = torch.inf
        return means


def test_a_text_that_breaks_the_network_fails_alone(
    tiny_bert: BertModel, encoder_with: MakeEncoder
) -> None:
    forward = PackedBert(tiny_bert)
    encoded = encoder_with(PoisonedBy(forward, LONG)).encode(TEXTS)
    sound = encoder_with(forward).encode(TEXTS)
    assert encoded.failed == {
        2: "This text could not be read by the model (IndexError: index out of range in self)."
    }
    others = [0, 1, 3, 4, 5]
    assert np.abs(encoded.vectors[others] - sound.vectors[others]).max() < 1e-5


def test_a_vector_that_is_not_finite_is_a_failure(
    tiny_bert: BertModel, encoder_with: MakeEncoder
) -> None:
    encoded = encoder_with(NotFiniteFor(PackedBert(tiny_bert), SHORT)).encode(TEXTS)
    assert encoded.failed == {5: "The model gave no finite vector for this text."}
    assert np.isnan(encoded.vectors[5]).all()


def test_batches_keep_to_the_budget_and_lose_no_text() -> None:
    lengths = [3, 9, 2, 2, 40, 9, 1]
    batches = list(token_batches({index: [0] * n for index, n in enumerate(lengths)}, budget=18))
    assert [[lengths[index] for index in batch] for batch in batches] == [
        [1, 2, 2, 3],
        [9, 9],
        [40],
    ]
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
