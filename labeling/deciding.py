"""What becomes of an item after a vote, by the policy in force: the one entrance to routing.

The server, the preview and the replay ask here, so that they cannot decide differently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from labeling.budget import Allowance
from labeling.decisions import Decision
from labeling.policy import RoutingPolicy
from labeling.priced_routing import Ballot, ItemContext, route_priced
from labeling.routing import route
from labeling.rules import RuleAction
from labeling.schema import LabelSchema
from labeling.standing import Standing
from labeling.votes import JSON, Label


def decide(
    schema: LabelSchema,
    policy: RoutingPolicy,
    votes: Sequence[tuple[Ballot, Mapping[str, Label]]],
    *,
    standings: Mapping[str, Standing],
    context: ItemContext,
    allowance: Allowance | None = None,
) -> Decision:
    """Decide by prices where the policy has some, else by its threshold.

    `standings` hold what was learnt of the crowd, by question, `allowance` what the budget allows;
    a threshold asks neither.
    """
    if not policy.counts_models and context.priors:
        context = replace(context, priors={})
    if policy.prices is not None:
        return route_priced(
            schema, policy, votes, standings=standings, context=context, allowance=allowance
        )
    unsure = sum(ballot.is_unsure for ballot, _ in votes)
    return route(schema, policy, [answer for _, answer in votes], unsure=unsure)


def readings_of(reason: Mapping[str, JSON], policy: RoutingPolicy, key: str) -> int:
    """Return how many experts are to read a disputed item: two where a rule or the draw by its
    key says so."""
    rule = reason.get("rule") or {}
    is_double = rule.get("then") == RuleAction.SECOND_EXPERT.value
    return 2 if is_double or policy.experts.is_drawn(key) else 1
