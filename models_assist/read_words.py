"""The states of a text's words: long texts in windows, each word by its first token."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from models_assist.forward import Forward, TokenIds
from models_assist.vectors import States
from models_assist.words import Piece

# Words at a window's edge have heard only one side of what stands around them; this part of a
# window is shared with the next, and each word is taken from where it is farther from the edge.
SHARED = 1 / 4

Batches = Callable[[Mapping[int, TokenIds]], Iterator[list[int]]]


class Tokens(NamedTuple):
    """The tokens of one piece, without those that a model adds to mark its ends."""

    ids: list[int]
    first: list[int | None]
    """The token that each word begins with; None for a word that was left out."""


class Window(NamedTuple):
    """What the network reads at once of a piece: its tokens from `start` on."""

    ids: TokenIds
    start: int
    takes: range
    """The tokens whose states are taken from here; the others only stand around them."""


def tokens_of(tokenizer: PreTrainedTokenizerBase, piece: Piece) -> Tokens:
    """Raises ValueError for a tokenizer that does not say where its tokens stand."""
    if not tokenizer.is_fast:
        raise ValueError("the tokenizer does not say where its tokens stand")
    read = tokenizer(
        piece.text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    ids: list[int] = read["input_ids"]
    offsets: list[tuple[int, int]] = read["offset_mapping"]
    first: list[int | None] = []
    at = 0
    for word in piece.words:
        while at < len(offsets) and offsets[at][1] <= word.start:
            at += 1
        first.append(at if at < len(offsets) and offsets[at][0] < word.end else None)
    return Tokens(ids, first)


def windows_of(ids: Sequence[int], room: int) -> list[Window]:
    """Cut tokens into windows of at most `room` that share a part; each token is taken once."""
    shared = int(room * SHARED)
    starts = [0]
    while starts[-1] + room < len(ids):
        starts.append(starts[-1] + room - shared)
    edges = [0, *(start + shared // 2 for start in starts[1:]), len(ids)]
    return [
        Window(ids[start : start + room], start, range(first, last))
        for start, (first, last) in zip(starts, pairwise(edges), strict=True)
    ]


def marks_of(tokenizer: PreTrainedTokenizerBase) -> tuple[list[int], list[int]]:
    """What the model wants before and behind a text, such as [CLS] and [SEP]."""
    bare: list[int] = tokenizer("a", add_special_tokens=False)["input_ids"]
    marked: list[int] = tokenizer("a")["input_ids"]
    before = next(at for at in range(len(marked)) if marked[at : at + len(bare)] == bare)
    return marked[:before], marked[before + len(bare) :]


class WordReader:
    """Reads the words of pieces through one network."""

    def __init__(
        self,
        *,
        tokenizer: PreTrainedTokenizerBase,
        forward: Forward,
        max_tokens: int,
        dimensions: int,
        poison: tuple[type[Exception], ...],
    ) -> None:
        """`poison`: what tokenizer and network are known to raise over one odd text."""
        self._tokenizer = tokenizer
        self._forward = forward
        self._before, self._after = marks_of(tokenizer)
        self._room = max(max_tokens - len(self._before) - len(self._after), 1)
        self._shape = (forward.layers, dimensions)
        self._poison = poison

    def read(
        self, pieces: Sequence[Piece], batches: Batches
    ) -> tuple[tuple[States, ...], dict[int, str]]:
        """The states of each piece, and the reason for each that failed; its states are NaN."""
        failed: dict[int, str] = {}
        tokens = self._tokenize(pieces, failed)
        windows = [
            (at, window)
            for at, read in tokens.items()
            if read.ids
            for window in windows_of(read.ids, self._room)
        ]
        by_token = {
            at: np.full((len(read.ids), *self._shape), np.nan, dtype=np.float16)
            for at, read in tokens.items()
        }
        ids = {
            number: [*self._before, *window.ids, *self._after]
            for number, (_, window) in enumerate(windows)
        }
        with torch.inference_mode():
            for batch in batches(ids):
                self._take(batch, ids, windows, by_token, failed)
        empty = Tokens([], [])
        states = tuple(
            _by_word(tokens.get(at, empty), by_token.get(at), (len(piece.words), *self._shape))
            for at, piece in enumerate(pieces)
        )
        for at, state in enumerate(states):
            if at not in failed and not np.isfinite(state).all():
                failed[at] = "The model gave no finite states for this text."
        return states, failed

    def _tokenize(self, pieces: Sequence[Piece], failed: dict[int, str]) -> dict[int, Tokens]:
        tokens = {}
        for at, piece in enumerate(pieces):
            try:
                tokens[at] = tokens_of(self._tokenizer, piece)
            except self._poison as error:
                failed[at] = _reason("could not be split into tokens", error)
        return tokens

    def _take(
        self,
        batch: Sequence[int],
        ids: Mapping[int, TokenIds],
        windows: Sequence[tuple[int, Window]],
        by_token: Mapping[int, States],
        failed: dict[int, str],
    ) -> None:
        """Reads one batch; if that fails, window by window."""
        try:
            said = self._forward.states([ids[number] for number in batch])
        except self._poison as error:
            if len(batch) == 1:
                failed[windows[batch[0]][0]] = _reason("could not be read by the model", error)
                return
            for number in batch:
                self._take([number], ids, windows, by_token, failed)
            return
        for number, state in zip(batch, said, strict=True):
            at, window = windows[number]
            start = window.takes.start - window.start + len(self._before)
            rows = state[start : start + len(window.takes)].cpu().numpy()
            by_token[at][window.takes.start : window.takes.stop] = rows


def _by_word(tokens: Tokens, by_token: States | None, shape: tuple[int, int, int]) -> States:
    if by_token is None:
        return np.full(shape, np.nan, dtype=np.float16)
    states = np.zeros(shape, dtype=np.float16)
    known = [(word, first) for word, first in enumerate(tokens.first) if first is not None]
    states[[word for word, _ in known]] = by_token[[first for _, first in known]]
    return states


def _reason(what: str, error: Exception) -> str:
    return f"This text {what} ({type(error).__name__}: {str(error)[:200]})."
