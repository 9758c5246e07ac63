"""The priced policy on a recording: buy the judgment that gains most accuracy for its price."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from labeling.aggregation import FEWEST_VOTES, Known, add_vote, aggregate, posterior_under
from labeling.ballots import Ballots, Booleans, Floats, Integers
from labeling.crowd import Crowd
from labeling.gain import (
    Rates,
    admitted,
    dissent_of,
    market_of,
    overturn_rate,
    rates_of,
)
from labeling.model_rater import certainty, fit_exponent, log_priors
from labeling.replay.outcome import CURVE_STEP, Outcome, Point, pick, point
from labeling.replay.session import Session
from labeling.voting import ROUNDING

REFRESH_SHARE = 0.1
"""The crowd is learnt anew when so many votes an item came in."""
BATCH_SHARE = 0.01
"""So many of the items are asked about at once, as by workers who are there together."""

LESSON_SHARE = 0.25
"""The model is taught anew when so many votes an item came in, and so much more than it was
taught with."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How many votes an item gets at least and at most, and what may be spent on it on average."""

    min_overlap: int = 1
    max_overlap: int = 50
    budget: float | None = None
    """Of cost an item. None: the price of a wrong label alone says when to stop."""


Forecaster = Callable[[Floats, Floats, Integers], Floats]
"""What a model taught by beliefs (n, K) with weights (n,) on some rows says of each item, out of
fold."""


def priced(
    session: Session,
    bounds: Bounds,
    *,
    dice: np.random.Generator,
    forecaster: Forecaster | None = None,
) -> Outcome:
    """Buy until nothing is worth its price any more, or the budget is spent.

    With a budget the best is bought first, whatever a wrong label costs.
    """
    desk = _Desk(session, bounds, dice, forecaster)
    while desk.buy_best():
        desk.refresh_when_due()
    desk.refresh()
    desk.note_point()
    return Outcome(answers=pick(desk.posterior, dice), curve=desk.curve)


@dataclass
class _Ruled:
    """What experts decided, and how often they overturned the crowd."""

    posterior: dict[int, Floats] = field(default_factory=dict)
    overturned: float = 0.0
    dissent: float = 0.0

    def known(self, classes: int) -> Known:
        return Known(
            items=np.array(list(self.posterior), dtype=np.int64),
            posterior=np.array(list(self.posterior.values())).reshape(-1, classes),
        )


class _Model:
    """A model that is taught again and again while votes come in.

    Where there are too few to tell workers apart, there are too few to judge a model by.
    """

    def __init__(self, forecaster: Forecaster) -> None:
        self.forecaster = forecaster
        self.taught_with = 0
        self.forecasts: Floats | None = None

    def log_prior(self, posterior: Floats, ballots: Ballots, known: Known) -> Floats | None:
        """The prior that the forecasts make, (n, K); None while the model is of no use.

        `posterior` is that of the votes alone: the model must not hear itself.
        """
        is_seen = ballots.votes_per_item() > 0
        is_seen[known.items] = True
        rows, items = np.nonzero(is_seen)[0], ballots.item_count
        if len(ballots) < FEWEST_VOTES:
            return None
        weights = certainty(posterior)
        due = self.taught_with + LESSON_SHARE * max(items, self.taught_with)
        if self.forecasts is None or len(ballots) >= due:
            self.forecasts = self.forecaster(posterior, weights, rows)
            self.taught_with = len(ballots)
        exponent = fit_exponent(self.forecasts[rows], posterior[rows], weights[rows])
        return log_priors(self.forecasts, exponent) if exponent > 0.0 else None


class _Desk:
    """The state of a replay between two purchases; the server keeps the same in its tables."""

    def __init__(
        self,
        session: Session,
        bounds: Bounds,
        dice: np.random.Generator,
        forecaster: Forecaster | None,
    ) -> None:
        recording = session.recording
        self.session, self.bounds, self.dice = session, bounds, dice
        self.items, self.classes = len(recording.items), len(recording.classes)
        self.crowd = Crowd.unknown(len(recording.workers), self.classes)
        self.evidence: Floats = np.zeros((self.items, self.classes))
        self.posterior = posterior_under(self.crowd, self.evidence)
        self.is_admitted: Booleans = np.ones(len(recording.workers), dtype=bool)
        self.market = market_of(self.crowd, self.is_admitted, session.prices)
        self.is_exhausted: Booleans = np.zeros(self.items, dtype=bool)
        self.tie_break = dice.random(self.items) * 1e-9
        self.ruled = _Ruled()
        self.model = None if forecaster is None else _Model(forecaster)
        self.log_prior: Floats | None = None
        self.votes_at_refresh = 0
        self.curve: list[Point] = []

    def buy_best(self) -> bool:
        """Buy the best judgments of a batch; false when there is nothing left to buy."""
        self.note_point_when_due()
        dissent = self._dissent()
        rates = self._rates(dissent)
        best = np.maximum(rates.crowd, rates.expert) + self.tie_break
        batch = max(1, round(BATCH_SHARE * self.items))
        chosen = [item for item in np.argsort(-best)[:batch] if best[item] > self._hurdle()]
        before = self.session.cost
        for item in chosen:
            if rates.expert[item] > rates.crowd[item]:
                self._ask_expert(int(item), dissent[item])
            else:
                self._ask_worker(int(item))
        return self.session.cost > before or self._is_anybody_left(chosen)

    def refresh_when_due(self) -> None:
        if self.session.crowd - self.votes_at_refresh >= REFRESH_SHARE * self.items:
            self.refresh()

    def refresh(self) -> None:
        """Learn the crowd anew from everything bought: the job that the server runs, too."""
        self.votes_at_refresh = self.session.crowd
        known = self.ruled.known(self.classes)
        ballots = self.session.ballots()
        learnt = aggregate(ballots, known=known, is_levelled=True)
        if self.model is not None:
            self.log_prior = self.model.log_prior(learnt.posterior, ballots, known)
            if self.log_prior is not None:
                learnt = aggregate(ballots, known=known, log_prior=self.log_prior)
        self.crowd, self.evidence = learnt.crowd, learnt.evidence
        self.posterior = learnt.posterior
        self.is_admitted = admitted(self.crowd)
        self.market = market_of(self.crowd, self.is_admitted, self.session.prices)
        self.is_exhausted[:] = False

    def note_point_when_due(self) -> None:
        spent = self.session.cost / self.items
        if not self.curve or spent >= self.curve[-1].cost_per_item + CURVE_STEP:
            self.note_point()

    def note_point(self) -> None:
        self.curve.append(point(self.session, pick(self.posterior, self.dice)))

    def _dissent(self) -> Floats:
        if self.session.prices.expert is None:
            return np.zeros(self.items)
        answers = self.posterior.argmax(axis=1)
        return dissent_of(self.session.ballots(), self.crowd, answers)

    def _rates(self, dissent: Floats) -> Rates:
        votes = self.session.votes
        can_ask = self.session.has_more & ~self.is_exhausted & (votes < self.bounds.max_overlap)
        overturn = overturn_rate(self.ruled.overturned, self.ruled.dissent)
        prices = self.session.prices
        if prices.expert is not None and not self._can_pay(prices.expert):
            prices = replace(prices, expert=None)  # What is left is the crowd's.
        market = replace(self.market, overturn=overturn, prices=prices)
        rates = rates_of(self.posterior, dissent, votes, can_ask, market)
        crowd = np.where(can_ask & (votes < self.bounds.min_overlap), np.inf, rates.crowd)
        is_ruled = np.zeros(self.items, dtype=bool)
        is_ruled[list(self.ruled.posterior)] = True
        return Rates(
            crowd=np.where(is_ruled, -1.0, crowd), expert=np.where(is_ruled, -1.0, rates.expert)
        )

    def _hurdle(self) -> float:
        return 0.0 if self.bounds.budget is not None else 1.0 / self.session.prices.wrong

    def _is_anybody_left(self, chosen: list[int]) -> bool:
        """Whether nothing was bought only because the items asked about had no worker left."""
        return any(self.is_exhausted[item] for item in chosen) and self._can_pay(
            self.session.prices.crowd
        )

    def _can_pay(self, price: float) -> bool:
        budget = self.bounds.budget
        return budget is None or self.session.cost + price <= budget * self.items + ROUNDING

    def _ask_worker(self, item: int) -> None:
        if not self._can_pay(self.session.prices.crowd):
            return
        bought = self.session.buy_vote(item, self.is_admitted)
        if bought is None:
            self.is_exhausted[item] = True
            return
        self.evidence[item] = add_vote(self.evidence[item], self.crowd, *bought)
        prior = None if self.log_prior is None else self.log_prior[item]
        self.posterior[item] = posterior_under(self.crowd, self.evidence[item], prior)

    def _ask_expert(self, item: int, dissent: float) -> None:
        if not self._can_pay(self.session.prices.expert or 0.0):
            return
        said = self.session.ask_expert(item)
        accuracy = self.session.prices.expert_accuracy
        self.ruled.dissent += dissent
        self.ruled.overturned += dissent > 0.0 and said != self.posterior[item].argmax()
        verdict = np.full(self.classes, (1.0 - accuracy) / max(self.classes - 1, 1))
        verdict[said] = accuracy
        self.ruled.posterior[item] = self.posterior[item] = verdict
