"""Who shares too many mistakes with whom, of the newest items of a project."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import connection

from annotate.models import Project, Worker
from labeling.copying import find_alike
from labeling.standing import Standing

MOST_ITEMS = 10_000
"""The newest judged items speak for all: so the cost of a refresh is bounded."""
MOST_NAMED = 5
"""Of each worker; the least probable first."""

# The last judgment of each worker; what came too late counts as well, since it was copied or not.
_VOTES = """
SELECT j.item_id, j.worker_id, j.answer -> %(question)s
  FROM (SELECT item_id FROM annotate_judgment WHERE project_id = %(project)s
         GROUP BY item_id HAVING count(DISTINCT worker_id) > 3
         ORDER BY max(id) DESC LIMIT %(most)s) AS newest
  JOIN annotate_judgment j ON j.item_id = newest.item_id
  JOIN annotate_worker w ON w.id = j.worker_id
 WHERE w.role = 'crowd' AND j.answer ? %(question)s
   AND NOT EXISTS (SELECT FROM annotate_judgment r WHERE r.replaces_id = j.id)
 ORDER BY j.item_id, j.id
"""


def alike_of(
    project: Project, standings: Mapping[str, Standing]
) -> dict[int, list[dict[str, Any]]]:
    """By worker, with whom mistakes are shared that two who work alone would not share.

    Nothing follows from it but that leads are told.
    """
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    names = dict(Worker.objects.filter(project=project).values_list("pk", "pseudonym"))
    for question, standing in standings.items():
        for pair in find_alike(_items(project, question, standing), standing):
            found[pair.one].append(
                {
                    "question": question,
                    "worker": names[pair.other],
                    "mistakes": pair.mistakes,
                    "shared": pair.shared,
                    "expected": round(pair.expected, 2),
                    "probability": float(f"{pair.probability:.3g}"),
                }
            )
    return {worker: pairs[:MOST_NAMED] for worker, pairs in found.items()}


def _items(project: Project, question: str, standing: Standing) -> list[list[tuple[int, int]]]:
    named: dict[str, int | str] = {
        "project": project.pk,
        "question": question,
        "most": MOST_ITEMS,
    }
    items: dict[int, list[tuple[int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_VOTES, named)
        for item, worker, raw in cursor.fetchall():
            label = orjson.loads(raw)
            # A class is its own document; what is no class (any more) tells nothing.
            if isinstance(label, str | int) and label in standing.class_at:
                items[item].append((worker, standing.class_at[label]))
    return list(items.values())
