"""The people of a project, as its leads see them in a list."""

from typing import Any, Final

from annotate.models import Project
from annotate.prepared import Prepared, flag, json, moment, text
from annotate.queries.footing import Stood, shown_footing

_MEMBERS: Final = Prepared(
    "members",
    """
    SELECT w.id, u.username, u.display_name, w.role, w.pseudonym, w.is_active, w.judged_count,
           (SELECT coalesce(sum(c.skipped), 0)::int FROM annotate_skipcount c
             WHERE c.worker_id = w.id),
           (SELECT coalesce(json_agg(q.name ORDER BY q.name), '[]')
              FROM annotate_qualification q WHERE q.worker_id = w.id),
           f.rung, f.measure, f.overruled_to, f.overruled_why, f.overruled_at, b.display_name
      FROM annotate_worker w JOIN annotate_user u ON u.id = w.user_id
      LEFT JOIN annotate_footing f ON f.worker_id = w.id
      LEFT JOIN annotate_user b ON b.id = f.overruled_by_id
     WHERE w.project_id = $1 AND w.id > $2
       AND (strpos(lower(u.username), lower($4)) > 0
            OR strpos(lower(u.display_name), lower($4)) > 0
            OR strpos(lower(w.pseudonym), lower($4)) > 0)
     ORDER BY w.id LIMIT $3
    """,
    (int, text, text, text, text, flag, int, int, json, text, json, text, text, moment, text),
)
_NAMES: Final = (
    *("id", "username", "display_name", "role", "pseudonym", "is_active", "judged"),
    *("skipped", "qualifications"),
)


def member_rows(
    project: Project, *, after: int, limit: int, search: str = ""
) -> list[dict[str, Any]]:
    """At most `limit` people beyond the worker `after`, with where they stand.

    `search`: only those in whose username, name or pseudonym it occurs, in any case.
    """
    rows = []
    for row in _MEMBERS.all(project.pk, after, limit, search):
        stood = Stood(*row[len(_NAMES) :]) if row[len(_NAMES)] is not None else None
        shown = dict(zip(_NAMES, row, strict=False))
        shown["footing"] = shown_footing(stood, project)
        rows.append(shown)
    return rows
