"""What applications give back: a little of it becomes work, the rest is counted.

One at a time in a project, so that the same row sent twenty times at once is one case.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Q

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    CaseReason,
    ProductionCase,
    ProductionPrediction,
    Project,
    ProjectStage,
    User,
)
from annotate.queries.production import latest_checks, opened_today, rules_of
from annotate.refusals import ProjectNotOpen
from annotate.services.open_cases import Case, open_cases
from annotate.services.production import count_production
from labeling.formats.assembly import Assembler
from labeling.formats.bad_rows import BadRow
from labeling.formats.production_rows import (
    FeedbackRow,
    Said,
    read_feedback,
    read_labels,
    read_said,
)
from labeling.votes import JSON


class Outcome(NamedTuple):
    """What became of a row."""

    outcome: str
    """item, counted, duplicate, capped or refused."""
    reason: str | None = None
    """Of an item: why it is one."""
    item: int | None = None
    refusal: BadRow | None = None


@transaction.atomic
def take_feedback(*, project: Project, user: User, rows: Sequence[JSON]) -> list[Outcome]:
    """Take rows as `labeling.formats.production_rows` reads them; one outcome a row.

    Raises:
        NoGuideline, ProjectNotOpen.
    """
    if project.stage == ProjectStage.CLOSED:
        raise ProjectNotOpen
    assembler = Assembler(in_force(project).schema)
    wait_for_turn(project)
    read = [_refused_or(row, assembler) for row in rows]
    served = _served(project, [row for row in read if isinstance(row, FeedbackRow)])
    cases = [
        row if isinstance(row, BadRow) else _case_or_refusal(row, served, assembler)
        for row in read
    ]
    outcomes = _sort_out(project, user, cases)
    _count(project, outcomes)
    announce(project.pk, "production")
    return outcomes


def content_hash(data: dict[str, Any]) -> str:
    """By which the same content is known again, whatever its id."""
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()


def wait_for_turn(project: Project) -> None:
    """Until the transaction ends, nobody else makes cases in the project."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('feedback', %s))", [project.pk]
        )


def _refused_or(row: JSON, assembler: Assembler) -> FeedbackRow | BadRow:
    try:
        return read_feedback(row, assembler)
    except BadRow as bad:
        return bad


def _served(project: Project, rows: Sequence[FeedbackRow]) -> dict[UUID, ProductionPrediction]:
    ids = [row.prediction for row in rows if row.prediction is not None]
    found = ProductionPrediction.objects.filter(project=project, pk__in=ids)
    return {row.pk: row for row in found.defer("vector")}


def _case_or_refusal(
    row: FeedbackRow, served: dict[UUID, ProductionPrediction], assembler: Assembler
) -> Case | BadRow:
    try:
        return _case(row, served, assembler)
    except BadRow as bad:
        return bad


def _case(
    row: FeedbackRow, served: dict[UUID, ProductionPrediction], assembler: Assembler
) -> Case:
    if row.prediction is None:
        data = row.data or {}
        said: Said = read_said(row.said, data, assembler)
        external_id = row.external_id
    else:
        known = served.get(row.prediction)
        if known is None:
            message = "No such prediction is kept here any more. Send data and prediction instead."
            raise BadRow("unknown_prediction", "/id", message)
        data, said = known.data, known.said
        external_id = row.external_id or known.external_id
    claim = None
    if row.correction is not None:
        claim = read_labels(row.correction, data, assembler, "/correction")
    return Case(external_id, content_hash(data), data, said, claim or None)


def _sort_out(project: Project, user: User, cases: Sequence[Case | BadRow]) -> list[Outcome]:
    rules, drifting = rules_of(project), _risen(project)
    room = max(rules.most_a_day - opened_today(project)["feedback"], 0)
    ids, hashes = known_cases(project, [case for case in cases if isinstance(case, Case)])
    outcomes: list[Outcome] = []
    chosen: list[tuple[int, Case, CaseReason]] = []
    for place, case in enumerate(cases):
        if isinstance(case, BadRow):
            outcomes.append(Outcome("refused", refusal=case))
            continue
        if case.external_id in ids or case.content_hash in hashes:
            outcomes.append(Outcome("duplicate"))
            continue
        reason = _reason(case, rules.uncertain_below, rules.random_share, drifting)
        if reason is not CaseReason.COUNTED and room == 0:
            outcomes.append(Outcome("capped", reason))
            continue
        room -= reason is not CaseReason.COUNTED
        ids |= {case.external_id} - {None}
        hashes.add(case.content_hash)
        chosen.append((place, case, reason))
        outcomes.append(Outcome("counted"))
    made = open_cases(
        project=project, user=user, cases=[(case, reason) for _, case, reason in chosen]
    )
    for (place, _, reason), item in zip(chosen, made, strict=True):
        if isinstance(item, BadRow):
            outcomes[place] = Outcome("refused", refusal=item)
        elif item is not None:
            outcomes[place] = Outcome("item", reason, item)
    return outcomes


def known_cases(project: Project, cases: Sequence[Case]) -> tuple[set[str | None], set[str]]:
    """The external ids and the content hashes of cases that have come before."""
    ids = [case.external_id for case in cases if case.external_id is not None]
    found = ProductionCase.objects.filter(project=project).filter(
        Q(external_id__in=ids) | Q(content_hash__in=[case.content_hash for case in cases])
    )
    rows = list(found.values_list("external_id", "content_hash"))
    return {one for one, _ in rows if one is not None}, {other for _, other in rows}


def _risen(project: Project) -> dict[str, list[JSON]]:
    """By question, the labels that drift says come too often now."""
    return {
        question: [orjson.loads(label) for label in check.figures["labels"]["risen"]]
        for question, check in latest_checks(project).items()
        if check.figures["labels"] is not None and check.figures["labels"]["is_drifting"]
    }


def _reason(
    case: Case, uncertain_below: float, random_share: float, drifting: dict[str, list[JSON]]
) -> CaseReason:
    if case.is_corrected:
        return CaseReason.CORRECTED
    if min(said["confidence"] for said in case.said.values()) < uncertain_below:
        return CaseReason.UNCERTAIN
    if any(said["label"] in drifting.get(question, ()) for question, said in case.said.items()):
        return CaseReason.DRIFTING
    # Drawn by the content: the same row has the same fate whenever it comes.
    if int(case.content_hash[:13], 16) / 16**13 < random_share:
        return CaseReason.RANDOM
    return CaseReason.COUNTED


def _count(project: Project, outcomes: Sequence[Outcome]) -> None:
    reasons = Counter(str(each.reason) for each in outcomes if each.outcome == "item")
    kinds = Counter(each.outcome for each in outcomes)
    count_production(
        project,
        received=len(outcomes) - kinds["refused"],
        duplicates=kinds["duplicate"],
        counted=kinds["counted"],
        capped=kinds["capped"],
        **reasons,
    )
