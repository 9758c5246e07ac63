"""How strong things are that pairwise questions compare, where they come back in other pairs."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db import connection

from annotate.documents import schema_version
from annotate.models import Project
from labeling.comparing import Comparison, strengths_of
from labeling.label_types.pairwise import Pairwise

_SAID = """
SELECT j.worker_id, (i.data -> %(left)s)::text, (i.data -> %(right)s)::text,
       j.answer ->> %(question)s
  FROM annotate_judgment j JOIN annotate_item i ON i.id = j.item_id
 WHERE j.project_id = %(project)s AND j.answer ? %(question)s AND NOT j.is_surplus
   AND i.data ? %(left)s AND i.data ? %(right)s
   AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id)
 ORDER BY j.id
"""
DIGITS = 6


def strength_rows(project: Project) -> Iterator[dict[str, Any]]:
    """A row for each thing of each pairwise question; none where every thing stands in one pair.

    A thing is what the item shows: the same text, or the same picture, is the same thing.
    """
    if project.guideline_id is None:
        return
    for question in schema_version(project.guideline_id).questions:
        if question.type != Pairwise.name:
            continue
        left, right = question.on
        asked: dict[str, Any] = {"project": project.pk, "question": question.id}
        with connection.cursor() as cursor:
            cursor.execute(_SAID, {**asked, "left": left, "right": right})
            said = [Comparison(*row) for row in cursor.fetchall()]
        for one in strengths_of(said):
            yield {
                "question": question.id,
                "thing": orjson.loads(one.thing),
                "strength": round(one.strength, DIGITS),
                "group": one.group,
                "better": one.better,
                "worse": one.worse,
                "alike": one.alike,
            }
