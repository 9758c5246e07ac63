"""Count what a decided dispute tells of the experts who read it."""

from typing import Any

from django.db import connection

from annotate.documents import in_force
from annotate.models import Item, Project
from annotate.queries.credit import credits_for, sound_gold

_COUNT = """
INSERT INTO annotate_competence AS c (worker_id, category, "right", seen)
VALUES (%s, %s, %s, %s)
ON CONFLICT (worker_id, category) DO UPDATE
   SET "right" = c."right" + excluded."right", seen = c.seen + excluded.seen
"""


def credit_experts(*, project: Project, item: Item, final: dict[str, Any]) -> None:
    """Add what `credits_for` says of the item's experts. The item is locked."""
    # In one order, so that two disputes that end at once do not wait for each other.
    rows = credits_for(in_force(project), item, final, sound_gold(item))
    with connection.cursor() as cursor:
        cursor.executemany(_COUNT, rows)
