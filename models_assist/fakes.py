"""An encoder without weights, for tests: instant, deterministic, and not quite senseless."""

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from models_assist.vectors import Encoded, Vectors
from models_assist.words import Piece

WORD = re.compile(r"\w+")


class FakeEncoder:
    """Hashed bag of words: texts that share words have vectors that point the same way."""

    def __init__(self, dimensions: int = 256, poison: str | None = None) -> None:
        """A text that contains `poison` fails, as one does that the real encoder cannot read."""
        self.space = f"fake/{dimensions}"
        self.dimensions = dimensions
        self.bytes = 0
        self._poison = poison

    def encode(self, texts: Sequence[str]) -> Encoded:
        """As every `TextEncoder` does."""
        failed = self._failures(texts)
        vectors = self._bags(texts)
        vectors[list(failed)] = np.nan
        return Encoded(vectors=vectors, failed=failed, space=self.space)

    def read_words(self, pieces: Sequence[Piece]) -> Encoded:
        """As every `TextEncoder` does; a word's state is its own vector, in one layer."""
        texts = [piece.text for piece in pieces]
        failed = self._failures(texts)
        states = []
        for at, piece in enumerate(pieces):
            own = [piece.text[word.start : word.end] for word in piece.words]
            rows = self._bags(own)[:, None, :].astype(np.float16)
            states.append(np.full_like(rows, np.nan) if at in failed else rows)
        vectors = np.zeros((len(pieces), 0), dtype=np.float32)
        return Encoded(vectors=vectors, failed=failed, space=self.space, states=tuple(states))

    def _failures(self, texts: Sequence[str]) -> dict[int, str]:
        return {
            index: "This text is poison."
            for index, text in enumerate(texts)
            if self._poison is not None and self._poison in text
        }

    def _bags(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for index, text in enumerate(texts):
            for word in WORD.findall(text.lower()):
                place, sign = self._place(word)
                vectors[index, place] += sign
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors

    def _place(self, word: str) -> tuple[int, int]:
        digest = int.from_bytes(blake2b(word.encode(errors="replace"), digest_size=8).digest())
        return digest // 2 % self.dimensions, 1 if digest % 2 else -1
