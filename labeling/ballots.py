"""Votes as numbers: who said which class of which item, in three columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ballots", "Booleans", "Floats", "Integers"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Ballots:
    """N votes on `item_count` items by `worker_count` workers over `class_count` classes.

    The three columns have shape (N,) and hold positions counted from 0. A worker votes at most
    once on an item; the order of the votes says nothing.
    """

    items: Integers
    workers: Integers
    classes: Integers
    item_count: int
    worker_count: int
    class_count: int

    @classmethod
    def of(cls, votes: Iterable[tuple[int, int, int]], shape: Sequence[int]) -> "Ballots":
        """From (item, worker, class) triples; `shape` counts items, workers and classes.

        Raises ValueError for a position outside the shape.
        """
        columns = np.array(list(votes), dtype=np.int64).reshape(-1, 3)
        if columns.size and not (columns.min() >= 0 and (columns.max(axis=0) < shape).all()):
            raise ValueError(f"a vote lies outside of {tuple(shape)} items, workers and classes")
        items, workers, classes = columns.T
        return cls(
            items=items,
            workers=workers,
            classes=classes,
            item_count=shape[0],
            worker_count=shape[1],
            class_count=shape[2],
        )

    def __len__(self) -> int:
        return len(self.items)

    def counts(self) -> Floats:
        """Return how many votes each class has of each item, (items, classes)."""
        cells = self.items * self.class_count + self.classes
        size = self.item_count * self.class_count
        return np.bincount(cells, minlength=size).reshape(-1, self.class_count).astype(float)

    def votes_per_item(self) -> Integers:
        """Return how many votes each item has, (items,)."""
        return np.bincount(self.items, minlength=self.item_count)

    def votes_per_worker(self) -> Integers:
        """Return how many votes each worker gave, (workers,)."""
        return np.bincount(self.workers, minlength=self.worker_count)
