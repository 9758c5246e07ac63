"""What of a policy a replay does not follow: said, lest its figures pass for the policy's."""

from labeling.policy import RoutingPolicy


def left_out(policy: RoutingPolicy, *, in_queue: bool, are_spans: bool) -> list[str]:
    """Return the keys of the policy that are set and that this replay does not follow.

    Rules and audits are decisions item by item, in the order of a server; the other orders choose
    among all items at once. Spans are bought by their doubt alone.
    """
    is_routed = in_queue and policy.prices is not None
    is_set = {
        "rules": bool(policy.rules) and not is_routed,
        "audit": policy.audit > 0.0 and not is_routed,
        "budget": policy.budget is not None and in_queue,
        "min_overlap": policy.min_overlap > 1 and are_spans,
        "threshold": policy.prices is None and are_spans,
        "prices.wrong": policy.prices is not None and are_spans,
    }
    return [key for key, is_left_out in is_set.items() if is_left_out]
