"""What items of a project need of who judges them, and whether there is anybody."""

from typing import Any, Final

from annotate.models import Project
from annotate.prepared import Prepared, json

MOST_COUNTED = 1000

_POOLS: Final = Prepared(
    "pools",
    """
    SELECT p.id, to_json(p.needs),
           (SELECT count(*) FROM (
                   SELECT FROM annotate_queueentry q
                    WHERE q.project_id = p.project_id AND q.tier = 'crowd:' || p.id
                    LIMIT $4) AS few),
           (SELECT count(*) FROM (
                   SELECT FROM annotate_qualification f
                     JOIN annotate_worker w ON w.id = f.worker_id
                    WHERE f.project_id = p.project_id AND f.name = p.needs[1]
                      AND w.is_active AND w.role = 'crowd'
                      AND p.needs::text[] <@ ARRAY(SELECT o.name::text
                                                     FROM annotate_qualification o
                                                    WHERE o.worker_id = f.worker_id)
                    LIMIT $4) AS able)
      FROM annotate_pool p WHERE p.project_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3
    """,
    (int, json, int, int),
)


def pool_rows(project: Project, *, after: int, limit: int) -> list[dict[str, Any]]:
    """At most `limit` pools beyond `after`; neither number counts further than MOST_COUNTED."""
    rows = _POOLS.all(project.pk, after, limit, MOST_COUNTED)
    return [
        {"id": key, "needs": needs, "waiting": waiting, "qualified": qualified}
        for key, needs, waiting, qualified in rows
    ]
