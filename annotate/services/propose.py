"""Auto-accept, its beginning: draw a batch of what the model is sure of, and first audits."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from annotate.acceptance_refusals import AcceptanceUnderWay, NothingSureEnough, PromiseBroken
from annotate.documents import in_force
from annotate.models import LIVE, Acceptance, AcceptanceState, EventKind, Project, User
from annotate.queries.acceptance import OPEN_ITEMS, Candidate, candidate_for
from annotate.queries.versions import same_model
from annotate.services.draw_audits import claim_of, hand_to_people, note_acceptance
from labeling.acceptance import audits_to_draw

_DRAW = f"""
INSERT INTO annotate_acceptanceitem (acceptance_id, item_id, prediction_id, place)
SELECT %(acceptance)s, i.id, p.id,
       row_number() OVER (ORDER BY md5(%(seed)s || ':' || i.id), i.id)
{OPEN_ITEMS}
"""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a lead asks for of one question."""

    question: str
    target: float
    """At most this share of what is accepted is wrong, as guarantee.Claim bounds it."""
    risk: float
    """With at most this probability a batch is accepted that breaks the target."""
    rolling_share: float
    """So large a share of what is accepted goes on being audited, 0..1."""


@transaction.atomic
def propose_acceptance(*, project: Project, user: User, promise: Promise) -> Acceptance:
    """Draw the next batch of a question, and hand its first audits to people.

    Raises:
        NotForAutoAccept, NoLearnedModel: as `candidate_for` says.
        AcceptanceUnderWay: a batch of this question is not finished.
        PromiseBroken: this model version broke one already.
        NothingSureEnough: no batch is left that would save work.
    """
    # One at a time: what was tried before is counted under this lock.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    candidate = candidate_for(project, promise.question)
    tried = Acceptance.objects.filter(
        project=project,
        question=promise.question,
        model_version__in=same_model(candidate.version),
    )
    under_way = Acceptance.objects.filter(
        project=project, question=promise.question, state__in=LIVE
    )
    if found := under_way.first():
        raise AcceptanceUnderWay(acceptance=found.pk)
    if tried.filter(state=AcceptanceState.REOPENED).exists():
        raise PromiseBroken(model_version=candidate.version.version)
    before = tried.filter(state=AcceptanceState.ACCEPTED).order_by("low").first()
    given_up = tried.filter(state=AcceptanceState.CANCELLED)
    acceptance = Acceptance.objects.create(
        project=project,
        question=promise.question,
        model_version=candidate.version,
        guideline_id=in_force(project).guideline_id,
        follows=before,
        target=promise.target,
        risk=promise.risk,
        rolling_share=promise.rolling_share,
        seed=secrets.randbits(62),
        spent_looks=given_up.aggregate(sum=Coalesce(Sum("looks"), 0))["sum"],
        **_range(candidate, promise.target, before),
        created_by=user,
    )
    _draw(acceptance)
    note_acceptance(acceptance, EventKind.ACCEPTANCE_PROPOSED, user, _terms(acceptance))
    return acceptance


def _range(candidate: Candidate, target: float, before: Acceptance | None) -> dict[str, float]:
    """The confidences of the next step; below what was accepted already."""
    steps = candidate.steps(target)
    if before is not None:
        steps = [step for step in steps if step.low < before.low]
    if not steps:
        raise NothingSureEnough(items=0, audits=0)
    step = steps[0]
    high = step.high if before is None else min(step.high, before.low)
    return {"low": step.low, "high": high}


def _draw(acceptance: Acceptance) -> None:
    """Put the batch into its drawn order. Who knows the seed and the items can draw it again."""
    with connection.cursor() as cursor:
        # A batch of a million items takes longer than what people do otherwise.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            _DRAW,
            {
                "acceptance": acceptance.pk,
                "seed": str(acceptance.seed),
                "question": acceptance.question,
                "version": acceptance.model_version_id,
                "project": acceptance.project_id,
                "low": acceptance.low,
                "high": acceptance.high,
            },
        )
        acceptance.size = cursor.rowcount
    audits = audits_to_draw(claim_of(acceptance), size=acceptance.size)
    if audits >= acceptance.size:
        raise NothingSureEnough(items=acceptance.size, audits=audits)
    acceptance.drawn = audits
    acceptance.save(update_fields=["size", "drawn"])
    hand_to_people(acceptance, after=0, up_to=audits)


def _terms(acceptance: Acceptance) -> dict[str, Any]:
    names = ("target", "risk", "rolling_share", "seed", "low", "high", "size", "drawn")
    return {name: getattr(acceptance, name) for name in names}
