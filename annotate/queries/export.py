"""Items as export rows: page by page in the order of their ids, at flat memory.

Each page is a query of its own, so a long export holds no snapshot and blocks no clean-up. What
it shows is the project at its cut-off all the same: see `annotate.queries.cut_off`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from annotate.models import Project
from labeling.formats.rows import (
    ExportedFinal,
    ExportedJudgment,
    ExportedPrediction,
    ExportRow,
)

PAGE_ITEMS = 1000

Load = Callable[[str], Any]

# JSON comes as text: Django would parse it, only to have it written again. The stage is the one
# column that changes; as it was at the cut-off it follows from what had been written by then. A
# dispute of an older release may lack its row.
_ITEMS = """
SELECT i.id, i.external_id, i.data::text, i.metadata::text,
       CASE WHEN i.stage IN ('new', 'withdrawn') THEN i.stage
            WHEN f.id IS NOT NULL THEN 'settled'
            WHEN coalesce((SELECT d.opened_at FROM annotate_dispute d WHERE d.item_id = i.id),
                          CASE i.stage WHEN 'disputed' THEN i.created_at END) <= %(cut_off)s
            THEN 'disputed'
            WHEN EXISTS (SELECT FROM annotate_judgment j
                          WHERE j.item_id = i.id AND NOT j.is_surplus
                            AND j.created_at <= %(cut_off)s)
            THEN 'open' ELSE 'new' END,
       f.answer::text, f.source, f.confidence, p.needs
  FROM annotate_item i
  LEFT JOIN annotate_pool p ON p.id = i.pool_id
  LEFT JOIN LATERAL (
       SELECT l.id, l.answer, l.source, l.confidence FROM annotate_finallabel l
        WHERE i.final_label_id IS NOT NULL AND l.item_id = i.id AND l.created_at <= %(cut_off)s
        ORDER BY l.id DESC LIMIT 1) AS f ON true
 WHERE i.project_id = %(project)s AND i.id > %(after)s AND i.created_at <= %(cut_off)s
 ORDER BY i.id LIMIT %(limit)s
"""
_JUDGMENTS = """
SELECT j.item_id, w.pseudonym, j.answer::text, j.seconds, j.created_at
  FROM annotate_judgment j JOIN annotate_worker w ON w.id = j.worker_id
 WHERE j.item_id = ANY (%(items)s::bigint[]) AND NOT j.is_surplus
   AND j.created_at <= %(cut_off)s
   AND NOT EXISTS (SELECT FROM annotate_judgment r
                    WHERE r.replaces_id = j.id AND r.created_at <= %(cut_off)s)
 ORDER BY j.id
"""
# The newest of each question.
_PREDICTIONS = """
SELECT DISTINCT ON (p.item_id, p.question)
       p.item_id, p.question, p.label::text, p.score,
       coalesce(nullif(p.imported_from, ''), p.question || '-v' || m.version)
  FROM annotate_prediction p LEFT JOIN annotate_modelversion m ON m.id = p.model_version_id
 WHERE p.item_id = ANY (%(items)s::bigint[]) AND p.created_at <= %(cut_off)s
 ORDER BY p.item_id, p.question, p.id DESC
"""


def export_rows(
    project: Project, *, cut_off: datetime, with_judgments: bool, verbatim: bool = False
) -> Iterator[ExportRow]:
    """Every item with its final label and predictions, and its counted judgments if asked.

    `verbatim`: JSON stays the text it is, for writers that pass it on.
    """
    load: Load = orjson.Fragment if verbatim else orjson.loads
    last = 0
    while True:
        page = _rows(_ITEMS, cut_off=cut_off, project=project.pk, after=last, limit=PAGE_ITEMS)
        if not page:
            return
        last = page[-1][0]
        items = "{" + ",".join([str(row[0]) for row in page]) + "}"
        judgments = _judgments(items, cut_off, load) if with_judgments else {}
        predictions = _predictions(items, cut_off, load)
        for key, external_id, data, metadata, stage, answer, source, confidence, needs in page:
            yield ExportRow(
                item=key,
                external_id=external_id,
                data=load(data),
                metadata=load(metadata),
                stage=stage,
                final=None
                if answer is None
                else ExportedFinal(answer=load(answer), source=source, confidence=confidence),
                judgments=judgments.get(key, ()),
                predictions=predictions.get(key, ()),
                needs=needs or (),
            )


def _rows(query: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _judgments(items: str, cut_off: datetime, load: Load) -> dict[int, list[ExportedJudgment]]:
    found: dict[int, list[ExportedJudgment]] = defaultdict(list)
    for item, pseudonym, answer, seconds, created_at in _rows(
        _JUDGMENTS, items=items, cut_off=cut_off
    ):
        found[item].append(
            ExportedJudgment(
                worker=pseudonym, answer=load(answer), seconds=seconds, created_at=created_at
            )
        )
    return found


def _predictions(items: str, cut_off: datetime, load: Load) -> dict[int, list[ExportedPrediction]]:
    found: dict[int, list[ExportedPrediction]] = defaultdict(list)
    for item, question, label, score, model in _rows(_PREDICTIONS, items=items, cut_off=cut_off):
        found[item].append(
            ExportedPrediction(model=model, answer={question: load(label)}, score=score)
        )
    return found
