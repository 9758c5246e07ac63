"""What a project has spent, by the counters of its workers: no judgment is looked at."""

from dataclasses import dataclass
from typing import Any, Final

from annotate.documents import crowd_allowance, in_force, latest_crowd
from annotate.models import ItemStage, Project
from annotate.prepared import Prepared
from labeling.policy import RoutingPolicy
from labeling.prices import Prices


@dataclass(frozen=True, kw_only=True)
class Spending:
    """How many judgments were given: all of them are paid, planted and surplus ones too."""

    crowd: int
    """First looks and second ones."""
    expert: int
    """Readings of disputes."""

    def cost(self, prices: Prices) -> float:
        """In the unit of the prices."""
        return self.crowd * prices.crowd + self.expert * (prices.expert or 0.0)


_SPENT: Final = Prepared(
    "spending",
    """
    SELECT coalesce(sum(judged_count + again_count), 0), coalesce(sum(read_count), 0)
      FROM annotate_worker WHERE project_id = $1
    """,
    (int, int),
)


def spending_of(project: Project) -> Spending:
    crowd, expert = _SPENT.one(project.pk)
    return Spending(crowd=crowd, expert=expert)


def budget_is_spent(project: Project, policy: RoutingPolicy) -> bool:
    """Whether nothing may be handed out any more, as of the last refresh."""
    crowd = None if policy.budget is None else latest_crowd(project)
    allowance = None if crowd is None else crowd_allowance(crowd)
    return allowance is not None and allowance.is_spent


def bill_of(project: Project, stages: dict[str, int]) -> dict[str, Any] | None:
    """What was spent and what is left, for the board; None where judgments have no prices.

    `stages` are the `item_counts`. Prices are those in force, for what was bought before, too.
    """
    policy = in_force(project).policy if project.policy_id and project.guideline_id else None
    if policy is None or policy.prices is None:
        return None
    spending = spending_of(project)
    items = sum(stages.values()) - stages[ItemStage.WITHDRAWN]
    spent = spending.cost(policy.prices)
    allowed = None if policy.budget is None else policy.budget * items
    return {
        "crowd": spending.crowd,
        "expert": spending.expert,
        "spent": spent,
        "per_item": spent / items if items else None,
        "budget": policy.budget,
        "allowed": allowed,
        "left": None if allowed is None else max(allowed - spent, 0.0),
        "is_spent": budget_is_spent(project, policy),
        "undecided": stages[ItemStage.NEW] + stages[ItemStage.OPEN],
    }
