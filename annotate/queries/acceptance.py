"""Auto-accept as a lead sees it: what could be tried, and how the batches stand."""

from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from annotate.acceptance_refusals import NoLearnedModel, NotForAutoAccept
from annotate.documents import in_force
from annotate.models import Acceptance, AcceptanceState, ModelKind, ModelVersion, Project
from annotate.queries.audits import Audits, audit_sample
from annotate.refusals import NotFound
from labeling.acceptance import ConfidenceBin, Step, audits_to_draw, steps
from labeling.guarantee import Claim
from labeling.questions import Question
from labeling.schema import LabelSchema

BINS = 15
"""Of the reliability that a model version keeps (models_assist.calibrate.reliability)."""

OPEN_ITEMS = """
  FROM annotate_item i
  JOIN annotate_prediction p ON p.item_id = i.id
   AND p.question = %(question)s AND p.model_version_id = %(version)s
 WHERE i.project_id = %(project)s AND i.stage = 'new' AND i.taken = 0
   AND p.score > %(low)s AND p.score <= %(high)s
   AND NOT EXISTS (SELECT FROM annotate_goldlabel g WHERE g.item_id = i.id)
   AND NOT EXISTS (SELECT FROM annotate_assignment s WHERE s.item_id = i.id
                    AND (s.prediction_id IS NOT NULL OR s.saw_prediction))
   AND NOT EXISTS (SELECT FROM annotate_acceptanceitem a
                     JOIN annotate_acceptance b ON b.id = a.acceptance_id
                    WHERE a.item_id = i.id AND b.state = 'accepted')
   AND NOT EXISTS (SELECT FROM annotate_groupitem w WHERE w.item_id = i.id AND w.state = 'waiting')
"""
"""What may be part of a batch: nobody's items, whose prediction nobody has seen. Known answers
stay with people, whom they measure, and so do audits that go on. Near-duplicates that wait for
another item's label are offered to nobody, so they could not be audited."""


class Candidate(NamedTuple):
    """A question, the model version that answers it, and how sure that is when it is right."""

    question: Question
    version: ModelVersion
    bins: list[ConfidenceBin]

    def steps(self, target: float) -> list[Step]:
        return steps(self.bins, target=target, bins=BINS)


def candidate_for(project: Project, question_id: str) -> Candidate:
    """What auto-accept would try.

    Raises:
        NotForAutoAccept: there is no such question, it is no choice, or others must be answered.
        NoLearnedModel: no version was fitted on labels and measured.
    """
    schema = in_force(project).schema
    question = next((one for one in schema.questions if one.id == question_id), None)
    reason = "no_question" if question is None else why_not_accepted(schema, question)
    if question is None or reason is not None:
        raise NotForAutoAccept(why=reason)
    version = newest_version(project.pk, question_id)
    bins = [] if version is None else (version.quality or {}).get("reliability", [])
    if version is None or not bins:
        raise NoLearnedModel
    return Candidate(question, version, [ConfidenceBin(**found) for found in bins])


def why_not_accepted(schema: LabelSchema, question: Question) -> str | None:
    """Why answers of this question can't be accepted, for programs; None when they can."""
    if question.type != "choice":
        return "not_a_choice"
    if any(one.is_required and one.id != question.id for one in schema.questions):
        return "other_questions"
    return None


def newest_version(project_id: int, question: str) -> ModelVersion | None:
    versions = ModelVersion.objects.filter(project=project_id, question=question).exclude(
        kind=ModelKind.CATALOGUE
    )
    return versions.defer("parameters").order_by("-version").first()


def stale_because(acceptance: Acceptance) -> str | None:
    """`model` or `guideline`, where there is a newer one than the batch was drawn with."""
    if acceptance.project.guideline_id != acceptance.guideline_id:
        return "guideline"
    newest = newest_version(acceptance.project_id, acceptance.question)
    return None if newest and newest.pk == acceptance.model_version_id else "model"


def outlook(
    project: Project, question_id: str, *, target: float, risk: float
) -> list[dict[str, Any]]:
    """Each step with how many items it has now and how many audits would do. It counts them all.

    Raises what `candidate_for` raises.
    """
    candidate = candidate_for(project, question_id)
    rows = []
    for step in candidate.steps(target):
        items = _count(project, candidate, step)
        claim = Claim(target=target, risk=risk)
        audits = audits_to_draw(claim, size=items)
        rows.append({**step._asdict(), "items": items, "audits": audits})
    return rows


def _count(project: Project, candidate: Candidate, step: Step) -> int:
    values: dict[str, Any] = {
        "question": candidate.question.id,
        "version": candidate.version.pk,
        "project": project.pk,
        "low": step.low,
        "high": step.high,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {OPEN_ITEMS}", values)
        return int(cursor.fetchone()[0])


def acceptance_state(acceptance: Acceptance) -> dict[str, Any]:
    """One batch, with its audits and its latest verdict."""
    is_open = acceptance.state == AcceptanceState.AUDITING
    audits = audit_sample(acceptance) if is_open else _as_judged(acceptance)
    job = acceptance.job
    return {
        "id": acceptance.pk,
        "question": acceptance.question,
        "model_version": acceptance.model_version.version,
        "follows": acceptance.follows_id,
        "target": acceptance.target,
        "risk": acceptance.risk,
        "rolling_share": acceptance.rolling_share,
        "low": acceptance.low,
        "high": acceptance.high,
        "state": acceptance.state,
        "stale": stale_because(acceptance) if is_open else None,
        "size": acceptance.size,
        "drawn": acceptance.drawn,
        "audited": len(audits.found),
        "looks": acceptance.looks,
        "verdict": acceptance.verdict,
        "accepted": acceptance.accepted,
        "rolling": {
            "drawn": acceptance.rolling,
            "audited": acceptance.rolling_audited,
            "errors": acceptance.rolling_errors,
            "evidence": acceptance.evidence,
            "breach_at": 1.0 / acceptance.risk,
        },
        "job": job,
        "created_by": acceptance.created_by.display_name,
        "created_at": acceptance.created_at,
    }


def _as_judged(acceptance: Acceptance) -> Audits:
    verdict = acceptance.verdict or {"audited": 0, "errors": 0}
    errors = verdict["errors"]
    return Audits([True] * errors + [False] * (verdict["audited"] - errors), 0)


def acceptance_of(project: Project, acceptance_id: int) -> Acceptance:
    """Raises NotFound when it is not of this project."""
    found = _whole(project).filter(pk=acceptance_id).first()
    if found is None:
        raise NotFound
    return found


def acceptances_of(project: Project, limit: int = 50) -> list[Acceptance]:
    """The batches of a project, newest first."""
    return list(_whole(project).order_by("-pk")[:limit])


def _whole(project: Project) -> QuerySet[Acceptance]:
    return (
        Acceptance.objects.filter(project=project)
        .select_related("project", "model_version", "job", "created_by")
        .defer("model_version__parameters")
    )


def questions_of(project: Project) -> list[dict[str, Any]]:
    """Each question, and whether its answers could be accepted."""
    schema = in_force(project).schema
    found = []
    for question in schema.questions:
        why_not = why_not_accepted(schema, question)
        version = newest_version(project.pk, question.id)
        if why_not is None and not (version and (version.quality or {}).get("reliability")):
            why_not = "no_learned_model"
        found.append(
            {
                "question": question.id,
                "title": question.title,
                "why_not_code": why_not,
                "model_version": version.version if version else None,
                "accuracy": (version.quality or {}).get("accuracy") if version else None,
            }
        )
    return found
