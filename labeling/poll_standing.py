"""What a project has learnt of its crowd under a question whose labels are no classes.

A set of categories, spans, boxes: such a label decides several polls (`labeling.polls`), and the
standing is that of the workers in these polls. A label type without polls (text, numbers, orders)
has a standing in one poll, whether a label is right, in which a worker is right as often as the
label type's own fit of all labels says (`LabelType.fit`).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from labeling.ballots import Floats
from labeling.standing import Standing
from labeling.votes import JSON


@dataclass(frozen=True, kw_only=True)
class PollStanding(Standing):
    """A crowd whose classes are those of the polls, counted from 0."""

    options: tuple[str, ...]
    """Of the question when this was learnt; of a question with others it says nothing."""
    priors: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """How common the classes are in the polls of a group, by its name."""
    counts_dissent: bool = True
    """Whether dissent lowers the confidence; older versions were surer, and what they decided is
    made again as it was."""

    def tables(self, workers: Sequence[int]) -> Floats:
        """Return (V, K, K): what the votes of these workers add to the log posterior."""
        places = [self.worker_at.get(worker) for worker in workers]
        known = self.crowd.log_confusion
        return np.stack([self._log_pooled if at is None else known[at] for at in places])

    def prior_of(self, group: Hashable) -> Sequence[float] | Floats:
        """Return (K,): how common the classes are in this group; in an unknown one, in all."""
        return self.priors.get(str(group), self.crowd.class_prior)

    def to_json(self) -> dict[str, JSON]:
        """Return the document that `read_standing` reads."""
        priors = {name: list(shares) for name, shares in self.priors.items()}
        own = {"options": list(self.options), "priors": priors}
        return {**super().to_json(), **own, "counts_dissent": self.counts_dissent}


def read_standing(document: Mapping[str, JSON]) -> Standing:
    """Return what `to_json` of either kind wrote."""
    standing = Standing.from_json(document)
    if "options" not in document:
        return standing
    read = poll_standing(
        standing,
        options=document["options"],
        priors={name: tuple(shares) for name, shares in document["priors"].items()},
    )
    return replace(read, counts_dissent=document.get("counts_dissent", False))


def poll_standing(
    standing: Standing, *, options: Sequence[str], priors: Mapping[str, tuple[float, ...]]
) -> PollStanding:
    """Return a standing over the classes of polls as that of the question they belong to."""
    learnt = {part.name: getattr(standing, part.name) for part in fields(standing)}
    return PollStanding(**learnt, options=tuple(options), priors=priors)
