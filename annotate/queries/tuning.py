"""Fine-tunes of a project: whether its questions can have any, and how each came off."""

from typing import Any

from annotate.documents import schema_version
from annotate.models import (
    Item,
    Job,
    JobKind,
    JobState,
    ModelVersion,
    Project,
    Tuning,
    TuningOutcome,
)
from annotate.queries.versions import classes_of, newest_of
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.readings import TUNABLE, is_readable, texts_of

FEWEST_TUNED = 100
FEWEST_LABELS_A_CATEGORY = 5
MOST_SHOWN = 5
MOST_CHARACTERS = 300


def why_not_tuned(schema: LabelSchema, question: Question) -> str | None:
    """Why nothing is fine-tuned for a question, for programs; None where it may be."""
    if question.type not in TUNABLE:
        return "label_type"
    return None if is_readable(schema, question) else "no_text"


def fewest_needed(question: Question) -> int:
    """Labels of people before the first trial."""
    return max(FEWEST_TUNED, FEWEST_LABELS_A_CATEGORY * len(classes_of(question)))


def tunings_of(project: Project) -> list[dict[str, Any]]:
    """Each question with its latest trials, the newest first."""
    if project.guideline_id is None:
        return []
    schema = schema_version(project.guideline_id)
    return [_question(project, schema, question) for question in schema.questions]


def _question(project: Project, schema: LabelSchema, question: Question) -> dict[str, Any]:
    why_not = why_not_tuned(schema, question)
    newest = newest_of(project, question.id)
    pinned_by = None if newest is None else newest.pinned_by
    tunings = (
        Tuning.objects.filter(
            project=project, question=question.id, job__finished_at__isnull=False
        )
        .exclude(outcome=TuningOutcome.UNDER_WAY)
        .select_related("version")
        .defer("folds", "version__parameters", "version__own_encoder")
        .order_by("-id")[:MOST_SHOWN]
    )
    return {
        "question": question.id,
        "title": question.title,
        "why_not_code": why_not,
        "fewest_labels": 0 if why_not else fewest_needed(question),
        "pinned": newest.version if newest and pinned_by else None,
        "pinned_by": pinned_by.display_name if pinned_by else None,
        "job": _job(project, question),
        "tunings": [_tuning(schema, tuning) for tuning in tunings],
    }


def _job(project: Project, question: Question) -> Job | None:
    jobs = Job.objects.filter(project=project, kind=JobKind.TUNE, parameters__question=question.id)
    last = jobs.order_by("-id").first()
    return None if last is None or last.state in {JobState.DONE, JobState.CANCELLED} else last


def _tuning(schema: LabelSchema, tuning: Tuning) -> dict[str, Any]:
    report: dict[str, Any] = tuning.report or {}
    texts = _texts(schema, [each["item"] for each in report["examples"]])
    version: ModelVersion | None = tuning.version
    return {
        "id": tuning.pk,
        "outcome": tuning.outcome,
        "labels": len(tuning.lessons),
        "version": None if version is None else version.version,
        "report": {
            **report,
            "examples": [
                {**each, "text": texts.get(each["item"], "")} for each in report["examples"]
            ],
        },
        "created_at": tuning.created_at,
        "ended_at": tuning.ended_at,
    }


def _texts(schema: LabelSchema, items: list[int]) -> dict[int, str]:
    names = texts_of(schema)
    return {
        item: " ".join(str(data.get(name, "")) for name in names)[:MOST_CHARACTERS]
        for item, data in Item.objects.filter(pk__in=items).values_list("pk", "data")
    }
