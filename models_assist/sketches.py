"""A short sketch of a text, by which near-duplicates are found without comparing all pairs.

The sketch of a text is its MinHash (Broder 1997, "On the resemblance and containment of
documents") over shingles of SHINGLE characters, cut into bands: two texts that have a share J of
their shingles in common get the same key in one of b bands of r hashes with the probability
1 - (1 - J^r)^b
(Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4). With 8 bands of 4 that is
0.985 at J = 0.8 and 0.40 at J = 0.5; who shares a key is compared in full afterwards.
"""

import hashlib
import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

SHINGLE: Final = 4
BANDS: Final = 8
ROWS: Final = 4
MOST_CHARACTERS: Final = 20_000
"""Of a longer text no sketch is made: only the same text is its duplicate."""
KEYS: Final = 1 + BANDS
"""Of a sketch: the key of what is equal, then one of each band."""
KEY_BYTES: Final = 8
NO_KEY: Final = 0

Words = npt.NDArray[np.uint64]

_dice = np.random.default_rng(20260727)
# Odd, so that a product keeps apart what differs.
_FACTORS: Final = _dice.integers(1, 2**63, (BANDS * ROWS, 1), dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)
_TERMS: Final = _dice.integers(0, 2**63, (BANDS * ROWS, 1), dtype=np.uint64)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_SHIFT: Final = np.uint64(31)


def normal(text: str) -> str:
    """The text without what nobody reads: compatibility forms, case, the kind and the number of
    white space. Two texts whose normal forms are equal say the same."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def letters(text: str) -> str:
    """The words of a normal text: what shingles are cut from, so that a comma counts for less
    than a word."""
    kept = (each if each.isalnum() else " " for each in text)
    return " ".join("".join(kept).split())


def shingles(text: str) -> Words:
    """The hashes of all runs of SHINGLE characters of `letters`, each once, ascending."""
    return np.unique(_hashes(text))


def _hashes(text: str) -> Words:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    if len(points) < SHINGLE:
        points = np.pad(points, (0, SHINGLE - len(points)))
    found = np.zeros(len(points) - SHINGLE + 1, dtype=np.uint64)
    for at in range(SHINGLE):
        found = found * _MIX + points[at : at + len(found)].astype(np.uint64)
    found ^= found >> _SHIFT
    return found * _MIX


def shared(one: str, other: str) -> float:
    """The share of shingles of `letters` that both texts have, of those that either has (Jaccard),
    0 to 1."""
    a, b = shingles(one), shingles(other)
    both = len(np.intersect1d(a, b, assume_unique=True))
    return both / (len(a) + len(b) - both)


def sketch(equal: str, text: str | None) -> bytes:
    """KEYS little-endian keys of 8 bytes: that of `equal`, and those of the bands of `text`.
    NO_KEY stands for nothing, and for the bands of a text that is too long."""
    raw = equal.encode("utf-8", "surrogatepass")
    exact = hashlib.blake2b(raw, digest_size=KEY_BYTES).digest() if raw else bytes(KEY_BYTES)
    whole = None if text is None else letters(text)
    if not whole or len(whole) > MOST_CHARACTERS:
        return exact + bytes(BANDS * KEY_BYTES)
    return exact + _bands(whole).astype("<u8").tobytes()


def _bands(text: str) -> Words:
    found = _hashes(text)
    # In blocks, so that a long text needs no more memory than the cache of a processor.
    least = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(found), 512):
        block = _FACTORS * found[start : start + 512] + _TERMS
        least = np.minimum(least, block.min(axis=1))
    rows = least.reshape(BANDS, ROWS)
    # Bands differ in their keys, too, so that no key of one stands for another.
    keys = np.arange(1, BANDS + 1, dtype=np.uint64)
    for at in range(ROWS):
        keys = (keys ^ (rows[:, at] >> _SHIFT) ^ rows[:, at]) * _MIX
    return np.maximum(keys, np.uint64(1))
