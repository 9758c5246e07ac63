"""What an answer will lead to, if nothing else happens to its item meanwhile."""

from typing import Any, Final, NamedTuple

from annotate.documents import in_force
from annotate.models import Project
from annotate.queries.deciding import CountedVote, decide, readable_votes
from labeling.decisions import Action, Decision

OWN: Final = 0
"""The id of a judgment that is not stored yet."""


class Foreseen(NamedTuple):
    """What follows from the vote that comes last: as `answer_item` of the database takes it."""

    then: str
    """`wait`: nothing yet. `settle`, or `ask` one more."""
    answer: dict[str, Any] | None = None
    confidence: float | None = None
    reason: dict[str, Any] | None = None
    """Of the final label or of the event. OWN stands last among the judgments it is made of."""


_WAIT: Final = Foreseen("wait")


def foresee(
    *, item_id: int, data: dict[str, Any], overlap: int, project: Project, votes: list[CountedVote]
) -> Foreseen | None:
    """What `settle_or_route` would do with these votes, the last of which is OWN.

    None where that cannot be said without the item's lock, or is not one of the three usual
    things. It is said of policies that look at nothing but the votes.
    """
    rules = in_force(project)
    if rules.policy.prices is not None or rules.policy.rules:
        return None
    if len(votes) < min(rules.policy.min_overlap, overlap):
        # Too few in any case: the first rule of `labeling.routing`.
        return _WAIT
    readable = readable_votes(rules.schema, data, votes)
    if len(readable) < len(votes):
        return None
    decision = decide(item_id=item_id, project=project, votes=readable)
    if decision.action is Action.SETTLE and decision.answer is not None:
        answer = rules.schema.dump_answer(decision.answer)
        return Foreseen("settle", answer, decision.confidence, decision.reason)
    return _more_votes(decision, len(votes), overlap, rules.policy.max_overlap)


def _more_votes(decision: Decision, votes: int, overlap: int, most: int) -> Foreseen | None:
    if decision.action is not Action.ASK_ONE_MORE:
        return None
    if votes < overlap:
        return _WAIT
    if overlap < most:
        return Foreseen("ask", reason={"to": overlap + 1, **decision.reason})
    return None
