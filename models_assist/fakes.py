"""An encoder without weights, for tests: instant, deterministic, and not quite senseless."""

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from models_assist.vectors import Encoded

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
        failed = {
            index: "This text is poison."
            for index, text in enumerate(texts)
            if self._poison is not None and self._poison in text
        }
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for index, text in enumerate(texts):
            for word in WORD.findall(text.lower()):
                place, sign = self._place(word)
                vectors[index, place] += sign
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        vectors[list(failed)] = np.nan
        return Encoded(vectors=vectors, failed=failed, space=self.space)

    def _place(self, word: str) -> tuple[int, int]:
        digest = int.from_bytes(blake2b(word.encode(errors="replace"), digest_size=8).digest())
        return digest // 2 % self.dimensions, 1 if digest % 2 else -1
