"""What is read from counters and from the trail, made again beside what is stored.

Two things are of the moment in which they were made, and not compared: how many disputes wait and
are overdue (`ExpertFigures`, made anew each minute), and anything that is marked to be made anew.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import Max

from annotate.documents import schema_version
from annotate.models import (
    ALL_ITEMS,
    Acceptance,
    AgreementCount,
    AgreementState,
    CrowdVersion,
    ExpertFigures,
    Project,
    Reading,
)
from annotate.queries.agreement import figures_json, stored_kappas
from annotate.queries.audits import most_evidence, rolling_audits
from annotate.queries.experts import experts_of
from labeling.agreement_counts import AgreementCounts, Measure
from labeling.guarantee import breach_evidence
from labeling.poll_standing import read_standing

OF_THE_MOMENT = ("waiting_for_second", "waiting_for_lead", "overdue")
_DIGITS = 9
# An audit whose label was replaced, or whose item was withdrawn, may have said something else when
# it was looked at.
_CHANGED = """
SELECT EXISTS (
    SELECT FROM annotate_acceptanceitem a JOIN annotate_item i ON i.id = a.item_id
     WHERE a.acceptance_id = %s AND a.place > %s AND a.place <= %s
       AND (i.stage = 'withdrawn'
            OR (SELECT count(*) FROM annotate_finallabel f WHERE f.item_id = i.id) > 1))
"""


class Unlike(NamedTuple):
    """Something that was made of the trail and is not what it should be."""

    project: int
    what: str
    stored: Any
    counted: Any


def wrong_agreement_figures() -> Iterator[Unlike]:
    """Figures that their own counters don't give. Counters are compared with the trail apart."""
    states = AgreementState.objects.in_bulk()
    for row in AgreementCount.objects.filter(is_stale=False).order_by("pk"):
        state = states.get(row.project_id)
        if state is None:
            continue
        try:
            measure = Measure(schema_version(state.guideline_id).question(row.question))
            counts = AgreementCounts.from_json(row.counts, measure)
        except (KeyError, ValueError):
            continue  # the check of the counters says so
        again = figures_json(
            counts.figures(),
            stored_kappas(row.project_id, row.question),
            is_counting=state.counted_to < ALL_ITEMS,
        )
        yield from _unlike(row.project_id, f"the figures of {row.question}", row.figures, again)


def wrong_expert_figures() -> Iterator[Unlike]:
    """Of those that no reading has come after."""
    latest = dict(Reading.objects.values_list("project").annotate(Max("pk")))
    rows = {row.pk: row for row in ExpertFigures.objects.filter(is_stale=False)}
    current = {key for key, row in rows.items() if row.last_reading == latest.get(key, 0)}
    for key, project in Project.objects.in_bulk(current).items():
        stored, again = (
            {name: value for name, value in found.items() if name not in OF_THE_MOMENT}
            for found in (rows[key].figures, experts_of(project))
        )
        yield from _unlike(key, "what is told of the experts", stored, again)


def wrong_evidence() -> Iterator[Unlike]:
    """Rolling audits that are not what people said, and evidence that they don't give."""
    for batch in Acceptance.objects.filter(rolling__gt=0).order_by("pk"):
        with connection.cursor() as cursor:
            first = batch.drawn
            cursor.execute(_CHANGED, [batch.pk, first, first + batch.rolling])
            (is_changed,) = cursor.fetchone()
        yield from _evidence(batch, is_changed=is_changed)


def _evidence(batch: Acceptance, *, is_changed: bool) -> Iterator[Unlike]:
    audited, errors = batch.rolling_audited, batch.rolling_errors
    stored = (audited, errors, round(batch.evidence, _DIGITS))
    what = f"the rolling audits and their evidence of batch {batch.pk}"
    found = rolling_audits(batch).found
    if not is_changed:
        # The watch may lag behind, but what it has seen are the first ones.
        seen = found[:audited]
        again = (len(seen), sum(seen), round(most_evidence(batch.target, seen), _DIGITS))
        if stored != again:
            yield Unlike(batch.project_id, what, stored, again)
        return
    try:
        least = breach_evidence(batch.target, audited=audited, errors=errors)
    except ValueError:
        yield Unlike(batch.project_id, what, stored, f"at most {len(found)} audits")
        return
    if batch.evidence < least * (1 - 10**-_DIGITS):
        yield Unlike(batch.project_id, what, stored, f"at least {least}")


def unreadable_crowds() -> Iterator[Unlike]:
    """Newest versions, by which votes are weighed now, that can't be read."""
    newest = CrowdVersion.objects.order_by("project", "-version").distinct("project")
    for row in newest.iterator():
        try:
            for document in row.standings.values():
                read_standing(document)
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            what = f"what crowd {row.version} knows"
            yield Unlike(row.project_id, what, f"not readable ({problem!r})", "readable")


def _unlike(project: int, what: str, stored: Any, again: Any) -> Iterator[Unlike]:
    """As documents: what was stored has been one."""
    if stored != orjson.loads(orjson.dumps(again)):
        yield Unlike(project, what, stored, again)
