"""Words of any script: where they stand, how they are cut, and what a network makes of each."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import BertModel, DistilBertModel, PreTrainedModel, PreTrainedTokenizerFast

from models_assist.encode import Encoder
from models_assist.forward import forward_for
from models_assist.read_words import windows_of
from models_assist.state_layers import state_layers
from models_assist.words import Piece, Word, covered, pieces_of, words_of

ODD = "👩‍💻👍🏽e\u0301 שלום 北京。สวัสดี\u200f\n\tabc-DEF9"
TEXTS = st.text(st.sampled_from(ODD) | st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("New York-based U.S.", ["New", "York", "-", "based", "U", ".", "S", "."]),
        ("我爱北京 abc", ["我", "爱", "北", "京", "abc"]),
        ("👩‍💻 👍🏽x", ["👩‍💻", "👍🏽", "x"]),
        ("e\u0301te\u0301 שָׁלוֹם", ["e\u0301te\u0301", "שָׁלוֹם"]),
        (" \n\t ", []),
    ],
)
def test_words_are_what_people_take_them_for(text: str, words: list[str]) -> None:
    assert [text[word.start : word.end] for word in words_of(text)] == words


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, most=st.integers(1, 30))
def test_pieces_hold_every_word_once_at_its_place(text: str, most: int) -> None:
    words = words_of(text)
    ends = [0] + [word.end for word in words]
    assert all(end <= word.start < word.end for end, word in zip(ends, words, strict=False))
    covers = {at for word in words for at in range(*word)}
    assert all(
        text[at].isspace() or at in covers or not text[at].isprintable() for at in range(len(text))
    )
    found = [
        Word(piece.start + word.start, piece.start + word.end)
        for piece in pieces_of(text, words, most)
        for word in piece.words
    ]
    assert found == words
    for piece in pieces_of(text, words, most):
        assert piece.text == text[piece.start : piece.start + len(piece.text)]
        assert len(piece.text) <= most or len(piece.words) == 1


@given(data=st.data())
def test_a_span_covers_the_words_it_touches(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = words_of(text)
    first, last = covered(words, start, end)
    touched = [at for at, word in enumerate(words) if word.start < end and word.end > start]
    if start < end:
        assert list(range(first, last)) == touched


@given(count=st.integers(1, 400), room=st.integers(1, 64))
def test_windows_take_every_token_once_with_company(count: int, room: int) -> None:
    windows = windows_of(list(range(count)), room)
    assert [at for window in windows for at in window.takes] == list(range(count))
    for window in windows:
        assert len(window.ids) <= room
        assert window.ids == list(range(window.start, window.start + len(window.ids)))
        if len(window.takes):
            assert window.start <= window.takes.start
            assert window.takes.stop <= window.start + len(window.ids)


def piece_of(text: str) -> Piece:
    return Piece(0, text, tuple(words_of(text)))


@pytest.fixture
def encoder_of(tiny_tokenizer: PreTrainedTokenizerFast) -> Callable[..., Encoder]:
    def make(model: PreTrainedModel, max_tokens: int = 64) -> Encoder:
        return Encoder(
            space="tiny",
            dimensions=32,
            bytes=0,
            max_tokens=max_tokens,
            tokenizer=tiny_tokenizer,
            forward=forward_for(model, pad_id=0),
        )

    return make


def plain_states(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, text: str) -> Tensor:
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        layers = model(input_ids=ids, output_hidden_states=True).hidden_states
    return torch.stack([layers[at] for at in state_layers(len(layers) - 1)], dim=-2)[0][1:-1]


@pytest.mark.parametrize("which", ["packed", "another architecture"])
def test_states_are_those_of_the_plain_model(
    which: str,
    tiny_bert: BertModel,
    tiny_distilbert: DistilBertModel,
    encoder_of: Callable[..., Encoder],
    tiny_tokenizer: PreTrainedTokenizerFast,
) -> None:
    model = tiny_bert if which == "packed" else tiny_distilbert
    texts = ["the film is good", "bad", "the long film is short"]
    encoded = encoder_of(model).read_words([piece_of(text) for text in texts])
    assert encoded.failed == {}
    for text, states in zip(texts, encoded.states, strict=True):
        expected = plain_states(model, tiny_tokenizer, text).numpy()
        assert states.shape == expected.shape
        assert np.abs(states - expected).max() < 2e-2, "half precision"


def test_a_long_text_is_read_to_its_end(
    tiny_bert: BertModel, encoder_of: Callable[..., Encoder]
) -> None:
    text = "the film is good " * 30 + "short"
    encoded = encoder_of(tiny_bert, max_tokens=10).read_words([piece_of(text), piece_of("")])
    states, empty = encoded.states
    assert len(states) == 121
    assert empty.shape == (0, 3, 32)
    alone = encoder_of(tiny_bert).read_words([piece_of("short")]).states[0]
    assert np.abs(states[-1, 0] - alone[0, 0]).max() > 0, "its position differs"
    assert np.isfinite(states).all()
    assert (np.abs(states).sum(axis=(1, 2)) > 0).all(), "no word was left out"


def test_words_that_cannot_be_tokenized_fail_alone(
    tiny_bert: BertModel, encoder_of: Callable[..., Encoder]
) -> None:
    broken = Piece(0, "\ud800", (Word(0, 1),))
    encoded = encoder_of(tiny_bert).read_words([piece_of("good"), broken])
    assert list(encoded.failed) == [1]
    assert np.isnan(encoded.states[1]).all()
    assert np.isfinite(encoded.states[0]).all()
