"""What is told of each word of a text: its states, those beside it, and how it looks.

The default encoder knows no case, so the looks tell what it cannot see. What stands beside a word
tells where a span begins and ends.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models_assist.vectors import States
from models_assist.words import Word

Features = npt.NDArray[np.float16]
_LOOKS = 12
# States have a spread near 1 in each of hundreds of numbers; a look must be heard beside them.
_LOUD = np.float16(2.0)
_SENTENCE_ENDS = frozenset(".!?\u3002\uff01\uff1f")


class ReadText(NamedTuple):
    """A text as a span head reads it."""

    text: str
    words: Sequence[Word]
    states: States
    """(words, layers, dimensions), as the encoder gives them."""
    trust: float = 1.0
    """How far its label counts as a person's, above 0: less where a model had said it first."""


def features_of(read: ReadText) -> Features:
    """Return (words, width): states, an early layer of both neighbours, and looks of all three.

    On names in news the neighbours brought 5 to 8 points of F1, and the looks as much (decision
    22). Raises ValueError where states and words are not as many, or states are not finite.
    """
    states = read.states
    if states.ndim != 3 or len(states) != len(read.words):
        raise ValueError(f"States of {len(read.words)} words are needed, not {states.shape}.")
    if not np.isfinite(states).all():
        raise ValueError("Some states are not finite: their text was not read. Leave it out.")
    looks = np.array(
        [_look(read.text, read.words, at) for at in range(len(read.words))], dtype=np.float16
    ).reshape(-1, _LOOKS)
    looks *= _LOUD
    early = states[:, min(1, states.shape[1] - 1)]
    flat = states.reshape(len(states), states.shape[1] * states.shape[2])
    return np.concatenate([flat, *_beside(early), looks, *_beside(looks)], axis=1)


def _beside(rows: Features) -> tuple[Features, Features]:
    """The row before each, and the row behind; zeros beyond the ends."""
    padded = np.pad(rows, ((1, 1), (0, 0)))
    return padded[:-2], padded[2:]


def _look(text: str, words: Sequence[Word], at: int) -> list[bool]:
    start, end = words[at]
    before = words[at - 1].end if at else 0
    word, is_letters = text[start:end], text[start:end].isalpha()
    return [
        word[0].isupper(),
        is_letters and len(word) > 1 and word.isupper(),
        is_letters and word.islower(),
        is_letters and not (word.islower() or word.istitle() or word.isupper()),
        word.isdigit(),
        not is_letters and any(each.isdigit() for each in word),
        not word[0].isalnum(),
        len(word) == 1,
        is_letters and 1 < len(word) <= 3,
        at == 0 or "\n" in text[before:start],
        at > 0 and before == start,
        at > 0 and text[before - 1] in _SENTENCE_ENDS,
    ]
