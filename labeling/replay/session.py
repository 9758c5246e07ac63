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
        rows = rows[np.argsort(recording.rows[rows, 0], kind="stable")]
        items = recording.rows[rows, 0]
        self._recorded = np.bincount(items, minlength=len(recording.items))
        starts = np.cumsum(self._recorded) - self._recorded
        # (items, most votes of one): the rows of an item in the order in which they are answered.
        self._queues = np.full((len(recording.items), self._recorded.max()), -1)
        self._queues[items, np.arange(len(rows)) - starts[items]] = rows
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
        return self.crowd * self.prices.crowd + self.experts * self.prices.billed_expert

    @property
    def has_more(self) -> Booleans:
        """(items,): whether the recording holds a judgment that is not bought yet."""
        return np.asarray(self._recorded > self.votes)

    def buy_vote(self, item: int, is_admitted: Booleans | None = None) -> tuple[int, int] | None:
        """Buy the next judgment of an item: its worker and class.

        Workers who are not admitted keep their place in the queue. None when no one is left.
        """
        start, end = int(self.votes[item]), int(self._recorded[item])
        queue = self._queues[item, start:end]
        workers = self.recording.rows[queue, 1]
        eligible = (
            np.arange(end - start) if is_admitted is None else is_admitted[workers].nonzero()[0]
        )
        if not len(eligible):
            return None
        queue[0], queue[eligible[0]] = queue[eligible[0]], queue[0]
        self._bought.append(int(queue[0]))
        self.votes[item] += 1
        _, worker, said = self.recording.rows[queue[0]]
        return int(worker), int(said)

    def buy_round(self, items: Integers) -> Integers:
        """Buy the next judgment of each of these items, which have one: their classes."""
        rows = self._queues[items, self.votes[items]]
        self._bought += rows.tolist()
        self.votes[items] += 1
        return np.asarray(self.recording.rows[rows, 2])

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
