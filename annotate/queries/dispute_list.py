"""The disputes that wait, as a list: one line each, read in one statement."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.utils import timezone

from annotate.documents import in_force
from annotate.models import Project, Role, Worker
from annotate.prepared import Prepared, flag, json, moment, text, texts
from annotate.queries.desk import HIDDEN_REASON
from annotate.queries.dispute_filter import dispute_conditions
from annotate.queries.disputes import mean_agreement
from annotate.queries.item_pages import walk
from annotate.queries.items import input_names, preview_of
from labeling.problems import InvalidAnswer
from labeling.schema import LabelSchema

# $4 is who asks, $5 whether only what that expert may still decide is wanted. The own assignment
# is read by a scalar: a join would fetch all assignments to see which are this expert's.
_WAITING: Final = """
    SELECT i.id, i.data, d.opened_at, d.wanted, d.is_for_leads, l.worker_id,
           e.at, e.payload ->> 'code', e.payload ->> 'sentence',
           EXISTS (SELECT FROM annotate_reading r WHERE r.item_id = i.id AND r.worker_id = $4),
           (SELECT coalesce(jsonb_agg(j.answer ORDER BY j.id), '[]') FROM annotate_judgment j
             WHERE j.item_id = i.id AND NOT j.is_surplus
               AND NOT EXISTS (SELECT FROM annotate_judgment n WHERE n.replaces_id = j.id))
      FROM (SELECT n.id, n.data FROM annotate_item n
             WHERE n.project_id = $1 AND n.stage = 'disputed' AND {which}
               AND (NOT $5 OR
                    NOT EXISTS (SELECT FROM annotate_dispute o
                                 WHERE o.item_id = n.id AND o.is_for_leads)
                    AND coalesce((SELECT m.state FROM annotate_assignment m
                                   WHERE m.item_id = n.id AND m.worker_id = $4), '')
                        NOT IN ('answered', 'skipped'))
             ORDER BY n.id LIMIT $3) AS i
      LEFT JOIN annotate_dispute d ON d.item_id = i.id
      LEFT JOIN annotate_assignment l ON l.item_id = i.id AND l.purpose = 'adjudicate'
                AND l.state = 'leased' AND l.expires_at > now()
      LEFT JOIN LATERAL (SELECT v.at, v.payload FROM annotate_event v
                          WHERE v.item_id = i.id AND v.kind = 'dispute.opened'
                          ORDER BY v.id DESC LIMIT 1) AS e ON true
     ORDER BY i.id
"""
_READS: Final = (int, json, moment, int, flag, int, moment, text, text, flag, json)
_ALL: Final = Prepared("disputes", _WAITING.format(which="n.id > $2"), _READS)
_THESE: Final = Prepared(
    "these_disputes", _WAITING.format(which="n.id = ANY($2::bigint[])"), _READS
)


class _Waiting(NamedTuple):
    item: int
    data: dict[str, Any]
    opened_at: datetime | None
    wanted: int | None
    is_for_leads: bool | None
    lease_of: int | None
    told_at: datetime | None
    code: str | None
    sentence: str | None
    is_read: bool
    answers: list[dict[str, Any]]


def page_of_disputes(
    project: Project,
    worker: Worker | None,
    query: Mapping[str, str],
    *,
    after: int,
    limit: int,
) -> tuple[list[dict[str, Any]], int | None]:
    """The disputes of a filter beyond the item `after`, and beyond which one to go on.

    To an expert, those that this expert may still decide. As with items, a page of a filter may
    be short, or empty, and still have a next one.

    Raises:
        InvalidInput: a filter that does not exist, or a value that does not fit it.
        NoGuideline: the project is not set up yet.
    """
    rules = in_force(project)
    conditions = dispute_conditions(project.pk, query, rules.policy.experts.overdue_hours)
    is_expert = worker is not None and worker.role != Role.LEAD
    who = (None if worker is None else worker.pk, is_expert)
    if not conditions:
        found = _ALL.all(project.pk, after, limit + 1, *who)
        following = found[limit - 1][0] if len(found) > limit else None
        return _shown(project, worker, found[:limit]), following
    items, following = walk(project.pk, conditions, after, limit)
    found = _THESE.all(project.pk, texts(map(str, items)), limit, *who)
    return _shown(project, worker, found), following


def _shown(
    project: Project, worker: Worker | None, found: Sequence[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    me = None if worker is None else worker.pk
    rules = in_force(project)
    is_blind = worker is not None and rules.policy.experts.blind
    late = timezone.now() - timedelta(hours=rules.policy.experts.overdue_hours)
    inputs = input_names(project)
    rows = []
    for row in map(_Waiting._make, found):
        is_hidden = is_blind and not row.is_read
        votes, agreement = _votes(rules.schema, row)
        told = {"code": row.code or "", "sentence": row.sentence or ""}
        rows.append(
            {
                "item": row.item,
                "opened_at": row.told_at,
                "preview": preview_of(row.data, inputs),
                "votes": votes,
                "agreement": None if is_hidden else agreement,
                "reason": HIDDEN_REASON if is_hidden else told,
                "held": row.lease_of is not None,
                "held_by_me": row.lease_of is not None and row.lease_of == me,
                "revealed": not is_hidden,
                "wanted": 1 if row.wanted is None else row.wanted,
                "for_leads": bool(row.is_for_leads),
                "overdue": row.opened_at is not None and row.opened_at < late,
            }
        )
    return rows


def _votes(schema: LabelSchema, row: _Waiting) -> tuple[int, float | None]:
    """How many answers can be read, and how far they agree."""
    facts = schema.facts_of(row.data)
    answers = []
    for raw in row.answers:
        with suppress(InvalidAnswer):  # of an older schema
            answers.append(schema.parse_answer(raw, facts))
    return len(answers), mean_agreement(schema, answers)
