"""Auto-accept as a lead sees it: what could be tried, and how the batches stand."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from annotate.acceptance_refusals import NoLearnedModel, NotForAutoAccept
from annotate.documents import in_force
from annotate.models import (
    Acceptance,
    AcceptanceState,
    Item,
    ItemStage,
    ModelKind,
    ModelVersion,
    Project,
)
from annotate.queries.audits import Audits, audit_sample
from annotate.queries.counts import item_counts
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

MOST_LOOKED_AT, BLOCKS = 20_000, 20
_SCORES = f"""
WITH looked_at AS MATERIALIZED (
    SELECT DISTINCT b.id FROM unnest(%(starts)s::bigint[]) AS s CROSS JOIN LATERAL (
           SELECT n.id FROM annotate_item n
            WHERE n.project_id = %(project)s AND n.stage = 'new' AND n.id >= s
            ORDER BY n.id LIMIT %(most)s) AS b
)
SELECT (SELECT count(*) FROM looked_at), (
       SELECT array_agg(p.score) {OPEN_ITEMS} AND i.id IN (SELECT id FROM looked_at))
"""  # noqa: S608 - the parts are fixed


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
    """Each step with how many items it has now and how many audits would do.

    In a project with more than MOST_LOOKED_AT new items their number is estimated, from blocks of
    them that lie evenly: an estimate of 0 means few, not none.

    Raises what `candidate_for` raises.
    """
    candidate = candidate_for(project, question_id)
    found = candidate.steps(target)
    scores, weight = _scores(project, candidate, found)
    rows = []
    for step in found:
        items = round(weight * sum(step.low < score <= step.high for score in scores))
        claim = Claim(target=target, risk=risk)
        audits = audits_to_draw(claim, size=items)
        counted = {"items": items, "is_estimate": weight > 1.0, "audits": audits}
        rows.append({**step._asdict(), **counted})
    return rows


def _scores(
    project: Project, candidate: Candidate, found: Sequence[Step]
) -> tuple[list[float], float]:
    """How sure the model is of open items, and how many items each of these stands for."""
    new = Item.objects.filter(project=project, stage=ItemStage.NEW).order_by("pk")
    ends = new.values_list("pk", flat=True)
    first, last = ends.first(), ends.last()
    if first is None or last is None or not found:
        return [], 1.0
    total = item_counts([project.pk])[project.pk][ItemStage.NEW]
    blocks = 1 if total <= MOST_LOOKED_AT else BLOCKS
    values: dict[str, Any] = {
        "question": candidate.question.id,
        "version": candidate.version.pk,
        "project": project.pk,
        "low": min(step.low for step in found),
        "high": max(step.high for step in found),
        "starts": [first + (last + 1 - first) * n // blocks for n in range(blocks)],
        "most": MOST_LOOKED_AT // blocks,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SCORES, values)
        ((looked_at, scores),) = cursor.fetchall()
    return scores or [], max(total / looked_at, 1.0) if blocks > 1 else 1.0


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
