"""What a region of a picture shows, by the regions most like it that people have named.

A vote of the nearest neighbours, the nearer the weightier (Dudani 1976, "The distance-weighted
k-nearest-neighbor rule", IEEE SMC 6). Where the vote is less clear than it was where it used to be
right, nothing is said: a detector's own word, or a person's, is better then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models_assist.calibrate import Indexes, Numbers
from models_assist.head_quality import HeadQuality, quality_of_classes
from models_assist.head_storage import UnreadableHead, pack

NEIGHBOURS = 8
WANTED = 0.8
"""Of what is said so often has to be right, on regions that had no vote in their own case."""
MOST_REGIONS = 20_000
_LEAST = 1e-4
Halves = npt.NDArray[np.float16]


class Vote(NamedTuple):
    """What the neighbours of a region say."""

    category: str | None
    """None: they do not agree enough."""
    share: float


@dataclass(frozen=True, kw_only=True, eq=False)
class NeighbourHead:
    """Regions that people have named; the latest MOST_REGIONS of them."""

    categories: tuple[str, ...]
    vectors: Halves
    """(regions, dimensions), of one length each."""
    classes: Indexes
    """(regions,)"""
    threshold: float
    """A vote of a smaller share says nothing; above 1 none does."""
    quality: HeadQuality | None

    def votes(self, vectors: npt.NDArray[np.float32]) -> list[Vote]:
        """One a row, (n, dimensions). Raises ValueError for vectors of another model."""
        if vectors.shape[1:] != self.vectors.shape[1:]:
            raise ValueError("These vectors are of another model than the head's.")
        shares = _shares(_likeness(vectors, self.vectors), self.classes, len(self.categories))
        return [
            Vote(self.categories[int(row.argmax())] if row.max() >= self.threshold else None,
                 float(row.max()))
            for row in shares
        ]  # fmt: skip

    def to_bytes(self) -> bytes:
        """`neighbours_from` undoes it."""
        header = {"type": "boxes", "classes": self.categories, "threshold": self.threshold}
        return pack(header, self.quality, {"vectors": self.vectors, "classes": self.classes})


def neighbours_from(
    header: Mapping[str, Any],
    quality: HeadQuality | None,
    tensors: Mapping[str, npt.NDArray[Any]],
) -> NeighbourHead:
    """What `unpack` gave; raises `UnreadableHead` for another head."""
    if header.get("type") != "boxes" or set(tensors) != {"vectors", "classes"}:
        raise UnreadableHead("This is no head of a boxes question.")
    return NeighbourHead(
        categories=tuple(header["classes"]),
        vectors=tensors["vectors"],
        classes=tensors["classes"],
        threshold=float(header["threshold"]),
        quality=quality,
    )


def fit_neighbours(
    categories: Sequence[str],
    vectors: npt.NDArray[np.float32],
    classes: Sequence[str],
    groups: Sequence[int],
) -> NeighbourHead:
    """Keep regions (n, dimensions) with what people named them, and learn when to be silent.

    `groups` says in which picture each lies: none has a vote on another of its own picture when
    that is learnt, since regions of one picture are alike. Raises ValueError for no region.
    """
    if not len(vectors):
        raise ValueError("There is no region to learn from.")
    kept = slice(None, MOST_REGIONS)
    own = vectors[kept].astype(np.float16)
    numbers = np.array([list(categories).index(name) for name in classes[kept]], dtype=np.intp)
    pictures = np.array(groups[kept])
    likeness = _likeness(own.astype(np.float32), own)
    likeness[pictures[:, None] == pictures[None, :]] = -np.inf
    shares = _shares(likeness, numbers, len(categories))
    said, sure = shares.argmax(axis=1), shares.max(axis=1)
    chosen = np.clip(shares[np.arange(len(numbers)), numbers], _LEAST, 1.0)
    quality = quality_of_classes(
        said, shares, numbers, categories, kind="neighbours", losses=-np.log(chosen)
    )
    return NeighbourHead(
        categories=tuple(categories),
        vectors=own,
        classes=numbers,
        threshold=_threshold(sure, said == numbers),
        quality=quality,
    )


def _likeness(rows: npt.NDArray[np.float32], kept: Halves) -> Numbers:
    return np.asarray(rows @ kept.astype(np.float32).T, dtype=float)


def _shares(likeness: Numbers, classes: Indexes, count: int) -> Numbers:
    """(rows, classes): the weights of the nearest by class; of equal distances all count alike."""
    nearest = min(NEIGHBOURS, likeness.shape[1])
    at = np.argpartition(-likeness, nearest - 1, axis=1)[:, :nearest]
    near = np.take_along_axis(likeness, at, axis=1)
    lowest = np.where(np.isfinite(near), near, np.inf).min(axis=1, keepdims=True)
    spread = np.where(np.isfinite(near), near - np.where(np.isfinite(lowest), lowest, 0.0), -1.0)
    # The farthest would count for nothing; with two neighbours that is half of what is known.
    weights = np.where(spread >= 0.0, spread + 0.1 * spread.max(axis=1, keepdims=True) + 1e-9, 0.0)
    shares = np.zeros((len(likeness), count))
    np.add.at(shares, (np.arange(len(at))[:, None], classes[at]), weights)
    total = shares.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 0.0, shares / np.maximum(total, 1e-12), 1.0 / count))


def _threshold(sure: Numbers, is_right: npt.NDArray[np.bool_]) -> float:
    """The least share from which on WANTED of the votes were right; above 1 without any."""
    order = np.argsort(-sure, kind="stable")
    rights = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    # Only behind the last of equal shares: of these all are said, or none.
    ends = np.append(sure[order][1:] < sure[order][:-1], True)
    good = np.flatnonzero((rights >= WANTED) & ends)
    return float(sure[order][good[-1]]) if len(good) else 2.0
