"""What the list of disputes is filtered by. Nothing here tells how anybody voted: experts look for
their disputes before they see the votes.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from annotate.models import ItemStage
from annotate.queries.item_filter import READERS, Condition, Reader, conditions_of, one_of

NAMES: Final = ("search", "external", "source", "overdue", "for_leads")


def dispute_conditions(
    project_id: int, query: Mapping[str, Any], overdue_hours: float = 0.0
) -> list[Condition]:
    """The conditions of a filter, with the one that it is disputed; none for all disputes.

    Raises InvalidInput, with every problem.
    """
    readers: dict[str, Reader] = {
        **{name: READERS[name] for name in ("search", "external", "source")},
        "overdue": partial(_overdue, overdue_hours),
        "for_leads": _for_leads,
    }
    found = conditions_of(project_id, query, readers)
    disputed = Condition(
        "annotate_item", "id", "project_id = %s AND stage = %s", (project_id, ItemStage.DISPUTED)
    )
    # In front: of two that are too many to count, the first one drives.
    return [disputed, *found] if found else []


def _overdue(hours: float, project_id: int, value: str) -> list[Condition]:
    one_of(value, ["yes"])
    where = "project_id = %s AND opened_at < now() - %s::interval"
    return [Condition("annotate_dispute", "item_id", where, (project_id, f"{hours} hours"))]


def _for_leads(project_id: int, value: str) -> list[Condition]:
    one_of(value, ["yes"])
    where = "project_id = %s AND is_for_leads"
    return [Condition("annotate_dispute", "item_id", where, (project_id,))]
