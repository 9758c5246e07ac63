"""A policy on a recording the way the server works: items stand in a queue, every vote decides.

First in, first out. The item in front is judged by the workers who judged it in the recording, as
many as are asked; who is asked again goes to the end. What is decided stays decided. The crowd is
learnt anew when the votes have grown enough, and then the experts read what is disputed by now.

`priced` chooses among all items at each step, which nobody can who hands out work to whoever
comes; here the order is the server's, and so is every decision (`manage.py demo` shows it).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from labeling.ballots import Integers
from labeling.deciding import decide, readings_of
from labeling.decisions import Action, Decision
from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import Prices
from labeling.refresh import is_due, learn_standing
from labeling.replay.session import Session
from labeling.replay.threshold import QUESTION, schema_of
from labeling.standing import Standing
from labeling.votes import JSON

RAN_OUT = "ran_out"
"""Stands for the code of an item whose recorded workers had all answered before it was decided."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What became of an item: the same words of a replay and of a server."""

    item: str
    votes: tuple[tuple[str, str], ...]
    """Worker and label, in the order they came."""
    code: str
    """Of the last decision."""
    confidence: float
    """Of the votes' consensus at the last decision, to six digits."""
    is_by_expert: bool
    label: str | None
    """None where nothing was decided."""

    def to_json(self) -> dict[str, JSON]:
        """Return a line of the file that `--decisions` writes."""
        return {
            "item": self.item,
            "votes": [list(vote) for vote in self.votes],
            "code": self.code,
            "confidence": self.confidence,
            "expert": self.is_by_expert,
            "label": self.label,
        }


def arrival(items: int, seed: int) -> Integers:
    """Return the order in which so many items come in, as positions."""
    return np.random.default_rng([seed, 4]).permutation(items)


@dataclass(frozen=True, kw_only=True)
class QueueOutcome:
    """What a replay of the queue came to."""

    decided: list[Decided]
    """By item, in the order of the recording."""
    answers: Integers
    """(items,): the class decided, or of an item that ran out of workers the likeliest."""


def replay_queue(
    session: Session, policy: RoutingPolicy, *, order: Sequence[int] | Integers
) -> QueueOutcome:
    """Return what became of each item.

    `order` are positions of items as they come in. Rules about a model, the age of an item or its
    categories never match: a recording knows the first two not, and names no categories. A budget
    is not kept, and no gold is planted.
    """
    desk = _Desk(session, policy, order)
    while desk.waiting:
        desk.ask_next()
        desk.refresh_when_due()
    desk.read_disputes()
    items = range(len(session.recording.items))
    return QueueOutcome(
        decided=[desk.decided(item) for item in items],
        answers=np.array([desk.answer(item) for item in items], dtype=np.int64),
    )


@dataclass
class _Case:
    """An item on its way."""

    number: int
    """Items are numbered as they come in: a server's ids do the same."""
    overlap: int
    votes: list[tuple[Ballot, dict[str, str]]] = field(default_factory=list)
    said: list[tuple[int, int]] = field(default_factory=list)
    decision: Decision | None = None
    verdict: int | None = None

    @property
    def reason(self) -> dict[str, JSON]:
        return {} if self.decision is None else self.decision.reason

    @property
    def consensus(self) -> str | None:
        """Of the votes, once the item is settled by them."""
        answer = None if self.decision is None else self.decision.answer
        return None if answer is None else str(answer[QUESTION])


class _Desk:
    """What the server keeps in its tables."""

    def __init__(
        self, session: Session, policy: RoutingPolicy, order: Sequence[int] | Integers
    ) -> None:
        self.session, self.policy = session, policy
        self.schema = schema_of(len(session.recording.classes))
        self.names = [f"c{place}" for place in range(len(session.recording.classes))]
        self.waiting = deque(int(item) for item in order)
        self.cases = {
            item: _Case(number=number, overlap=policy.min_overlap)
            for number, item in enumerate(self.waiting)
        }
        self.given: list[tuple[int, int, str]] = []
        self.known = 0
        self.standings: dict[str, Standing] = {}
        self.disputed: list[int] = []

    def ask_next(self) -> None:
        """Have the item in front judged once, and decide what becomes of it."""
        item = self.waiting[0]
        case = self.cases[item]
        bought = self.session.buy_vote(item)
        if bought is None:
            self.waiting.popleft()
            return
        worker, said = bought
        case.said.append(bought)
        case.votes.append((Ballot(worker=worker), {QUESTION: self.names[said]}))
        self.given.append((case.number, worker, self.names[said]))
        case.decision = decide(
            self.schema,
            self.policy,
            case.votes,
            standings=self.standings,
            context=ItemContext(key=self.session.recording.items[item]),
        )
        self._move_on(item, case, case.decision.action)

    def _move_on(self, item: int, case: _Case, action: Action) -> None:
        is_answered = len(case.votes) >= case.overlap
        if action is not Action.ASK_ONE_MORE or is_answered:
            self.waiting.popleft()
        if action is Action.DISPUTE:
            self.disputed.append(item)
        is_asked = action is Action.ASK_ONE_MORE and is_answered
        if is_asked and case.overlap < self.policy.max_overlap:
            case.overlap += 1
            self.waiting.append(item)

    def refresh_when_due(self) -> None:
        """Learn the crowd anew; then let experts read: the next refresh knows what they say."""
        if self.policy.prices is None or not is_due(len(self.given), self.known):
            return
        self.known = len(self.given)
        standing = learn_standing(
            self.given,
            {
                case.number: self.names[case.verdict]
                for case in self.cases.values()
                if case.verdict is not None
            },
            self.names,
            expert_accuracy=self.policy.prices.expert_accuracy,
        )
        # As it is stored: rounded.
        self.standings = {QUESTION: Standing.from_json(standing.to_json())}
        self.read_disputes()

    def read_disputes(self) -> None:
        """Have experts read all that is disputed."""
        for item in self.disputed:
            case, key = self.cases[item], self.session.recording.items[item]
            for _ in range(readings_of(case.reason, self.policy, key)):
                case.verdict = self.session.ask_expert(item)
        self.disputed.clear()

    def decided(self, item: int) -> Decided:
        """Return what became of an item."""
        recording, case = self.session.recording, self.cases[item]
        label = self._label(case)
        return Decided(
            item=recording.items[item],
            votes=tuple((recording.workers[w], recording.classes[c]) for w, c in case.said),
            code=RAN_OUT if label is None else str(case.reason["code"]),
            confidence=confidence_of(case.reason, QUESTION),
            is_by_expert=case.verdict is not None,
            label=None if label is None else recording.classes[label],
        )

    def answer(self, item: int) -> int:
        """Return the class of an item, decided or not."""
        case = self.cases[item]
        label = self._label(case)
        if label is not None:
            return label
        said = [vote for _, vote in case.said]
        shares = case.reason["questions"][QUESTION].get("posterior")
        return max(said, key=said.count if shares is None else lambda c: shares[self.names[c]])

    def _label(self, case: _Case) -> int | None:
        return case.verdict if case.consensus is None else self.names.index(case.consensus)


def confidence_of(reason: dict[str, JSON], question: str) -> float:
    """Return how sure a decision was of one question."""
    found = reason.get("questions", {}).get(question, {})
    return float(found.get("confidence", 0.0))


def prices_of(policy: RoutingPolicy) -> Prices:
    """Return what a replay pays where the policy names no prices: the default ones."""
    return policy.prices or Prices()
