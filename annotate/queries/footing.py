"""Where workers stand on the ladder: the rung in force, and in words why and what to do."""

from datetime import datetime
from typing import Any, NamedTuple

from annotate.documents import in_force
from annotate.models import Footing, Project, Rung, Worker
from annotate.queries.batches import confusion_of

SENTENCES = {
    Rung.NONE: "",
    Rung.HINT: (
        "Your answers of late tell less than most people's. Read the guideline again, take your "
        "time, and mark what you are not sure of."
    ),
    Rung.SLOWER: (
        "Your answers tell less than most people's, so a short pause lies between two items. It "
        "goes away by itself when they tell more. Read the guideline again."
    ),
    Rung.OTHER_TIER: (
        "Your answers tell little, so you get practice items only. When you do well on them, all "
        "the other work comes back by itself."
    ),
    Rung.PAUSED: (
        "You get no new items, since your answers tell too little. What you hold is still taken. "
        "Look at your record, appeal what was scored wrong, or write to a lead."
    ),
}
OVERRULED = "A lead has set this for you. The reason: "


def footing_of(worker: Worker) -> Footing:
    """The stored footing, or that of a worker of whom nothing is known."""
    return Footing.objects.filter(worker=worker).first() or Footing(
        worker=worker, rung=Rung.NONE, overruled_to="", overruled_why="", measure={}, handed=0
    )


def rung_in_force(footing: Footing, project: Project) -> str:
    """The rung that claims obey. Without a ladder only a lead's word holds, as in the SQL function
    `rung_obeyed`."""
    if footing.overruled_to:
        return footing.overruled_to
    return footing.rung if in_force(project).policy.has_ladder else Rung.NONE


def standing_of(worker: Worker, project: Project) -> dict[str, Any]:
    """What a worker is told of the own rung."""
    footing = footing_of(worker)
    rung = rung_in_force(footing, project)
    is_overruled = bool(footing.overruled_to)
    sentence = OVERRULED + footing.overruled_why if is_overruled else SENTENCES[Rung(rung)]
    confusion = None if rung == Rung.NONE else confusion_of(worker, project)
    return {
        "rung": rung,
        "overruled": is_overruled,
        "sentence": sentence,
        "confusion": None if confusion is None else confusion._asdict(),
    }


class Stood(NamedTuple):
    """What is stored of where a worker stands, with the name of the lead who has set it."""

    rung: str
    measure: dict[str, Any]
    overruled_to: str
    overruled_why: str
    overruled_at: datetime | None
    overruled_by: str | None


def member_footing(footing: Footing | None, project: Project) -> dict[str, Any]:
    """What a lead sees of a worker: what was measured, the rung, and who set it."""
    if footing is None:
        return shown_footing(None, project)
    by = footing.overruled_by
    stood = Stood(
        footing.rung,
        footing.measure,
        footing.overruled_to,
        footing.overruled_why,
        footing.overruled_at,
        by.display_name if by else None,
    )
    return shown_footing(stood, project)


def shown_footing(stood: Stood | None, project: Project) -> dict[str, Any]:
    """The same of what was read already."""
    if stood is None:
        return {"rung": Rung.NONE, "measured_rung": Rung.NONE, "overruled": None, "measure": None}
    overruled = None
    if stood.overruled_to:
        overruled = {
            "rung": stood.overruled_to,
            "reason": stood.overruled_why,
            "by": stood.overruled_by or "",
            "at": stood.overruled_at,
        }
    obeyed = stood.rung
    if project.guideline_id is not None and not in_force(project).policy.has_ladder:
        obeyed = Rung.NONE
    return {
        "rung": stood.overruled_to or obeyed,
        "measured_rung": stood.rung,
        "overruled": overruled,
        # Who was measured by an older release was not looked at for copying.
        "measure": {"alike": [], **stood.measure} if stood.measure else None,
    }
