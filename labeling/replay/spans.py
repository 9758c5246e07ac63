"""Replays of spans: labels are BIO tags, one a token; the score is strict entity F1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.gain import EXPERT_AFTER
from labeling.prices import Prices
from labeling.replay.outcome import Point
from labeling.replay.span_recording import SpanRecording, Tags, Vote
from labeling.span_tags import (
    OUTSIDE,
    fit_tags,
    majority_tags,
    score_tags,
    spans_of,
)
from labeling.voting import ROUNDING


@dataclass(frozen=True, kw_only=True)
class SpanOrder:
    """In which order workers answer, and when an expert errs."""

    dice: np.random.Generator
    is_recorded: bool = False

    def queues(self, recording: SpanRecording) -> list[list[Vote]]:
        """Return the votes of each document in the order in which they are bought."""
        if self.is_recorded:
            return [list(votes) for votes in recording.votes]
        return [
            [votes[place] for place in self.dice.permutation(len(votes))]
            for votes in recording.votes
        ]

    def expert_says(self, gold: Tags, wrong: Tags, prices: Prices) -> Tags:
        """Return what an expert answers: gold, or what the expert who errs takes over."""
        return list(gold if self.dice.random() < prices.expert_accuracy else wrong)


@dataclass(frozen=True, kw_only=True)
class SpanOutcome:
    """The final tags and the road to them."""

    tags: list[Tags]
    crowd: int
    expert: int
    curve: list[Point]


def replay_spans(
    recording: SpanRecording, order: SpanOrder, *, budget: float | None, most: int, prices: Prices
) -> SpanOutcome:
    """Buy a judgment of every document, then of those where it is expected to mend most.

    After each round, one judgment for ten documents, workers and tags are fitted anew. A
    document's doubt is how many of its tags are expected to be wrong. Of k votes one more is
    taken to mend 1 / (2 (k + 1)) of them, an expert all but the own error. Without a budget
    everything recorded is bought, up to `most` a document.
    """
    desk = _Desk(recording, order, most=most, prices=prices, budget=budget)
    while desk.buy_round():
        desk.fit()
    return SpanOutcome(tags=desk.tags, crowd=desk.crowd, expert=len(desk.ruled), curve=desk.curve)


class _Desk:
    """The state of a replay between two rounds."""

    def __init__(
        self,
        recording: SpanRecording,
        order: SpanOrder,
        *,
        most: int,
        prices: Prices,
        budget: float | None,
    ) -> None:
        self.recording, self.order, self.prices = recording, order, prices
        self.queues = [queue[:most] for queue in order.queues(recording)]
        self.bought: list[list[Vote]] = [[] for _ in self.queues]
        self.tags: list[Tags] = [[OUTSIDE] * len(gold) for gold in recording.gold]
        self.doubt = [float("inf")] * len(self.queues)
        self.ruled: dict[int, Tags] = {}
        self.budget = float("inf") if budget is None else budget * len(self.queues)
        self.round = len(self.queues) if budget is None else max(1, len(self.queues) // 10)
        self.curve: list[Point] = []

    @property
    def crowd(self) -> int:
        return sum(map(len, self.bought))

    @property
    def cost(self) -> float:
        return self.crowd * self.prices.crowd + len(self.ruled) * (self.prices.expert or 0.0)

    def buy_round(self) -> bool:
        """Buy the best judgments; false when nothing is left to buy or to spend."""
        offers = [offer for item in range(len(self.queues)) for offer in self._offers(item)]
        fresh = [offer for offer in offers if not self.bought[offer[1]]]
        ranked = fresh or sorted(offers, reverse=True)[: self.round]
        before = self.cost
        for _, item, is_expert in ranked:
            price = (self.prices.expert or 0.0) if is_expert else self.prices.crowd
            if self.cost + price > self.budget + ROUNDING:
                continue
            if is_expert:
                self._ask_expert(item)
            else:
                self.bought[item].append(self.queues[item][len(self.bought[item])])
        return self.cost > before

    def fit(self) -> None:
        """Learn workers and tags anew, and note where the replay stands."""
        fit = fit_tags(self.bought)
        found = [tags or plain for tags, plain in zip(fit.tags, self.tags, strict=True)]
        self.tags = [self.ruled.get(item, tags) for item, tags in enumerate(found)]
        self.doubt = [sum(1.0 - sure for sure in shares) for shares in fit.sureness]
        self.curve.append(
            Point(
                cost_per_item=self.cost / len(self.queues),
                accuracy=score_tags(self.tags, self.recording.gold).f1,
                crowd=self.crowd,
                expert=len(self.ruled),
            )
        )

    def _offers(self, item: int) -> list[tuple[float, int, bool]]:
        """What can be bought of a document: the wrong tags mended a unit of cost, and by whom."""
        votes, doubt = len(self.bought[item]), self.doubt[item]
        if item in self.ruled:
            return []
        if votes < len(self.queues[item]):
            crowd = doubt / (2.0 * (votes + 1) * self.prices.crowd)
            yes = [(crowd, item, False)]
        else:
            yes = []
        if self.prices.expert is not None and votes >= EXPERT_AFTER:
            yes.append((self.prices.expert_accuracy * doubt / self.prices.expert, item, True))
        return [max(yes)] if yes else []

    def _ask_expert(self, item: int) -> None:
        wrong = self.queues[item][0][1]
        self.ruled[item] = self.order.expert_says(self.recording.gold[item], wrong, self.prices)


def replay_span_majority(
    recording: SpanRecording,
    enough: Callable[[Sequence[Vote]], bool],
    *,
    most: int,
    order: SpanOrder,
    prices: Prices | None = None,
) -> SpanOutcome:
    """Buy judgments of each document until `enough`, then take the majority of each token.

    Where it never was enough an expert decides, if `prices` name one.
    """
    queues = order.queues(recording)
    bought: list[list[Vote]] = []
    for queue in queues:
        mine: list[Vote] = []
        while len(mine) < min(most, len(queue)) and not enough(mine):
            mine.append(queue[len(mine)])
        bought.append(mine)
    tags = [majority_tags(mine) for mine in bought]
    spent, expert = sum(map(len, bought)) * (prices or Prices()).crowd, 0
    if prices is not None and prices.expert is not None:
        for item in (place for place, mine in enumerate(bought) if not enough(mine)):
            wrong = queues[item][0][1]
            tags[item] = order.expert_says(recording.gold[item], wrong, prices)
            expert, spent = expert + 1, spent + prices.expert
    crowd = sum(map(len, bought))
    end = Point(
        cost_per_item=spent / len(bought),
        accuracy=score_tags(tags, recording.gold).f1,
        crowd=crowd,
        expert=expert,
    )
    return SpanOutcome(tags=tags, crowd=crowd, expert=expert, curve=[end])


def span_agreement(votes: Sequence[Vote]) -> float:
    """Return the mean strict F1 between the spans of every two workers; of one, 1."""
    scores = [
        score_tags([one], [other]).f1 if spans_of(one) or spans_of(other) else 1.0
        for place, (_, one) in enumerate(votes)
        for _, other in votes[place + 1 :]
    ]
    return float(np.mean(scores)) if scores else 1.0


def category_f1(tags: Sequence[Tags], gold: Sequence[Tags]) -> float:
    """Return the mean of the strict F1 of each category that gold or an answer names."""
    names = {span[2] for row in (*tags, *gold) for span in spans_of(row)}
    scores = [
        score_tags([_only(row, name) for row in tags], [_only(row, name) for row in gold]).f1
        for name in names
    ]
    return float(np.mean(scores)) if scores else 1.0


def _only(tags: Tags, name: str) -> Tags:
    return [tag if tag[2:] == name else OUTSIDE for tag in tags]
