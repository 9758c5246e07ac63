"""Follow errors of production until a model no longer makes them.

    corrected -> labelled (or refuted: people said what the model had said)
              -> released, once a release holds the label
              -> retrained, once a model was fitted after it
              -> fixed, once the newest model says of this very item what people said

Each step is taken once and counted as it is taken. The item may be among the lessons by then, so
"fixed" says that the lesson was learnt; how good the model is on others says its accuracy.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now
from numpy.typing import NDArray

from annotate.documents import in_force
from annotate.models import (
    CaseProgress,
    Embedding,
    ItemStage,
    ModelKind,
    ModelVersion,
    Project,
    Release,
    ReleaseState,
)
from annotate.queries.models import served_questions
from annotate.services.heads import stored_head
from annotate.services.production import count_production
from annotate.services.read_items import inputs_key
from labeling.schema import LabelSchema
from models_assist.readings import inputs_of

MOST_AT_ONCE = 500

Heads = Mapping[str, ModelVersion]
"""The newest fitted version of each question."""


def advance_cases() -> int:
    """Take all steps that can be taken now; says how many."""
    waiting = CaseProgress.objects.filter(Q(fixed_at=None) | Q(released_at=None), is_refuted=False)
    projects = Project.objects.filter(guideline__isnull=False, policy__isnull=False)
    found = projects.filter(pk__in=waiting.values("project").distinct())
    return sum(advance_project(project) for project in found)


@transaction.atomic
def advance_project(project: Project) -> int:
    """The same for one project."""
    schema = in_force(project).schema
    heads = _newest_heads(project, schema)
    labelled, refuted = _label(project)
    steps = {
        "labelled": labelled,
        "refuted": refuted,
        "released": _release(project),
        "retrained": _retrain(project, heads),
        "fixed": _fix(project, schema, heads),
    }
    count_production(project, **steps)
    return sum(steps.values())


def _rows(project: Project, **where: Any) -> QuerySet[CaseProgress]:
    return CaseProgress.objects.filter(project=project, is_refuted=False, **where)


def _some(rows: QuerySet[CaseProgress]) -> list[CaseProgress]:
    """Locked, so that two workers do not count a step twice."""
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    return list(locked.select_related("case__item__final_label").order_by("pk")[:MOST_AT_ONCE])


def _newest_heads(project: Project, schema: LabelSchema) -> dict[str, ModelVersion]:
    newest = (
        ModelVersion.objects.filter(project=project, kind__in=[ModelKind.HEAD, ModelKind.TUNED])
        .filter(question__in=[question.id for question in served_questions(schema)])
        .order_by("question", "-version")
        .distinct("question")
        .defer("parameters")
    )
    return {version.question: version for version in newest}


def _wrong(row: CaseProgress) -> set[str]:
    """The questions in which people contradict what the model had said."""
    answer = _answer(row)
    return {
        question
        for question, said in row.case.said.items()
        if question in answer and answer[question] != said["label"]
    }


def _answer(row: CaseProgress) -> dict[str, Any]:
    """What people said of the item; nothing while it is not settled."""
    item = row.case.item
    final = item.final_label if item is not None else None
    return {} if final is None else final.answer


def _label(project: Project) -> tuple[int, int]:
    rows = _some(_rows(project, labelled_at=None, case__item__stage=ItemStage.SETTLED))
    refuted = [row.pk for row in rows if not _wrong(row)]
    confirmed = [row.pk for row in rows if _wrong(row)]
    CaseProgress.objects.filter(pk__in=refuted).update(labelled_at=Now(), is_refuted=True)
    CaseProgress.objects.filter(pk__in=confirmed).update(labelled_at=Now())
    return len(confirmed), len(refuted)


def _release(project: Project) -> int:
    ready = Release.objects.filter(project=project, state=ReleaseState.READY)
    last = ready.aggregate(last=Max("last_final_label"))["last"]
    if last is None:
        return 0
    rows = _rows(project, labelled_at__isnull=False, released_at=None)
    done = [row.pk for row in _some(rows.filter(case__item__final_label__lte=last))]
    return CaseProgress.objects.filter(pk__in=done).update(released_at=Now())


def _retrain(project: Project, heads: Heads) -> int:
    if not heads:
        return 0
    rows = _rows(project, labelled_at__isnull=False, retrained_at=None)
    newest = max(head.created_at for head in heads.values())
    done = [
        row.pk
        for row in _some(rows.filter(case__item__final_label__created_at__lt=newest))
        if _is_learnt(row, heads)
    ]
    return CaseProgress.objects.filter(pk__in=done).update(retrained_at=Now())


def _is_learnt(row: CaseProgress, heads: Heads) -> bool:
    """Whether each question that was wrong has a model that was fitted after the label."""
    item, wrong = row.case.item, _wrong(row)
    if item is None or item.final_label is None or not wrong:
        return False
    made = item.final_label.created_at
    return all(
        question in heads and _was_fitted_after(heads[question], made) for question in wrong
    )


def _was_fitted_after(head: ModelVersion, moment: datetime) -> bool:
    """A version that a lead went back to has learnt nothing since."""
    return head.copy_of_id is None and head.created_at > moment


def _fix(project: Project, schema: LabelSchema, heads: Heads) -> int:
    if not heads:
        return 0
    newest = max(head.pk for head in heads.values())
    rows = _some(
        _rows(project, retrained_at__isnull=False, fixed_at=None).filter(
            Q(checked_model=None) | Q(checked_model__lt=newest)
        )
    )
    if not rows:
        return 0
    right = _now_right(project, schema, heads, rows)
    CaseProgress.objects.filter(pk__in=[row.pk for row in rows]).update(checked_model=newest)
    return CaseProgress.objects.filter(pk__in=right).update(fixed_at=Now())


def _now_right(
    project: Project, schema: LabelSchema, heads: Heads, rows: list[CaseProgress]
) -> list[int]:
    """The cases whose wrong questions the newest models answer as people did.

    Read from the vectors that were stored when the items were pre-labelled: no encoder is needed.
    """
    wrong = {row.pk: _wrong(row) for row in rows}
    for question in served_questions(schema):
        mine = [row for row in rows if question.id in wrong[row.pk]]
        if question.id not in heads or not mine:
            continue
        space = heads[question.id].encoder
        stored = stored_head(project, question, space)
        vectors = _stored_vectors(
            mine, [inputs_key(one) for one in inputs_of(schema, question)], space
        )
        for row in mine:
            vector = vectors.get(row.case.item_id or 0)
            if stored is None or vector is None:
                continue
            (said,) = stored[1].predict(vector[np.newaxis])
            if said.label == _answer(row)[question.id]:
                wrong[row.pk] -= {question.id}
    return [row.pk for row in rows if not wrong[row.pk]]


def _stored_vectors(
    rows: list[CaseProgress], keys: list[str], space: str
) -> dict[int, NDArray[np.float32]]:
    """By item, where all its readings are stored and could be read."""
    items = [row.case.item_id for row in rows]
    found = {
        (item, key): np.frombuffer(bytes(raw), dtype="<f2").astype(np.float32)
        for item, key, raw in Embedding.objects.filter(
            item__in=items, input__in=keys, encoder=space
        )
        .exclude(vector=b"")
        .values_list("item", "input", "vector")
    }
    return {
        item: np.concatenate([found[item, key] for key in keys])
        for item in items
        if item is not None and all((item, key) in found for key in keys)
    }
