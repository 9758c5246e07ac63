"""Items as export rows: page by page in the order of their ids, at flat memory."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from annotate.models import Item, Judgment, Prediction, Project
from labeling.formats.rows import (
    ExportedFinal,
    ExportedJudgment,
    ExportedPrediction,
    ExportRow,
)

PAGE_ITEMS = 1000


def export_rows(
    project: Project, *, with_judgments: bool, pseudonyms: dict[int, str] | None = None
) -> Iterator[ExportRow]:
    """Every item with its final label and predictions, and its counted judgments if asked.

    `pseudonyms` (worker id to name) replace those of the project. Each page is a query of its
    own, so a long export holds no snapshot and blocks no clean-up.
    """
    last = 0
    while True:
        page = list(
            Item.objects.filter(project=project, pk__gt=last)
            .order_by("pk")
            .values_list(
                "pk",
                "external_id",
                "data",
                "metadata",
                "stage",
                "final_label__answer",
                "final_label__source",
                "final_label__confidence",
            )[:PAGE_ITEMS]
        )
        if not page:
            return
        last = page[-1][0]
        keys = [row[0] for row in page]
        judgments = _judgments(keys, pseudonyms) if with_judgments else {}
        predictions = _predictions(keys)
        for row in page:
            yield _row(row, judgments.get(row[0], ()), predictions.get(row[0], ()))


def _row(
    row: tuple[Any, ...],
    judgments: Sequence[ExportedJudgment],
    predictions: Sequence[ExportedPrediction],
) -> ExportRow:
    key, external_id, data, metadata, stage, answer, source, confidence = row
    final = None
    if answer is not None:
        final = ExportedFinal(answer=answer, source=source, confidence=confidence)
    return ExportRow(
        item=key,
        external_id=external_id,
        data=data,
        metadata=metadata,
        stage=stage,
        final=final,
        judgments=judgments,
        predictions=predictions,
    )


def _judgments(
    keys: list[int], pseudonyms: dict[int, str] | None
) -> dict[int, list[ExportedJudgment]]:
    rows = (
        Judgment.objects.filter(item__in=keys, is_surplus=False, replaced_by__isnull=True)
        .order_by("pk")
        .values_list("item", "worker", "worker__pseudonym", "answer", "seconds", "created_at")
    )
    found: dict[int, list[ExportedJudgment]] = defaultdict(list)
    for item, worker, pseudonym, answer, seconds, created_at in rows:
        found[item].append(
            ExportedJudgment(
                worker=pseudonyms[worker] if pseudonyms else pseudonym,
                answer=answer,
                seconds=seconds,
                created_at=created_at,
            )
        )
    return found


def _predictions(keys: list[int]) -> dict[int, list[ExportedPrediction]]:
    """The newest prediction of each question."""
    rows = (
        Prediction.objects.filter(item__in=keys)
        .order_by("item", "question", "-pk")
        .distinct("item", "question")
        .values_list(
            "item", "question", "label", "score", "imported_from", "model_version__version"
        )
    )
    found: dict[int, list[ExportedPrediction]] = defaultdict(list)
    for item, question, label, score, imported_from, version in rows:
        found[item].append(
            ExportedPrediction(
                model=imported_from or f"{question}-v{version}",
                answer={question: label},
                score=score,
            )
        )
    return found
