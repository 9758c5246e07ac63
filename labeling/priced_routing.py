"""What becomes of an item after a vote when judgments have prices; each with its reason.

In this order:

1. Fewer votes than `min_overlap`: ask one more.
2. The first rule of the policy that matches says.
3. As many unsure votes as the policy names: an expert.
4. A dispute question whose labels are no classes (spans, boxes, texts) is below the threshold:
ask one
   more up to `max_overlap`, then an expert.
5. The crowd or an expert gains more accuracy than it costs, by the price of a wrong label: ask
whoever
   gains more for the money. The gains of all dispute questions add up: one judgment answers them
   all.
6. Settle; or, for a drawn share, have an expert audit it.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeling.decisions import Action, Decision, consensus_of
from labeling.evidence import Evidence, gather
from labeling.policy import RoutingPolicy
from labeling.prices import Prices
from labeling.rules import Rule, RuleAction, first_match
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.votes import JSON, Label
from labeling.voting import ROUNDING
from labeling.weighing import Weigher

ACTION_OF = {
    RuleAction.CROWD: Action.ASK_ONE_MORE,
    RuleAction.EXPERT: Action.DISPUTE,
    RuleAction.SECOND_EXPERT: Action.DISPUTE,
    RuleAction.ACCEPT: Action.SETTLE,
}


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """What routing knows of one vote besides the answer."""

    worker: int
    is_unsure: bool = False
    has_comment: bool = False


@dataclass(frozen=True, kw_only=True)
class ItemContext:
    """What routing knows of an item besides its votes."""

    key: str = ""
    """Stable; audits and double readings are drawn by it."""
    age_hours: float | None = None
    model_label: Mapping[str, Label] | None = None
    """By question."""
    model_score: float | None = None


class _Case:
    """An item with its votes weighed: the numbers that the steps look at."""

    def __init__(
        self,
        schema: LabelSchema,
        policy: RoutingPolicy,
        votes: Sequence[tuple[Ballot, Mapping[str, Label]]],
        standings: Mapping[str, Standing],
    ) -> None:
        self.policy = policy
        self.prices = policy.prices or Prices()
        self.votes = len(votes)
        self.ballots = [ballot for ballot, _ in votes]
        self.unsure = sum(ballot.is_unsure for ballot in self.ballots)
        self.answers = [answer for _, answer in votes]
        self.standings = standings
        self.weigher = Weigher(
            prices=self.prices,
            workers=[ballot.worker for ballot in self.ballots],
            standings=standings,
            assumed_accuracy=policy.assumed_accuracy,
            can_ask=self.votes < policy.max_overlap,
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
    def hurdle(self) -> float:
        """The accuracy that a unit of cost must gain to be spent."""
        return 1.0 / self.prices.wrong

    @property
    def can_ask(self) -> bool:
        return self.votes < self.policy.max_overlap

    def facts(self, context: ItemContext) -> dict[str, JSON]:
        """What the conditions of rules compare."""
        found = self.weigher.found.values()
        model = context.model_label or {}
        return {
            "posterior": self.confidence,
            "agreement": self.agreement,
            "entropy": max((_entropy(weighed.posterior) for weighed in found), default=None),
            "votes": self.votes,
            "unsure": self.unsure,
            "comments": sum(ballot.has_comment for ballot in self.ballots),
            "model_score": context.model_score,
            "reliability": min(self.weigher.accuracies, default=None),
            "age_hours": context.age_hours,
            "cost": self.votes * self.prices.crowd,
            "consensus": [str(weighed.label) for weighed in found],
            "conflict": sorted({str(s["label"]) for weighed in found for s in weighed.steps}),
            "model_disagrees": None
            if not model
            else any(
                question in model and model[question] != weighed.label
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
) -> Decision:
    """Decide what becomes of an item. `policy.prices` says what judgments cost.

    `standings` hold what was learnt of the crowd, by question; where it holds nothing everybody
    is taken to be right as often as the policy assumes.
    """
    case = _Case(schema, policy, votes, standings)
    facts = case.facts(context)
    rule = first_match(policy.rules, facts) if case.votes >= policy.min_overlap else None
    action, code = _step(case) if rule is None else (ACTION_OF[rule.action], "rule")
    if action is Action.SETTLE and code != "rule" and _is_drawn(context.key, policy.audit):
        action, code = Action.DISPUTE, "audit"
    return Decision(
        action=action,
        answer=consensus_of(case.evidence) if action is Action.SETTLE else None,
        confidence=case.confidence,
        reason=_reason(case, action, code, rule, facts),
    )


def _step(case: _Case) -> tuple[Action, str]:
    policy = case.policy
    if case.votes < policy.min_overlap:
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


def _entropy(posterior: Mapping[str, float]) -> float:
    return math.fsum(-share * math.log(share) for share in posterior.values() if share > 0.0)


def _reason(
    case: _Case, action: Action, code: str, rule: Rule | None, facts: Mapping[str, JSON]
) -> dict[str, JSON]:
    return {
        "code": code,
        "sentence": _sentence(case, code, rule),
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
                **_weighed(case, found.question),
            }
            for found in case.evidence
        },
    }


def _weighed(case: _Case, question: str) -> dict[str, JSON]:
    found = case.weigher.found.get(question)
    return {} if found is None else found.to_json()


def _plain(facts: Mapping[str, JSON]) -> dict[str, JSON]:
    return {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in facts.items()
        if value is not None
    }


def _sentence(case: _Case, code: str, rule: Rule | None) -> str:
    votes = f"{case.votes} vote" + ("" if case.votes == 1 else "s")
    sure = f"{votes}, {case.confidence:.0%} sure"
    if rule is not None:
        return f'{sure}: the rule "{rule.name}" says "{rule.action.value}".'
    worth = 1.0 / case.hurdle
    crowd = f"{case.crowd_rate * worth:.2f}"
    expert = f"{case.expert_rate * worth:.2f}"
    return {
        "too_few_votes": f"{votes} of at least {case.policy.min_overlap} so far, so one more is "
        "asked for.",
        "unsure_votes": f"{case.unsure} of {votes} marked as unsure; the policy asks an expert "
        f"from {case.policy.unsure_votes} on.",
        "below_threshold": f"{sure}: below the threshold of {case.policy.threshold:g}, so one "
        f"more is asked for, up to {case.policy.max_overlap}.",
        "votes_used_up": f"{sure}: below the threshold of {case.policy.threshold:g}, and no more "
        "may be asked for, so an expert decides.",
        "crowd_gains_more": f"{sure}: one more vote is expected to save {crowd} for each unit it "
        f"costs, an expert {expert}, so one more is asked for.",
        "expert_gains_more": f"{sure}: an expert is expected to save {expert} for each unit it "
        f"costs, one more vote {crowd}, so an expert decides.",
        "nothing_worth_its_price": f"{sure}: one more vote would save {crowd} for each unit it "
        f"costs, an expert {expert}; neither is worth it, so the item settles.",
        "audit": f"{sure}: the item would settle, and was drawn for an expert's audit.",
    }[code]
