"""Watch whether production is still what the models have learnt from, and open work where not.

A check compares the latest predictions with the latest lessons; neither sample grows with the
project. It finds nothing new to look at when nothing was predicted since.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import orjson
from django.db import transaction
from django.db.models.functions import Now
from numpy.typing import NDArray

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    CaseReason,
    DriftCheck,
    Embedding,
    Event,
    EventKind,
    ProductionCount,
    ProductionPrediction,
    Project,
    ProjectStage,
)
from annotate.queries.models import served_questions
from annotate.queries.production import latest_checks, opened_today, rules_of
from annotate.services.feedback import content_hash, known_cases, wait_for_turn
from annotate.services.learn import lessons_of
from annotate.services.open_cases import Case, open_cases
from annotate.services.production import count_production
from annotate.services.read_items import inputs_key
from labeling.drift import LabelDrift, VectorDrift, farthest_along, label_drift, vector_drift
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.readings import inputs_of

MOST_ROWS = 1000
PORTION = 50
"""The texts of so many suspects are read at once: they may be long."""
PAUSE = timedelta(minutes=5)
"""Between two checks of a project."""
WINDOW = timedelta(days=14)
"""Older predictions say nothing of today."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One question's comparison, and the predictions that bear it out most, first."""

    labels: LabelDrift | None
    vectors: VectorDrift | None
    suspects: list[ProductionPrediction]

    @property
    def is_drifting(self) -> bool:
        """Whether the labels drift, or the texts."""
        parts = (self.labels, self.vectors)
        return any(part is not None and part.is_drifting for part in parts)

    def figures(self) -> dict[str, Any]:
        """As JSON, for a check and the trail."""
        return {
            "labels": None if self.labels is None else self.labels._asdict(),
            "vectors": None if self.vectors is None else self.vectors._asdict(),
        }


def watch_drift() -> int:
    """Check every open project that predicted something lately; says how many were checked."""
    lately = ProductionCount.objects.filter(day__gte=Now() - timedelta(days=2), predicted__gt=0)
    projects = Project.objects.filter(
        stage=ProjectStage.OPEN, guideline__isnull=False, policy__isnull=False
    )
    just_now = DriftCheck.objects.filter(at__gt=Now() - PAUSE)
    due = projects.filter(pk__in=lately.values("project")).exclude(
        pk__in=just_now.values("project")
    )
    return sum(check_drift(project) for project in due)


@transaction.atomic
def check_drift(project: Project) -> bool:
    """Compare each question, note what came of it, and open work by the rule.

    Answers whether there was anything new to look at.
    """
    wait_for_turn(project)
    latest = list(
        ProductionPrediction.objects.filter(project=project, made_at__gt=Now() - WINDOW)
        .order_by("-made_at")
        .defer("data")[:MOST_ROWS]
    )
    seen = {check.newest for check in latest_checks(project).values()}
    if not latest or latest[0].pk in seen:
        return False
    schema = in_force(project).schema
    for question in served_questions(schema):
        compared = compare(project, schema, question, latest)
        _note(project, question, compared, latest[0])
    announce(project.pk, "production")
    return True


def compare(
    project: Project,
    schema: LabelSchema,
    question: Question,
    latest: Sequence[ProductionPrediction],
) -> Compared:
    """The latest predictions of a question beside the latest lessons of its model."""
    mine = [row for row in latest if question.id in row.said]
    lessons = lessons_of(project, question, most=MOST_ROWS)
    labels = label_drift(
        Counter(_name(label) for _, _, label in lessons),
        Counter(_name(row.said[question.id]["label"]) for row in mine),
    )
    space = mine[0].encoder if mine else ""
    key = inputs_key(inputs_of(schema, question)[0])
    stored = Embedding.objects.filter(
        item__in=[item for item, _, _ in lessons], input=key, encoder=space
    ).exclude(vector=b"")
    before = _vectors(stored.order_by("item").values_list("vector", flat=True))
    read = [row for row in mine if row.encoder == space]
    now = _vectors(row.vector for row in read)
    vectors = vector_drift(before, now)
    if vectors is not None and vectors.is_drifting:
        suspects = [read[place] for place in farthest_along(before, now)]
    else:
        risen = [] if labels is None else labels.risen[:1]
        suspects = [row for row in mine if _name(row.said[question.id]["label"]) in risen]
    return Compared(labels=labels, vectors=vectors, suspects=suspects)


def _name(label: Any) -> str:
    return orjson.dumps(label, option=orjson.OPT_SORT_KEYS).decode()


def _vectors(raw: Any) -> Vectors:
    rows = [np.frombuffer(bytes(each), dtype="<f2").astype(np.float32) for each in raw]
    return np.stack(rows) if rows else np.empty((0, 0), dtype=np.float32)


def _note(
    project: Project, question: Question, compared: Compared, newest: ProductionPrediction
) -> None:
    before = DriftCheck.objects.filter(project=project, question=question.id).order_by("-pk")
    was_drifting = any(check.is_drifting for check in before[:1])
    DriftCheck.objects.create(
        project=project,
        question=question.id,
        figures=compared.figures(),
        is_drifting=compared.is_drifting,
        newest=newest.pk,
    )
    opened = _open_work(project, compared) if compared.is_drifting else 0
    if compared.is_drifting and (opened or not was_drifting):
        kind = EventKind.DRIFT_FOUND
    elif was_drifting and not compared.is_drifting:
        kind = EventKind.DRIFT_ENDED
    else:
        return
    payload = {"question": question.id, "opened": opened, **compared.figures()}
    Event.objects.create(project=project, kind=kind, payload=payload)


def _open_work(project: Project, compared: Compared) -> int:
    """Items of the suspects that nobody has sent back yet, up to the day's cap."""
    room = max(rules_of(project).drift_most_a_day - opened_today(project)["drift"], 0)
    chosen: dict[str, Case] = {}
    for at in range(0, len(compared.suspects), PORTION):
        if len(chosen) >= room:
            break
        for case in _new_cases(project, compared.suspects[at : at + PORTION]):
            chosen.setdefault(case.external_id or case.content_hash, case)
    wanted = {case.content_hash: (case, CaseReason.DRIFTING) for case in chosen.values()}
    made = open_cases(project=project, user=None, cases=list(wanted.values())[:room])
    opened = sum(isinstance(item, int) for item in made)
    count_production(project, opened_by_drift=opened)
    return opened


def _new_cases(project: Project, suspects: Sequence[ProductionPrediction]) -> list[Case]:
    """Those that are no case yet, by their id and by their content."""
    whole = ProductionPrediction.objects.defer("vector").in_bulk([row.pk for row in suspects])
    rows = [whole[row.pk] for row in suspects if row.pk in whole]
    cases = [
        Case(row.external_id, content_hash(row.data), row.data, row.said, None) for row in rows
    ]
    ids, hashes = known_cases(project, cases)
    return [
        case for case in cases if case.content_hash not in hashes and case.external_id not in ids
    ]
