"""Many items in a moment, and a worker who has judged a tenth of them: written by COPY and SQL."""

from typing import Any

import orjson
import psycopg

from bench.project import rows_of

_SOURCE = """
INSERT INTO annotate_source (project_id, name, format, licence, sha256, created_by_id)
SELECT id, 'bench', 'jsonl', '', '', created_by_id FROM annotate_project WHERE id = %s
RETURNING id
"""
_COPY = """
COPY annotate_item (project_id, source_id, external_id, data, overlap) FROM STDIN
"""
# As long ago as a file is, of which a worker can have judged a tenth.
_QUEUE = """
INSERT INTO annotate_queueentry (item_id, project_id, tier, band, position, enqueued_at)
SELECT i.id, i.project_id, 'crowd', i.band, nextval('queue_position'), now() - interval '1 day'
  FROM (SELECT id, project_id, band FROM annotate_item WHERE project_id = %s ORDER BY id) AS i
"""
_OVERLAP = 2
"""What the default policy asks for at first."""

# The first tenth of the queue: what a claim without a cursor would have to walk over. It waits
# for its second vote still.
_VETERAN = (
    """
    CREATE TEMPORARY TABLE judged AS
    SELECT i.id AS item, gen_random_uuid() AS assignment,
           row_number() OVER (ORDER BY i.id)::int AS ordinal
      FROM annotate_item i WHERE i.project_id = %(project)s ORDER BY i.id LIMIT %(count)s
    """,
    """
    INSERT INTO annotate_assignment
           (id, project_id, item_id, worker_id, purpose, state, guideline_id, leased_at,
            expires_at)
    SELECT j.assignment, p.id, j.item, %(worker)s, 'judge', 'answered', p.guideline_id,
           now() - interval '1 day', now() - interval '1 day'
      FROM judged j, annotate_project p WHERE p.id = %(project)s
    """,
    """
    INSERT INTO annotate_judgment
           (project_id, item_id, worker_id, assignment_id, guideline_id, submission_id, answer,
            comment, seconds, ordinal, created_at)
    SELECT p.id, j.item, %(worker)s, j.assignment, p.guideline_id, gen_random_uuid(),
           '{"tone": "good"}', '', 10, j.ordinal, now() - interval '1 day'
      FROM judged j, annotate_project p WHERE p.id = %(project)s ORDER BY j.ordinal
    """,
    """
    UPDATE annotate_item i SET stage = 'open', taken = 1, judged = 1
      FROM judged j WHERE i.id = j.item
    """,
    """
    UPDATE annotate_worker SET judged_count = %(count)s, last_seen_at = now()
     WHERE id = %(worker)s
    """,
    "DROP TABLE judged",
)


def copy_items(database: psycopg.Connection[Any], project: int, count: int) -> None:
    """What an import leaves in the tables of items and of the queue."""
    found = database.execute(_SOURCE, [project]).fetchone()
    source = found[0] if found else None
    with database.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows_of(count):
            data = orjson.dumps(row["data"]).decode()
            copy.write_row((project, source, row["external_id"], data, _OVERLAP))
    database.execute(_QUEUE, [project])


def make_veteran(database: psycopg.Connection[Any], project: int, count: int) -> None:
    """The newest worker of the project has judged its first `count` items, alone."""
    found = database.execute(
        "SELECT max(id) FROM annotate_worker WHERE project_id = %s", [project]
    ).fetchone()
    values = {"project": project, "count": count, "worker": found[0] if found else None}
    for statement in _VETERAN:
        database.execute(statement, values)
