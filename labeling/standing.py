"""What a project has learnt of its crowd under one question, by name; as stored between
refreshes."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from labeling.ballots import Floats
from labeling.crowd import Crowd, one_coin
from labeling.gain import Market, admitted, market_of, overturn_rate
from labeling.model_rater import ModelWeight
from labeling.prices import Prices
from labeling.votes import JSON

DIGITS = 9
"""As stored. A decision is recomputed from what is stored, so it must be made of it, too."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A crowd whose workers and classes have names."""

    workers: tuple[int, ...]
    classes: tuple[Hashable, ...]
    crowd: Crowd
    overturned: float = 0.0
    """How many disputed items experts decided otherwise than the crowd."""
    dissent: float = 0.0
    """The summed dissent of the items that experts decided."""
    seen: Floats | None = None
    """(J, K): how many items of each class a worker has judged; None in an older version."""
    models: Mapping[str, ModelWeight] = field(default_factory=dict)
    """How far the models count, by source; a source that was never measured counts for nothing."""

    @classmethod
    def unknown(cls, classes: Sequence[Hashable], accuracy: float) -> "Standing":
        """Return what is known before the first refresh: everybody is right so often."""
        count = len(classes)
        table = one_coin(accuracy, count)
        crowd = Crowd(
            confusion=np.empty((0, count, count)),
            votes=np.empty(0),
            accuracy=np.empty(0),
            pooled=table,
            pooled_accuracy=accuracy,
            class_prior=np.full(count, 1.0 / count),
        )
        return cls(workers=(), classes=tuple(classes), crowd=crowd)

    @cached_property
    def worker_at(self) -> dict[int, int]:
        """The position of each worker."""
        return {worker: place for place, worker in enumerate(self.workers)}

    @cached_property
    def class_at(self) -> dict[Hashable, int]:
        """The position of each class."""
        return {name: place for place, name in enumerate(self.classes)}

    @cached_property
    def overturn(self) -> float:
        """The share of dissent that was error (`labeling.gain.overturn_rate`)."""
        return overturn_rate(self.overturned, self.dissent)

    @cached_property
    def _log_pooled(self) -> Floats:
        return np.asarray(np.log(np.maximum(self.crowd.pooled, 1e-4)))

    @cached_property
    def mean_information(self) -> float:
        """What a vote tells on average, in nats; before any vote, what anybody's would."""
        if len(self.workers) and self.crowd.votes.sum() > 0.0:
            return float(np.average(self.crowd.information, weights=self.crowd.votes))
        likeness = self.crowd.pooled / (self.crowd.class_prior @ self.crowd.pooled)[None, :]
        joint = self.crowd.class_prior[:, None] * self.crowd.pooled
        return float((joint * np.log(np.maximum(likeness, 1e-300))).sum())

    def log_row(self, worker: int, said: int) -> Floats:
        """Return what a vote adds to the log posterior, (K,); of a newcomer, what anybody's
        adds."""
        place = self.worker_at.get(worker)
        table = self._log_pooled if place is None else self.crowd.log_confusion[place]
        return np.asarray(table[:, said])

    def information_of(self, worker: int) -> float:
        """Return what a vote of this worker tells, in nats."""
        place = self.worker_at.get(worker)
        if place is None:
            return self.mean_information
        return float(self.crowd.information[place])

    def seen_by(self, place: int) -> Floats:
        """Return how many items of each class (K,) the worker at a place has judged."""
        if self.seen is not None:
            return np.asarray(self.seen[place])
        return np.asarray(self.crowd.votes[place] * self.crowd.class_prior)

    def accuracy_of(self, worker: int) -> float:
        """Return how often this worker is right, 0..1, neither included."""
        place = self.worker_at.get(worker)
        accuracy = self.crowd.pooled_accuracy if place is None else self.crowd.accuracy[place]
        return float(min(max(accuracy, 0.01), 0.99))

    def market(self, prices: Prices) -> Market:
        """Return what answers are worth at these prices; remembered, since every vote asks."""
        known = self._markets.get(prices)
        if known is None:
            who = admitted(self.crowd)
            known = market_of(self.crowd, who, prices, overturn=self.overturn)
            self._markets[prices] = known
        return known

    @cached_property
    def _markets(self) -> dict[Prices, Market]:
        return {}

    def to_json(self) -> dict[str, JSON]:
        """Return the document that `from_json` reads; numbers are rounded to DIGITS."""
        crowd = self.crowd
        return {
            "workers": list(self.workers),
            "classes": list(self.classes),
            "confusion": _rounded(crowd.confusion),
            "votes": _rounded(crowd.votes),
            "accuracy": _rounded(crowd.accuracy),
            "pooled": _rounded(crowd.pooled),
            "pooled_accuracy": round(crowd.pooled_accuracy, DIGITS),
            "class_prior": _rounded(crowd.class_prior),
            "is_young": crowd.is_young,
            "overturned": round(self.overturned, DIGITS),
            "dissent": round(self.dissent, DIGITS),
            "seen": None if self.seen is None else _rounded(self.seen),
            "models": {source: weight.to_json() for source, weight in self.models.items()},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, JSON]) -> "Standing":
        """Return what `to_json` wrote."""
        count = len(document["classes"])
        crowd = Crowd(
            confusion=np.array(document["confusion"], dtype=float).reshape(-1, count, count),
            votes=np.array(document["votes"], dtype=float),
            accuracy=np.array(document["accuracy"], dtype=float),
            pooled=np.array(document["pooled"], dtype=float),
            pooled_accuracy=float(document["pooled_accuracy"]),
            class_prior=np.array(document["class_prior"], dtype=float),
            is_young=document.get("is_young", False),
        )
        seen = document.get("seen")
        return cls(
            workers=tuple(document["workers"]),
            classes=tuple(document["classes"]),
            crowd=crowd,
            overturned=float(document["overturned"]),
            dissent=float(document["dissent"]),
            seen=None if seen is None else np.array(seen, dtype=float).reshape(-1, count),
            models={
                source: ModelWeight.from_json(weight)
                for source, weight in document.get("models", {}).items()
            },
        )


def _rounded(numbers: Floats) -> JSON:
    return np.round(numbers, DIGITS).tolist()
