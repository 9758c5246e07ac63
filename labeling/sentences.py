"""The sentence of a priced decision, for people; its code is for programs."""

from typing import NamedTuple

from labeling.policy import RoutingPolicy
from labeling.rules import Rule


class Tally(NamedTuple):
    """What the votes of an item come to."""

    votes: int
    unsure: int
    confidence: float
    """0..1."""


class Savings(NamedTuple):
    """What one more judgment is expected to save for each unit it costs."""

    crowd: float
    expert: float


def sentence_of(
    code: str, policy: RoutingPolicy, rule: Rule | None, tally: Tally, savings: Savings
) -> str:
    """Return what was decided and why, in plain English. Raises KeyError for an unknown code."""
    votes = f"{tally.votes} vote" + ("" if tally.votes == 1 else "s")
    sure = f"{votes}, {tally.confidence:.0%} sure"
    if rule is not None:
        return f'{sure}: the rule "{rule.name}" says "{rule.action.value}".'
    crowd, expert = f"{savings.crowd:.2f}", f"{savings.expert:.2f}"
    return {
        "too_few_votes": f"{votes} of at least {policy.min_overlap} so far, so one more is "
        "asked for.",
        "unsure_votes": f"{tally.unsure} of {votes} marked as unsure; the policy asks an expert "
        f"from {policy.unsure_votes} on.",
        "below_threshold": f"{sure}: below the threshold of {policy.threshold:g}, so one "
        f"more is asked for, up to {policy.max_overlap}.",
        "votes_used_up": f"{sure}: below the threshold of {policy.threshold:g}, and no more "
        "may be asked for, so an expert decides.",
        "crowd_gains_more": f"{sure}: one more vote is expected to save {crowd} for each unit it "
        f"costs, an expert {expert}, so one more is asked for.",
        "expert_gains_more": f"{sure}: an expert is expected to save {expert} for each unit it "
        f"costs, one more vote {crowd}, so an expert decides.",
        "nothing_worth_its_price": f"{sure}: one more vote would save {crowd} for each unit it "
        f"costs, an expert {expert}; neither is worth it, so the item settles.",
        "budget_spent": f"{sure}: the budget is spent, so the item settles with what it has.",
        "audit": f"{sure}: the item would settle, and was drawn for an expert's audit.",
    }[code]
