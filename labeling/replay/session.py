"""What a replay has bought so far. A judgment is seen only after it is paid for."""

import numpy as np

from labeling.ballots import Ballots, Booleans, Integers
from labeling.prices import Prices
from labeling.replay.recording import Recording


class Session:
    """The recorded judgments in the order in which workers will answer, and the bill."""

    def __init__(
        self, recording: Recording, *, seed: int, order: str = "random", prices: Prices
    ) -> None:
        self.recording = recording
        self.prices = prices
        self.experts = 0
        self._bought: list[int] = []
        rows = np.arange(len(recording.rows))
        if order != "recorded":
            rows = np.random.default_rng(seed).permutation(rows)
        self._queues: list[list[int]] = [[] for _ in recording.items]
        for row in rows:
            self._queues[recording.rows[row, 0]].append(int(row))
        self._recorded = np.array([len(queue) for queue in self._queues])
        self.votes: Integers = np.zeros(len(recording.items), dtype=np.int64)
        self._expert_says = self._experts(np.random.default_rng([seed, 1]))

    def _experts(self, dice: np.random.Generator) -> Integers:
        """What an expert would say of each item: gold, or with 1 - accuracy any other class."""
        gold, classes = self.recording.gold, len(self.recording.classes)
        errs = dice.random(len(gold)) > self.prices.expert_accuracy
        shift = dice.integers(1, max(classes, 2), len(gold))
        return np.asarray(np.where(errs, (gold + shift) % classes, gold))

    @property
    def crowd(self) -> int:
        """How many crowd judgments were bought."""
        return len(self._bought)

    @property
    def cost(self) -> float:
        """What was paid, in the unit of the prices."""
        return self.crowd * self.prices.crowd + self.experts * (self.prices.expert or 0.0)

    @property
    def has_more(self) -> Booleans:
        """(items,): whether the recording holds a judgment that is not bought yet."""
        return np.asarray(self._recorded > self.votes)

    def buy_vote(self, item: int, is_admitted: Booleans | None = None) -> tuple[int, int] | None:
        """Buy the next judgment of an item: its worker and class.

        Workers who are not admitted keep their place in the queue. None when no one is left.
        """
        queue, start = self._queues[item], int(self.votes[item])
        for place in range(start, len(queue)):
            _, worker, said = self.recording.rows[queue[place]]
            if is_admitted is None or is_admitted[worker]:
                queue[start], queue[place] = queue[place], queue[start]
                self._bought.append(queue[start])
                self.votes[item] += 1
                return int(worker), int(said)
        return None

    def ask_expert(self, item: int) -> int:
        """Buy an expert's answer: a class."""
        self.experts += 1
        return int(self._expert_says[item])

    def ballots(self) -> Ballots:
        """Return everything bought of the crowd."""
        recording = self.recording
        items, workers, classes = recording.rows[self._bought].T
        return Ballots(
            items=items,
            workers=workers,
            classes=classes,
            item_count=len(recording.items),
            worker_count=len(recording.workers),
            class_count=len(recording.classes),
        )
