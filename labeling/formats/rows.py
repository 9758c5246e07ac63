"""What the codecs hand over: rows that came in, rows refused, rows to be written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

MAX_TEXT_CHARACTERS = 5_000_000
"""Longest text input of an item, in code points."""

MAX_ROW_BYTES = 16 * 1024 * 1024
"""Longest line, CSV row or Label Studio task. Memory while reading is a small multiple of it."""

MAX_NESTING = 64
"""Deepest JSON. Beyond it, whoever walks the document later could run out of stack."""

MAX_EXTERNAL_ID_CHARACTERS = 200

MAX_PRIORITY = 15

MAX_NEEDS = 5
"""Qualifications an item may need."""

QUALIFICATION = r"[a-z0-9][a-z0-9_-]{0,39}"
"""What a qualification may be called, as a regular expression."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedPrediction:
    """What a model said of an item before it came to us."""

    model: str
    answer: dict[str, Any]
    """May leave questions open: most models answer one."""
    score: float | None
    """0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedJudgment:
    """What a person said of an item before it came to us."""

    worker: str
    """The name the file gives: for the server to map to a worker, never to show."""
    answer: dict[str, Any]
    seconds: float | None
    is_gold: bool
    """The file calls this answer the known one; the row's `gold` holds it too."""


class ItemRow(NamedTuple):
    """One item read; a tuple, since there may be millions and one takes a third of the time.

    Answers are in their JSON form and fit the label schema, with one exception: while a picture
    is known by name only (`{"name": "roof.jpg"}`) and without its size, boxes cannot be checked,
    and all answers of that row pass as they came. `LabelSchema.parse_answer` has to see them
    once the picture is found.
    """

    number: int
    """The line, counted from 1; in a JSON array, the place in it."""
    external_id: str | None
    data: dict[str, Any]
    """The value of each input, and nothing else."""
    metadata: dict[str, Any]
    gold: dict[str, Any] | None
    priority: int | None
    predictions: Sequence[ImportedPrediction] = ()
    judgments: Sequence[ImportedJudgment] = ()
    needs: tuple[str, ...] = ()
    """Qualifications of who may judge it, sorted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowRejection:
    """Why a row, or one part of it, was left out."""

    number: int
    path: str
    """JSON Pointer to the place in the row; "" is the row itself. In CSV, the column."""
    code: str
    message: str
    """What is wrong and how to mend it."""
    is_partial: bool = False
    """The item goes in, only the part at `path` stays out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedFinal:
    """The label the project stands by."""

    answer: dict[str, Any]
    source: str
    """consensus, adjudication, auto_accept or spread."""
    confidence: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedJudgment:
    """What one worker said."""

    worker: str
    """The pseudonym: exports name nobody."""
    answer: dict[str, Any]
    seconds: float | None
    created_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedPrediction:
    """What a model said."""

    model: str
    """Model version."""
    answer: dict[str, Any]
    score: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportRow:
    """One item as it leaves. All values are in their JSON form."""

    item: int | str
    external_id: str | None
    data: dict[str, Any]
    metadata: dict[str, Any]
    stage: str
    final: ExportedFinal | None = None
    judgments: Sequence[ExportedJudgment] = ()
    predictions: Sequence[ExportedPrediction] = ()
    needs: Sequence[str] = ()
    """Qualifications of who may judge it, sorted."""
