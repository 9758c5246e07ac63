"""The caller's own assignment: what an answer needs to know, in one question."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from annotate.models import Project, Worker
from annotate.prepared import Prepared, json, text
from annotate.refusals import NotFound


class Seen(NamedTuple):
    """How an item stood when its assignment was looked up. Not locked: it may have changed."""

    state: str
    """Of the assignment."""
    stage: str
    overlap: int
    taken: int
    judged: int
    final_label: int | None
    judgments: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class OwnAssignment:
    """An assignment of the caller's own, with what its answer needs."""

    pk: UUID
    guideline_id: int
    item_id: int
    data: dict[str, Any]
    stays_open: timedelta | None
    """Of planted gold: for how long an answer can be corrected. None: as the item's stage says."""
    worker: Worker
    project: Project
    seen: Seen

    @property
    def is_planted(self) -> bool:
        """It measures the worker: it takes no slot, and its answer decides nothing."""
        return self.stays_open is not None


OWN_ASSIGNMENT = """
    assignment_guideline, item_id, data, extract(epoch FROM stays_open), worker_id, role,
    project_id, stage, guideline_id, policy_id,
    assignment_state, item_stage, overlap, taken, judged, final_label, judgments
"""
"""The columns of `find_open_assignment` that `own_assignment` reads."""
READS_ASSIGNMENT: Final = (
    *(int, int, json, float, int, text, int, text, int, int),
    *(text, text, int, int, int, int, json),
)
_FIND = Prepared(
    "find_open_assignment",
    f"SELECT {OWN_ASSIGNMENT} FROM find_open_assignment($1, $2)",  # noqa: S608 - fixed
    READS_ASSIGNMENT,
)


def find_assignment(*, user_id: int, assignment_id: UUID) -> OwnAssignment:
    """The user's own assignment with its worker, project and item's data.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return own_assignment(assignment_id, _FIND.first(assignment_id, user_id))


def own_assignment(assignment_id: UUID, row: tuple[Any, ...] | None) -> OwnAssignment:
    """The assignment of a row of OWN_ASSIGNMENT. Raises NotFound where there is none."""
    if row is None or row[0] is None:
        message = (
            "There is no such assignment of yours. Claim an item and use the id of that "
            "assignment; nobody can answer on a lease of somebody else."
        )
        raise NotFound(message)
    guideline_id, item_id, data, stays_open = row[:4]
    return OwnAssignment(
        pk=assignment_id,
        guideline_id=guideline_id,
        item_id=item_id,
        data=data,
        stays_open=None if stays_open is None else timedelta(seconds=stays_open),
        # Columns that are not read stay deferred.
        worker=Worker.from_db("default", ["id", "role"], row[4:6]),
        project=Project.from_db(
            "default", ["id", "stage", "guideline_id", "policy_id"], row[6:10]
        ),
        seen=Seen._make((*row[10:16], row[16] or [])),
    )
