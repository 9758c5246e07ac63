"""What the board tells of experts, made in the background when something changed."""

from django.db import connection
from django.db.models.functions import Now

from annotate.models import ExpertFigures, Project
from annotate.queries.experts import experts_of

OLDEST_SECONDS = 60
"""While disputes are open they age, and some become overdue."""

_DUE = """
SELECT p.id, r.last
  FROM annotate_project p LEFT JOIN annotate_expertfigures e ON e.project_id = p.id
 CROSS JOIN LATERAL (SELECT coalesce(max(x.id), 0) AS last FROM annotate_reading x
                      WHERE x.project_id = p.id) AS r
 CROSS JOIN LATERAL (SELECT coalesce(sum(c.disputed), 0) AS open FROM annotate_itemcount c
                      WHERE c.project_id = p.id) AS d
 WHERE p.guideline_id IS NOT NULL
   AND CASE WHEN e.project_id IS NULL THEN r.last > 0 OR d.open > 0
            ELSE e.is_stale OR e.last_reading < r.last
                 OR (d.open > 0 AND e.made_at < now() - make_interval(secs => %s)) END
"""


def read_experts() -> set[int]:
    """Make the figures of every project anew whose experts read something, or whose disputes aged.

    Answers the projects. What is read while this runs is seen the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [OLDEST_SECONDS])
        due = cursor.fetchall()
    projects = Project.objects.in_bulk([project_id for project_id, _ in due])
    for project_id, last in due:
        # The mark is taken away first: what changes meanwhile sets it again.
        ExpertFigures.objects.filter(pk=project_id).update(is_stale=False)
        row = ExpertFigures(
            project_id=project_id,
            figures=experts_of(projects[project_id]),
            last_reading=last,
            made_at=Now(),
        )
        ExpertFigures.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["project"],
            update_fields=["figures", "last_reading", "made_at"],
        )
    return set(projects)


def mark_experts(project: Project) -> None:
    """Have the figures made anew soon: something changed that is no reading."""
    ExpertFigures.objects.filter(pk=project.pk).update(is_stale=True)
