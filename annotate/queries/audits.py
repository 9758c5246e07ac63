"""What people found who audited a batch of a model's answers, without seeing these."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from annotate.models import Acceptance
from labeling.guarantee import breach_evidence

# An audit of an item that was withdrawn can't be had, and one that somebody made who had seen the
# prediction (a lease that began in the very moment the batch was drawn) is none. Both count as
# errors: what is not known must not help the model.
_AUDITS = """
SELECT i.stage = 'withdrawn' OR f.id IS NOT NULL AS is_final,
       f.id IS NULL OR f.source IN ('auto_accept', 'spread')
       OR f.answer -> %(question)s IS DISTINCT FROM p.label
       OR EXISTS (SELECT FROM annotate_judgment j WHERE j.item_id = i.id AND j.saw_prediction)
  FROM annotate_acceptanceitem a
  JOIN annotate_item i ON i.id = a.item_id
  JOIN annotate_prediction p ON p.id = a.prediction_id
  LEFT JOIN annotate_finallabel f ON f.id = i.final_label_id
 WHERE a.acceptance_id = %(acceptance)s AND a.place > %(after)s AND a.place <= %(up_to)s
 ORDER BY f.created_at, a.place
"""
_LEFT = """
SELECT count(*) FROM annotate_acceptanceitem a JOIN annotate_item i ON i.id = a.item_id
 WHERE a.acceptance_id = %s AND a.place > %s AND i.stage = 'new' AND i.taken = 0
"""


class Audits(NamedTuple):
    """Audits in the order in which they became final: True where the model was wrong."""

    found: list[bool]
    still_open: int

    @property
    def errors(self) -> int:
        return sum(self.found)


def audit_sample(acceptance: Acceptance) -> Audits:
    """The audits that decide whether the rest of the batch is accepted."""
    return _audits(acceptance, 0, acceptance.drawn)


def rolling_audits(acceptance: Acceptance) -> Audits:
    """The audits that go on afterwards."""
    return _audits(acceptance, acceptance.drawn, acceptance.drawn + acceptance.rolling)


def _audits(acceptance: Acceptance, after: int, up_to: int) -> Audits:
    with connection.cursor() as cursor:
        cursor.execute(
            _AUDITS,
            {
                "acceptance": acceptance.pk,
                "question": acceptance.question,
                "after": after,
                "up_to": up_to,
            },
        )
        rows = cursor.fetchall()
    found = [is_wrong for is_final, is_wrong in rows if is_final]
    return Audits(found, len(rows) - len(found))


def left_to_accept(acceptance: Acceptance) -> int:
    """How many items of the batch are neither drawn nor in anybody's hands."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [acceptance.pk, acceptance.drawn])
        return int(cursor.fetchone()[0])


def most_evidence(target: float, found: Sequence[bool]) -> float:
    """The highest evidence against the promise after any audit: it takes nothing back."""
    errors, most = 0, 0.0
    for audited, is_wrong in enumerate(found, start=1):
        errors += is_wrong
        most = max(most, breach_evidence(target, audited=audited, errors=errors))
    return most
