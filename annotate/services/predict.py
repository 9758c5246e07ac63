"""Serve a project's current model to an application: a row is answered, or refused by itself."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from annotate.documents import in_force
from annotate.models import Project
from annotate.services.ask_model import ask_model
from annotate.services.production import keep_predictions
from labeling.formats.assembly import Assembler
from labeling.formats.bad_rows import BadRow
from labeling.formats.production_rows import AskedRow, Said, read_asked
from labeling.votes import JSON

LATE = BadRow("late", "", "The model did not come to this item in time. Ask for it again.")
RETRY_LATE_SECONDS = 2


class Predicted(NamedTuple):
    """What became of a row: an id and what the model said, or a refusal."""

    external_id: str | None = None
    id: UUID | None = None
    said: Said | None = None
    refusal: BadRow | None = None

    @property
    def retry_after(self) -> int | None:
        """After so many seconds the same row may be answered; None: it never will."""
        return RETRY_LATE_SECONDS if self.refusal is LATE else None


def predict(*, project: Project, rows: Sequence[JSON], seconds: float) -> list[Predicted]:
    """Ask the model about rows as `read_asked` reads them, and wait so many seconds.

    Raises as `ask_model`.
    """
    assembler = Assembler(in_force(project).schema)
    read = [_read(row, assembler) for row in rows]
    asked = [row for row in read if isinstance(row, AskedRow)]
    answers = ask_model(project=project, items=[row.data for row in asked], seconds=seconds)
    said = [
        (row, answer)
        for row, answer in zip(asked, answers, strict=False)  # what is late is missing
        if "said" in answer
    ]
    late = len(asked) - len(answers)
    refused = len(rows) - len(said) - late
    ids = keep_predictions(project=project, said=said, refused=refused, late=late)
    told, kept = iter(answers), iter(ids)
    return [
        Predicted(refusal=row) if isinstance(row, BadRow) else _predicted(row, told, kept)
        for row in read
    ]


def _read(row: JSON, assembler: Assembler) -> AskedRow | BadRow:
    try:
        return read_asked(row, assembler)
    except BadRow as bad:
        return bad


def _predicted(row: AskedRow, answers: Iterator[dict[str, Any]], ids: Iterator[UUID]) -> Predicted:
    answer = next(answers, None)
    if answer is None:
        return Predicted(row.external_id, refusal=LATE)
    if "said" in answer:
        return Predicted(row.external_id, next(ids), answer["said"])
    found = answer["refusal"]
    return Predicted(row.external_id, refusal=BadRow(found["code"], "/data", found["message"]))
