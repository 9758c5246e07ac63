"""Texts as weighed words: what a linear head can learn from in a second, without any network.

The weight of a term is log((1 + n) / (1 + df)) + 1 for the df of n texts that hold it, and every
row has length 1 (Salton & Buckley 1988, "Term-weighting approaches in automatic text retrieval").
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import numpy as np
from scipy.sparse import csr_array, diags_array, hstack
from sklearn.feature_extraction.text import HashingVectorizer

from models_assist.calibrate import Numbers

PAIR = " [SEP] "
"""Stands between the two parts where an item asks about a pair of texts."""
FEWEST_TEXTS = 2
"""A term that fewer texts hold can teach nothing about another text."""
BUCKETS = 2**18
STEPS = 10
"""The likeness of a pair is told as one of so many steps."""
_WORD = re.compile(r"\w+")


def word_vectors(texts: Sequence[str]) -> csr_array:
    """Return a sparse row a text, (n, terms): its words and pairs of neighbours.

    Of pairs of texts (all that hold PAIR, where most do) it is the words in both, the words in
    one only, and how alike the two are.
    """
    are_pairs = sum(PAIR in text for text in texts) > len(texts) / 2
    terms = _terms_of_pair if are_pairs else _terms
    counter = HashingVectorizer(
        analyzer=terms, n_features=BUCKETS, binary=True, norm=None, alternate_sign=False
    )
    found = csr_array(counter.transform(texts))
    held = np.bincount(found.indices, minlength=BUCKETS)
    common = np.nonzero(held >= FEWEST_TEXTS)[0]
    weights = np.log((1.0 + len(texts)) / (1.0 + held[common])) + 1.0
    rows = found[:, common] @ diags_array(weights)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)))
    rows = diags_array(1.0 / np.maximum(lengths, 1e-12)) @ rows
    return csr_array(hstack([rows, _likeness(texts)]) if are_pairs else rows)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _terms(text: str) -> Iterator[str]:
    words = _words(text)
    yield from words
    yield from map(" ".join, pairwise(words))


def _terms_of_pair(text: str) -> Iterator[str]:
    one, other = _parts(text)
    yield from (f"both {word}" for word in one & other)
    yield from (f"one {word}" for word in one ^ other)


def _parts(text: str) -> tuple[set[str], set[str]]:
    one, _, other = text.partition(PAIR)
    return set(_words(one)), set(_words(other))


def _likeness(texts: Sequence[str]) -> Numbers:
    """(n, 2 STEPS): how much of all words, and of the shorter text's, both have, by the rarity of
    the words: a 1 in one of STEPS columns each."""
    pairs = [_parts(text) for text in texts]
    held = Counter(chain.from_iterable(one | other for one, other in pairs))

    def mass(words: set[str]) -> float:
        return sum(float(np.log((1.0 + len(texts)) / held[word])) for word in words)

    shares = []
    for one, other in pairs:
        both, whole = mass(one & other), mass(one | other)
        shares.append((both / (whole or 1.0), both / (min(mass(one), mass(other)) or 1.0)))
    steps = np.minimum((np.array(shares) * STEPS).astype(int), STEPS - 1)
    return np.asarray(np.eye(STEPS)[steps].reshape(len(texts), 2 * STEPS))
