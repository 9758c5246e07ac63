"""What waits for the guideline."""

from typing import Final

from annotate.models import Project
from annotate.prepared import Prepared

_HELD: Final = Prepared(
    "held_counts",
    """
    SELECT count(*), count(*) FILTER (WHERE guideline_id IS DISTINCT FROM $2)
      FROM annotate_hold WHERE project_id = $1 AND resumed_at IS NULL
    """,
    (int, int),
)


def held_counts(project: Project) -> dict[str, int]:
    """How many items are held; `ready` of them since before the guideline in force."""
    waiting, ready = _HELD.one(project.pk, project.guideline_id)
    return {"waiting": waiting, "ready": ready}
