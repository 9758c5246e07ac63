"""The votes of one item, weighed by who gave them: what they say, and what more would gain."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from labeling.aggregation import softmax
from labeling.ballots import Floats
from labeling.evidence import Judged
from labeling.gain import LEAST_INFORMATION, rates_of, risk_of
from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import Level
from labeling.model_rater import ModelPrior, log_priors
from labeling.poll_counting import ModelVote
from labeling.poll_model import label_said, vote_of
from labeling.poll_standing import PollStanding
from labeling.poll_weighing import PollsWeighed, Voters, weigh_polls
from labeling.prices import Prices
from labeling.questions import Question
from labeling.standing import Standing
from labeling.votes import JSON, Label


def has_classes(question: Question) -> bool:
    """Whether a label is one of a fixed list of classes, so that workers have confusion tables."""
    return LABEL_TYPES[question.type].level in (Level.NOMINAL, Level.ORDINAL)


def classes_of(question: Question) -> tuple[Label, ...]:
    """Return the classes in the order of the schema."""
    return LABEL_TYPES[question.type].condition_values(question)


def _is_of_polls(standing: Standing) -> bool:
    return isinstance(standing, PollStanding)


@lru_cache(maxsize=256)
def _unknown(classes: tuple[Label, ...], accuracy: float) -> Standing:
    """Return what is known before the first refresh; remembered with its markets."""
    return Standing.unknown(classes, accuracy)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What the votes say of one question, and what one more judgment of it would gain."""

    label: Label
    posterior: dict[str, float]
    """By class, as text; sums to 1."""
    confidence: float
    dissent: float
    risk: float
    crowd_rate: float
    expert_rate: float
    steps: tuple[dict[str, JSON], ...]
    """One for each vote, by its number from 1: what it says and tells, the confidence after it."""
    model: dict[str, JSON] | None = None
    """What a model said, how far it counted, and what the votes say without it."""

    @property
    def entropy(self) -> float:
        """Of the posterior, in nats."""
        shares = self.posterior.values()
        return math.fsum(-share * math.log(share) for share in shares if share > 0.0)

    @property
    def consensus(self) -> list[str]:
        """The label, as text."""
        return [str(self.label)]

    @property
    def conflict(self) -> set[str]:
        """What the votes named, as text."""
        return {str(step["label"]) for step in self.steps}

    def differs_from(self, label: Label) -> bool:
        """Return whether this is another label."""
        return label != self.label

    def to_json(self) -> dict[str, JSON]:
        """Return the numbers for the reason of a decision."""
        return {
            "posterior": {name: round(share, 6) for name, share in self.posterior.items()},
            "dissent": round(self.dissent, 6),
            "risk": round(self.risk, 6),
            "crowd_rate": round(self.crowd_rate, 8),
            "expert_rate": round(self.expert_rate, 8),
            "steps": list(self.steps),
            **({} if self.model is None else {"model": self.model}),
        }


@dataclass(kw_only=True)
class Weigher:
    """Weighs the questions of one item one after another, and remembers what it found."""

    prices: Prices
    workers: Sequence[int]
    """Who gave each answer."""
    standings: Mapping[str, Standing]
    assumed_accuracy: float
    can_ask: bool
    """Whether another worker may be asked."""
    priors: Mapping[str, ModelPrior] = field(default_factory=dict)
    """What models said, by question."""
    was_shown: bool = False
    """Whether a voter had seen it: then it is in the votes already and not counted again."""
    found: dict[str, Weighed | PollsWeighed] = field(default_factory=dict)

    @property
    def accuracies(self) -> list[float]:
        """How far each voter is trusted to say whether there is a label at all."""
        known = min(self.standings.values(), key=_is_of_polls, default=None)
        if known is None:
            return [self.assumed_accuracy] * len(self.workers)
        return [known.accuracy_of(worker) for worker in self.workers]

    def posterior(
        self, question: Question, labels: Sequence[Label], voters: Sequence[int]
    ) -> Judged | None:
        """Return the most probable label; None where labels are no classes, and nothing was
        learnt of the crowd either."""
        weighed = (
            self._weigh(question, labels, voters)
            if has_classes(question)
            else self._weigh_polls(question, labels, voters)
        )
        if weighed is None:
            return None
        self.found[question.id] = weighed
        return Judged(lambda: weighed.label, weighed.confidence)

    def _weigh_polls(
        self, question: Question, labels: Sequence[Label], voters: Sequence[int]
    ) -> PollsWeighed | None:
        standing = self.standings.get(question.id)
        if not isinstance(standing, PollStanding):
            return None
        given = Voters(
            workers=[self.workers[voter] for voter in voters],
            numbers=voters,
            can_ask=self.can_ask,
        )
        alone = weigh_polls(question, labels, given, standing, self.prices)
        prior = self.priors.get(question.id)
        if alone is None or prior is None:
            return alone
        model = vote_of(question, prior, standing)
        if model is None or prior.exponent <= 0.0 or self.was_shown:
            return replace(alone, model=self._voice(question, prior, model, None))
        weighed = weigh_polls(question, labels, given, standing, self.prices, model)
        if weighed is None:
            return None
        return replace(weighed, model=self._voice(question, prior, model, alone))

    def _voice(
        self,
        question: Question,
        prior: ModelPrior,
        model: ModelVote | None,
        alone: PollsWeighed | None,
    ) -> dict[str, JSON] | None:
        """Say what a model said where it is one more voter; `alone` is what the others say, where
        it counts."""
        label_type = LABEL_TYPES[question.type]
        label = label_said(question, prior) if model is None else model.label
        if label is None:
            return None
        votes = None if alone is None else (label_type.dump(alone.label), alone.confidence)
        return {
            "source": prior.source,
            "label": label_type.summary(label, question),
            "share": None if model is None else round(model.accuracy, 6),
            "exponent": 0.0 if self.was_shown else prior.exponent,
            "was_shown": self.was_shown,
            "alone": None
            if votes is None
            else {"label": votes[0], "confidence": round(votes[1], 6)},
        }

    def _weigh(
        self, question: Question, labels: Sequence[Label], voters: Sequence[int]
    ) -> Weighed:
        workers = [self.workers[voter] for voter in voters]
        classes = classes_of(question)
        standing = self.standings.get(question.id)
        if standing is None or standing.classes != classes:
            # Nothing learnt yet, or of another schema: everybody counts alike again.
            standing = _unknown(classes, self.assumed_accuracy)
        said = [standing.class_at[label] for label in labels]
        rows = [standing.log_row(*vote) for vote in zip(workers, said, strict=True)]
        people = np.log(standing.crowd.class_prior)
        heard = self._heard(question.id, classes)
        shares = softmax(np.cumsum([people if heard is None else heard, *rows], axis=0))
        best = int(shares[-1].argmax())
        told = [standing.information_of(worker) + LEAST_INFORMATION for worker in workers]
        against = sum(weight for weight, vote in zip(told, said, strict=True) if vote != best)
        dissent = against / sum(told)
        market = standing.market(self.prices)
        posterior, dissents = shares[-1:], np.array([dissent])
        votes, can_ask = np.array([len(labels)]), np.array([self.can_ask])
        rates = rates_of(posterior, dissents, votes, can_ask, market)
        return Weighed(
            label=classes[best],
            posterior={
                str(name): float(share) for name, share in zip(classes, shares[-1], strict=True)
            },
            confidence=float(shares[-1, best]),
            dissent=float(dissent),
            risk=float(risk_of(posterior, dissents, market)[0]),
            crowd_rate=float(rates.crowd[0]),
            expert_rate=float(rates.expert[0]),
            steps=_steps(voters, labels, told, shares),
            model=self._model(question.id, classes, softmax(np.sum([people, *rows], axis=0))),
        )

    def _heard(self, question: str, classes: Sequence[Label]) -> Floats | None:
        """Return the log prior that a model makes, (K,); None when none counts."""
        prior = self.priors.get(question)
        if prior is None or self.was_shown or prior.exponent <= 0.0:
            return None
        shares = prior.over(classes)
        return None if shares is None else log_priors(shares, prior.exponent)

    def _model(
        self, question: str, classes: Sequence[Label], alone: Floats
    ) -> dict[str, JSON] | None:
        """Say what a model said; `alone` (K,) is the posterior of the votes without it."""
        prior = self.priors.get(question)
        shares = None if prior is None else prior.over(classes)
        if prior is None or shares is None:
            return None
        said, best = int(shares.argmax()), int(alone.argmax())
        return {
            "source": prior.source,
            "label": classes[said],
            "share": round(float(shares[said]), 6),
            "exponent": 0.0 if self.was_shown else prior.exponent,
            "was_shown": self.was_shown,
            "alone": {"label": classes[best], "confidence": round(float(alone[best]), 6)},
        }


def _steps(
    voters: Sequence[int], labels: Sequence[Label], told: Sequence[float], shares: Floats
) -> tuple[dict[str, JSON], ...]:
    best = int(shares[-1].argmax())
    return tuple(
        {
            "vote": voter + 1,
            "label": label,
            "information": round(weight, 6),
            "confidence": round(float(after[best]), 6),
        }
        for voter, label, weight, after in zip(voters, labels, told, shares[1:], strict=True)
    )
