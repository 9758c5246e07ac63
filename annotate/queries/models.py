"""How good the model is so far, as a lead sees it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from django.db.models import Q

from annotate.documents import crowd_version, latest_crowd, schema_version
from annotate.models import (
    Job,
    JobKind,
    JobState,
    ModelCount,
    ModelKind,
    ModelVersion,
    Project,
)
from annotate.prepared import Prepared, Read, json, moment, text
from annotate.queries.blind_accuracy import BlindAccuracy, blind_accuracy
from annotate.queries.catalogue import answered_questions
from annotate.queries.model_rest import rest_of
from annotate.queries.model_trouble import trouble_of
from annotate.queries.versions import SWEPT
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.standing import Standing
from models_assist.readings import LEARNT, READ_BY_WORD, is_readable


def why_not_code(schema: LabelSchema, question: Question) -> str | None:
    """Why no model of ours can answer this question, for programs; None when one can."""
    if question.type == "boxes":
        return "no_detector"
    if question.type not in LEARNT:
        return "not_a_choice"
    if not is_readable(schema, question):
        return "no_text"
    return None


def why_not(schema: LabelSchema, question: Question) -> str | None:
    """The same in English, for people who read the interface itself."""
    code = why_not_code(schema, question)
    if code is None:
        return None
    return {
        "not_a_choice": (
            "The model here learns choices, ratings, comparisons and spans; this is "
            f"{question.type}. The catalogue may hold one that answers it."
        ),
        "no_detector": (
            "Boxes need a model of the catalogue that finds things in pictures, and none is in "
            "use here."
        ),
        "no_text": (
            "The model here reads text, and these items have none. "
            "The catalogue may hold one that reads pictures."
        ),
    }[code]


def usable_questions(schema: LabelSchema) -> list[Question]:
    """The questions that a model of ours can answer."""
    return [question for question in schema.questions if why_not_code(schema, question) is None]


def served_questions(schema: LabelSchema) -> list[Question]:
    """Those of them that applications may ask about: whose items are read as a whole."""
    return [question for question in usable_questions(schema) if question.type not in READ_BY_WORD]


def weights_of(standings: dict[str, Standing], question: str) -> list[dict[str, Any]]:
    """How far what each source says of a question counts now."""
    standing = standings.get(question)
    weights = {} if standing is None else standing.models
    return [{"source": source, **asdict(weight)} for source, weight in weights.items()]


def _in_force(project: Project) -> dict[str, Standing]:
    crowd = latest_crowd(project)
    return {} if crowd is None else crowd_version(crowd)


def model_state(
    version: ModelVersion,
    counted: ModelCount | None,
    standings: dict[str, Standing],
    blind: dict[int, BlindAccuracy] | None = None,
) -> dict[str, Any]:
    """What a lead sees of a version.

    Only predictions made before the label was final are compared: a model that was fitted on a
    label must not be praised for knowing it.
    """
    return {
        "version": version.version,
        "kind": version.kind,
        "question": version.question,
        "encoder": version.encoder,
        "trained_on": version.trained_on,
        "quality": version.quality
        and {"f1": None, "reliability": [], "categories": {}, **version.quality},
        "is_calibrated": version.quality is not None,
        "blind": blind.get(version.pk) if blind else None,
        "acceptance": {
            "compared": counted.compared if counted else 0,
            "agreed": counted.agreed if counted else 0,
        },
        "weight": next(
            (w for w in weights_of(standings, version.question) if w["source"] == version.kind),
            None,
        ),
        "predicted": version.predicted,
        "is_pinned": version.pinned_by_id is not None,
        "is_swept": getattr(version, "is_swept", False),
        "copy_of": version.copy_of.version if version.copy_of_id and version.copy_of else None,
        "created_at": version.created_at,
    }


def models_of(project: Project) -> dict[str, Any]:
    """Each question with its model versions, newest first, and the job that runs now."""
    if project.guideline_id is None:
        return {"questions": [], "running": None, "rest": None, "trouble": None}
    schema = schema_version(project.guideline_id)
    versions = list(
        ModelVersion.objects.filter(project=project)
        .select_related("counted", "copy_of")
        .annotate(is_swept=Q(own_encoder__has_key=SWEPT, own_encoder__isnull=False))
        .defer("parameters", "own_encoder", "copy_of__parameters", "copy_of__own_encoder")
        .order_by("-version")[:100]
    )
    running = (
        Job.objects.filter(project=project, kind__in=[JobKind.PRELABEL, JobKind.TEACH])
        .filter(state__in=[JobState.QUEUED, JobState.RUNNING])
        .order_by("-id")
        .first()
    )
    standings, blind = _in_force(project), blind_accuracy(project)
    states = [
        model_state(version, getattr(version, "counted", None), standings, blind)
        for version in versions
    ]
    answered = answered_questions(project)
    questions = [
        {
            "question": question.id,
            "title": question.title,
            "usable": question.id in answered or why_not_code(schema, question) is None,
            "why_not": None if question.id in answered else why_not(schema, question),
            "why_not_code": (None if question.id in answered else why_not_code(schema, question)),
            "versions": [state for state in states if state["question"] == question.id],
            "weights": weights_of(standings, question.id),
        }
        for question in schema.questions
    ]
    return {
        "questions": questions,
        "running": running,
        "rest": rest_of(project),
        "trouble": None if running else trouble_of(project),
    }


# What a board shows of a version: all but what it has learnt. In the order of the model's fields.
_SHOWN: Final[Mapping[str, Read]] = {
    "id": int,
    "project_id": int,
    "question": text,
    "version": int,
    "kind": text,
    "encoder": text,
    "trained_on": int,
    "quality": json,
    "predicted": int,
    "copy_of_id": int,
    "pinned_by_id": int,
    "created_at": moment,
}
_CURRENT: Final = Prepared(
    "current_model",
    f"""
    SELECT {", ".join(f"v.{name}" for name in _SHOWN)}, c.compared, c.agreed
      FROM annotate_modelversion v LEFT JOIN annotate_modelcount c ON c.model_id = v.id
     WHERE v.project_id = $1 AND v.kind NOT IN ('{ModelKind.MEMORY}', '{ModelKind.CATALOGUE}')
     ORDER BY v.created_at DESC, v.id DESC LIMIT 1
    """,  # noqa: S608 - the columns are fixed
    (*_SHOWN.values(), int, int),
)


def current_model(project: Project) -> dict[str, Any] | None:
    """The newest model version of the project, or None. The memory of spans is none: it changes
    with every label."""
    row = _CURRENT.first(project.pk)
    if row is None:
        return None
    *values, compared, agreed = row
    version = ModelVersion.from_db("default", list(_SHOWN), values)
    counted = None if compared is None else ModelCount(compared=compared, agreed=agreed)
    return model_state(version, counted, _in_force(project))
