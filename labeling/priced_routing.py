"""What becomes of an item after a vote when judgments have prices; each with its reason.

In this order:

1. Fewer votes than `min_overlap`: ask one more. When the budget is spent any vote is enough: rules
that buy are passed over, and what no rule holds settles with what it has.
2. The first rule of the policy that matches says. Rules whose action can't be done are passed
over: an item is held once, goes back once to each worker, and gets `max_overlap` votes at most.
3. As many unsure votes as the policy names: an expert.
4. A dispute question whose labels are no classes (spans, boxes, texts), of whose workers nothing
   is learnt yet, is below the threshold: ask one more up to `max_overlap`, then an expert.
5. The crowd or an expert gains more accuracy than it costs, by the price of a wrong label: ask
   whoever gains more for the money. The gains of all dispute questions add up: one judgment
   answers them all.
6. Settle; or, for a drawn share, have an expert audit it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labeling.budget import Allowance
from labeling.decisions import Action, Decision, consensus_of
from labeling.evidence import Evidence, gather
from labeling.model_rater import ModelPrior
from labeling.policy import RoutingPolicy
from labeling.prices import Prices
from labeling.rules import BUYS, Rule, RuleAction, first_match
from labeling.schema import LabelSchema
from labeling.sentences import Savings, Tally, sentence_of
from labeling.standing import Standing
from labeling.votes import JSON, Label
from labeling.voting import ROUNDING
from labeling.weighing import Weigher

ACTION_OF = {
    RuleAction.CROWD: Action.ASK_ONE_MORE,
    RuleAction.EXPERT: Action.DISPUTE,
    RuleAction.SECOND_EXPERT: Action.DISPUTE,
    RuleAction.ACCEPT: Action.SETTLE,
    RuleAction.BACK_TO_WORKER: Action.ASK_AGAIN,
    RuleAction.HOLD: Action.HOLD,
}


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """What routing knows of one vote besides the answer."""

    worker: int
    is_unsure: bool = False
    has_comment: bool = False
    saw_prediction: bool = False


@dataclass(frozen=True, kw_only=True)
class ItemContext:
    """What routing knows of an item besides its votes."""

    key: str = ""
    """Stable; audits and double readings are drawn by it."""
    age_hours: float | None = None
    model_label: Mapping[str, Label] | None = None
    """By question."""
    model_score: float | None = None
    priors: Mapping[str, ModelPrior] = field(default_factory=dict)
    """What models said that may enter the posterior, by question."""
    asked_again: frozenset[int] = frozenset()
    """The workers to whom it went back already."""
    was_held: bool = False


class _Case:
    """An item with its votes weighed: the numbers that the steps look at."""

    def __init__(
        self,
        schema: LabelSchema,
        policy: RoutingPolicy,
        votes: Sequence[tuple[Ballot, Mapping[str, Label]]],
        standings: Mapping[str, Standing],
        priors: Mapping[str, ModelPrior],
    ) -> None:
        self.policy = policy
        self.prices = policy.prices or Prices()
        self.votes = len(votes)
        self.hurdle = 1.0 / self.prices.wrong
        """The accuracy that a unit of cost must gain to be spent."""
        self.is_spent: bool | None = None
        """Whether the budget is used up; None where there is none, or nothing is known of it."""
        self.ballots = [ballot for ballot, _ in votes]
        self.unsure = sum(ballot.is_unsure for ballot in self.ballots)
        self.answers = [answer for _, answer in votes]
        self.standings = standings
        self.weigher = Weigher(
            prices=policy.expected_prices,
            workers=[ballot.worker for ballot in self.ballots],
            standings=standings,
            assumed_accuracy=policy.assumed_accuracy,
            can_ask=self.votes < policy.max_overlap,
            priors=priors,
            was_shown=any(ballot.saw_prediction for ballot in self.ballots),
        )
        self.evidence: list[Evidence] = []
        if votes:
            self.evidence = gather(
                schema, self.answers, self.weigher.accuracies, self.weigher.posterior
            )
        gates = policy.gates(schema)
        self.gating = [e for e in self.evidence if e.question in gates or e.is_missing]
        weighed = [self.weigher.found[e.question] for e in self.gating if self._is_weighed(e)]
        self.crowd_rate = sum(max(found.crowd_rate, 0.0) for found in weighed)
        self.expert_rate = sum(max(found.expert_rate, 0.0) for found in weighed)
        self.weak = [
            e
            for e in self.gating
            if not self._is_weighed(e) and e.confidence < policy.threshold - ROUNDING
        ]
        compared = self.gating or self.evidence
        self.confidence = min((e.confidence for e in compared), default=0.0)
        self.agreement = min((e.agreement for e in compared), default=1.0)

    def _is_weighed(self, evidence: Evidence) -> bool:
        return evidence.question in self.weigher.found and evidence.labels > 0

    @property
    def can_ask(self) -> bool:
        return self.votes < self.policy.max_overlap

    def doubted(self, context: ItemContext) -> list[int]:
        """The places of the votes whose workers may be asked again: of those who disagree with
        the consensus, or of all where nobody does."""
        labels = {e.question: e.label() for e in self.gating}
        differing = [
            place
            for place, answer in enumerate(self.answers)
            if any(answer.get(question) != label for question, label in labels.items())
        ]
        return [
            place
            for place in differing or range(self.votes)
            if self.ballots[place].worker not in context.asked_again
        ]

    def possible(self, context: ItemContext) -> frozenset[RuleAction]:
        """What rules may still do with the item."""
        done = {RuleAction.HOLD} if context.was_held else set()
        if self.is_spent:
            done |= BUYS
        if not self.can_ask:
            done |= {RuleAction.CROWD}
        actions = frozenset(rule.action for rule in self.policy.rules) - done
        # Asked last: it makes the consensus, which costs something where labels are shapes.
        if RuleAction.BACK_TO_WORKER in actions and not self.doubted(context):
            actions -= {RuleAction.BACK_TO_WORKER}
        return actions

    def facts(self, context: ItemContext) -> dict[str, JSON]:
        """What the conditions of rules compare."""
        found = self.weigher.found.values()
        model = context.model_label or {}
        return {
            "posterior": self.confidence,
            "agreement": self.agreement,
            "entropy": max((weighed.entropy for weighed in found), default=None),
            "votes": self.votes,
            "unsure": self.unsure,
            "comments": sum(ballot.has_comment for ballot in self.ballots),
            "model_score": context.model_score,
            "reliability": min(self.weigher.accuracies, default=None),
            "age_hours": context.age_hours,
            "cost": self.votes * self.prices.crowd,
            "consensus": [name for weighed in found for name in weighed.consensus],
            "conflict": sorted(set[str]().union(*(weighed.conflict for weighed in found))),
            "budget_spent": self.is_spent,
            "model_disagrees": None
            if not model
            else any(
                question in model and weighed.differs_from(model[question])
                for question, weighed in self.weigher.found.items()
            ),
        }


def route_priced(
    schema: LabelSchema,
    policy: RoutingPolicy,
    votes: Sequence[tuple[Ballot, Mapping[str, Label]]],
    *,
    standings: Mapping[str, Standing],
    context: ItemContext,
    allowance: Allowance | None = None,
) -> Decision:
    """Decide what becomes of an item. `policy.prices` says what judgments cost.

    `standings` hold what was learnt of the crowd, by question; where it holds nothing everybody
    is taken to be right as often as the policy assumes. `allowance` says what the policy's budget
    allows, if it has one; None: as much as the price of a wrong label does.
    """
    case = _Case(schema, policy, votes, standings, context.priors)
    if allowance is not None and policy.budget is not None:
        case.hurdle = allowance.hurdle_of(context.key, case.votes)
        case.is_spent = allowance.is_spent
    facts = case.facts(context)
    rule, fewest = None, 1 if case.is_spent else policy.min_overlap
    if case.votes >= fewest:
        rule = first_match(policy.rules, facts, case.possible(context))
    action, code = _step(case) if rule is None else (ACTION_OF[rule.action], "rule")
    if code == "nothing_worth_its_price" and _is_drawn(context.key, policy.audit):
        action, code = Action.DISPUTE, "audit"
    again = case.doubted(context) if action is Action.ASK_AGAIN else []
    reason = _reason(case, action, code, rule, facts)
    return Decision(
        action=action,
        answer=consensus_of(case.evidence) if action is Action.SETTLE else None,
        confidence=case.confidence,
        reason={**reason, "again": [place + 1 for place in again]} if again else reason,
        again=tuple(case.ballots[place].worker for place in again),
    )


def _step(case: _Case) -> tuple[Action, str]:
    policy = case.policy
    if case.is_spent and case.votes > 0:
        step = (Action.SETTLE, "budget_spent")
    elif case.votes < policy.min_overlap:
        step = (Action.ASK_ONE_MORE, "too_few_votes")
    elif 0 < policy.unsure_votes <= case.unsure:
        step = (Action.DISPUTE, "unsure_votes")
    elif case.weak:
        step = (
            (Action.ASK_ONE_MORE, "below_threshold")
            if case.can_ask
            else (Action.DISPUTE, "votes_used_up")
        )
    elif case.can_ask and case.crowd_rate > max(case.hurdle, case.expert_rate):
        step = (Action.ASK_ONE_MORE, "crowd_gains_more")
    elif case.expert_rate > case.hurdle:
        step = (Action.DISPUTE, "expert_gains_more")
    else:
        step = (Action.SETTLE, "nothing_worth_its_price")
    return step


def _is_drawn(key: str, share: float) -> bool:
    """Whether the item is in the audited share: by its key alone, so that a recount draws the
    same."""
    digest = hashlib.sha256(f"audit:{key}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2.0**64


def _reason(
    case: _Case, action: Action, code: str, rule: Rule | None, facts: Mapping[str, JSON]
) -> dict[str, JSON]:
    worth = 1.0 / case.hurdle
    tally = Tally(case.votes, case.unsure, case.confidence)
    savings = Savings(case.crowd_rate * worth, case.expert_rate * worth)
    return {
        "code": code,
        "sentence": sentence_of(code, case.policy, rule, tally, savings),
        "votes": case.votes,
        "unsure": case.unsure,
        "min_overlap": case.policy.min_overlap,
        "max_overlap": case.policy.max_overlap,
        "measure": "price",
        "prices": case.prices.to_json(),
        "hurdle": round(case.hurdle, 8),
        "crowd_rate": round(case.crowd_rate, 8),
        "expert_rate": round(case.expert_rate, 8),
        "rule": None if rule is None else rule.to_json(),
        "action": action.value,
        "facts": _plain(facts),
        "questions": {
            found.question: {
                "measure": found.measure.value,
                "confidence": round(found.confidence, 6),
                "agreement": round(found.agreement, 6),
                "labels": found.labels,
                "gates": found in case.gating,
                **(w.to_json() if (w := case.weigher.found.get(found.question)) else {}),
            }
            for found in case.evidence
        },
    }


def _plain(facts: Mapping[str, JSON]) -> dict[str, JSON]:
    return {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in facts.items()
        if value is not None
    }
