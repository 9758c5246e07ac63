"""Step 1, intake: rows become items, in batches that are each one transaction.

A bad row is set aside with its reason and the others go in. An external id makes a second
import of the same row a no-op. A batch stores its items, puts them into the queue and moves
the job's cursor together, so a killed import goes on where it stopped and doubles nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db import transaction

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Event,
    EventKind,
    GoldLabel,
    Prediction,
    Project,
    ProjectStage,
    Source,
)
from annotate.refusals import ProjectNotOpen
from annotate.services.history import store_history
from annotate.services.pictures import PictureFinder
from annotate.services.refresh import refresh_for_budget
from annotate.services.request_prelabel import request_prelabel
from annotate.services.store_items import store_items
from labeling.formats.rows import ItemRow, RowRejection

BATCH_ROWS = 2000
# A batch is one document for the database and stands in memory twice: see `reading_ahead`.
BATCH_CHARACTERS = 8_000_000

Row: TypeAlias = ItemRow | RowRejection


@dataclass(kw_only=True)
class Intake:
    """What an import has done so far."""

    created: int = 0
    existing: int = 0
    rejected: list[RowRejection] = field(default_factory=list)


class Importer:
    """Takes rows into one project from one source."""

    def __init__(self, project: Project, source: Source) -> None:
        self.project = project
        self.source = source
        rules = in_force(project)
        self.schema, self.policy = rules.schema, rules.policy
        self.pictures = PictureFinder(project, self.schema)

    def take(self, rows: Sequence[Row]) -> Intake:
        """Take one batch in. Call inside a transaction.

        `rejected` holds the reasons in row order; a row is in it at most once for each part
        that was left out.
        """
        intake = Intake(rejected=[row for row in rows if isinstance(row, RowRejection)])
        good: list[ItemRow] = []
        for row in rows:
            if isinstance(row, ItemRow):
                outcome = self.pictures.resolve(row) if self.pictures.are_asked_for else row
                if isinstance(outcome, ItemRow):
                    good.append(outcome)
                else:
                    intake.rejected.append(outcome)
        if good:
            self._store(good, intake)
        intake.rejected.sort(key=lambda rejection: rejection.number)
        return intake

    def _store(self, rows: list[ItemRow], intake: Intake) -> None:
        new = store_items(
            project=self.project,
            source=self.source,
            overlap=self.policy.min_overlap,
            rows=rows,
        )
        intake.created += len(new)
        intake.existing += len(rows) - len(new)
        self._store_gold_and_predictions(new)
        for key, row in new:
            if row.judgments:
                store_history(project=self.project, item_id=key, judgments=row.judgments)

    def _store_gold_and_predictions(self, rows: list[tuple[int, ItemRow]]) -> None:
        if not any(row.gold is not None or row.predictions for _, row in rows):
            return
        GoldLabel.objects.bulk_create(
            GoldLabel(item_id=key, answer=row.gold) for key, row in rows if row.gold is not None
        )
        Prediction.objects.bulk_create(
            Prediction(
                item_id=key,
                question=question,
                imported_from=prediction.model[:200],
                label=label,
                score=0.0 if prediction.score is None else prediction.score,
            )
            for key, row in rows
            for prediction in row.predictions
            for question, label in prediction.answer.items()
        )


def in_batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Lists of at most BATCH_ROWS rows, cut sooner where the texts are long."""
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        if isinstance(row, ItemRow):
            characters += sum(map(len, row.data.values()))
        if len(batch) >= BATCH_ROWS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def take_items(*, project: Project, source: Source, rows: Iterable[Row]) -> Intake:
    """Take a handful of rows in at once, all in one transaction.

    Raises:
        NoGuideline: the project has no label schema yet.
        ProjectNotOpen: the project is closed.
        TooManyPools: as `store_items` says.
    """
    importer = Importer(project, source)
    if project.stage == ProjectStage.CLOSED:
        raise ProjectNotOpen
    with transaction.atomic():
        intake = importer.take(list(rows))
        counts = (intake.created, intake.existing, len(intake.rejected))
        note_import(project=project, source=source, counts=counts)
    return intake


def note_import(*, project: Project, source: Source, counts: tuple[int, int, int]) -> None:
    """Write how many rows were created, existing and rejected, and let the model speak."""
    created, existing, rejected = counts
    Event.objects.create(
        project=project,
        kind=EventKind.ITEMS_IMPORTED,
        user_id=source.created_by_id,
        payload={
            "source": source.pk,
            "created": created,
            "existing": existing,
            "rejected": rejected,
        },
    )
    if created:
        request_prelabel(project=project)
        refresh_for_budget(project)
    announce(project.pk, "board", "items")
