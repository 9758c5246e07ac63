"""What every encoder promises: texts in, vectors out. Needs no torch, so all may import it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from models_assist.words import Piece

Vectors = npt.NDArray[np.float32]
States = npt.NDArray[np.floating[Any]]
"""What a network makes of each word of a text, (words, layers, dimensions); of a picture where
things are looked for, (things, 4 + labels): their edges as shares of its sides, and the share of
each label."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoded:
    """The vectors of some texts, in their order."""

    vectors: Vectors
    """One row a text, of unit length. All zeros if the text holds no word, which leans to no
    category; all NaN if the text failed, so that no head can read it unnoticed."""

    failed: Mapping[int, str]
    """The reason for each text that could not be encoded, by its index."""

    space: str
    """The vector space; see `ModelSpec.space`."""

    states: tuple[States, ...] = ()
    """One a text where its words were read, and then `vectors` has no columns; one a picture where
    things were looked for; empty otherwise."""

    def part(self, start: int, stop: int) -> "Encoded":
        """The texts from `start` up to, not including, `stop`."""
        failed = {
            index - start: reason for index, reason in self.failed.items() if start <= index < stop
        }
        return Encoded(
            vectors=self.vectors[start:stop],
            failed=failed,
            space=self.space,
            states=self.states[start:stop],
        )


class TextEncoder(Protocol):
    """Anything that turns texts into vectors."""

    @property
    def space(self) -> str:
        """Names the vector space; see `ModelSpec.space`."""

    @property
    def dimensions(self) -> int:
        """Length of one vector."""

    @property
    def bytes(self) -> int:
        """What it takes up in memory, at least: its weights."""

    def encode(self, texts: Any) -> Encoded:
        """A row for each of a sequence of texts; of pairs or pictures, where it reads those.

        Never raises because of a single one: what is wrong with it stands in `failed`."""

    def read_words(self, pieces: Sequence[Piece]) -> Encoded:
        """The states of the words of each piece; as `encode` in all else. A piece of any length
        is read to its end. All zeros for a word that the tokenizer leaves out."""
