"""What becomes of an item after a vote: ask one more, settle, or dispute; each with its reason.

The rule, in this order:

1. Fewer votes than `min_overlap`: ask one more. Answered leases only are votes; the caller raises
   the quota of the item only when everybody asked has answered.
2. As many unsure votes as the policy names: dispute.
3. `max_overlap` is 1: the only vote settles, since nobody else will be asked.
4. Every dispute question reaches the threshold: settle with the consensus.
5. The policy disputes on disagreement, and two votes differ on a dispute question: dispute.
6. Fewer votes than `max_overlap`: ask one more.
7. Dispute: the votes are used up.

No numpy here: this runs inside the transaction that takes the vote.
"""

from collections.abc import Mapping, Sequence

from labeling.decisions import Action, Decision, consensus_of
from labeling.evidence import Evidence, gather
from labeling.policy import DisputeOn, Measure, RoutingPolicy
from labeling.schema import LabelSchema
from labeling.votes import Label
from labeling.voting import ROUNDING

__all__ = ["Action", "Decision", "DisputeOn", "Measure", "RoutingPolicy", "route"]


def route(
    schema: LabelSchema,
    policy: RoutingPolicy,
    answers: Sequence[Mapping[str, Label]],
    *,
    unsure: int = 0,
    accuracies: Sequence[float] | None = None,
) -> Decision:
    """Decide what becomes of an item with these answers, one of each worker.

    `unsure` counts the answers marked as unsure; they are among `answers`. `accuracies`, one for
    each answer and strictly between 0 and 1, replace the assumed accuracy where skills are known.
    """
    if not answers:
        return _decide(Action.ASK_ONE_MORE, "too_few_votes", policy, _Situation(votes=0))
    trusted = [policy.assumed_accuracy] * len(answers) if accuracies is None else accuracies
    gates = policy.gates(schema)
    evidence = gather(schema, answers, trusted if policy.measure is Measure.POSTERIOR else None)
    situation = _Situation(
        votes=len(answers),
        unsure=unsure,
        evidence=evidence,
        gating=[found for found in evidence if found.question in gates or found.is_missing],
        threshold=policy.threshold,
    )
    return _decide(*_next_step(policy, situation), policy, situation)


class _Situation:
    """The votes of an item, weighed against the threshold."""

    def __init__(
        self,
        *,
        votes: int,
        unsure: int = 0,
        evidence: Sequence[Evidence] = (),
        gating: Sequence[Evidence] = (),
        threshold: float = 1.0,
    ) -> None:
        self.votes = votes
        self.unsure = unsure
        self.evidence = evidence
        self.gating = {found.question for found in gating}
        self.weak = [f for f in gating if f.confidence < threshold - ROUNDING]
        self.split = [f for f in gating if f.agreement < 1.0 - ROUNDING]
        compared = gating or evidence
        nothing = 1.0 if votes else 0.0
        self.weakest = min(compared, key=lambda found: found.confidence, default=None)
        self.confidence = nothing if self.weakest is None else self.weakest.confidence


def _next_step(policy: RoutingPolicy, situation: _Situation) -> tuple[Action, str]:
    """Return the action and its code by the rule of this module."""
    splits_dispute = policy.dispute_on is DisputeOn.DISAGREEMENT
    if situation.votes < policy.min_overlap:
        step = (Action.ASK_ONE_MORE, "too_few_votes")
    elif 0 < policy.unsure_votes <= situation.unsure:
        step = (Action.DISPUTE, "unsure_votes")
    elif policy.max_overlap == 1 == situation.votes:
        step = (Action.SETTLE, "only_vote")
    elif not situation.weak:
        step = (Action.SETTLE, "threshold_met")
    elif splits_dispute and situation.split:
        step = (Action.DISPUTE, "disagreement")
    elif situation.votes < policy.max_overlap:
        step = (Action.ASK_ONE_MORE, "below_threshold")
    else:
        step = (Action.DISPUTE, "votes_used_up")
    return step


def _decide(action: Action, code: str, policy: RoutingPolicy, situation: _Situation) -> Decision:
    reason = {
        "code": code,
        "sentence": _sentence(code, policy, situation),
        "votes": situation.votes,
        "unsure": situation.unsure,
        "min_overlap": policy.min_overlap,
        "max_overlap": policy.max_overlap,
        "measure": policy.measure.value,
        "threshold": policy.threshold,
        "assumed_accuracy": policy.assumed_accuracy,
        "questions": {
            found.question: {
                "measure": found.measure.value,
                "confidence": round(found.confidence, 6),
                "agreement": round(found.agreement, 6),
                "labels": found.labels,
                "gates": found.question in situation.gating,
            }
            for found in situation.evidence
        },
    }
    return Decision(
        action=action,
        answer=consensus_of(situation.evidence) if action is Action.SETTLE else None,
        confidence=situation.confidence,
        reason=reason,
    )


def _sentence(code: str, policy: RoutingPolicy, situation: _Situation) -> str:
    votes = f"{situation.votes} vote" + ("" if situation.votes == 1 else "s")
    if code == "too_few_votes":
        return f"{votes} of at least {policy.min_overlap} so far, so one more is asked for."
    if code == "unsure_votes":
        return (
            f"{situation.unsure} of {votes} marked as unsure; the policy asks an expert "
            f"from {policy.unsure_votes} on."
        )
    if code == "only_vote":
        return "The policy asks for a single vote, and this vote settles the item."
    if code == "disagreement":
        names = ", ".join(f'"{found.question}"' for found in situation.split)
        return f"The votes differ on {names}, and the policy asks an expert at once."
    return (
        f"{votes}: {_weakest(policy, situation)}"
        + {
            "threshold_met": ", so the item settles.",
            "below_threshold": f", so one more is asked for, up to {policy.max_overlap}.",
            "votes_used_up": ", and no more may be asked for, so an expert decides.",
        }[code]
    )


def _weakest(policy: RoutingPolicy, situation: _Situation) -> str:
    """Return how the least sure question stands to the threshold."""
    if not situation.gating or situation.weakest is None:
        return "no question has to reach a threshold"
    relation = "is below" if situation.weak else "meets"
    return (
        f'the {situation.weakest.measure.value} of "{situation.weakest.question}", '
        f"{situation.weakest.confidence:.2f}, {relation} the threshold of {policy.threshold:g}"
    )
